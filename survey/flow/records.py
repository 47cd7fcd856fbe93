"""Record classes described at run time: their fields with defaults, metadata and declared types."""

from __future__ import annotations

from survey.flow import classes, construction, evaluate
from survey.flow.conditions import TRUE
from survey.flow.frames import Frame
from survey.flow.machine import Machine
from survey.flow.values import NOTHING, Arguments, ClassValue, Const, Env, Instance, Site, Struct, Value, of
from survey.model import ir

_TYPE = "type"
"""Type of the `Struct` that stands for a declared type with arguments."""


def field(m: Machine, args: Arguments, site: Site) -> Value:
    """A field's description, as it stands in the class body."""
    made = Struct("field", m.next_serial(), len(m.frames) - 1, {}, site)
    for name, _, value in args:
        made.fields[name or "default"] = value
    return of(made)


def fields_of(m: Machine, args: Arguments, site: Site) -> Value:
    """The fields of a record class: name, default, metadata and declared type of each."""
    result = m.sequence("tuple")
    for atom in args[0][2].atoms if args else ():
        cls = atom.cls if isinstance(atom, Instance) else atom if isinstance(atom, ClassValue) else None
        if cls is None:
            continue
        for name, default in construction.record_fields(m, cls):
            only = default.only if default is not None else None
            described = only.fields if isinstance(only, Struct) else {}
            made = Struct("field", m.next_serial(), len(m.frames) - 1, {"name": of(Const(name)), **described}, site)
            if default is not None and not described:
                made.fields["default"] = default
            made.fields.setdefault("metadata", of(m.mapping()))
            made.fields["type"] = _declared(m, cls, name)
            m.append(result, TRUE, of(made))
    return of(result) if result.items else NOTHING


def _declared(m: Machine, cls: ClassValue, name: str) -> Value:
    """The type that a field is annotated with: one named alone as it is, one with arguments with these."""
    home = next((c for c in classes.order(m, cls) if name in c.annotations), cls)
    expr = home.annotations.get(name)
    if isinstance(expr, ir.Index):
        parts = expr.index.items if isinstance(expr.index, ir.Sequence) else (expr.index,)
        given = m.sequence("tuple", [(TRUE, _named(m, home, part)) for part in parts])
        return of(Struct(_TYPE, m.next_serial(), len(m.frames) - 1, {"args": of(given)}))
    return _named(m, home, expr)


def _named(m: Machine, cls: ClassValue, expr: ir.Expr | None) -> Value:
    if not isinstance(expr, (ir.Name, ir.Attr)):
        return NOTHING
    m.frames.append(Frame(cls.module, Env(None, cls.module), cls.node.qualname, m.next_serial()))
    try:
        return evaluate.evaluate(m, expr)
    finally:
        m.frames.pop()


def type_arguments(_m: Machine, args: Arguments, _site: Site) -> Value:
    """What a declared type is made of: `bool` of an optional boolean."""
    only = args[0][2].only if args else None
    return only.fields["args"] if isinstance(only, Struct) and only.type == _TYPE else NOTHING
