"""Switches that the package itself never looks at: named for content, read or declared, and forgotten."""

from __future__ import annotations

from collections import Counter

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
    uses = _Uses([node for file in m.program.own_files() for node in ir.walk(m.program.body(file))]) if found else None
    return [gate for gate in found.values() if uses is not None and not uses.looks_at(gate.name, composed=gate.kind is GateKind.ENV)]


def _named(gate: GateRef) -> _Named:
    return gate.kind, gate.owner, gate.name


class _Uses:
    """Where a package's code mentions names: by name alone, over all its files."""

    def __init__(self, nodes: list[ir.Node | ir.Arg]) -> None:
        self._everywhere = Counter(_called(node) for node in nodes)
        self._stores: list[tuple[frozenset[str], frozenset[str]]] = []
        """What the value of each assignment mentions, and the names that it goes to."""
        stored = {id(node): _called(node) for store in nodes if isinstance(store, (ir.Assign, ir.Return)) for node in ir.walk(store)}
        self._stored = Counter(stored.values())
        """How often each name is no more than stored or given back."""
        self._givers: list[tuple[frozenset[str], frozenset[str]]] = []
        """What each return of a function mentions, and the name of the function."""
        for node in nodes:
            match node:
                case ir.Assign(value=value, targets=targets) if value is not None:
                    self._stores.append((_mentioned(value), frozenset(map(_called, targets)) - {""}))
                case ir.Function(name=name, body=body):
                    returned = (each.value for each in ir.walk(body) if isinstance(each, ir.Return))
                    self._givers += [(_mentioned(value), frozenset((name,))) for value in returned]
                case _:
                    pass

    def looks_at(self, name: str, *, composed: bool) -> bool:
        """Whether some code does more with `name` than store it, or give it back to code that does no more.

        One that is used for something else besides counts as looked at.
        """
        if composed and not self._everywhere[name]:
            return True  # put together from parts: nobody can tell where it goes
        carrying = {name}
        while True:
            before = len(carrying)
            for mentioned, targets in (*self._stores, *self._givers):
                if not mentioned.isdisjoint(carrying):
                    carrying |= targets
            if len(carrying) == before:
                break
        return any(self._everywhere[each] > self._stored[each] for each in carrying)


def _mentioned(expr: ir.Expr | None) -> frozenset[str]:
    return frozenset(_called(node) for node in ir.walk(expr)) - {""}


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
