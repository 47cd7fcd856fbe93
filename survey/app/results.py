"""What became of one target, as the document tells it: every shortfall is a status with a reason."""

from collections.abc import Iterable, Mapping, Sequence, Sized

from survey.app.reading import Languages, Reading
from survey.languages.base import PackageSource
from survey.model.document import Library, Package, Searched, Skipped, Source, TargetResult, Unresolved
from survey.model.snapshot import Omission, Snapshot
from survey.model.target import Target
from survey.model.vocabulary import Outcome, Role, SourceKind, TargetStatus

NO_PACKAGE = "no package of a supported language was found"
_NAMED = 3
_REGISTRIES = (SourceKind.PYPI, SourceKind.NPM)
_ELSEWHERE = ("submodule", "symlink")
"""Omissions worth telling that cost the target nothing of its own: what they stand for lies in another place."""


def describe_source(snapshot: Snapshot) -> Source:
    """Where `snapshot` came from."""
    info = snapshot.source
    releases = (Library(name=each.name, version=each.version, sha256=each.sha256) for each in snapshot.distributions)
    return Source(
        kind=info.kind,
        url=info.url,
        ref=info.ref,
        commit=info.commit,
        committed_at=info.committed_at,
        fallback_reason=info.fallback_reason,
        releases=tuple(sorted(releases, key=lambda release: (release.name, release.version))),
    )


def failed_target(target: Target, reason: str, source: Source | None = None) -> TargetResult:
    """A target of which nothing could be analysed."""
    return TargetResult(id=target.id, name=target.name, repo=target.repo, status=TargetStatus.FAILED, reason=_text(reason), source=source)


def failed_package(package: PackageSource, snapshot: Snapshot, reason: str) -> Package:
    """A package whose analysis did not come to an end: every role is an error, and the reason is its one unresolved entry."""
    path = _text(snapshot.shown_path(f"{package.path}/").strip("/"))
    distribution = snapshot.distribution_of(f"{package.path}/")
    version = package.version or (distribution.version if distribution else None)
    return Package(
        name=_text(package.name),
        version=_text(version) if version else None,
        language=package.language,
        path=path,
        status=TargetStatus.FAILED,
        outcomes={role: Outcome.ERROR for role in Role if role is not Role.UNKNOWN},
        unresolved=(Unresolved(path=path or ".", line=1, sink="", reason=_text(reason)),),
        searched=Searched(files=len(package.modules), sinks=0),
    )


def target_result(
    target: Target, reading: Reading, source: Source, packages: Sequence[Package], missing: Mapping[str, str], languages: Languages
) -> TargetResult:
    """One target with all its packages; `missing` are libraries that could not be had."""
    snapshot = reading.snapshot
    lost = [_skipped(snapshot, each.path, each.reason) for each in snapshot.omitted if languages.is_code(each.path)]
    releases = [_skipped(snapshot, each.path, each.reason) for each in snapshot.omitted if _is_release(snapshot, each)]
    elsewhere = [_skipped(snapshot, each.path, each.reason) for each in snapshot.omitted if each.reason in _ELSEWHERE]
    unread = [_skipped(snapshot, path, reason) for package in reading.packages for path, reason in package.skipped]
    failed = [package for package in packages if package.status is TargetStatus.FAILED]
    partial = [package for package in packages if package.status is TargetStatus.PARTIAL]
    reasons = []
    if releases:
        reasons.append(f"{_count(releases, 'release')} could not be read: {_named(f'{item.path} ({item.reason})' for item in releases)}")
    if failed:
        named = _named(f"{package.name} ({package.unresolved[0].reason})" for package in failed)
        reasons.append(f"{len(failed)} of {len(packages)} packages failed: {named}")
    if lost:
        reasons.append(f"{_count(lost, 'source file')} could not be read: {_named(item.path for item in lost)}")
    if missing:
        named = _named(f"{name} ({reason})" for name, reason in sorted(missing.items()))
        reasons.append(f"{_count(missing, 'library', 'libraries')} could not be read: {named}")
    if partial:
        reasons.append(f"{len(partial)} of {len(packages)} packages could be analysed only in part")
    if not packages:
        status, reasons = TargetStatus.SKIPPED, [NO_PACKAGE, *reasons]
    elif len(failed) == len(packages):
        status = TargetStatus.FAILED
    else:
        status = TargetStatus.PARTIAL if reasons else TargetStatus.ANALYSED
    return TargetResult(
        id=target.id,
        name=target.name,
        repo=target.repo,
        status=status,
        reason=_text("; ".join(reasons)),
        source=source,
        packages=tuple(packages),
        skipped=tuple({item.path: item for item in sorted([*unread, *elsewhere, *releases, *lost], key=lambda item: item.path)}.values()),
    )


def _skipped(snapshot: Snapshot, path: str, reason: str) -> Skipped:
    return Skipped(path=_text(snapshot.shown_path(path)), reason=_text(reason))


def _is_release(snapshot: Snapshot, omission: Omission) -> bool:
    """Whether a whole release of the registry is missing: files lie in its folder, the release itself lies beside it."""
    return snapshot.source.kind in _REGISTRIES and "/" not in omission.path


def _count(items: Sized, one: str, more: str = "") -> str:
    return f"{len(items)} {one if len(items) == 1 else more or f'{one}s'}"


def _named(items: Iterable[str]) -> str:
    """The first few, and how many there are beside them."""
    named = list(items)
    return ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" if len(named) > _NAMED else "")


def _text(text: str) -> str:
    """`text` as JSON can hold it: file names of a repository need not be Unicode."""
    return text.encode("utf-8", "replace").decode()
