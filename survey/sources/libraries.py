"""Library packages as source: the engine reads constants and helpers in them, and does without where they cannot be had."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Generic, Self, TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from survey.model.errors import SourceError
from survey.model.snapshot import Snapshot
from survey.sources.index_page import IndexFile
from survey.sources.options import SourceOptions
from survey.sources.pypi import read_release
from survey.sources.releases import Wanted, choose_release
from survey.sources.simple_api import SimpleApi

Key = TypeVar("Key")
Value = TypeVar("Value")


class LibraryStore:
    """Libraries by name and range, each fetched once; safe for several threads. Close it, or use it in a `with`.

    A pinned version is taken wherever the range allows it.
    """

    def __init__(
        self,
        options: SourceOptions,
        keep: Callable[[str], bool],
        pins: Mapping[str, str] | None = None,
        *,
        upload_before: datetime | None = None,
    ) -> None:
        self._keep = keep
        self._pins = {str(canonicalize_name(name)): version for name, version in (pins or {}).items()}
        self._upload_before = upload_before
        self._api = SimpleApi(options)
        self._lock = threading.Lock()
        self._projects: _Once[str, tuple[IndexFile, ...]] = _Once()
        self._snapshots: _Once[tuple[str, Version], Snapshot] = _Once()
        self._found: _Once[tuple[str, str], Snapshot | None] = _Once()
        self._failures: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    @property
    def failures(self) -> dict[str, str]:
        """Why libraries could not be had, by `name` and range as they were asked for; sorted."""
        with self._lock:
            return dict(sorted(self._failures.items()))

    def find(self, name: str, specifier: str) -> Snapshot | None:
        """The newest release of `name` that the PEP 440 range `specifier` allows ('' for any), under `<name>-<version>/`.

        None, with the reason in `failures`, where it cannot be had. One release is one `Snapshot` object, whatever ranges led to it.
        """
        library = str(canonicalize_name(name))
        return self._found.get((library, specifier), lambda: self._find(library, specifier))

    def _find(self, name: str, specifier: str) -> Snapshot | None:
        pin = self._pins.get(name)
        if pin is not None and _allows(specifier, pin):
            wanted = Wanted(version=pin)
        else:
            wanted = Wanted(specifier=specifier, upload_before=self._upload_before)
        try:
            files = self._projects.get(name, lambda: self._api.project_files(name))
            release = choose_release(name, files, wanted)
            return self._snapshots.get((name, release.version), lambda: read_release(self._api, name, release, self._keep).snapshot())
        except SourceError as error:
            with self._lock:
                self._failures[f"{name}{specifier}"] = str(error)
            return None


class _Once(Generic[Key, Value]):
    """Values by key, each made once: the first thread makes it, others that want the same wait. An error is not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}
        self._made: dict[Key, Value] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]


def _allows(specifier: str, version: str) -> bool:
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidSpecifier:
        return True
