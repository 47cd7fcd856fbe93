"""Comparisons: of constants, patterns, switches, containers and types, as conditions."""

from __future__ import annotations

from survey.flow import classes, enums, presence, switches
from survey.flow.conditions import FALSE, RARE, TRUE, UNKNOWN, Cond, GateRef, Predicate
from survey.flow.machine import Machine
from survey.flow.strings import contains, may_equal, text_of
from survey.flow.values import (
    EVENT_NAME,
    HOLE,
    Atom,
    BoundMethod,
    ClassValue,
    Const,
    EnumMember,
    External,
    FunctionValue,
    Instance,
    Mapping,
    ModuleValue,
    Opaque,
    Partial,
    Pattern,
    Sequence,
    Struct,
    Term,
    Truth,
    Value,
)
from survey.model.vocabulary import GateKind

_NEGATED = {"!=": "==", "not in": "in", "is not": "is"}
_NOT_NONE = (FunctionValue, BoundMethod, Partial, ClassValue, EnumMember, ModuleValue, Mapping, Sequence, Instance, Struct, Pattern)


def compare(m: Machine, op: str, left: Value, right: Value) -> Cond:
    """The condition that `left op right` holds."""
    if op in _NEGATED:
        return m.conds.negate(compare(m, _NEGATED[op], left, right))
    if len(left.alts) == 1 and len(right.alts) == 1 and left.alts[0][0] == TRUE and right.alts[0][0] == TRUE:
        return _atoms(m, op, left.alts[0][1], right.alts[0][1])
    return m.weigh((m.conds.all(g, h), _meant(op, a, b, _atoms(m, op, a, b))) for g, a in left.alts for h, b in right.alts)


def _meant(op: str, a: Atom, b: Atom, cond: Cond) -> Cond:
    """Where a value is known to be None on some way, `is None` asks for that way, not for what the others may hold."""
    asks_none = op in ("==", "is") and any(isinstance(x, Const) and x.value is None for x in (a, b))
    return RARE if asks_none and cond == UNKNOWN else cond


def _atoms(m: Machine, op: str, a: Atom, b: Atom) -> Cond:
    if op in ("==", "is"):
        return equal(m, a, b)
    if op == "in":
        return _member(m, a, b)
    if op in ("<", "<=", ">", ">=") and isinstance(a, Const) and isinstance(b, Const):
        return _order(op, a, b)
    for atom in (a, b):
        if isinstance(atom, Term):
            return m.vague(atom.gate)
    return UNKNOWN


def _order(op: str, a: Const, b: Const) -> Cond:
    x, y = a.value, b.value
    if not isinstance(x, (int, float)) or not isinstance(y, (int, float)):
        return UNKNOWN
    holds = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op]
    return TRUE if holds else FALSE


def equal(m: Machine, a: Atom, b: Atom) -> Cond:
    """Whether two atoms are the same."""
    if isinstance(b, Term) and not isinstance(a, Term):
        a, b = b, a
    if isinstance(a, Term):
        return _gate_equals(m, a, b)
    if isinstance(a, Truth) or isinstance(b, Truth):
        return _truth_equals(m, a, b)
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Const) and x.value is None:
            if isinstance(y, Const):
                return TRUE if y.value is None else FALSE
            return FALSE if isinstance(y, _NOT_NONE) else UNKNOWN
    if isinstance(a, EnumMember) and isinstance(b, EnumMember):
        return TRUE if a.owner is b.owner and a.name == b.name else FALSE
    left, right = text_of(a), text_of(b)
    for x, other in ((a, right), (b, left)):
        if isinstance(x, Opaque) and x.kind == EVENT_NAME and other:
            m.events_known.add(other)
    if left is not None and right is not None:
        if left == right and HOLE not in left:
            return TRUE
        return UNKNOWN if may_equal(left, right) else FALSE
    if isinstance(a, Const) and isinstance(b, Const):
        return TRUE if a.value == b.value else FALSE
    if isinstance(a, (ClassValue, FunctionValue, ModuleValue, External)) and a == b:
        return TRUE
    if isinstance(a, ClassValue) and isinstance(b, ClassValue):
        return FALSE
    return UNKNOWN


def _gate_equals(m: Machine, term: Term, other: Atom) -> Cond:
    if isinstance(other, Const):
        return switches.equals(m.conds, term, other.value)
    text = text_of(other)
    return switches.equals(m.conds, term, text) if text is not None and HOLE not in text else m.vague(term.gate)


def _truth_equals(m: Machine, a: Atom, b: Atom) -> Cond:
    x, y = m.truth_of(a), m.truth_of(b)
    if (isinstance(a, Const) and a.value is None) or (isinstance(b, Const) and b.value is None):
        return FALSE
    both, either = m.conds.all, m.conds.any
    return either(both(x, y), both(m.conds.negate(x), m.conds.negate(y)))


