"""Whether something is there: containers that are filled under conditions, and objects that a library certainly gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond
from survey.flow.values import Atom, Mapping, Sequence, Struct, Value

if TYPE_CHECKING:
    from survey.flow.machine import Machine


def filled(m: Machine, atom: Mapping | Sequence) -> Cond:
    """The condition that a container is not empty.

    One that only the running code can have filled is so where one of its elements is there; of any other it is not known.
    """
    members = [pair.cond for pair in atom.pairs.values()] if isinstance(atom, Mapping) else [cond for cond, _ in atom.items]
    if TRUE in members:
        return TRUE
    if not members or atom.rest is not None or atom.shared or (isinstance(atom, Mapping) and atom.name) or not is_local(m, atom):
        return UNKNOWN
    result = FALSE
    for cond in members:
        result = m.conds.any(result, cond)
    # where something may be in it whatever is set, no switch is meant
    return m.conds.unnamed(result) if result.may == 1 else result


def is_local(m: Machine, atom: Mapping | Sequence) -> bool:
    """Whether a container was made by the running function, or by what it was handed through as an argument from: none else fills it."""
    for frame in reversed(m.frames):
        if atom.serial >= frame.entry_serial:
            return True
        if not any(atom is other for value in frame.arguments.values() for other in value.atoms):
            return False
    return False


def share(m: Machine, value: Value) -> None:
    """Note that code which is not read, or runs later, may fill the containers in `value`: that they look empty proves nothing."""
    for atom in value.atoms:
        if isinstance(atom, (Mapping, Sequence)) and not atom.shared:
            members = [pair.cond for pair in atom.pairs.values()] if isinstance(atom, Mapping) else [cond for cond, _ in atom.items]
            if TRUE not in members:
                atom.shared = True
                m.changed(atom)


def given(m: Machine, kind: str) -> Struct:
    """The object of class `kind` that a library gives: it is never absent, and one is like another."""
    found = m.given.get(kind)
    if found is None:
        found = m.given[kind] = Struct(kind, 0, 0)
    return found


def is_given(m: Machine, atom: Atom, kind: str) -> bool:
    """Whether `atom` is an object that a library gives, of the class with this bare name."""
    return isinstance(atom, Struct) and m.given.get(atom.type) is atom and atom.type == kind
