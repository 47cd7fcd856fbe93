"""What the user may decide about where source comes from, how long to wait and where copies are kept."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import platformdirs


class SourcePreference(StrEnum):
    """Which of a target's sources is read."""

    AUTO = "auto"
    """The repository; the registry's releases where its host cannot be reached."""
    GIT = "git"
    REGISTRY = "registry"


def default_cache_dir() -> Path:
    """The user's cache folder of this tool; not created here."""
    return Path(platformdirs.user_cache_dir("agent-content-survey"))


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How sources are fetched; the defaults are those of the command line."""

    prefer: SourcePreference = SourcePreference.AUTO
    offline: bool = False
    """Use the cache alone; what it does not hold raises `OfflineMiss`."""
    timeout: float = 600.0
    """Seconds that one group of network operations may take: the tree, the file contents, one release."""
    reach_timeout: float = 10.0
    """Seconds in which a host must answer at all."""
    cache_dir: Path = field(default_factory=default_cache_dir)
