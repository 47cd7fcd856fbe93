"""Progress for people: one live line a target on a terminal, one plain line an event elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from survey.model.progress import Progress as ProgressPort
from survey.model.progress import Stage
from survey.view.text import clean

_OVER = (Stage.DONE, Stage.FAILED)


class PlainProgress:
    """One line an event on stderr."""

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """Tell the stage; waiting in the queue is no event."""
        if stage is not Stage.QUEUED:
            click.echo(f"{clean(target)}: {stage}" + (f": {clean(detail)}" if detail else ""), err=True)

    def step(self, target: str, done: int, total: int) -> None:
        """Tell how many packages are analysed."""
        if done:
            click.echo(f"{clean(target)}: {done} of {total} packages", err=True)


class LiveProgress:
    """One line a target that is kept up to date."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._lines: dict[str, TaskID] = {}
        self._lock = Lock()

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """Change the words of the target's line."""
        words = f"{stage}: {clean(detail)}" if detail else str(stage)
        with self._lock:
            if target not in self._lines:
                self._lines[target] = self._shown.add_task(clean(target), total=None, words=words)
            self._shown.update(self._lines[target], words=words)
            if stage in _OVER:
                self._shown.update(self._lines[target], total=1, completed=1)

    def step(self, target: str, done: int, total: int) -> None:
        """Move the target's bar."""
        with self._lock:
            if target in self._lines:
                self._shown.update(self._lines[target], completed=done, total=total)


@contextmanager
def show_progress() -> Iterator[ProgressPort]:
    """The observer that fits stderr, for as long as the block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PlainProgress()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[words]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, expand=True, transient=True) as shown:
        yield LiveProgress(shown)
