"""What is too much for a bound: the package ends partial, what was found stays, and the cut is told where it was made."""

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.registry import frontends
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, Role, SourceKind, TargetStatus
from survey.verdicts.package import package_result

FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)
NEAR = """\
def near(span, prompt):
    span.set_attribute("gen_ai.prompt", prompt)

"""
"""Another function of the package, which has nothing to do with what is too much."""
TOWER = 'def entry(span, request, answer):\n span.set_attribute("gen_ai.completion", answer)\n return f0(span, request)\n' + "".join(
    f"def f{i}(span, request): return f{i + 1}(span, request)\n" for i in range(60)
)
"""Calls that nest deeper than frames are kept."""
WAYS = (
    "def entry(span, request, answer):\n"
    ' span.set_attribute("gen_ai.completion", answer)\n'
    + "".join(f" f0('{i}')\n" for i in range(90))
    + "".join(f"def f{i}(key): return f{i + 1}(key + '.a'), f{i + 1}(key + '.b')\n" for i in range(7))
    + "def f7(key): return key\n"
)
"""An entry point with more distinct calls than one may have."""
LONG = (
    "def entry(span, request, answer):\n"
    ' span.set_attribute("gen_ai.completion", answer)\n'
    ' rows = [request.get("a%d" % i) for i in range(9)]\n'
    + "".join(f" {a} = 'a' if request.{a} else 'b' if request.{a}{a} else 'c' if request.n{a} else request\n" for a in "stuvwxyz")
    + " rows = ["
    + ", ".join(f"{a} if request else {b}" for a in "stuvwx" for b in "yz" for _ in range(3))
    + "]\n"
    + " found = [[p for p in rows if p in rows] for q in rows if q in rows]\n" * 60
)
"""One call in which more is compared than one may cost."""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param(TOWER, "calls nest too deeply", id="depth"),
        pytest.param(WAYS, "too many calls from one entry point", id="calls"),
        pytest.param(LONG, "this call is too much to follow", id="work of one call"),
    ],
)
def test_a_bound_keeps_what_was_found(source: str, reason: str) -> None:
    files = {"pyproject.toml": b'[project]\nname = "sdk"\nversion = "1"\n', "sdk/__init__.py": (NEAR + source).encode()}
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "sdk"), files)
    (package,) = FRONTEND.find_packages(snapshot)
    result = package_result(package, snapshot, analyse_package(PackageJob(snapshot, package), FRONTEND), ())
    assert result.status is TargetStatus.PARTIAL
    assert {record.role for record in result.records} == {Role.INPUT, Role.OUTPUT}
    assert reason in {cut.reason for cut in result.unresolved}
    assert all(cut.path == "sdk/__init__.py" and cut.line > NEAR.count("\n") for cut in result.unresolved)
