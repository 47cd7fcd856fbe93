"""A dict that came from elsewhere and gets entries here: what is stored in it is known, although the rest of it is not."""

from __future__ import annotations

from survey.flow import scopes
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, Atom, BoundMethod, FunctionValue, Instance, Opaque, Partial, Value, of
from survey.model import ir

_PLAIN = frozenset(("content",))


def for_entry(m: Machine, place: ir.Expr, obj: Value, key: Value, value: Value) -> Value:
    """`obj`, in which `value` is about to be stored under `key`: where a variable of the running function holds it, now a dict.

    What takes an object or a function is no dict of attributes.
    """
    text = text_of(key.only) if key.only is not None else None
    data = not any(isinstance(atom, (Instance, FunctionValue, BoundMethod, Partial)) for atom in value.atoms)
    return _opened(m, place, obj) if text and HOLE not in text and data else obj


def for_update(m: Machine, call: ir.Call) -> None:
    """Before `name.update(entries)` with one argument: what is unknown in that variable becomes a dict."""
    if (
        isinstance(call.func, ir.Attr)
        and call.func.name == "update"
        and isinstance(call.func.obj, ir.Name)
        and len(call.args) == 1
        and call.args[0].name is None
        and not call.args[0].spread
        and (held := m.frame.env.names.get(call.func.obj.id)) is not None
    ):
        _opened(m, call.func.obj, held)


def _opened(m: Machine, place: ir.Expr, obj: Value) -> Value:
    if not isinstance(place, ir.Name) or place.id not in m.frame.env.names or not any(_is_open(atom) for atom in obj.atoms):
        return obj
    made = Value(tuple((guard, _mapping(m, atom) if _is_open(atom) else atom) for guard, atom in obj.alts))
    scopes.assign(m, place.id, made)
    return made


def _is_open(atom: Atom) -> bool:
    """Whether nothing tells what `atom` is: a piece of content stays one, whatever is stored in it."""
    return isinstance(atom, Opaque) and not atom.kind and atom.hints <= _PLAIN


def _mapping(m: Machine, atom: Atom) -> Atom:
    result = m.mapping()
    result.rest = of(atom)
    return result
