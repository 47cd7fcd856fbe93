"""Expressions: operators, calls, displays, comprehensions; types of annotations are expressions too.

The grammar binds two operators too tightly, `*a.b()` in displays and `with a if b else c as d`; both are put right here.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

from survey.languages.python.lowering_parts import EXPRESSIONS, Aliased, Entry, Parts, Reducer
from survey.model import ir


def _identifier(parts: Parts) -> ir.Expr:
    text = parts.source[parts.node.start_byte : parts.node.end_byte].decode()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # as the interpreter compares identifiers
    return ir.Name(parts.line, parts.end_line, text)


def _attribute(parts: Parts) -> ir.Expr:
    obj, name = parts.expr("object"), parts.name("attribute")
    if isinstance(obj, ir.Spread):
        return ir.Spread(parts.line, parts.end_line, ir.Attr(obj.value.line, parts.end_line, obj.value, name))
    return ir.Attr(parts.line, parts.end_line, obj, name)


def _dotted_name(parts: Parts) -> ir.Expr:
    names = [value for value in parts.exprs() if isinstance(value, ir.Name)]
    if not names:
        return parts.only()
    dotted: ir.Expr = names[0]
    for name in names[1:]:
        dotted = ir.Attr(parts.line, name.end_line, dotted, name.id)
    return dotted


def _member_type(parts: Parts) -> ir.Expr:
    values = parts.exprs()
    name = values[-1].id if len(values) > 1 and isinstance(values[-1], ir.Name) else ""
    return ir.Attr(parts.line, parts.end_line, parts.only(), name)


def _subscript(parts: Parts) -> ir.Expr:
    obj, index = parts.expr("value"), parts.as_expr(_index(parts, parts.all("subscript")))
    if isinstance(obj, ir.Spread):
        return ir.Spread(parts.line, parts.end_line, ir.Index(obj.value.line, parts.end_line, obj.value, index))
    return ir.Index(parts.line, parts.end_line, obj, index)


def _generic_type(parts: Parts) -> ir.Expr:
    index = next(parts.of_kind("type_parameter"), None)
    return ir.Index(parts.line, parts.end_line, parts.only(), parts.as_expr(index))


def _type_parameter(parts: Parts) -> ir.Expr | None:
    return _index(parts, parts.exprs())


def _index(parts: Parts, values: list[ir.Expr]) -> ir.Expr | None:
    if len(values) == 1 and isinstance(values[0], ir.Spread):  # a[*b] is a[*b,]
        return ir.Sequence(values[0].line, values[0].end_line, "tuple", tuple(values))
    return parts.tuple_or_one(values)


def _slice(parts: Parts) -> ir.Expr:
    bounds: list[ir.Expr | None] = [None, None, None]
    at = 0
    for kind, _, value in parts.items:
        if kind == ":":
            at += 1
        elif type(value) in EXPRESSIONS and at < len(bounds):
            bounds[at] = value
    return ir.Slice(parts.line, parts.end_line, *bounds)


def _call(parts: Parts) -> ir.Expr:
    arguments = parts.get("arguments")
    if type(arguments) in EXPRESSIONS:  # f(x for x in y)
        arguments = (ir.Arg(arguments),)
    if not isinstance(arguments, tuple):
        arguments = ()
    func = parts.expr("function")
    if isinstance(func, ir.Spread):
        return ir.Spread(parts.line, parts.end_line, ir.Call(func.value.line, parts.end_line, func.value, arguments))
    return ir.Call(parts.line, parts.end_line, func, arguments)


def _arguments(parts: Parts) -> tuple[ir.Arg, ...]:
    return tuple(arg for _, _, value in parts.items if (arg := _argument(value)) is not None)


def _argument(value: object) -> ir.Arg | None:
    if isinstance(value, ir.Arg):
        return value
    if isinstance(value, ir.Spread):
        return ir.Arg(value.value, None, "*")
    if isinstance(value, Entry):
        return ir.Arg(value.value, None, "**")
    return ir.Arg(value) if type(value) in EXPRESSIONS else None  # type: ignore[arg-type]


def _keyword_argument(parts: Parts) -> ir.Arg:
    return ir.Arg(parts.expr("value"), parts.name())


def _binary(parts: Parts) -> ir.Expr:
    return ir.BinOp(parts.line, parts.end_line, _operator(parts), parts.expr("left"), parts.expr("right"))


def _operator(parts: Parts) -> str:
    return next((kind for kind, field, _ in parts.items if field == "operator"), "")


def _union_type(parts: Parts) -> ir.Expr:
    """`A | B | C` groups to the left, however the grammar grouped it."""
    union = parts.only()
    for value in parts.exprs()[1:]:
        operands: list[ir.Expr] = []
        rest = value
        while isinstance(rest, ir.BinOp) and rest.op == "|":
            operands.append(rest.right)
            rest = rest.left
        for operand in (rest, *reversed(operands)):
            union = ir.BinOp(parts.line, operand.end_line, "|", union, operand)
    return union


def _boolean(parts: Parts) -> ir.Expr:
    op: Literal["and", "or"] = "and" if _operator(parts) == "and" else "or"
    left, right = parts.expr("left"), parts.expr("right")
    unparenthesised = any(field == "left" and kind == "boolean_operator" for kind, field, _ in parts.items)
    first = left.values if unparenthesised and isinstance(left, ir.BoolOp) and left.op == op else (left,)
    return ir.BoolOp(parts.line, parts.end_line, op, (*first, right))


def _not(parts: Parts) -> ir.Expr:
    return ir.UnaryOp(parts.line, parts.end_line, "not", parts.expr("argument"))


def _unary(parts: Parts) -> ir.Expr:
    return ir.UnaryOp(parts.line, parts.end_line, _operator(parts), parts.expr("argument"))


def _comparison(parts: Parts) -> ir.Expr:
    operators = [kind for kind, field, _ in parts.items if field == "operators"]
    operands = parts.exprs()
    pairs = list(zip(operators, operands, operands[1:], strict=False))
    if not pairs:
        return ir.Unknown(parts.line, parts.end_line, parts.kind, tuple(operands))
    if len(pairs) == 1:
        return ir.Compare(parts.line, parts.end_line, "!=" if operators[0] == "<>" else operators[0], operands[0], operands[1])
    compared = tuple(ir.Compare(left.line, right.end_line, "!=" if op == "<>" else op, left, right) for op, left, right in pairs)
    return ir.BoolOp(parts.line, parts.end_line, "and", compared)


def _outside(reduce: Callable[[Parts], ir.Expr]) -> Reducer:
    """`value as target` at the right end of an expression names all of the expression."""

    def hoist(parts: Parts) -> ir.Expr | Aliased:
        kind, field, last = parts.items[-1]
        if not isinstance(last, Aliased):
            return reduce(parts)
        parts.items[-1] = kind, field, last.value
        return Aliased(reduce(parts), last.target)

    return hoist


def _parenthesized(parts: Parts) -> ir.Expr | Aliased:
    return next((value for _, _, value in parts.items if isinstance(value, Aliased)), None) or parts.only()


def _conditional(parts: Parts) -> ir.Expr:
    values = parts.exprs()
    if len(values) != 3:
        return ir.Unknown(parts.line, parts.end_line, parts.kind, tuple(values))
    then, test, other = values
    return ir.Conditional(parts.line, parts.end_line, test, then, other)


def _sequence(kind: Literal["list", "tuple", "set"]) -> Reducer:
    def reduce(parts: Parts) -> ir.Expr:
        return ir.Sequence(parts.line, parts.end_line, kind, tuple(parts.exprs()))

    return reduce


def _spread(parts: Parts) -> ir.Expr:
    return ir.Spread(parts.line, parts.end_line, parts.only())


def _dictionary(parts: Parts) -> ir.Expr:
    return ir.Dict(parts.line, parts.end_line, tuple((value.key, value.value) for _, _, value in parts.items if isinstance(value, Entry)))


def _pair(parts: Parts) -> Entry:
    return Entry(parts.expr("key"), parts.expr("value"))


def _dictionary_spread(parts: Parts) -> Entry:
    return Entry(None, parts.only())


def _comprehension(kind: Literal["list", "set", "dict", "generator"]) -> Reducer:
    def reduce(parts: Parts) -> ir.Expr:
        body = parts.get("body")
        key, value = (body.key, body.value) if isinstance(body, Entry) else (None, parts.as_expr(body))
        clauses = tuple(item for _, _, item in parts.items if isinstance(item, (ir.ForClause, ir.IfClause)))
        return ir.Comprehension(parts.line, parts.end_line, kind, key, value, clauses)

    return reduce


def type_as_call(parts: Parts, left: ir.Expr) -> ir.Expr | None:
    """`type(a).b` read back as the call it is, out of `(a).b`; None for the name of a type alias."""
    links: list[ir.Attr | ir.Index] = []
    while isinstance(left, (ir.Attr, ir.Index)):
        links.append(left)
        left = left.obj
    if not links:
        return None
    arguments = left.items if isinstance(left, ir.Sequence) else (left,)
    call: ir.Expr = ir.Call(parts.line, left.end_line, ir.Name(parts.line, parts.line, "type"), tuple(ir.Arg(item) for item in arguments))
    for link in reversed(links):
        if isinstance(link, ir.Attr):
            call = ir.Attr(parts.line, link.end_line, call, link.name)
        else:
            call = ir.Index(parts.line, link.end_line, call, link.index)
    return call


def _for_clause(parts: Parts) -> ir.ForClause:
    iterable = parts.as_expr(parts.tuple_or_one(parts.all("right")))
    return ir.ForClause(parts.line, parts.end_line, parts.expr("left"), iterable, parts.has("async"))


def _if_clause(parts: Parts) -> ir.IfClause:
    return ir.IfClause(parts.line, parts.end_line, parts.only())


def _await(parts: Parts) -> ir.Expr:
    return ir.Await(parts.line, parts.end_line, parts.only())


def _yield(parts: Parts) -> ir.Expr:
    return ir.Yield(parts.line, parts.end_line, parts.first(), parts.has("from"))


def _bind(parts: Parts) -> ir.Expr:
    return ir.Bind(parts.line, parts.end_line, parts.expr("name"), parts.expr("value"))


def _aliased(parts: Parts) -> Aliased:
    target = parts.optional("alias")
    value = next((value for _, field, value in parts.items if field != "alias" and value is not None), None)
    if target is None:  # of a case pattern: the last identifier
        target = next((value for _, _, value in reversed(parts.items) if isinstance(value, ir.Name)), None)
    return Aliased(value, parts.as_expr(target))


REDUCERS: Mapping[str, Reducer] = {
    "identifier": _identifier,
    "attribute": _attribute,
    "dotted_name": _dotted_name,
    "member_type": _member_type,
    "subscript": _subscript,
    "generic_type": _generic_type,
    "type_parameter": _type_parameter,
    "type": Parts.only,
    "splat_type": _spread,
    "union_type": _union_type,
    "slice": _slice,
    "call": _call,
    "argument_list": _arguments,
    "keyword_argument": _keyword_argument,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "not_operator": _not,
    "unary_operator": _unary,
    "comparison_operator": _comparison,
    "conditional_expression": _outside(_conditional),
    "parenthesized_expression": _parenthesized,
    "list": _sequence("list"),
    "set": _sequence("set"),
    "tuple": _sequence("tuple"),
    "expression_list": _sequence("tuple"),
    "pattern_list": _sequence("tuple"),
    "list_splat": _spread,
    "list_splat_pattern": _spread,
    "parenthesized_list_splat": Parts.only,
    "dictionary": _dictionary,
    "pair": _pair,
    "dictionary_splat": _dictionary_spread,
    "dictionary_splat_pattern": _dictionary_spread,
    "list_comprehension": _comprehension("list"),
    "set_comprehension": _comprehension("set"),
    "dictionary_comprehension": _comprehension("dict"),
    "generator_expression": _comprehension("generator"),
    "for_in_clause": _for_clause,
    "if_clause": _if_clause,
    "await": _await,
    "yield": _yield,
    "named_expression": _bind,
    "as_pattern": _aliased,
    "as_pattern_target": Parts.only,
}
