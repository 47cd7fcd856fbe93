"""The facts of a file as the lowering sees it."""

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args

from survey.model import ir
from tests.languages.facts import Facts, constant, empty

_PARTS = (*get_args(ir.Expr), *get_args(ir.Stmt), ir.Arg, ir.Param, ir.Function, ir.Class, ir.Case, ir.Handler, ir.ForClause, ir.IfClause)


def facts_of_ir(module: ir.Module) -> Facts:
    """The facts of the IR; a chain's middle operand, which two comparisons share, counts once."""
    facts = empty()
    seen: set[int] = set()
    pending: list[Any] = list(module.body)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, _PARTS) and id(node) not in seen:
            seen.add(id(node))
            _ir_fact(node, facts)
            skip = {"tests"} if isinstance(node, ir.Case) else set()
            children = [getattr(node, field.name) for field in dataclasses.fields(node) if field.name not in skip]
            pending.extend([part for part in node.parts if not _is_text(part)] if isinstance(node, ir.Template) else children)
    return facts


def _dotted_ir(node: ir.Expr) -> str:
    if isinstance(node, ir.Attr):
        return f"{_dotted_ir(node.obj)}.{node.name}"
    return node.id if isinstance(node, ir.Name) else "Call" if isinstance(node, ir.Call) else "…"


def _target_ir(node: ir.Expr) -> Any:
    match node:
        case ir.Sequence():
            return tuple(map(_target_ir, node.items))
        case ir.Spread():
            return ("*", _target_ir(node.value))
        case ir.Index():
            return (_target_ir(node.obj), "[]")
    return _dotted_ir(node)


