"""What generators yield: elements, or pairs merged by key."""

from __future__ import annotations

from typing import TypeGuard

from survey.flow import elements
from survey.flow.frames import Frame
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import Atom, Mapping, Opaque, Sequence, Value, of


def generated(m: Machine, frame: Frame, kind: str) -> Value:
    """What a generator yields: pairs merged by key where it yields pairs, else the elements."""
    if kind == "generator" and any(_is_pair(value) for _, value, _ in frame.yields) and all(_may_pair(v) for _, v, _ in frame.yields):
        pairs = m.mapping(is_sequence=True)
        for cond, value, site in frame.yields:
            for guard, atom in value.alts:
                both = m.conds.all(cond, guard)
                if isinstance(atom, Mapping):
                    m.merge(pairs, atom, both)
                elif isinstance(atom, Sequence):
                    for other, key in atom.items[0][1].alts:
                        m.put(pairs, key, atom.items[1][1], m.conds.all(both, other), site)
                else:
                    elements.spread_into(m, pairs, of(atom), both)
        return of(pairs)
    result = m.sequence(kind)
    for cond, value, _ in frame.yields:
        m.append(result, cond, value)
    return of(result)


def _is_pair(value: Value) -> bool:
    """A known key with its value, or several of them."""
    return all(
        (isinstance(a, Mapping) and a.is_sequence) or (is_couple(a) and any(text_of(k) is not None for k in a.items[0][1].atoms))
        for a in value.atoms
    )


def _may_pair(value: Value) -> bool:
    """Pairs, couples whose key is not known, or something of which nothing is known."""
    return all((isinstance(a, Mapping) and a.is_sequence) or is_couple(a) or (isinstance(a, Opaque) and not a.kind) for a in value.atoms)


def is_couple(atom: Atom) -> TypeGuard[Sequence]:
    """A tuple of two."""
    return isinstance(atom, Sequence) and atom.kind == "tuple" and len(atom.items) == 2 and atom.rest is None
