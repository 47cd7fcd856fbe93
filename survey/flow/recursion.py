"""Functions that call themselves: how deep they are followed, and what a walker of unknown data leaves out."""

from __future__ import annotations

from survey.flow import generating
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, Arguments, Atom, FunctionValue, Mapping, Sequence, Value
from survey.model import ir

MAX_RECURSION = 2
"""How often one function may stand on the stack."""


MAX_DESCENT = 8
"""The same for one that flattens attributes, at a container whose keys are known: going down those ends by itself."""


def counted_under(fn: FunctionValue) -> object:
    """What a function's runs are counted under: what a decorator made of each definition is a function of its own."""
    return (fn.node, id(fn.closure)) if fn.closure is not None and fn.closure.lasting else fn.node


def flattens(m: Machine, fn: FunctionValue, args: Arguments) -> bool:
    """Whether `fn` was first called with attributes and has now come to a part of them whose keys are known."""
    counted = counted_under(fn)
    first = next((frame.arguments for frame in m.frames if frame.function is not None and counted_under(frame.function) == counted), {})
    return any(_is_attributes(atom) for value in first.values() for atom in value.atoms) and any(_is_literal(value) for _, _, value in args)


def _is_attributes(atom: Atom, depth: int = 1) -> bool:
    """Whether a mapping, or couples that may become one, have an attribute's key among them; also as one of rest arguments."""
    if isinstance(atom, Mapping):
        return any(isinstance(key, str) and "." in key for key in atom.pairs)
    inner = [a for _, item in atom.items for a in item.atoms] if isinstance(atom, Sequence) else []
    keys = (key for a in inner if generating.is_couple(a) for key in a.items[0][1].atoms)
    return any("." in (text_of(key) or "") for key in keys) or (depth > 0 and any(_is_attributes(a, depth - 1) for a in inner))


def _is_literal(value: Value) -> bool:
    return any(
        isinstance(atom, Mapping)
        and not atom.name
        and any((isinstance(key, str) and bool(key.strip(HOLE))) or _is_literal(pair.value) for key, pair in atom.pairs.items())
        for atom in value.atoms
    )


def is_walked(m: Machine, receiver: Atom) -> bool:
    """Whether the running function walks into `receiver` from what it was given: it calls itself with it, or was so called.

    There the entries of something unknown are left out: a walker would else give every value a key for each depth that it
    might have, although most values have none.
    """
    function = m.frame.function
    if function is None:
        return False
    if m.active.get(counted_under(function), 0) > 1:
        return True
    return is_recursive(m, function.node) and not any(receiver in value.atoms for value in m.frame.arguments.values())


def is_recursive(m: Machine, node: ir.Function) -> bool:
    """Whether a function calls one of its own name."""
    found = m.recursive.get(node)
    if found is None:
        called = (part.func for part in ir.walk(node.body) if isinstance(part, ir.Call))
        found = m.recursive[node] = any(
            (isinstance(func, ir.Name) and func.id == node.name) or (isinstance(func, ir.Attr) and func.name == node.name)
            for func in called
        )
    return found