def _ir_fact(node: Any, facts: Facts) -> None:
    match node:
        case ir.Function():
            params = tuple((p.name, p.kind, p.default is not None, p.annotation is not None, p.line) for p in node.params)
            facts["functions"][
                node.line,
                node.end_line,
                node.qualname,
                params,
                len(node.decorators),
                node.returns is not None,
                node.is_async,
                node.is_generator,
                node.doc,
            ] += 1
        case ir.Class():
            keywords = tuple(arg.name for arg in node.bases if arg.name or arg.spread == "**")
            facts["classes"][node.line, node.end_line, node.qualname, len(node.bases) - len(keywords), keywords, len(node.decorators)] += 1
            facts["displays"]["spread"] += sum(arg.spread == "*" for arg in node.bases)
        case ir.Call():
            keywords = tuple(arg.name for arg in node.args if arg.name or arg.spread == "**")
            stars = sum(arg.spread == "*" for arg in node.args)
            facts["calls"][node.line, node.end_line, _dotted_ir(node.func), len(node.args) - len(keywords), stars, keywords] += 1
            facts["displays"]["spread"] += stars
        case ir.Const():
            facts["constants"][node.line, constant(node.value)] += 1
        case ir.Template():
            text = [part.value for part in node.parts if isinstance(part, ir.Const) and isinstance(part.value, str)]
            facts["holes"][node.line, node.end_line, len(node.parts) - len(text), "".join(text)] += 1
        case ir.Assign():
            facts["targets"][
                node.line, node.end_line, tuple(map(_target_ir, node.targets)), node.value is not None, node.annotation is not None
            ] += 1
        case ir.Augment():
            facts["targets"][node.line, node.end_line, _target_ir(node.target), node.op] += 1
        case ir.Bind():
            facts["targets"][node.line, node.end_line, _target_ir(node.target)] += 1
        case ir.For():
            facts["targets"][node.line, _target_ir(node.target), node.is_async] += 1
            facts["statements"]["For", node.line, node.end_line, len(node.body), len(node.orelse)] += 1
        case ir.Comprehension():
            facts["displays"]["comprehension", node.line, node.end_line, sum(isinstance(c, ir.ForClause) for c in node.clauses)] += 1
            for clause, ifs in _clauses(node):
                facts["targets"]["for", _target_ir(clause.target), clause.is_async, ifs] += 1
        case ir.With():
            facts["targets"][node.line, tuple(_target_ir(target) if target else None for _, target in node.items)] += 1
            facts["statements"]["With", node.line, node.end_line, len(node.body), node.is_async] += 1
        case ir.Delete():
            facts["targets"]["del", node.line, tuple(map(_target_ir, node.targets))] += 1
        case ir.Import():
            names = tuple((name.member, name.alias) for name in node.names)
            facts["imports"][node.line, node.end_line, node.module, node.level, node.alias, names] += 1
        case ir.Compare():
            facts["comparisons"][node.op] += 1
        case ir.BoolOp():
            facts["comparisons"][node.op, node.line, len(node.values)] += 1
        case ir.BinOp():
            facts["comparisons"][node.op, node.line, node.end_line] += 1
        case ir.UnaryOp():
            facts["comparisons"]["unary", node.op, node.line, node.end_line] += 1
        case ir.Name():
            facts["names"][node.line, node.id] += 1
        case ir.Attr():
            facts["attributes"][node.line, node.end_line, node.name] += 1
        case ir.Dict():
            facts["displays"]["dict", node.line, node.end_line, tuple(key is None for key, _ in node.items)] += 1
        case ir.Sequence():
            facts["displays"][node.kind, len(node.items)] += 1
        case ir.If():
            facts["statements"]["If", node.line, len(node.body), len(node.orelse)] += 1
        case ir.While():
            facts["statements"]["While", node.line, node.end_line, len(node.body), len(node.orelse)] += 1
        case ir.Try():
            handlers = tuple((handler.name, handler.type is None, len(handler.body)) for handler in node.handlers)
            facts["statements"]["Try", node.line, node.end_line, len(node.body), handlers, len(node.orelse), len(node.final)] += 1
        case ir.Return() if node.line:
            facts["statements"]["Return", node.line, node.end_line, node.value is not None] += 1
        case ir.Raise():
            facts["statements"]["Raise", node.line, node.value is not None] += 1
        case ir.Break() | ir.Continue() | ir.Evaluate():
            facts["statements"][type(node).__name__, node.line, node.end_line] += 1
        case ir.Scope():
            facts["statements"]["Scope", node.line, node.kind, node.names] += 1
        case ir.Match():
            facts["statements"]["Match", node.line, node.end_line, len(node.cases)] += 1
        case ir.Case():
            facts["cases"][node.binds, not node.tests, node.guard is not None, len(node.body)] += 1
        case ir.Await():
            facts["displays"]["await", node.line, node.end_line] += 1
        case ir.Yield():
            facts["displays"]["yield", node.line, node.end_line, node.each, node.value is not None] += 1
        case ir.Conditional():
            facts["displays"]["conditional", node.line, node.end_line] += 1
        case ir.Spread():
            facts["displays"]["spread"] += 1
        case ir.Index():
            facts["displays"]["index", node.line, node.end_line, isinstance(node.index, ir.Slice)] += 1
        case ir.Slice():
            facts["displays"]["slice", node.lower is None, node.upper is None, node.step is None] += 1
    if isinstance(node, ir.Lambda):  # the `Return` of its body is no statement of the source
        body = node.function.body[0]
        facts["statements"]["Return", body.line, body.end_line, True] -= 1


def _is_text(part: ir.Expr) -> bool:
    return isinstance(part, ir.Const) and isinstance(part.value, str)


def _clauses(node: ir.Comprehension) -> Iterator[tuple[ir.ForClause, int]]:
    for at, clause in enumerate(node.clauses):
        if isinstance(clause, ir.ForClause):
            ifs = 0
            while at + 1 + ifs < len(node.clauses) and isinstance(node.clauses[at + 1 + ifs], ir.IfClause):
                ifs += 1
            yield clause, ifs
