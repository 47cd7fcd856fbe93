"""What was decided since a container was made: a change of it happens under that, whatever led to its making.

A frame keeps its path as the steps that it was narrowed by, each with the time. Where the steps do not add up to the path, because
it was narrowed elsewhere for a moment, the whole path counts. A test that what was made is there at all, and a loop over what it
lies in, decide nothing about it but what switches do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from survey.flow.conditions import TRUE, Cond
from survey.flow.values import Atom, Instance, Mapping, Method, Sequence, Struct, Value
from survey.model import ir

if TYPE_CHECKING:
    from survey.flow.frames import Frame
    from survey.flow.machine import Machine

_MOST = 24
"""Steps of one frame that are told apart."""
_DEEP = 5
"""Containers within containers that a test of the outermost tells to be there, and how many of them are looked at."""
_MOST_HELD = 60

Tests = tuple[tuple[ir.Expr, bool], ...]
"""Tests with whether they hold."""


class Step(NamedTuple):
    """A narrowing of a path: when, under what, and what was tested, gone through or called for that."""

    serial: int
    cond: Cond
    about: Tests | Value | None = None


def narrowed(m: Machine, frame: Frame, cond: Cond, about: Tests | Value | None = None) -> None:
    """Narrow the path of a frame by one step."""
    frame.path = m.conds.all(frame.path, cond)
    if cond != TRUE:
        frame.steps = (*frame.steps, Step(m.next_serial(), cond, about))


def joined(m: Machine, frame: Frame, before: tuple[Step, ...], ends: list[tuple[Step, ...]]) -> None:
    """Make the steps of a frame where several arms meet of those before them and those at the end of each."""
    if len(before) < _MOST and all(end[: len(before)] == before for end in ends):
        if len(ends) == 1:
            frame.steps = ends[0]
            return
        either = m.conds.any(_all(m, ends[0][len(before) :]), _all(m, ends[1][len(before) :]))
        for end in ends[2:]:
            either = m.conds.any(either, _all(m, end[len(before) :]))
        frame.steps = (*before, Step(m.next_serial(), either))
    else:
        frame.steps = (Step(m.next_serial(), frame.path),)


def settled(m: Machine, frame: Frame, before: tuple[Step, ...]) -> None:
    """The same after something that mostly leaves the path as it was."""
    if len(before) > _MOST or _all(m, before)[:2] != frame.path[:2]:
        frame.steps = (Step(m.next_serial(), frame.path),)
    else:
        frame.steps = before


def since(m: Machine, level: int, item: Mapping | Sequence | Instance | Struct) -> Cond:
    """What the path of the frame at `level` adds to what it was when `item` was made."""
    frame = m.frames[level]
    if frame.path == TRUE or not item.serial:
        return frame.path
    later = [step for step in frame.steps if step.serial > item.serial]
    if _all(m, frame.steps)[:2] != frame.path[:2]:
        return frame.path
    result = TRUE
    for step in later:
        cond = step.cond
        if step.about is not None and cond.may_not == 1 and _tells(m, level, step.about, item):
            cond = m.conds.known(cond)
        result = m.conds.all(result, cond)
    return result


def _all(m: Machine, steps: tuple[Step, ...]) -> Cond:
    result = TRUE
    for step in steps:
        result = m.conds.all(result, step.cond)
    return result


def _tells(m: Machine, level: int, about: Tests | Value, item: Atom) -> bool:
    """Whether the step says no more than that `item` is there."""
    if isinstance(about, Value):
        return holds(about, item)
    from survey.flow import tested  # noqa: PLC0415 - evaluates, for which machines are made

    saved = m.frames
    m.frames = m.frames[: level + 1]
    found = all(tested.is_there(m, test, item, holds=so) for test, so in about)
    m.frames = saved
    return found


def holds(value: Value, item: Atom) -> bool:
    """Whether `item` is one of the alternatives of `value`, or lies in one, not too deep and not among too many."""
    seen: set[int] = set()
    level = list(value.atoms)
    for _ in range(_DEEP):
        below: list[Atom] = []
        for atom in level:
            if isinstance(atom, Method):
                atom = atom.receiver  # noqa: PLW2901 - a method is there where what it belongs to is
            if not isinstance(atom, (Mapping, Sequence, Instance, Struct)) or id(atom) in seen:
                continue
            if atom is item or (type(atom) is type(item) and isinstance(item, (Mapping, Sequence)) and atom.serial == item.serial):
                return True
            if len(seen) >= _MOST_HELD:
                return False
            seen.add(id(atom))
            below += [part for held in _parts(atom) for part in held.atoms]
        level = below
    return False


def _parts(atom: Mapping | Sequence | Instance | Struct) -> list[Value]:
    if isinstance(atom, Mapping):
        return [pair.value for pair in atom.pairs.values()]
    return [item for _, item in atom.items] if isinstance(atom, Sequence) else list(atom.fields.values())


def guard(m: Machine, cond: Cond) -> Cond:
    """Of an alternative's guard, what switches say: that it is this one that is changed is given."""
    return m.conds.known(cond) if cond.may_not == 1 else cond
