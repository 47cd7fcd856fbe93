"""Where surveyed source comes from: git, registries, local folders; each yields one immutable `Snapshot`."""

from survey.sources.options import SourceOptions, SourcePreference
from survey.sources.select import fetch_snapshot

__all__ = ["SourceOptions", "SourcePreference", "fetch_snapshot"]
