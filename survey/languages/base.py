"""What a language gives to the rest: packages, lowered files, and the file behind an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from survey.model.ir import Module
from survey.model.snapshot import Snapshot
from survey.model.vocabulary import Language


class UnreadableFile(Exception):
    """A file that cannot be analysed; the text is the reason shown to readers (`nested too deeply`, `not UTF-8`…)."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One declared runtime dependency (extras included), as the package's metadata writes it."""

    name: str
    """Normalised by the registry's rule."""
    specifier: str
    """The registry's own range syntax; '' for any version."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Something that a package offers under a name, for others to find by its group and load."""

    group: str
    name: str
    target: str
    """`module:attribute`."""


@dataclass(frozen=True, slots=True)
class PackageSource:
    """One package found in a snapshot: its metadata and the files that belong to it."""

    name: str
    """The distribution's name, as published."""
    version: str | None
    language: Language
    path: str
    """Folder of the package in the snapshot ('' for its root)."""
    modules: Mapping[str, str]
    """Importable module name to path, of the shipped code; tests, examples, docs and samples left out.

    Package modules under their own name (`a.b` for `a/b/__init__.py`).
    """
    dependencies: tuple[Dependency, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    """(path, reason) of files that look like code but were left out for a reason worth telling (too large, undecodable)."""
    entry_points: tuple[EntryPoint, ...] = ()


class Frontend(Protocol):
    """One language."""

    language: Language
    extensions: tuple[str, ...]

    def keep(self, path: str) -> bool:
        """Whether a source has to keep the file at `path`: code and package metadata of this language."""

    def find_packages(self, snapshot: Snapshot) -> tuple[PackageSource, ...]:
        """Every package of this language in `snapshot`, sorted by path and name. Never executes anything."""

    def lower(self, path: str, source: bytes) -> Module:
        """One file as IR; raises `UnreadableFile`."""

    def absolute_module(self, module: str, level: int, importer: str, importer_is_package: bool) -> str:
        """The full name of the module that an import in `importer` means (`Import.module`, `Import.level`); '' when it leads nowhere."""
