"""How far a function is from a sink, read off the names alone: what comes first where not everything can be run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from survey.flow.machine import Machine
from survey.model import ir

FAR = 1 << 20
"""The distance of what no chain of names leads from to a sink."""


def distances(m: Machine, functions: Iterable[ir.Function]) -> dict[ir.Function, int]:
    """Per function, how many names lie between it and a sink: 0 where its body names a sink's method, a store or a record.

    A name stands for every function that goes by it, so a distance is never too large; it orders work and decides nothing.
    """
    known = m.knowledge
    wanted = {*known.sinks, *known.stores, *known.record_names, *m.own_setters}
    naming: dict[str, list[ir.Function]] = defaultdict(list)
    found: dict[ir.Function, int] = {}
    for function in functions:
        found[function] = FAR
        for name in mentioned(function):
            naming[name].append(function)
    distance = 0
    seen: set[str] = set()
    while wanted:
        seen |= wanted
        near = {function for name in wanted for function in naming.get(name, ()) if found[function] == FAR}
        for function in near:
            found[function] = distance
        wanted = {function.name for function in near} - seen
        distance += 1
    return found


def mentioned(function: ir.Function) -> set[str]:
    """Every name and attribute that the body of a function reads or stores, what is defined inside it included."""
    names = set()
    for node in ir.walk(function.body):
        if isinstance(node, ir.Name):
            names.add(node.id)
        elif isinstance(node, ir.Attr):
            names.add(node.name)
    return names
