"""When two calls are equal: values as hashable keys, and fresh copies of what a remembered call returned."""

from __future__ import annotations

from survey.flow import classes
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    NOWHERE,
    SPAN,
    Atom,
    BoundMethod,
    Const,
    FunctionValue,
    Instance,
    Mapping,
    Method,
    Opaque,
    Pair,
    Partial,
    Pattern,
    Sequence,
    Struct,
    Term,
    Truth,
    Value,
)
from survey.model import ir

_DEPTH = 3
_WIDTH = 40
_SCALARS = frozenset((Const, Pattern, Opaque, Term, Truth))
_NODES = 300
"""Atoms of one key that are told apart by shape; containers beyond go by identity."""
_CLOSURES = 2
"""Scopes around a function, and functions inside those, that are told apart by what they hold."""


class Key:
    """Values as one hashable: equal for what leads to equal results, with the objects that went in by their shape.

    Every value in it is a number that the machine gave to its shape (`Machine.shapes`): what many keys hold is kept, and hashed, once.
    Two equal keys were made from the same shapes in the same order, so `heap` of one stands place by place for `heap` of the other.
    """

    __slots__ = ("_left", "_machine", "_old", "heap")

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._old: list[Atom] = []
        self._left = _NODES
        self.heap: list[Atom] = []

    @property
    def size(self) -> int:
        """How many containers and other atoms that are no scalars were looked at."""
        return _NODES - self._left

    def of(self, value: Value, depth: int = _DEPTH) -> int:
        """Scalars by value, containers by shape, the rest by identity."""
        return self._numbered([(cond, self._atom(atom, depth)) for cond, atom in value.alts])

    def function(self, fn: FunctionValue, depth: int = _CLOSURES) -> object:
        """A function by its code and what it closes over: one made anew for every call of what is around it is not another one."""
        scope = fn.closure
        if scope is None or scope.parent is None or depth <= 0 or self._left < 0:
            return (id(fn.node), id(scope))
        self._left -= 1
        m = self._machine
        names = m.mentioned.get(fn.node)
        if names is None:
            found = {node.id for node in ir.walk(fn.node.body) if isinstance(node, ir.Name)}
            names = m.mentioned[fn.node] = tuple(sorted(found - {param.name for param in fn.node.params}))
        held = []
        while scope.parent is not None:
            held += [(name, self._closed(scope.names[name], depth)) for name in names if name in scope.names]
            scope = scope.parent
        return (id(fn.node), id(scope), fn.owner, tuple(held))

    def _closed(self, value: Value, depth: int) -> int:
        return self._numbered(
            [
                (cond, self.function(atom, depth - 1) if isinstance(atom, FunctionValue) else self._atom(atom, _DEPTH))
                for cond, atom in value.alts
            ]
        )

    def _numbered(self, shape: list[tuple[Cond, object]]) -> int:
        known = self._machine.shapes
        return known.setdefault(tuple(shape), len(known))

    def version(self) -> int:
        """The last change of what went in by identity: with another one, the same values are no longer the same."""
        return self._machine.versions.of(self._old)

    def _by_identity(self, atom: Mapping | Sequence | Instance | Struct, marks: frozenset[str] = frozenset()) -> object:
        self._old.append(atom)
        return ("old", atom.serial, marks)

    def _atom(self, atom: Atom, depth: int) -> object:
        if type(atom) in _SCALARS:
            return atom
        self._left -= 1
        if isinstance(atom, Mapping):
            if depth <= 0 or len(atom.pairs) > _WIDTH or self._left < 0:
                return self._by_identity(atom, atom.marks)
            self.heap.append(atom)
            pairs = [(k, p.cond, self.of(p.value, depth - 1)) for k, p in atom.pairs.items()]
            return (
                "map",
                atom.is_sequence,
                atom.name,
                atom.marks,
                atom.shared,
                tuple(pairs),
                self.of(atom.rest, depth - 1) if atom.rest else None,
            )
        if isinstance(atom, Sequence):
            if depth <= 0 or len(atom.items) > _WIDTH or self._left < 0:
                return self._by_identity(atom, atom.marks)
            self.heap.append(atom)
            items = [(c, self.of(v, depth - 1)) for c, v in atom.items]
            return (atom.kind, atom.marks, atom.shared, tuple(items), self.of(atom.rest, depth - 1) if atom.rest else None)
        if isinstance(atom, Struct) and atom.type == SPAN:
            self.heap.append(atom)
            return (SPAN, atom.site == NOWHERE, tuple([(name, self.of(told, 0)) for name, told in sorted(atom.fields.items())]))
        if isinstance(atom, Struct):
            if depth <= 0 or self._left < 0:
                return self._by_identity(atom)
            self.heap.append(atom)
            return ("struct", atom.type, tuple([(n, self.of(v, depth - 1)) for n, v in atom.fields.items()]))
        if isinstance(atom, Instance):
            if atom.serial == 0 or depth <= 1 or atom.constructing or len(atom.fields) > _WIDTH or self._left < 0:
                return self._by_identity(atom, atom.marks) if atom.serial else ("object", atom.cls, atom.marks)
            self.heap.append(atom)
            fields = [(n, self.of(v, depth - 2), atom.sites.get(n)) for n, v in atom.fields.items()]
            return ("fields", atom.cls, atom.made, atom.marks, tuple(fields))
        if isinstance(atom, FunctionValue):
            return self.function(atom, 1) if depth > 1 and self._left > 0 else atom
        if isinstance(atom, BoundMethod):
            return ("bound", atom.function, self._atom(atom.receiver, depth - 1))
        if isinstance(atom, Method):
            return ("method", self._atom(atom.receiver, depth - 1), atom.name)
        if isinstance(atom, Partial):
            return ("partial", self.of(atom.target, depth - 1), tuple([(n, s, self.of(v, depth - 1)) for n, s, v in atom.args]))
        return atom


