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
from survey.view.phrases import told
from survey.view.text import clean
from survey.view.wording import Message, Wording, load_wording, say

_OVER = (Stage.DONE, Stage.FAILED)


class PlainProgress:
    """One line an event on stderr."""

    def __init__(self, words: Wording) -> None:
        self._words = words

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """Tell the stage; waiting in the queue is no event."""
        if stage is not Stage.QUEUED:
            click.echo(self._words("progress.line", target=target, said=_said(stage, detail, self._words)), err=True)

    def step(self, target: str, done: int, total: int) -> None:
        """Tell how many packages are analysed."""
        if done:
            click.echo(self._words("progress.line", target=target, said=say("progress.packages", done=done, total=total)), err=True)


class LiveProgress:
    """One line a target that is kept up to date."""

    def __init__(self, shown: Progress, words: Wording) -> None:
        self._shown = shown
        self._words = words
        self._lines: dict[str, TaskID] = {}
        self._lock = Lock()

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        """Change the words of the target's line."""
        words = self._words(_said(stage, detail, self._words))
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


def _said(stage: Stage, detail: str, words: Wording) -> Message:
    shown = say(f"progress.{stage.name.lower()}")
    return say("progress.detail", stage=shown, detail=told(detail, "reason", words)) if detail else shown


@contextmanager
def show_progress(language: str) -> Iterator[ProgressPort]:
    """The observer that fits stderr, for as long as the block runs."""
    words = load_wording(language)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PlainProgress(words)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[words]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, expand=True, transient=True) as shown:
        yield LiveProgress(shown, words)
