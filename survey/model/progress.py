"""The progress port: what the lower layers report and the cli shows."""

from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """The stages of one target, in order."""

    QUEUED = "queued"
    FETCH = "fetching"
    ANALYSE = "analysing"
    DONE = "done"
    FAILED = "failed"


class Progress(Protocol):
    """Receives what happens; implementations must be cheap and never raise."""

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """`target` entered `stage`; `detail` is one short phrase for people."""

    def step(self, target: str, done: int, total: int) -> None:
        """`done` of `total` packages of `target` are analysed."""


class SilentProgress:
    """The observer that shows nothing."""

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """Ignore."""

    def step(self, target: str, done: int, total: int) -> None:
        """Ignore."""
