"""Whole values: what the package built itself, part by part, and what it passes on as somebody gave it."""

from __future__ import annotations

from survey.flow.machine import Machine
from survey.flow.values import Atom, Const, Instance, Mapping, Sequence, Struct, Value, of
from survey.knowledge.engine import BUILT

EMPTY = of(Const("{}"))
"""The text of a value in which no content is."""


def is_built(m: Machine, atom: Atom) -> bool:
    """Whether the package itself put `atom` together, or the value whose text it is: then its parts are all known."""
    return isinstance(atom, Mapping | Sequence | Instance | Struct) or BUILT in m.hints_of_atom(atom, 1)


def is_figures(m: Machine, atom: Atom) -> bool:
    """Whether a mapping was built of nothing but figures about a call: its usage, its model, how it ended."""
    return isinstance(atom, Mapping) and atom.rest is None and bool(atom.pairs) and atom.pairs.keys() <= m.knowledge.figures


def hints_as_text(m: Machine, value: Value) -> frozenset[str] | None:
    """The hints of `value` made text, which still tell whether it was built here; None where it holds figures only."""
    telling = [atom for atom in value.atoms if not is_figures(m, atom)]
    if not telling:
        return None
    hints = m.hints(value, 5)
    return hints | {BUILT} if all(is_built(m, atom) for atom in telling) else hints
