"""The engine against minimal code of one mechanism each; every fixture says in comments what must be found in it."""

from pathlib import Path

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.base import PackageSource
from survey.languages.registry import frontends
from survey.model.document import Package
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind
from survey.verdicts.conditions import gates_in
from survey.verdicts.package import package_result
from tests.flow.annotations import complaints, read_folder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "python"
LIBRARY = "library/"
"""The folder of a fixture that plays a package from the registry; other folders with metadata are siblings."""
FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)


def snapshot_of(folder: Path) -> Snapshot:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if FRONTEND.keep(path.name)}
    return Snapshot(SourceInfo(SourceKind.PATH, folder.name), files)


def surveyed(snapshot: Snapshot) -> list[Package]:
    """Every package of a fixture but its libraries, each with the others around it."""
    found = FRONTEND.find_packages(snapshot)
    libraries = tuple(package for package in found if f"{package.path}/".startswith(LIBRARY))
    own = [package for package in found if package not in libraries]
    return [_result(snapshot, package, tuple(other for other in own if other is not package), libraries) for package in own]


def _result(
    snapshot: Snapshot, package: PackageSource, siblings: tuple[PackageSource, ...], libraries: tuple[PackageSource, ...]
) -> Package:
    job = PackageJob(snapshot, package, siblings, ((snapshot, libraries),))
    return package_result(package, snapshot, analyse_package(job, FRONTEND), ())


@pytest.mark.parametrize("folder", sorted(path for path in FIXTURES.iterdir() if path.is_dir()), ids=lambda path: path.name)
def test_fixture(folder: Path) -> None:
    annotations = read_folder(folder)
    assert annotations.expected or annotations.silent
    assert annotations.covers
    snapshot = snapshot_of(folder)
    packages = surveyed(snapshot)
    assert complaints(annotations, packages) == []
    for write in (write for package in packages for record in package.records for write in record.writes):
        assert set(write.gates) >= gates_in(write.when)
        for step in write.evidence.steps:
            assert 0 < step.line <= len(snapshot.files[step.path].splitlines())
