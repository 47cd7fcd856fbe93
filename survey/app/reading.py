"""The network half of one target: its snapshot and packages, and the libraries its packages are read with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from packaging.utils import canonicalize_name

from survey.app.pins import Pins
from survey.knowledge.loader import Knowledge
from survey.languages.base import Dependency, Frontend, PackageSource
from survey.model.document import Library
from survey.model.progress import Progress
from survey.model.snapshot import Snapshot
from survey.model.target import Target
from survey.sources.libraries import LibraryStore
from survey.sources.options import SourceOptions
from survey.sources.select import fetch_snapshot

LibrarySource = tuple[Snapshot, tuple[PackageSource, ...]]
"""A library's release and the packages found in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One target's source and what was found in it."""

    snapshot: Snapshot
    packages: tuple[PackageSource, ...]


@dataclass(frozen=True, slots=True)
class Libraries:
    """The libraries of one target's packages."""

    by_package: tuple[tuple[LibrarySource, ...], ...]
    """One entry a package, in the order of `Reading.packages`; the same release is the same object throughout."""
    missing: Mapping[str, str]
    """Library name and range to the reason why it could not be had."""


class Languages:
    """All frontends as one."""

    def __init__(self, frontends: tuple[Frontend, ...]) -> None:
        self._frontends = frontends

    def keep(self, path: str) -> bool:
        """Whether some language needs the bytes of `path`."""
        return any(frontend.keep(path) for frontend in self._frontends)

    def is_code(self, path: str) -> bool:
        """Whether `path` is a file that some language would analyse."""
        return self.keep(path) and any(path.endswith(extension) for frontend in self._frontends for extension in frontend.extensions)

    def find_packages(self, snapshot: Snapshot) -> tuple[PackageSource, ...]:
        """Every package of `snapshot`, language by language."""
        return tuple(package for frontend in self._frontends for package in frontend.find_packages(snapshot))


def read_target(target: Target, options: SourceOptions, languages: Languages, progress: Progress) -> Reading:
    """Fetch `target` and find its packages; raises `SourceError`."""
    snapshot = fetch_snapshot(target, options, languages.keep, progress)
    return Reading(snapshot, languages.find_packages(snapshot))


class LibraryShelf:
    """Library stores, one for each set of pinned versions; safe for several threads."""

    def __init__(self, options: SourceOptions, keep: Callable[[str], bool]) -> None:
        self._options = options
        self._keep = keep
        self._lock = Lock()
        self._stores: dict[tuple[tuple[str, str], ...], LibraryStore] = {}

    def store(self, pins: Mapping[str, str]) -> LibraryStore:
        """The store that takes the versions of `pins`."""
        key = tuple(sorted(pins.items()))
        with self._lock:
            if key not in self._stores:
                self._stores[key] = LibraryStore(self._options, self._keep, dict(pins))
            return self._stores[key]

    def close(self) -> None:
        """Close every store's connections."""
        with self._lock:
            for store in self._stores.values():
                store.close()


def read_libraries(
    target_id: str,
    reading: Reading,
    languages: Languages,
    knowledge: Knowledge,
    shelf: LibraryShelf,
    pins: Pins,
    chosen: tuple[PackageSource, ...],
) -> Libraries:
    """The libraries that the `chosen` packages of `reading` declare and the knowledge names, and those that these declare in turn.

    Packages of the same source are not libraries: they are read from there. One that cannot be had is told in `missing`.
    """
    own = {canonicalize_name(package.name) for package in reading.packages}
    found: dict[int, LibrarySource] = {}
    missing: dict[str, str] = {}

    def wanted(package: PackageSource) -> list[Dependency]:
        outside = (each for each in package.dependencies if canonicalize_name(each.name) not in own)
        return [each for each in outside if knowledge.libraries.wants(package.language, each.name)]

    def fetch(store: LibraryStore, dependency: Dependency) -> LibrarySource | None:
        snapshot = store.find(dependency.name, dependency.specifier)
        if snapshot is None:
            asked = f"{canonicalize_name(dependency.name)}{dependency.specifier}"
            missing[asked] = store.failures.get(asked, "not found")
            return None
        if id(snapshot) not in found:
            found[id(snapshot)] = (snapshot, languages.find_packages(snapshot))
        return found[id(snapshot)]

    def of_package(package: PackageSource) -> tuple[LibrarySource, ...]:
        store = shelf.store(pins.libraries(target_id, package.name))
        chosen: dict[str, LibrarySource | None] = {canonicalize_name(each.name): fetch(store, each) for each in wanted(package)}
        inner = [found for library in chosen.values() if library for found in library[1]]
        for dependency in (each for found in inner for each in wanted(found)):
            name = canonicalize_name(dependency.name)
            if name not in chosen:
                chosen[name] = fetch(store, dependency)
        return tuple(library for name in sorted(chosen) if (library := chosen[name]))

    return Libraries(tuple(of_package(package) if package in chosen else () for package in reading.packages), missing)


def library_facts(libraries: tuple[LibrarySource, ...]) -> tuple[Library, ...]:
    """Names, versions and hashes, for the report."""
    releases = {(each.name, each.version): each for snapshot, _ in libraries for each in snapshot.distributions}
    facts = {key: Library(name=each.name, version=each.version, sha256=each.sha256) for key, each in releases.items()}
    return tuple(facts[key] for key in sorted(facts))
