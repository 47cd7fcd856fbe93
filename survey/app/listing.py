"""What can be surveyed, and what of it the cache already holds."""

from dataclasses import dataclass, replace
from pathlib import Path

from survey.app.reading import Languages
from survey.catalog import load_catalog
from survey.languages.registry import frontends
from survey.model.errors import SurveyError
from survey.model.progress import SilentProgress
from survey.model.snapshot import SourceInfo
from survey.model.target import Target
from survey.sources.options import SourceOptions
from survey.sources.select import fetch_snapshot


@dataclass(frozen=True, slots=True)
class Listed:
    """One target of the catalog."""

    target: Target
    cached: SourceInfo | None
    """What an offline run would read; None where it would find nothing."""
    releases: tuple[str, ...] = ()
    """Versions of the registry packages among it."""


def list_targets(catalog: Path | None, sources: SourceOptions) -> tuple[Listed, ...]:
    """Every target of the catalog, without touching the network; raises `UsageError`."""
    offline, languages = replace(sources, offline=True), Languages(frontends())
    return tuple(_listed(target, offline, languages) for target in load_catalog(catalog).targets)


def _listed(target: Target, offline: SourceOptions, languages: Languages) -> Listed:
    try:
        snapshot = fetch_snapshot(target, offline, languages.keep, SilentProgress())
    except SurveyError:
        return Listed(target, None)
    return Listed(target, snapshot.source, tuple(each.version for each in snapshot.distributions))
