"""The lines of source around the steps of a write, out of the snapshots that were analysed."""

from survey.model.document import Package, Step, Write
from survey.model.snapshot import Snapshot
from survey.view.explanation import CodeLine, ShownStep
from survey.view.matrix import within

_AROUND = 1
"""Lines shown before and after the one that is pointed at."""
_NEAR = 4
"""Steps this many lines apart share their lines."""
_MOST_MARKED = 6
"""Lines of one write that are pointed at."""


class Frames:
    """Finds the lines of a step by the path that reports show."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._places: dict[str, tuple[Snapshot, str]] = {}
        self._lines: dict[str, list[str]] = {}
        self.add(snapshot)

    def add(self, snapshot: Snapshot) -> None:
        """Files of a further snapshot; those added before win."""
        for path in snapshot.files:
            self._places.setdefault(snapshot.shown_path(path), (snapshot, path))

    def has(self, shown: str) -> bool:
        """Whether the file is at hand."""
        return shown in self._places

    def steps(self, package: Package, write: Write) -> tuple[ShownStep, ...]:
        """The steps of a write with their code; its evidence alone where there are none."""
        steps = write.evidence.steps or (_evidence_step(write),)
        return tuple(self._shown(package, write, steps, position) for position in range(len(steps)))

    @staticmethod
    def bare(package: Package, write: Write) -> tuple[ShownStep, ...]:
        """The same without code."""
        steps = write.evidence.steps or (_evidence_step(write),)
        return tuple(ShownStep(step.note, within(step.path, package.path), step.line, None, ()) for step in steps)

    def _shown(self, package: Package, write: Write, steps: tuple[Step, ...], position: int) -> ShownStep:
        step = steps[position]
        following = steps[position + 1] if position + 1 < len(steps) else None
        before = steps[position - 1] if position else None
        place = write.evidence
        last = step.line
        if (step.path, step.line) == (place.path, place.line):
            last = min(place.end_line, step.line + _MOST_MARKED - 1)
        first_shown, last_shown = step.line - _AROUND, last + _AROUND
        if before is not None and before.path == step.path and 0 < step.line - before.line <= _NEAR:
            first_shown = step.line
        if following is not None and following.path == step.path and 0 < following.line - step.line <= _NEAR:
            last_shown = following.line - 1
        lines = self._source(step.path)
        shown = tuple(
            CodeLine(number, lines[number - 1], step.line <= number <= last)
            for number in range(max(1, first_shown), min(len(lines), last_shown) + 1)
        )
        while shown and not shown[-1].marked and not shown[-1].text.strip():
            shown = shown[:-1]
        while shown and not shown[0].marked and not shown[0].text.strip():
            shown = shown[1:]
        found = self._places.get(step.path)
        link = found[0].permalink(found[1], step.line, last) if found is not None else None
        return ShownStep(step.note, within(step.path, package.path), step.line, link, shown)

    def _source(self, shown: str) -> list[str]:
        if shown not in self._lines:
            found = self._places.get(shown)
            text = found[0].files[found[1]].decode("utf-8", "replace") if found is not None else ""
            self._lines[shown] = text.replace("\r\n", "\n").split("\n")
        return self._lines[shown]


def _evidence_step(write: Write) -> Step:
    return Step(path=write.evidence.path, line=write.evidence.line, note=f"written under {write.event or write.key}")
