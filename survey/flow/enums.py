"""Enumerations: their members, by name, by value, or by what a switch says."""

from __future__ import annotations

from functools import reduce

from survey.flow import classes, raising
from survey.flow.conditions import UNKNOWN, Cond, Predicate
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, Atom, ClassValue, EnumMember, FunctionValue, Opaque, Term, Value, of
from survey.model.vocabulary import GateKind


def is_enum(m: Machine, cls: ClassValue) -> bool:
    """Whether members of `cls` are constants of their own."""
    return any(name in m.knowledge.enum_bases for name in classes.foreign_bases(m, cls))


def members(m: Machine, cls: ClassValue) -> list[EnumMember]:
    """The members of an enumeration, in order."""
    found = []
    for c in classes.order(m, cls):
        for name, value in c.fields.items():
            if not name.startswith("_") and not any(isinstance(a, FunctionValue) for a in value.atoms):
                found.append(EnumMember(cls, name, value))
    return found


def enum_member(m: Machine, cls: ClassValue, key: Atom, *, by_name: bool) -> Value:
    """`cls[key]` or `cls(key)`; a switch selects each member by comparison, and one that says none of them raises."""
    if isinstance(key, EnumMember):
        return of(key)
    parts: list[tuple[Cond, Value]] = []
    named = True
    for member in members(m, cls):
        inner = member.value.only
        shown = member.name if by_name else text_of(inner) if inner is not None else None
        if isinstance(key, Term):
            named = named and shown is not None
            parts.append((m.conds.atom(Predicate(key.gate, shown or member.name)), of(member)))
            continue
        wanted = text_of(key)
        if wanted is not None and HOLE not in wanted:
            if shown == wanted:
                return of(member)
        else:
            parts.append((UNKNOWN, of(member)))
    if isinstance(key, Term) and named and parts and key.gate.kind is GateKind.ENV and classes.find(m, cls, "_missing_") is None:
        raising.passed_on(m, m.conds.negate(reduce(m.conds.any, [cond for cond, _ in parts])), outside=False)
    return m.join(parts) if parts else of(Opaque())
