"""Which release of a project is read, and which of its files first: the same choice for targets and for libraries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from survey.model.errors import SourceError
from survey.sources.index_page import FileKind, IndexFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a project; the plain `Wanted()` is its newest release."""

    version: str | None = None
    """Exactly this one, yanked or not, whenever it was uploaded."""
    specifier: str = ""
    """PEP 440 ranges; '' for any version."""
    upload_before: datetime | None = None
    """Only what was there at this moment; a time without zone is UTC."""


@dataclass(frozen=True, slots=True)
class Release:
    """One version with the files worth trying, best first: the best wheel, then the sdist."""

    version: Version
    files: tuple[IndexFile, ...]


def choose_release(project: str, files: Iterable[IndexFile], wanted: Wanted) -> Release:
    """The newest final release that is `wanted`, or the newest pre-release where no final one is.

    Raises `SourceError` where there is none; for an unknown exact version it names the nearest.
    """
    files = tuple(files)
    if not files:
        raise SourceError(f"{project} has neither a wheel nor an sdist on the package index", hint="survey its repository: `--source git`")
    if wanted.version is not None:
        version = _exact(project, {file.version for file in files}, wanted.version)
        return Release(version, _best_first(file for file in files if file.version == version))
    allowed = _specifier(project, wanted.specifier)
    there = [file for file in files if _was_there(file, wanted.upload_before) and (not file.yanked or _pinned(allowed))]
    versions = sorted({file.version for file in there if allowed.contains(file.version, prereleases=True)})
    if not versions:
        limits = [wanted.specifier, f"uploaded by {wanted.upload_before.isoformat()}" if wanted.upload_before else ""]
        asked = " ".join(limit for limit in limits if limit) or "that is not yanked"
        raise SourceError(f"{project} has no release {asked}", hint="ask for an exact version, as in NAME==VERSION")
    version = max((candidate for candidate in versions if not candidate.is_prerelease), default=versions[-1])
    return Release(version, _best_first(file for file in there if file.version == version))


def _best_first(files: Iterable[IndexFile]) -> tuple[IndexFile, ...]:
    """A wheel for everybody, else the smallest wheel; then the sdist, gzip first. The name decides between equals."""
    ordered = sorted(files, key=lambda file: (not file.pure, file.size is None, file.size or 0, file.filename))
    wheels = [file for file in ordered if file.kind is FileKind.WHEEL]
    sdists = sorted((file for file in ordered if file.kind is FileKind.SDIST), key=lambda file: not file.filename.endswith(".tar.gz"))
    return (*wheels[:1], *sdists[:1])


def _exact(project: str, versions: set[Version], text: str) -> Version:
    try:
        version = Version(text)
    except InvalidVersion:
        raise SourceError(f"{text[:60]!r} is no version of {project}", hint="versions look like 1.2.3, 1.2b1") from None
    if version in versions:
        return version
    nearest = ", ".join(str(near) for near in _nearest(version, sorted(versions)))
    raise SourceError(f"{project} has no release {version}; the nearest are {nearest}", hint="ask for one of these, or for the newest")


def _nearest(version: Version, versions: Sequence[Version]) -> list[Version]:
    """The three versions that share the most leading numbers, and among those the closest in order."""
    place = sum(other < version for other in versions)

    def distance(item: tuple[int, Version]) -> tuple[int, int]:
        index, other = item
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(other.release, version.release, strict=False)))
        return -shared, abs(2 * (index - place) + 1)

    by_nearness = sorted(enumerate(versions), key=distance)
    return [other for _, other in by_nearness[:3]]


def _specifier(project: str, text: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise SourceError(f"{text[:80]!r} is no version range for {project}", hint="ranges look like >=1.2,<2") from None


def _pinned(allowed: SpecifierSet) -> bool:
    """Whether the range is one exact version, for which a yanked release may be used (PEP 592)."""
    return any(part.operator == "===" or (part.operator == "==" and not part.version.endswith(".*")) for part in allowed)


def _was_there(file: IndexFile, moment: datetime | None) -> bool:
    if moment is None:
        return True
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return file.upload_time is not None and file.upload_time <= aware