def _member(m: Machine, a: Atom, b: Atom) -> Cond:
    if isinstance(b, Sequence):
        result = FALSE if b.rest is None else UNKNOWN
        for guard, item in b.items:
            part = m.weigh((m.conds.all(guard, g), equal(m, a, x)) for g, x in item.alts)
            result = m.conds.any(result, part)
        return result
    if isinstance(b, Mapping):
        key = text_of(a)
        if key is None or HOLE in key:
            return UNKNOWN
        pair = b.pairs.get(key)
        if pair is not None:
            return pair.cond if b.rest is None else m.conds.any(pair.cond, UNKNOWN)
        return (
            FALSE if b.rest is None and not b.name and not any(isinstance(k, str) and HOLE in k for k in b.pairs) and b.pairs else UNKNOWN
        )
    if isinstance(b, Term):
        text = str(a.value) if isinstance(a, Const) and isinstance(a.value, (int, float)) else text_of(a)
        m.conds.lists.add(b.gate)
        if not text or HOLE in text:
            return m.vague(b.gate)
        if b.gate.kind is GateKind.ENV and switches.LISTED not in b.read:
            return switches.partly(m.conds, b, text, contains)
        return m.conds.atom(Predicate(b.gate, switches.spelled(b, text)))
    if isinstance(a, Term):
        return m.vague(a.gate)
    needle, haystack = text_of(a), text_of(b)
    if needle is not None and haystack is not None:
        found = contains(haystack, needle)
        return UNKNOWN if found is None else TRUE if found else FALSE
    if isinstance(b, ClassValue):
        return UNKNOWN
    return UNKNOWN


def is_a(m: Machine, a: Atom, kind: Atom) -> Cond:
    """`isinstance(a, kind)`."""
    if isinstance(kind, Sequence):
        result = FALSE
        for _, item in kind.items:
            for _, option in item.alts:
                result = m.conds.any(result, is_a(m, a, option))
        return result
    if isinstance(a, Term) and (known := _gate_is_a(m, a.gate, kind)) is not None:
        return known
    if isinstance(kind, ClassValue):
        if isinstance(a, Instance):
            if kind in classes.order(m, a.cls):
                return TRUE
            return UNKNOWN if kind in classes.order(m, a.cls) or a.cls in classes.order(m, kind) else FALSE
        if isinstance(a, EnumMember):
            return TRUE if a.owner is kind else FALSE
        return FALSE if isinstance(a, (Const, Pattern, Mapping, Sequence, FunctionValue)) else UNKNOWN
    name = m.external_name(kind).rsplit(".", 1)[-1]
    return TRUE if presence.is_given(m, a, name) else _builtin_is_a(a, name)


def _gate_is_a(m: Machine, gate: GateRef, kind: Atom) -> Cond | None:
    """The type of a switch's value: variables are text; what an option is given counts by how it is written. None where unknown."""
    name = m.external_name(kind).rsplit(".", 1)[-1]
    if isinstance(kind, ClassValue):
        if m.conds.objects.get(gate) == {kind.node.name}:  # it is handed on as nothing else
            return m.conds.atom(Predicate(gate, None))
        return FALSE if enums.is_enum(m, kind) or gate.kind is GateKind.ENV else None
    if (gate.owner, gate.name) in m.flags:
        return TRUE if name == "bool" else FALSE if name == "str" else None
    if name == "bool" and gate.kind is GateKind.OPTION:
        return m.conds.one_of(gate, ("true", "false"))
    if name in ("str", "bool", "int", "float", "bytes") and gate.kind is GateKind.ENV:
        return FALSE if name != "str" else m.conds.atom(Predicate(gate, None)) if gate.default is None else TRUE
    return None


def _builtin_is_a(a: Atom, name: str) -> Cond:
    if isinstance(a, (Opaque, Term, External)) or not name:
        return UNKNOWN
    name = name.lower() if name in ("Dict", "List", "Tuple", "Set") else name
    kinds: dict[str, tuple[type, ...]] = {
        "dict": (Mapping,),
        "list": (Sequence,),
        "tuple": (Sequence,),
        "set": (Sequence,),
        "frozenset": (Sequence,),
        "Mapping": (Mapping,),
        "Sequence": (Sequence,),
        "Iterable": (Sequence, Mapping),
        "Enum": (EnumMember,),
    }
    if name in ("str", "int", "float", "bool", "bytes"):
        if isinstance(a, Const):
            python = {"str": str, "int": int, "float": float, "bool": bool, "bytes": bytes}[name]
            return TRUE if isinstance(a.value, python) else FALSE
        if isinstance(a, Pattern):
            return TRUE if name == "str" else FALSE
        if isinstance(a, Truth):
            return TRUE if name in ("bool", "int") else FALSE
        return UNKNOWN if isinstance(a, EnumMember) else FALSE
    if name in kinds:
        if isinstance(a, Mapping) and a.is_sequence:  # couples: of what kind of sequence is not kept
            return FALSE if name in ("dict", "Mapping", "Enum") else TRUE if name == "Iterable" else UNKNOWN
        if isinstance(a, Sequence) and name in ("list", "tuple", "set", "frozenset"):
            return TRUE if a.kind == name else FALSE
        if isinstance(a, Sequence) and name == "Sequence" and a.kind in ("set", "frozenset", "generator"):
            return FALSE
        return TRUE if isinstance(a, kinds[name]) else FALSE if isinstance(a, (Const, Pattern, Truth, Mapping, Sequence)) else UNKNOWN
    return UNKNOWN


def as_class(value: Value) -> Atom | None:
    """The class that `value` certainly is, where it is one that can be tested against."""
    only = value.only
    return only if isinstance(only, (ClassValue, External)) else None
