"""Functions that call themselves: how deep they are followed, and what a walker of unknown data leaves out."""

from __future__ import annotations

from survey.flow import generating
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, Arguments, Atom, Const, FunctionValue, Mapping, Sequence, Value
from survey.model import ir
from survey.model.vocabulary import Channel

MAX_RECURSION = 2
"""How often one function may stand on the stack."""


MAX_DESCENT = 8
"""The same for one that ends by itself: it counts down, or flattens attributes and has come to a container whose keys are known."""


def counted_under(fn: FunctionValue) -> object:
    """What a function's runs are counted under: what a decorator made of each definition is a function of its own."""
    return (fn.node, id(fn.closure)) if fn.closure is not None and fn.closure.lasting else fn.node


def relied(m: Machine, counted: object) -> None:
    """A function is not entered again: what every frame above its first run does depends on its being so often on the stack."""
    runs = 0
    for frame in m.frames:
        if runs:
            frame.refused.setdefault(counted, runs)
        if frame.function is not None and counted_under(frame.function) == counted:
            runs += 1


def ends(m: Machine, fn: FunctionValue, args: Arguments) -> bool:
    """Whether `fn`, called with these, will stop calling itself."""
    return _counts_down(m, fn, args) or flattens(m, fn, args)


def _counts_down(m: Machine, fn: FunctionValue, args: Arguments) -> bool:
    """Whether a number that is not below zero is one less than it was for the last run of `fn` on the stack."""
    counted = counted_under(fn)
    last = next((f.arguments for f in reversed(m.frames) if f.function is not None and counted_under(f.function) == counted), {})
    before = {number for value in last.values() for number in _numbers(value)}
    return any(number >= 0 and number + 1 in before for _, _, value in args for number in _numbers(value))


def _numbers(value: Value) -> list[int]:
    only = value.only
    return [only.value] if isinstance(only, Const) and isinstance(only.value, int) and not isinstance(only.value, bool) else []


def hidden(m: Machine) -> None:
    """Note the functions that call themselves and write somewhere further down than they were followed."""
    reached = m.sinks_seen | {(site.path, site.line) for sites in m.callers.values() for site in sites}
    for function, (path, site) in m.recursed.items():
        calls = ((part.line, part.func) for part in ir.walk(function.body) if isinstance(part, ir.Call))
        sinks = (line for line, func in calls if isinstance(func, ir.Attr) and _is_plain_sink(m, func.name))
        if any((path, line) not in reached for line in sinks):
            m.cuts.setdefault((site.path, site.line, "recursion"), f"{function.qualname} calls itself too often before it writes")


def _is_plain_sink(m: Machine, name: str) -> bool:
    """Whether a method of that name puts something on a span or into a record; those of metrics and vendors go by anybody's names."""
    sink = m.knowledge.sinks.get(name)
    return sink is not None and sink.channel in (Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT, Channel.LOG_RECORD)


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
