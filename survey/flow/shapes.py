"""When two calls are equal: values as hashable keys, and fresh copies of what a remembered call returned."""

from __future__ import annotations

from survey.flow import classes
from survey.flow.conditions import TRUE
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    NOWHERE,
    SPAN,
    Atom,
    BoundMethod,
    Const,
    Instance,
    Mapping,
    Method,
    Opaque,
    Pair,
    Partial,
    Pattern,
    Sequence,
    Struct,
    Truth,
    Value,
)

_DEPTH = 3
_WIDTH = 40


def key_of(value: Value, depth: int = _DEPTH) -> object:
    """Equal for values that lead to equal results: scalars by value, containers by shape, the rest by identity."""
    return tuple((cond, _atom_key(atom, depth)) for cond, atom in value.alts)


def _atom_key(atom: Atom, depth: int) -> object:
    if isinstance(atom, Mapping):
        if depth <= 0 or len(atom.pairs) > _WIDTH:
            return ("old", atom.serial, len(atom.pairs), atom.marks)
        pairs = tuple((k, p.cond, key_of(p.value, depth - 1)) for k, p in atom.pairs.items())
        return ("map", atom.is_sequence, atom.name, atom.marks, pairs, key_of(atom.rest, depth - 1) if atom.rest else None)
    if isinstance(atom, Sequence):
        if depth <= 0 or len(atom.items) > _WIDTH:
            return ("old", atom.serial, len(atom.items), atom.marks)
        items = tuple((c, key_of(v, depth - 1)) for c, v in atom.items)
        return (atom.kind, atom.marks, items, key_of(atom.rest, depth - 1) if atom.rest else None)
    if isinstance(atom, Struct) and atom.type == SPAN:
        return (SPAN, atom.site == NOWHERE, tuple((name, key_of(told, 0)) for name, told in sorted(atom.fields.items())))
    if isinstance(atom, Struct):
        return (
            ("struct", atom.type, tuple((n, key_of(v, depth - 1)) for n, v in atom.fields.items())) if depth > 0 else ("old", atom.serial)
        )
    if isinstance(atom, Instance):
        if atom.serial == 0 or depth <= 1 or atom.constructing or len(atom.fields) > _WIDTH:
            return ("object", atom.serial or atom.cls, atom.marks)
        return (
            "fields",
            atom.cls,
            atom.made,
            atom.marks,
            tuple((n, key_of(v, depth - 2), atom.sites.get(n)) for n, v in atom.fields.items()),
        )
    if isinstance(atom, BoundMethod):
        return ("bound", atom.function, _atom_key(atom.receiver, depth - 1))
    if isinstance(atom, Method):
        return ("method", _atom_key(atom.receiver, depth - 1), atom.name)
    if isinstance(atom, Partial):
        return ("partial", key_of(atom.target, depth - 1), tuple((n, s, key_of(v, depth - 1)) for n, s, v in atom.args))
    return atom


def widened(m: Machine, value: Value) -> Value:
    """`value` with every object replaced by the stand-in for its class: much is called with ever new objects.

    An object that carries keys stays: what it is about to write is known of it alone.
    """
    if not any(_is_replaceable(a) for a in value.atoms):
        return value
    return m.join([(TRUE, Value(tuple((cond, _stand_in(atom)) for cond, atom in value.alts)))])


def _is_replaceable(atom: Atom) -> bool:
    if not isinstance(atom, Instance) or not atom.serial or atom.constructing:
        return False
    return not any(holds_keys(value) for value in atom.fields.values())


def holds_keys(value: Value) -> bool:
    """Whether `value` may be a mapping with known keys."""
    return any(isinstance(a, Mapping) and any(isinstance(key, str) and key.strip(HOLE) for key in a.pairs) for a in value.atoms)


def _stand_in(atom: Atom) -> Atom:
    return classes.shared(atom.cls) if isinstance(atom, Instance) and _is_replaceable(atom) else atom


def is_telling(value: Value) -> bool:
    """Whether a result says more than that content went in: keys, switches, callables, objects, text of its own."""
    for atom in value.atoms:
        if isinstance(atom, Mapping):
            if any(isinstance(key, str) and key.strip(HOLE) for key in atom.pairs):
                return True
        elif isinstance(atom, Sequence):
            if any(is_telling(item) for _, item in atom.items):
                return True
        elif isinstance(atom, Pattern):
            if atom.text.strip(HOLE):
                return True
        elif isinstance(atom, Const):
            if isinstance(atom.value, str) and atom.value:
                return True
        elif isinstance(atom, Truth):
            if atom.cond.gist > 1:
                return True
        elif not isinstance(atom, Opaque | Method):
            return True
    return False


def is_key(value: Value) -> bool:
    """Whether `value` may be an attribute key: text with dots or underscores."""
    return any(("." in text or "_" in text) and " " not in text for text in map(text_of, value.atoms) if text is not None)


def returns_argument(value: Value, entry_serial: int) -> bool:
    """Whether `value` holds a container that is older than the call: it cannot stand for another call's."""
    return any(
        (isinstance(a, Mapping | Sequence | Struct) and a.serial < entry_serial)
        or (isinstance(a, Instance) and 0 < a.serial < entry_serial)
        for a in value.atoms
    )


def surface(value: Value, level: int) -> None:
    """What a call returned now belongs to the caller: later changes happen under the caller's path."""
    for atom in value.atoms:
        if isinstance(atom, Mapping | Sequence | Struct | Instance) and atom.level > level:
            atom.level = level


def fresh(m: Machine, value: Value) -> Value:
    """A copy of the containers in a remembered result, so that callers do not change each other's."""
    if not any(isinstance(a, Mapping | Sequence | Struct) for a in value.atoms):
        return value
    return Value(tuple((cond, _copy(m, atom)) for cond, atom in value.alts))


def _copy(m: Machine, atom: Atom) -> Atom:
    level = len(m.frames) - 1
    if isinstance(atom, Mapping):
        pairs = {k: Pair(p.value, p.cond, list(p.sites)) for k, p in atom.pairs.items()}
        return Mapping(m.next_serial(), level, pairs, atom.rest, atom.is_sequence, atom.name, atom.marks)
    if isinstance(atom, Sequence):
        return Sequence(m.next_serial(), level, atom.kind, list(atom.items), atom.rest, atom.marks)
    if isinstance(atom, Struct) and atom.type == SPAN:
        return Struct(SPAN, m.next_serial(), level, dict(atom.fields), atom.site)
    return atom
