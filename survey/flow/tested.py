"""What tests say of a container: that it is there, or more."""

from __future__ import annotations

from survey.flow import compare, evaluate, paths
from survey.flow.conditions import TRUE
from survey.flow.machine import Machine
from survey.flow.values import Atom, Value, of
from survey.model import ir

_READS = ("get",)
"""Methods whose call changes nothing."""


def is_there(m: Machine, test: ir.Expr, item: Atom, *, holds: bool) -> bool:
    """Whether a test that holds, or does not, tells only that `item` or what it lies in is there."""
    if isinstance(test, ir.UnaryOp) and test.op == "not":
        return is_there(m, test.operand, item, holds=not holds)
    if isinstance(test, ir.BoolOp) and test.op == ("and" if holds else "or"):
        return all(is_there(m, part, item, holds=holds) for part in test.values)
    if isinstance(test, ir.Compare):
        absent = isinstance(test.right, ir.Const) and test.right.value is None
        return absent and test.op in (("is not", "!=") if holds else ("is", "==")) and _reaches(m, test.left, item)
    if isinstance(test, ir.Call) and isinstance(test.func, ir.Name) and len(test.args) == 2:
        if not holds or m.knowledge.builtins.get(test.func.id) != "isinstance":
            return False
        kinds = evaluate.evaluate(m, test.args[1].value)
        known = evaluate.evaluate(m, test.args[0].value) if _is_plain(test.args[0].value) else Value(())
        holders = [atom for atom in known.atoms if paths.holds(of(atom), item)]
        return bool(holders) and all(any(compare.is_a(m, atom, kind) == TRUE for kind in kinds.atoms) for atom in holders)
    return holds and _reaches(m, test, item)


def _reaches(m: Machine, expr: ir.Expr, item: Atom) -> bool:
    return _is_plain(expr) and paths.holds(evaluate.evaluate(m, expr), item)


def _is_plain(expr: ir.Expr) -> bool:
    """Whether an expression only reads."""
    if isinstance(expr, ir.Attr):
        return _is_plain(expr.obj)
    if isinstance(expr, ir.Index):
        return _is_plain(expr.obj) and isinstance(expr.index, ir.Const)
    if isinstance(expr, ir.Call):
        func = expr.func
        return isinstance(func, ir.Attr) and func.name in _READS and _is_plain(func.obj) and bool(expr.args)
    return isinstance(expr, ir.Name)
