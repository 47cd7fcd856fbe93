"""Functions that again and again do nothing: after a while they are left alone, unless they are given something they never had."""

from __future__ import annotations

from survey.flow import kinds, shapes
from survey.flow.frames import Frame
from survey.flow.machine import PATIENCE, Machine
from survey.flow.values import Const, Term, Value
from survey.flow.writes import RawWrite

_MAX_HEARD = 20
"""Arguments of one function that are told apart."""


def is_idle(m: Machine, counted: object, names: dict[str, Value]) -> bool:
    """Whether a function has been run often enough to know that a call with these arguments does nothing either.

    What it compares a text with, or looks up by it, nobody has looked into: one that is new is tried.
    """
    runs, _ = m.idle.get(counted, (0, None))
    if runs < PATIENCE:
        return False
    if any(kinds.tells(m, value) for value in names.values()):
        return False
    heard = m.heard.get(counted, set())
    return len(heard) >= _MAX_HEARD or not any(telling not in heard for telling in _telling(names))


def learn(m: Machine, counted: object, names: dict[str, Value], writes: list[RawWrite], result: Value, frame: Frame) -> None:
    """A function that again and again writes nothing, changes nothing and returns nothing telling is left alone in the end.

    This is what keeps serialisers and walkers of arbitrary data, which call themselves for every type there is, from
    eating the whole analysis. A function that is given keys is never left alone: its next key may be the telling one;
    nor is a constructor that is given a mapping of them, nor what is given a switch: it says what that means.
    """
    known = m.idle.get(counted)
    given_keys = any(shapes.is_key(value) or (frame.impure and shapes.holds_keys(value)) for value in names.values())
    given_keys = given_keys or any(isinstance(atom, Term) for value in names.values() for atom in value.atoms)
    if writes or frame.effect or (known is not None and known[0] < 0) or given_keys:
        m.idle[counted] = (-1, None)
        return
    runs, usual = known if known is not None else (0, result)
    same = usual is not None and (usual is result or shapes.key_of(m, usual) == shapes.key_of(m, result))
    if not same and (shapes.is_telling(result) or (usual is not None and shapes.is_telling(usual))):
        m.idle[counted] = (-1, None)
        return
    m.idle[counted] = (runs + 1, usual if same else None)
    m.heard.setdefault(counted, set()).update(_telling(names))


def _telling(names: dict[str, Value]) -> set[object]:
    """Of arguments, what a function may compare or look up: texts. Callables and objects are as many as there are walkers of data."""
    return {(name, a) for name, value in names.items() for a in value.atoms if isinstance(a, Const) and isinstance(a.value, str)}
