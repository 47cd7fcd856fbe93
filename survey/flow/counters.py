"""Numbers that count what a loop has done: inside the loop, and from there on, they are any number."""

from __future__ import annotations

from survey.flow import scopes
from survey.flow.machine import Machine
from survey.flow.values import NOTHING, Const
from survey.model import ir


def forget(m: Machine, loop: ir.For | ir.While) -> None:
    """Before the first round: a variable that the rounds count up is not what it began at.

    A table written out in the code is gone through row by row, and is counted along.
    """
    if isinstance(loop, ir.For) and isinstance(loop.iterable, ir.Sequence):
        return
    names = m.counters.get(loop)
    if names is None:
        names = m.counters[loop] = _counted(loop)
    for name in names:
        held = m.frame.env.names.get(name)
        if held is not None and not isinstance(held, scopes.Deferred) and all(_is_number(atom) for atom in held.atoms):
            m.frame.env.names[name] = NOTHING


def _counted(loop: ir.For | ir.While) -> tuple[str, ...]:
    found = (node for node in ir.walk(loop.body) if isinstance(node, ir.Augment) and node.op in ("+", "-"))
    steps = (node.target.id for node in found if isinstance(node.target, ir.Name) and _is_step(node.value))
    return tuple(dict.fromkeys(steps))


def _is_step(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Const) and isinstance(expr.value, int)


def _is_number(atom: object) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, int)
