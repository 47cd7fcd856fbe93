"""The engine on code that nobody wrote for it: it ends, it does not raise, and what it says hangs together."""

import ast
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from survey.flow.analyse import PackageJob, analyse_package
from survey.flow.machine import Machine
from survey.flow.roots import Roots
from survey.knowledge.engine import load_engine_knowledge
from survey.languages.registry import frontends
from survey.model.document import Package
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind
from survey.program.modules import Program
from survey.verdicts.conditions import gates_in
from survey.verdicts.package import package_result
from tests.flow.programs import modules

FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)
CALLS_PER_LINE = 60
"""Function bodies that one pass may enter per line of a random module: far above what is seen, far below an explosion."""
STANDARD = (
    *("abc", "argparse", "ast", "asyncio", "bisect", "calendar", "cmd", "collections", "concurrent", "configparser", "contextlib", "copy"),
    *("csv", "ctypes", "dataclasses", "datetime", "decimal", "dis", "email", "enum", "fractions", "functools", "graphlib", "html", "http"),
    *(
        "importlib",
        "ipaddress",
        "json",
        "locale",
        "logging",
        "pathlib",
        "pickle",
        "pprint",
        "queue",
        "selectors",
        "shlex",
        "sqlite3",
        "string",
    ),
    *("textwrap", "tomllib", "typing", "urllib", "wsgiref", "zoneinfo"),
)


def snapshot_of(files: dict[str, bytes]) -> Snapshot:
    return Snapshot(SourceInfo(SourceKind.PATH, "code"), files)


def survey(snapshot: Snapshot) -> Package:
    (package,) = FRONTEND.find_packages(snapshot)
    return package_result(package, snapshot, analyse_package(PackageJob(snapshot, package), FRONTEND), ())


def hangs_together(package: Package, snapshot: Snapshot) -> None:
    known = {gate.id for gate in package.gates}
    for record in package.records:
        assert record.keys
        for write in record.writes:
            place = write.evidence
            assert 1 <= place.line <= place.end_line <= snapshot.files[place.path].count(b"\n") + 1
            assert set(write.gates) <= known
            assert gates_in(write.when) <= known


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])
@given(modules())
def test_random_modules(source: str) -> None:
    ast.parse(source)
    snapshot = snapshot_of({"m.py": source.encode()})
    first = survey(snapshot)
    hangs_together(first, snapshot)
    assert survey(snapshot) == first


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])
@given(modules())
def test_random_modules_are_run_in_few_calls(source: str) -> None:
    snapshot = snapshot_of({"m.py": source.encode()})
    (package,) = FRONTEND.find_packages(snapshot)
    machine = Machine(Program(FRONTEND, snapshot, package), load_engine_knowledge(Language.PYTHON))
    Roots(machine).run()
    assert machine.total_calls <= CALLS_PER_LINE * source.count("\n")


def standard(name: str) -> dict[str, bytes]:
    """One package or module of the standard library."""
    root = Path(sysconfig.get_path("stdlib"))
    found = [root / f"{name}.py"] if (root / f"{name}.py").is_file() else sorted((root / name).rglob("*.py"))
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in found if "test" not in path.parts and "tests" not in path.parts
    }


@pytest.mark.parametrize("name", [name for name in STANDARD if name in sys.stdlib_module_names])
def test_standard_library(name: str) -> None:
    snapshot = snapshot_of(standard(name))
    package = survey(snapshot)
    hangs_together(package, snapshot)
    assert package.searched.files > 0
    assert package.records == ()
