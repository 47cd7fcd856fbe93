"""The one thing every source yields: an immutable tree of bytes at one exact revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import quote

from survey.model.vocabulary import SourceKind


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where a snapshot came from, exact enough to fetch it again."""

    kind: SourceKind
    url: str
    ref: str | None = None
    """As asked for."""
    commit: str | None = None
    """Full commit id; None for registry and path sources."""
    committed_at: str | None = None
    """ISO 8601, UTC."""
    fallback_reason: str | None = None
    """Why this is not the first choice of source."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One registry release inside a snapshot; its files lie under `prefix`."""

    prefix: str
    """Folder inside the snapshot, no trailing slash; '' when the snapshot is this distribution alone."""
    name: str
    version: str
    filename: str
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class Omission:
    """A file or folder of the source that the snapshot does not hold, and why."""

    path: str
    reason: str
    """`missing blob`, `too large`, `symlink`, `submodule`, `not a regular file`…"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable, read-only tree: POSIX paths to bytes.

    `files` holds every regular file in scope whose bytes the source could give; `omitted` names the others.
    """

    source: SourceInfo
    files: Mapping[str, bytes]
    omitted: tuple[Omission, ...] = ()
    distributions: tuple[Distribution, ...] = field(default=())

    def distribution_of(self, path: str) -> Distribution | None:
        """The registry release that holds `path`; None for git and path sources."""
        for distribution in self.distributions:
            if not distribution.prefix or path.startswith(distribution.prefix + "/"):
                return distribution
        return None

    def shown_path(self, path: str) -> str:
        """`path` as a reader of the project knows it: relative to the repository, or to the release's archive."""
        distribution = self.distribution_of(path)
        return path[len(distribution.prefix) + 1 :] if distribution and distribution.prefix else path

    def permalink(self, path: str, line: int, end_line: int) -> str | None:
        """A URL that shows these lines at this exact revision, where the host has such URLs."""
        base, source = self.source.url.removesuffix(".git"), self.source
        if source.kind is SourceKind.GIT and source.commit and base.startswith("https://"):
            lines = f"#L{line}" + (f"-L{end_line}" if end_line > line else "")
            middle = "/-/blob/" if "gitlab" in base.split("/")[2] else "/blob/"
            return f"{base}{middle}{source.commit}/{quote(path)}{lines}"
        return None


def in_scope(path: str, scope: tuple[str, ...]) -> bool:
    """Whether `path` lies in one of the folder prefixes or globs (in any place when there are none) and in none that starts with `!`."""

    def under(place: str) -> bool:
        return (
            path == place
            or path.startswith(place.rstrip("/") + "/")
            or fnmatchcase(path, place)
            or fnmatchcase(path, place.rstrip("/") + "/*")
        )

    wanted = [place for place in scope if not place.startswith("!")]
    return (not wanted or any(map(under, wanted))) and not any(under(place[1:]) for place in scope if place.startswith("!"))
