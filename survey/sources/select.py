"""Chooses the source of a target: its folder, its repository, or the registry's releases."""

from collections.abc import Callable
from dataclasses import replace

from survey.model.errors import HostUnreachable, OfflineMiss, SourceError
from survey.model.progress import Progress, Stage
from survey.model.snapshot import Snapshot
from survey.model.target import Target
from survey.sources.git import fetch_repository
from survey.sources.options import SourceOptions, SourcePreference
from survey.sources.path import read_folder
from survey.sources.pypi import fetch_releases


def fetch_snapshot(target: Target, options: SourceOptions, keep: Callable[[str], bool], progress: Progress) -> Snapshot:
    """`target`'s files whose path `keep` accepts, from the source that `options` prefer. Raises `SourceError` and its children.

    With `auto`, the registry stands in for a repository that cannot be reached (or is not in the cache, offline), and for that alone:
    a wrong revision or a refused address is an error. The snapshot then says so in `source.fallback_reason`.
    """
    if target.path is not None:
        progress.stage(target.id, Stage.FETCH, "reading the folder")
        return read_folder(target, keep)
    if options.prefer is SourcePreference.REGISTRY or (options.prefer is SourcePreference.AUTO and target.git is None):
        return _releases(target, options, keep, progress)
    try:
        return fetch_repository(target, options, keep, progress)
    except (HostUnreachable, OfflineMiss) as error:
        if options.prefer is SourcePreference.GIT or not target.packages:
            raise
        return _instead(error, target, options, keep, progress)


def _releases(target: Target, options: SourceOptions, keep: Callable[[str], bool], progress: Progress) -> Snapshot:
    progress.stage(target.id, Stage.FETCH, "reading the registry's releases")
    return fetch_releases(target, options, keep)


def _instead(failure: SourceError, target: Target, options: SourceOptions, keep: Callable[[str], bool], progress: Progress) -> Snapshot:
    """The releases, with the reason why they are not the repository; one error with both reasons where they cannot be had either."""
    try:
        snapshot = _releases(target, options, keep, progress)
    except SourceError as error:
        raise type(error)(f"{failure}; and the registry: {error}", hint=error.hint) from error
    return replace(snapshot, source=replace(snapshot.source, fallback_reason=str(failure)))
