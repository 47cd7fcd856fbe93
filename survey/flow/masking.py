"""What another package's code gives that was told by a switch to mask it: certainly content only where the switch does not say so."""

from __future__ import annotations

from survey.flow import origins
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import Arguments, BoundMethod, ClassValue, FunctionValue, Instance, Opaque, Partial, Pattern, Term, Value

_AT_HAND = (FunctionValue, BoundMethod, Partial, ClassValue, Instance)
"""What shows itself what it does with its arguments."""


def masked(m: Machine, func: Value, args: Arguments, result: Value) -> Value:
    """`result` of calling `func`, which may be masked where a switch among `args` that is named for that is on."""
    if any(isinstance(atom, _AT_HAND) for atom in func.atoms) or not any(isinstance(atom, (Opaque, Pattern)) for atom in result.atoms):
        return result
    shown: Cond = TRUE
    for name, _, value in args:
        if name and any(isinstance(atom, Term) for atom in value.atoms) and not m.knowledge.masking.isdisjoint(origins.words_of(name)):
            shown = m.conds.all(shown, m.conds.negate(m.truth(value)))
    if shown == TRUE:
        return result
    # what masking leaves of it is not known
    guard = m.conds.any(shown, UNKNOWN)
    return Value(tuple((m.conds.all(cond, guard) if isinstance(atom, (Opaque, Pattern)) else cond, atom) for cond, atom in result.alts))
