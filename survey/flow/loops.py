"""Loops: rounds one by one where elements are told apart, all alike together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from survey.flow import execute, iterating, paths
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import ClassValue, Const, EnumMember, External, FunctionValue, Mapping, Pattern, Sequence, Struct, Value
from survey.model import ir

_APART = 6
"""Elements of a loop that are always gone through one by one."""


_ROUNDS = 300
"""Rounds of all loops in one function body that keep elements apart."""


class Round(NamedTuple):
    """One round of a loop: the condition of it, what it begins with, and what is gone through in it, if anything is."""

    cond: Cond
    start: Callable[[], None]
    item: Value | None


def rounds(m: Machine, body: tuple[ir.Stmt, ...], rounds: Iterable[Round], *, exact: bool) -> bool:
    """Run a loop's body once per round and leave the path that follows the loop; returns whether a round may break.

    `exact`: the rounds are all there are, so that returns inside them are to be believed.
    """
    frame = m.frame
    before, exits, raised = frame.path, frame.exits, frame.raised
    steps = frame.steps
    broke: Cond = FALSE
    left: list[tuple[Cond, dict[str, Value]]] = []
    way, place = frame.way, m.next_serial()
    for number, (guard, start, item) in enumerate(rounds):
        entered, known = frame.path, frame.steps
        paths.narrowed(m, frame, guard, item)
        if not frame.path.possible:
            frame.path, frame.steps = entered, known
            continue
        skipped = m.conds.negate(guard) if exact else UNKNOWN
        names = dict(frame.env.names)
        frame.loops.append(([], []))
        frame.way = (*way, (place, number))
        start()
        execute.block(m, body)
        frame.way = way
        breaks, continues = frame.loops.pop()
        if continues:
            frame.env.names = execute.met(m, continues)
            for cond, _ in continues:
                frame.path = m.conds.any(frame.path, cond)
        for cond, _ in breaks:
            broke = m.conds.any(broke, cond)
        left += breaks
        if skipped.possible:
            frame.path = m.conds.any(frame.path, m.conds.all(entered, skipped))
            frame.env.names = execute.merged_names(m, [(guard if exact else UNKNOWN, frame.env.names), (skipped, names)])
        paths.settled(m, frame, known)
        if not frame.path.possible:
            break
    if left:
        frame.env.names = execute.met(m, left)
    if frame.exits == exits:
        frame.path = before
    else:
        frame.path = m.conds.any(frame.path, broke)
        if not exact:  # there may have been no round at all, and then nothing was raised either
            frame.path = m.conds.any(frame.path, m.conds.all(before, UNKNOWN))
            frame.raised = raised
    paths.settled(m, frame, steps)
    return broke.possible


def alike(m: Machine, found: iterating.Items) -> iterating.Items:
    """The elements to go through one by one: those that no known key or constant sets apart are taken together."""
    frame = m.frame
    limit = _APART if frame.rounds < _ROUNDS else 1
    if len(found.items) <= limit:
        frame.rounds += len(found.items)
        return found
    apart = [(cond, item) for cond, item in found.items if frame.rounds < _ROUNDS and _is_keyed(item)]
    frame.rounds += len(apart)
    if len(apart) == len(found.items):
        return found
    kept = {id(item) for _, item in apart}
    alike = m.join([(cond, item) for cond, item in found.items if id(item) not in kept])
    return iterating.Items(apart, alike if found.rest is None else m.join([(TRUE, alike), (TRUE, found.rest)]))


def _is_keyed(value: Value) -> bool:
    """A constant, a key, a tuple that begins with one, or a row of a table of constants."""
    for atom in value.atoms:
        if isinstance(atom, Sequence):
            if not atom.items or not _is_keyed(atom.items[0][1]):
                return False
        elif isinstance(atom, Mapping):
            if not _is_row(atom):
                return False
        elif not isinstance(atom, (Const, Pattern, EnumMember, Struct, FunctionValue, ClassValue, External)):
            return False
    return True


def _is_row(atom: Mapping) -> bool:
    """A dict that is nothing but constants, as a table of what to wrap holds them."""
    plain = (Const, EnumMember, FunctionValue, ClassValue, External)
    values = [pair.value.only for pair in atom.pairs.values()]
    return atom.rest is None and any(isinstance(v, Const) for v in values) and all(isinstance(v, plain) for v in values)
