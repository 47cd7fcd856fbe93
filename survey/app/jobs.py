"""The analysis of one package in a process of its own; what the packages of a target share is handed over once, in a file.

A worker that loops, crashes or is killed costs its package alone.
"""

import pickle
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from survey.app.reading import Libraries, LibrarySource, Reading, library_facts
from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.base import PackageSource
from survey.languages.registry import frontends
from survey.model.document import Package
from survey.model.snapshot import Snapshot
from survey.verdicts.package import package_result


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that the analyses of one target's packages read."""

    snapshot: Snapshot
    packages: tuple[PackageSource, ...]
    libraries: tuple[tuple[LibrarySource, ...], ...]


@dataclass(frozen=True, slots=True)
class Crash:
    """An analysis that raised."""

    reason: str
    trace: str


def save_bundle(path: Path, reading: Reading, libraries: Libraries) -> None:
    """Write what `analyse` will read; mappings become plain dicts so that any source's snapshot can cross processes."""
    plain: dict[int, LibrarySource] = {}

    def once(library: LibrarySource) -> LibrarySource:
        if id(library[0]) not in plain:
            plain[id(library[0])] = (_plain_snapshot(library[0]), tuple(_plain_packages(library[1])))
        return plain[id(library[0])]

    by_package = tuple(tuple(once(library) for library in each) for each in libraries.by_package)
    bundle = Bundle(_plain_snapshot(reading.snapshot), tuple(_plain_packages(reading.packages)), by_package)
    path.write_bytes(pickle.dumps(bundle, protocol=pickle.HIGHEST_PROTOCOL))


def analyse(bundle: Path, index: int) -> Package | Crash:
    """The result of the bundle's package number `index`; runs in a worker."""
    try:
        return _analyse(read_bundle(bundle), index)
    except Exception as error:  # noqa: BLE001 - whatever a surveyed package provokes becomes that package's result
        return Crash(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__, traceback.format_exc())


def _analyse(bundle: Bundle, index: int) -> Package:
    package = bundle.packages[index]
    siblings = tuple(other for other in bundle.packages if other is not package)
    job = PackageJob(bundle.snapshot, package, siblings, bundle.libraries[index])
    frontend = next(each for each in frontends() if each.language is package.language)
    return package_result(package, bundle.snapshot, analyse_package(job, frontend), library_facts(bundle.libraries[index]))


@lru_cache(maxsize=1)
def read_bundle(path: Path) -> Bundle:
    """What `save_bundle` wrote; a worker keeps the last one."""
    bundle = pickle.loads(path.read_bytes())  # noqa: S301 - written moments ago by this run, in a folder only this user can enter
    if not isinstance(bundle, Bundle):
        raise TypeError(f"not a bundle: {path.name}")
    return bundle


def _plain_snapshot(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, files=dict(snapshot.files))


def _plain_packages(packages: tuple[PackageSource, ...]) -> Iterator[PackageSource]:
    return (replace(package, modules=dict(package.modules)) for package in packages)