def key_of(m: Machine, value: Value) -> object:
    """One value's key."""
    return Key(m).of(value)


def widened(m: Machine, value: Value) -> Value:
    """`value` with every object replaced by the stand-in for its class: much is called with ever new objects.

    An object that carries keys stays: what it is about to write is known of it alone.
    """
    if not any(_is_replaceable(a) for a in value.atoms):
        return value
    return m.join([(TRUE, Value(tuple((cond, stand_in(atom)) for cond, atom in value.alts)))])


def _is_replaceable(atom: Atom) -> bool:
    if not isinstance(atom, Instance) or not atom.serial or atom.constructing:
        return False
    return not any(holds_keys(value) for value in atom.fields.values())


def holds_keys(value: Value) -> bool:
    """Whether `value` may be a mapping with known keys."""
    return any(isinstance(a, Mapping) and any(isinstance(key, str) and key.strip(HOLE) for key in a.pairs) for a in value.atoms)


def stand_in(atom: Atom) -> Atom:
    """The stand-in for the class of an object, anything else as it is."""
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
        elif not isinstance(atom, (Opaque, Method)):
            return True
    return False


def is_key(value: Value) -> bool:
    """Whether `value` may be an attribute key: text with dots or underscores."""
    return any(("." in text or "_" in text) and " " not in text for text in map(text_of, value.atoms) if text is not None)


def surface(value: Value, level: int) -> None:
    """What a call returned now belongs to the caller: later changes happen under the caller's path."""
    for atom in value.atoms:
        if isinstance(atom, (Mapping, Sequence, Struct, Instance)) and atom.level > level:
            atom.level = level


def fresh(m: Machine, value: Value, since: int = 0, instead: dict[int, Atom] | None = None) -> Value:
    """A copy of the containers in a remembered result, so that callers do not change each other's.

    Only of those made in the call, which began at serial `since`; `instead` (by identity) has this call's objects for those that
    the remembered one gave back as they were.
    """
    if not any(isinstance(a, (Mapping, Sequence, Struct, Instance)) for a in value.atoms):
        return value
    return Value(tuple((cond, instead[id(a)] if instead and id(a) in instead else _copy(m, a, since)) for cond, a in value.alts))


def _copy(m: Machine, atom: Atom, since: int) -> Atom:
    level = len(m.frames) - 1
    if not (isinstance(atom, (Mapping, Sequence)) or (isinstance(atom, Struct) and atom.type == SPAN)) or atom.serial < since:
        return atom
    if isinstance(atom, Mapping):
        pairs = {k: Pair(p.value, p.cond, list(p.sites)) for k, p in atom.pairs.items()}
        return Mapping(m.next_serial(), level, pairs, atom.rest, atom.is_sequence, atom.name, atom.marks, atom.shared)
    if isinstance(atom, Struct):
        return Struct(SPAN, m.next_serial(), level, dict(atom.fields), atom.site)
    return Sequence(m.next_serial(), level, atom.kind, list(atom.items), atom.rest, atom.marks, atom.shared)
