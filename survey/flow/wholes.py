"""Whole values: what the package built itself, part by part, and what it passes on as somebody gave it."""

from __future__ import annotations

from survey.flow import switched
from survey.flow.conditions import FALSE, TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.values import Atom, Const, EnumMember, Instance, Mapping, Sequence, Struct, Term, Truth, Value, of
from survey.knowledge.engine import BUILT

EMPTY = of(Const("{}"))
"""The text of a value in which no content is."""
_DEPTH = 5
"""Levels of containers that are looked into for parts that are more than names."""


def is_built(m: Machine, atom: Atom) -> bool:
    """Whether the package itself put `atom` together, or the value whose text it is: then its parts are all known."""
    return isinstance(atom, (Mapping, Sequence, Instance, Struct)) or BUILT in m.hints_of_atom(atom, 1)


def is_figures(m: Machine, atom: Atom) -> bool:
    """Whether a mapping was built of nothing but figures about a call: its usage, its model, how it ended."""
    return isinstance(atom, Mapping) and switched.says_nothing(m, atom)


def hints_as_text(m: Machine, value: Value) -> frozenset[str] | None:
    """The hints of `value` made text, which still tell whether it was built here; None where it holds figures only."""
    telling = [atom for atom in value.atoms if not is_figures(m, atom)]
    if not telling:
        return None
    hints = m.hints(value, 5)
    return hints | {BUILT} if all(is_built(m, atom) for atom in telling) else hints


def text_of_parts(m: Machine, whole: Value, made: Atom) -> Value:
    """`made` of `whole`, or a text without content where some setting keeps all of that out of what was built here."""
    cond = FALSE
    for guard, atom in whole.alts:
        if not switched.says_nothing(m, atom):
            cond = m.conds.any(cond, m.conds.all(guard, told(m, atom)))
    return of(made) if cond.may in (0, 1) else m.join([(cond, of(made)), (m.conds.negate(cond), EMPTY)])


def told(m: Machine, atom: Atom) -> Cond:
    """When a container that was built here holds more than what names its parts; always, where nothing else is ever in it."""
    if not isinstance(atom, (Mapping, Sequence, Instance)):
        return TRUE
    cond = _more_than_labels(m, atom, _DEPTH)
    return cond if cond.possible else TRUE


def _more_than_labels(m: Machine, atom: Atom, depth: int) -> Cond:
    entries: list[tuple[str, Cond, Value]]
    if isinstance(atom, Mapping):
        entries = [(name if isinstance(name, str) else "", pair.cond, pair.value) for name, pair in atom.pairs.items()]
    elif isinstance(atom, Sequence):
        entries = [("", cond, item) for cond, item in atom.items]
    elif isinstance(atom, Instance):
        entries = [(name, TRUE, value) for name, value in atom.fields.items()]
    else:
        return TRUE
    if depth == 0 or (not isinstance(atom, Instance) and (atom.rest is not None or atom.shared)):
        return TRUE
    result = FALSE
    for name, cond, value in entries:
        for guard, part in value.alts:
            if result == TRUE:
                return TRUE
            inside = isinstance(part, (Mapping, Sequence, Instance))
            if inside or (name not in m.knowledge.labels and not isinstance(part, (Const, Term, Truth, EnumMember))):
                holds = _more_than_labels(m, part, depth - 1) if inside else TRUE
                result = m.conds.any(result, m.conds.all(m.conds.all(cond, guard), holds))
    return result
