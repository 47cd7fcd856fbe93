"""Switches that the package itself never looks at: named for content, read or declared, and forgotten."""

from __future__ import annotations

from survey.flow.conditions import GateRef
from survey.flow.machine import Machine
from survey.knowledge.switches import SwitchNames
from survey.model import ir
from survey.model.vocabulary import GateKind

_Named = tuple[GateKind, str, str]


def gates(m: Machine, known: set[GateRef], names: SwitchNames) -> list[GateRef]:
    """Variables and options of the package's own, named for content, of which nothing but stores is made; `known` decide something."""
    decisive = {_named(gate) for gate in known}
    own = {cls.node.name for cls in m.classes.values() if cls.module.path in m.own_paths}
    own |= {fn.node.name for fn in m.functions.values() if fn.module.path in m.own_paths}
    found: dict[_Named, GateRef] = {}
    for gate in sorted(m.gates_read, key=lambda g: (g.kind, g.name, g.owner, g.default or "", g.place)):
        ours = gate.kind is not GateKind.CONTEXT and gate.place[0] in m.own_paths and (not gate.owner or gate.owner in own)
        if ours and _named(gate) not in decisive and names.about_content(gate.name):
            found.setdefault(_named(gate), gate)
    return [gate for gate in found.values() if not _is_looked_at(m, gate.name, composed=gate.kind is GateKind.ENV)]


def _named(gate: GateRef) -> _Named:
    return gate.kind, gate.owner, gate.name


def _is_looked_at(m: Machine, name: str, *, composed: bool) -> bool:
    """Whether some code does more with `name` than store it, or give it back to code that does no more.

    By the names that it goes through alone, of all files: one that is used for something else besides counts as looked at.
    """
    nodes = [node for file in m.program.own_files() for node in ir.walk(m.program.body(file))]
    if composed and all(_called(node) != name for node in nodes):
        return True  # put together from parts: nobody can tell where it goes
    stores = [node for node in nodes if isinstance(node, ir.Assign | ir.Return) and node.value is not None]
    givers = [(node, each) for node in nodes if isinstance(node, ir.Function) for each in ir.walk(node.body) if isinstance(each, ir.Return)]
    carrying = {name}
    while True:
        before = len(carrying)
        for store in stores:
            if isinstance(store, ir.Assign) and _mentions(store.value, carrying):
                carrying |= {_called(target) for target in store.targets} - {""}
        carrying |= {function.name for function, given in givers if _mentions(given.value, carrying)}
        if len(carrying) == before:
            break
    everywhere = sum(_called(node) in carrying for node in nodes)
    stored = {id(node) for store in stores for node in ir.walk((store,)) if _called(node) in carrying}
    return everywhere > len(stored)


def _mentions(expr: ir.Expr | None, names: set[str]) -> bool:
    return expr is not None and any(_called(node) in names for node in ir.walk((expr,)))


def _called(node: object) -> str:
    """The name, attribute or text that a node is; '' for any other."""
    match node:
        case ir.Name():
            return node.id
        case ir.Attr():
            return node.name
        case ir.Const():
            return node.value if isinstance(node.value, str) else ""
    return ""
