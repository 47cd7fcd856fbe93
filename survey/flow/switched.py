"""Content that a switch decided about beforehand: on some ways there is none in a value, nor in what is made of it.

`text(data if capture else None)`: what the other setting leaves is no content, whatever is made of it later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.flow.conditions import FALSE, TRUE, Cond
from survey.flow.values import Arguments, Atom, Const, EnumMember, Mapping, Opaque, Term, Truth, Value, of
from survey.model.vocabulary import GateKind

if TYPE_CHECKING:
    from survey.flow.machine import Machine

_NO_CONTENT = of(Const(""))


def telling(m: Machine, value: Value) -> Cond:
    """When `value` can be content at all, where on some ways it can and on others not; TRUE where there is but one sort of way."""
    found = [(guard, atom) for guard, atom in value.alts if not says_nothing(m, atom)]
    if not found or len(found) == len(value.alts):
        return TRUE
    result = FALSE
    for guard, _ in found:
        result = m.conds.any(result, guard)
    return result


def says_nothing(m: Machine, atom: Atom) -> bool:
    """Whether an atom is no content and will not become any: a constant, a switch, an object built of figures about a call."""
    if isinstance(atom, Mapping):
        return atom.rest is None and bool(atom.pairs) and atom.pairs.keys() <= m.knowledge.figures
    return isinstance(atom, (Const, Truth, EnumMember)) or (isinstance(atom, Term) and atom.gate.kind is not GateKind.CONTEXT)


def result(m: Machine, args: Arguments, hints: frozenset[str], kind: str = "") -> Value:
    """What comes of a call that is not looked into: something with these hints, where switches let any content in."""
    carrying = FALSE
    for _, _, value in args:
        met = telling(m, value) if len(value.alts) > 1 else TRUE
        if m.conds.closable(met):
            carrying = m.conds.any(carrying, met)
        elif m.hints(value, 2):
            return of(Opaque(hints, kind))
    if not m.conds.closable(carrying):
        return of(Opaque(hints, kind))
    return m.join([(carrying, of(Opaque(hints, kind))), (m.conds.negate(carrying), _NO_CONTENT)])
