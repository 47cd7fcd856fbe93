"""What outlives a call: fields of objects, of classes and of modules. They are only ever added to, and must stop growing."""

from __future__ import annotations

from survey.flow import shapes
from survey.flow.conditions import Cond
from survey.flow.machine import Machine
from survey.flow.values import Atom, Instance, Mapping, Sequence, Value
from survey.model.vocabulary import Role

_NEAR = 4
"""Levels of containers and objects below a field that are looked into for content."""
_ROLES = frozenset(map(str, Role))
_APART = 3
"""Containers of one kind, or objects of one class, that one field keeps apart."""


def grown(m: Machine, old: Value, cond: Cond, value: Value) -> Value | None:
    """`old` with `value` added under `cond`; None where that adds nothing.

    A field that is given a new container on every call has as many as there are calls. Beyond a few, what a further one holds is
    added to the first of its kind, and a further object is any object of its class.
    """
    if old is value:
        return None
    held = set(old.atoms)
    count: dict[object, int] = {}
    first: dict[object, Atom] = {}
    for atom in old.atoms:
        kind = _kind(atom)
        if kind is not None:
            count[kind] = count.get(kind, 0) + 1
            first.setdefault(kind, atom)
    added: list[tuple[Cond, Atom]] = []
    for guard, atom in value.alts:
        kind = _kind(atom)
        if kind is None or atom in held or count.get(kind, 0) < _APART:
            added.append((guard, atom))
            if kind is not None and atom not in held:
                count[kind] = count.get(kind, 0) + 1
                first.setdefault(kind, atom)
            continue
        both, home = m.conds.all(cond, guard), first[kind]
        if isinstance(atom, Mapping) and isinstance(home, Mapping):
            m.merge(home, atom, both, weak=True)
        elif isinstance(atom, Sequence) and isinstance(home, Sequence):
            m.extend(home, both, atom.items, atom.rest)
        elif isinstance(atom, Instance):
            added.append((guard, shapes.stand_in(atom)))
    joined = m.added(old, cond, Value(tuple(added)))
    return None if joined is old else joined


def _kind(atom: Atom) -> object:
    if isinstance(atom, Mapping):
        return ("map", atom.is_sequence, atom.name)
    if isinstance(atom, Sequence):
        return atom.kind
    return atom.cls if isinstance(atom, Instance) and atom.serial and not atom.constructing else None


def content(m: Machine) -> set[object]:
    """Which roles' content, and which callables, every field of a class or its instances and every module-level name holds."""
    places: list[tuple[object, dict[str, Value]]] = [(path, env.names) for path, env in m.module_envs.items()]
    for cls in m.classes.values():
        places.append((cls, cls.fields))
        if cls.shared is not None:
            places.append((cls.shared, cls.shared.fields))
    found: set[object] = set()
    for owner, fields in places:
        for name, value in fields.items():
            if isinstance(value, Value):
                found.update((owner, name, hint) for hint in m.hints(value, _NEAR) if hint in _ROLES)
    return found
