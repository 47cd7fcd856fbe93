"""Snapshots out of literal files."""

from collections.abc import Mapping

from survey.languages.base import PackageSource
from survey.languages.python.metadata import find_packages
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import SourceKind


def snapshot(files: Mapping[str, str | bytes], url: str = "https://example.org/owner/project.git") -> Snapshot:
    contents = {path: content if isinstance(content, bytes) else content.encode() for path, content in files.items()}
    return Snapshot(SourceInfo(SourceKind.GIT, url), contents)


def packages(files: Mapping[str, str | bytes]) -> tuple[PackageSource, ...]:
    return find_packages(snapshot(files))


def only(files: Mapping[str, str | bytes]) -> PackageSource:
    (package,) = packages(files)
    return package


def code(*paths: str) -> dict[str, str]:
    """Empty files."""
    return dict.fromkeys(paths, "")
