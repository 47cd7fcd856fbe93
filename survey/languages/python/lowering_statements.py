"""Simple and compound statements, but for definitions, imports and match."""

from collections.abc import Mapping

from survey.languages.python.lowering_expressions import type_as_call
from survey.languages.python.lowering_parts import EXPRESSIONS, STATEMENTS, Aliased, Parts, Reducer, statements
from survey.model import ir

_LOOK_AHEAD = 80


def _expression_statement(parts: Parts) -> ir.Stmt | None:
    for _, _, value in parts.items:
        if type(value) in STATEMENTS:
            return value  # type: ignore[no-any-return]
    value = parts.tuple_or_one(parts.exprs())
    return ir.Evaluate(parts.line, parts.end_line, value) if value is not None else None


def _assignment(parts: Parts) -> ir.Stmt:
    right = parts.get("right")
    if isinstance(right, ir.Assign):  # a = b = value
        return ir.Assign(parts.line, parts.end_line, (parts.expr("left"), *right.targets), right.value, parts.optional("type"))
    value = None if right is None and not parts.has("=") else parts.as_expr(right)
    return ir.Assign(parts.line, parts.end_line, (parts.expr("left"),), value, parts.optional("type"))


def _augmented(parts: Parts) -> ir.Stmt:
    operator = next((kind for kind, field, _ in parts.items if field == "operator"), "=")
    return ir.Augment(parts.line, parts.end_line, parts.expr("left"), operator.removesuffix("="), parts.expr("right"))


def _return(parts: Parts) -> ir.Stmt:
    return ir.Return(parts.line, parts.end_line, parts.first())


def _raise(parts: Parts) -> ir.Stmt:
    value = next((value for _, field, value in parts.items if field != "cause" and type(value) in EXPRESSIONS), None)
    return ir.Raise(parts.line, parts.end_line, value)


def _assert(parts: Parts) -> ir.Stmt:
    values = parts.exprs()
    test = parts.only()
    error: ir.Expr = ir.Name(parts.line, parts.end_line, "AssertionError")
    if len(values) > 1:
        error = ir.Call(parts.line, parts.end_line, error, (ir.Arg(values[1]),))
    failed = ir.UnaryOp(test.line, test.end_line, "not", test)
    return ir.If(parts.line, parts.end_line, failed, (ir.Raise(parts.line, parts.end_line, error),), ())


def _delete(parts: Parts) -> ir.Stmt:
    targets: list[ir.Expr] = []
    pending = parts.exprs()[::-1]
    while pending:
        value = pending.pop()
        if isinstance(value, ir.Sequence):
            pending.extend(reversed(value.items))
        else:
            targets.append(value)
    return ir.Delete(parts.line, parts.end_line, tuple(targets))


def _type_alias(parts: Parts) -> ir.Stmt | None:
    """A type alias means nothing here, but the grammar also takes `type(a).b = c` for one."""
    left = parts.optional("left")
    target = None
    after = parts.node.start_byte + len(b"type")
    if left is not None and parts.source[after : after + _LOOK_AHEAD].lstrip()[:1] == b"(":
        target = type_as_call(parts, left)
    return None if target is None else ir.Assign(parts.line, parts.end_line, (target,), parts.expr("right"))


def _print(parts: Parts) -> ir.Stmt:
    """`print a, b` and `print >>file, a` of Python 2."""
    file = [ir.Arg(value, "file") for value in parts.of_kind("chevron")]
    arguments = (*(ir.Arg(value) for value in parts.all("argument")), *file)
    call = ir.Call(parts.line, parts.end_line, ir.Name(parts.line, parts.line, "print"), arguments)
    return ir.Evaluate(parts.line, parts.end_line, call)


def _exec(parts: Parts) -> ir.Stmt:
    """`exec code in scope` of Python 2."""
    call = ir.Call(parts.line, parts.end_line, ir.Name(parts.line, parts.line, "exec"), tuple(ir.Arg(value) for value in parts.exprs()))
    return ir.Evaluate(parts.line, parts.end_line, call)


def _scope(parts: Parts) -> ir.Stmt:
    names = tuple(value.id for value in parts.exprs() if isinstance(value, ir.Name))
    return ir.Scope(parts.line, parts.end_line, "global" if parts.kind == "global_statement" else "nonlocal", names)


def _if(parts: Parts) -> ir.Stmt:
    orelse: tuple[ir.Stmt, ...] = ()
    for kind, _, value in reversed(parts.items):
        if kind == "else_clause" and isinstance(value, tuple):
            orelse = value
        elif kind == "elif_clause" and isinstance(value, ir.If):
            orelse = (ir.If(value.line, parts.end_line, value.test, value.body, orelse),)
    return ir.If(parts.line, parts.end_line, parts.expr("condition"), parts.block("consequence"), orelse)


def _elif(parts: Parts) -> ir.If:
    return ir.If(parts.line, parts.end_line, parts.expr("condition"), parts.block("consequence"), ())


def _else(parts: Parts) -> tuple[ir.Stmt, ...]:
    return parts.block("body")


def _finally(parts: Parts) -> tuple[ir.Stmt, ...]:
    return next(parts.of_kind("block"), ())


def _for(parts: Parts) -> ir.Stmt:
    return ir.For(
        parts.line,
        parts.end_line,
        parts.expr("left"),
        parts.expr("right"),
        parts.block("body"),
        parts.block("alternative"),
        parts.has("async"),
    )


def _while(parts: Parts) -> ir.Stmt:
    return ir.While(parts.line, parts.end_line, parts.expr("condition"), parts.block("body"), parts.block("alternative"))


def _try(parts: Parts) -> ir.Stmt:
    handlers = tuple(value for _, _, value in parts.items if isinstance(value, ir.Handler))
    orelse = next(parts.of_kind("else_clause"), ())
    return ir.Try(parts.line, parts.end_line, parts.block("body"), handlers, orelse, next(parts.of_kind("finally_clause"), ()))


def _except(parts: Parts) -> ir.Handler:
    values = [value for _, field, value in parts.items if field == "value" and value is not None]
    name = None
    caught: ir.Expr | None = None
    if len(values) == 1 and isinstance(values[0], Aliased):
        caught = parts.as_expr(values[0].value)
        name = values[0].target.id if isinstance(values[0].target, ir.Name) else None
    elif values:
        caught = parts.tuple_or_one([parts.as_expr(value) for value in values])
    return ir.Handler(parts.line, parts.end_line, caught, name, next(parts.of_kind("block"), ()))


def _with(parts: Parts) -> ir.Stmt:
    items = next(parts.of_kind("with_clause"), ())
    return ir.With(parts.line, parts.end_line, items, parts.block("body"), parts.has("async"))


def _with_clause(parts: Parts) -> tuple[tuple[ir.Expr, ir.Expr | None], ...]:
    return tuple(value for kind, _, value in parts.items if kind == "with_item")


def _with_item(parts: Parts) -> tuple[ir.Expr, ir.Expr | None]:
    value = parts.get("value")
    if isinstance(value, Aliased):
        return parts.as_expr(value.value), value.target
    return parts.as_expr(value), None


REDUCERS: Mapping[str, Reducer] = {
    "block": statements,
    "expression_statement": _expression_statement,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "return_statement": _return,
    "raise_statement": _raise,
    "assert_statement": _assert,
    "delete_statement": _delete,
    "print_statement": _print,
    "chevron": Parts.only,
    "exec_statement": _exec,
    "global_statement": _scope,
    "nonlocal_statement": _scope,
    "pass_statement": lambda _: (),
    "break_statement": lambda parts: ir.Break(parts.line, parts.end_line),
    "continue_statement": lambda parts: ir.Continue(parts.line, parts.end_line),
    "type_alias_statement": _type_alias,
    "if_statement": _if,
    "elif_clause": _elif,
    "else_clause": _else,
    "finally_clause": _finally,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "except_clause": _except,
    "with_statement": _with,
    "with_clause": _with_clause,
    "with_item": _with_item,
}
