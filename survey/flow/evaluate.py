"""Expressions: from IR to abstract values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from survey.flow import (
    access,
    calls,
    compare,
    elements,
    growing,
    holding,
    iterating,
    limits,
    logs,
    masking,
    narrowing,
    origins,
    redaction,
    siblings,
    sinks,
    switches,
    texts,
    uploads,
    wire,
)
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.shown import last_name
from survey.flow.strings import text_of
from survey.flow.values import NONE, NOTHING, Const, Env, FunctionValue, Mapping, Opaque, Pattern, Sequence, Site, Term, Truth, Value, of
from survey.knowledge.engine import PENDING
from survey.model import ir


def evaluate(m: Machine, expr: ir.Expr) -> Value:
    """The value of `expr` in the running frame; side effects happen on the way."""
    frame = m.frames[-1]
    handler = _HANDLERS[type(expr)]
    if expr.line:
        frame.line, frame.end_line = expr.line, expr.end_line
    return handler(m, expr)


def condition(m: Machine, expr: ir.Expr) -> Cond:
    """The condition that `expr` is true; short-circuit parts run under what was decided before them."""
    if isinstance(expr, ir.UnaryOp) and expr.op == "not":
        return m.conds.negate(condition(m, expr.operand))
    if isinstance(expr, ir.BoolOp) and expr.op in ("and", "or"):
        frame = m.frame
        saved = frame.path
        result = TRUE if expr.op == "and" else FALSE
        for part in expr.values:
            cond = condition(m, part)
            if expr.op == "and":
                result = m.conds.all(result, cond)
                frame.path = m.conds.all(frame.path, cond)
            else:
                result = m.conds.any(result, cond)
                frame.path = m.conds.all(frame.path, m.conds.negate(cond))
            if not frame.path.possible:
                break
        frame.path = saved
        return result
    if isinstance(expr, ir.Compare):
        return _compare(m, expr)
    return m.truth(evaluate(m, expr))


def _compare(m: Machine, expr: ir.Compare) -> Cond:
    left = evaluate(m, expr.left)
    right = evaluate(m, expr.right)
    return compare.compare(m, expr.op, left, right)


def _const(m: Machine, expr: ir.Const) -> Value:
    found = m.constants.get(expr)
    if found is None:
        found = m.constants[expr] = of(Const(expr.value))
    return found


def name(m: Machine, expr: ir.Name) -> Value:
    """A variable: local, closed over, of the module, or built in."""
    return access.variable(m, m.frame.env, expr.id)


def _attr(m: Machine, expr: ir.Attr) -> Value:
    return access.attribute(m, evaluate(m, expr.obj), expr.name)


def _index(m: Machine, expr: ir.Index) -> Value:
    obj = evaluate(m, expr.obj)
    if isinstance(expr.index, ir.Slice):
        return limits.sliced(m, expr, expr.index, obj)
    return elements.element(m, obj, evaluate(m, expr.index))


def _call(m: Machine, expr: ir.Call) -> Value:
    site = Site(m.frame.module.path, expr.line, expr.end_line, m.frame.symbol)
    growing.for_update(m, expr)
    func = evaluate(m, expr.func)
    args: list[tuple[str | None, str, Value]] = []
    for arg in expr.args:
        value = holding.given(m, arg.value, evaluate(m, arg.value))
        only = value.only
        if arg.spread == "*" and isinstance(only, Sequence) and only.rest is None and all(cond == TRUE for cond, _ in only.items):
            args += [(None, "", item) for _, item in only.items]
        else:
            args.append((arg.name, arg.spread, value))
        if not m.frame.path.possible:
            return NOTHING
    m.frame.line, m.frame.end_line = expr.line, expr.end_line
    for (_, spread, key), (_, _, value) in pairwise(args):
        if not spread:
            site = siblings.told(m, site, key, value)
    given = tuple(args)
    logs.call(m, func, expr, given, site)
    result = holding.in_another_form(m, expr, given, calls.call(m, func, given, site))
    result = redaction.passed(m, expr, func, given, result, site)
    wire.made(m, func, expr, given, result)
    result = masking.masked(m, func, given, result)
    # an upload deep in a shared library is that library's answer, not that of every package which writes through it
    return uploads.reference(m, func, result, site) if m.frame.module.own and _is_upload(m, expr.func) else result


def _is_upload(m: Machine, func: ir.Expr) -> bool:
    callee = last_name(func)
    found = m.uploading.get(callee)
    if found is None:
        words = origins.words_of(callee)
        found = m.uploading[callee] = any(word in callee and word in words for word in m.knowledge.uploads)
    return found


def _template(m: Machine, expr: ir.Template) -> Value:
    values = [evaluate(m, part) for part in expr.parts]
    result = texts.compose(m, values)
    told = logs.template_hints(m, expr, values)
    if not told:
        return result
    return Value(tuple((guard, replace(a, hints=a.hints | told) if isinstance(a, Pattern) else a) for guard, a in result.alts))


def _binop(m: Machine, expr: ir.BinOp) -> Value:
    return texts.binary(m, expr.op, evaluate(m, expr.left), evaluate(m, expr.right))


def _boolop(m: Machine, expr: ir.BoolOp) -> Value:
    frame = m.frame
    saved = frame.path
    parts: list[tuple[Cond, Value]] = []
    reach = TRUE
    for position, part in enumerate(expr.values):
        value = evaluate(m, part)
        if position == len(expr.values) - 1:
            parts.append((reach, value))
            break
        if expr.op == "??":
            if (known := _defaulted(m, value, expr.values[position + 1 :])) is not None:
                value = known
                parts.append((reach, value))
                break
            stop = m.conds.negate(compare.compare(m, "is", value, NONE))
        else:
            stop = m.truth(value)
            if expr.op == "and":
                stop = m.conds.negate(stop)
        parts.append((m.conds.all(reach, stop), _kept(m, value, expr.op)))
        reach = m.conds.all(reach, m.conds.negate(stop))
        frame.path = m.conds.all(frame.path, m.conds.negate(stop))
        if not reach.possible or not frame.path.possible:
            break
    frame.path = saved
    return m.join(parts)


def _defaulted(m: Machine, value: Value, others: tuple[ir.Expr, ...]) -> Value | None:
    """A switch with the constant that stands in for it when unset: that is its default."""
    only = value.only
    if len(others) != 1 or not isinstance(only, Term) or only.gate.default is not None:
        return None
    other = evaluate(m, others[0]).only
    if not isinstance(other, Const) or other.value is None:
        return None
    return of(Term(replace(only.gate, default=switches.spelled(only, other.value)), only.read))


def _kept(m: Machine, value: Value, op: str) -> Value:
    """What a short-circuit operator keeps of an operand: never a false alternative of `or`, never a true one of `and`.

    Of something unknown that is false nothing more is to be known.
    """
    if op == "and":
        value = Value(tuple((g, Const(value=False) if isinstance(a, Opaque) else a) for g, a in value.alts))
    keep = [(g, a) for g, a in value.alts if (m.truth_of(a).possible if op == "or" else m.truth_of(a) != TRUE)]
    return Value(tuple(keep)) if keep and op in ("and", "or") else value


def _unary(m: Machine, expr: ir.UnaryOp) -> Value:
    if expr.op == "not":
        return of(Truth(condition(m, expr)))
    value = evaluate(m, expr.operand)
    only = value.only
    if expr.op == "-" and isinstance(only, Const) and isinstance(only.value, (int, float)):
        return of(Const(-only.value))
    return of(Opaque(m.hints(value, 2)))


def _compare_value(m: Machine, expr: ir.Compare) -> Value:
    cond = _compare(m, expr)
    return of(Const(True)) if cond == TRUE else of(Const(False)) if cond == FALSE else of(Truth(cond))


def _conditional(m: Machine, expr: ir.Conditional) -> Value:
    frame = m.frame
    saved = frame.path
    cond = condition(m, expr.test)
    parts = []
    for arm, guard, holds in ((expr.then, cond, True), (expr.other, m.conds.negate(cond), False)):
        frame.path = m.conds.all(saved, guard)
        if frame.path.possible:
            before = narrowing.narrow(m, expr.test, holds=holds)
            parts.append((guard, limits.chosen(m, expr, evaluate(m, arm), holds=holds)))
            frame.env.names.update(before)
    frame.path = saved
    return m.join(parts)


def _dict(m: Machine, expr: ir.Dict) -> Value:
    result = m.mapping()
    for key, item in expr.items:
        value = evaluate(m, item)
        if key is None:
            elements.spread_into(m, result, holding.given(m, item, value), TRUE)
            continue
        site = Site(m.frame.module.path, key.line, item.end_line, m.frame.symbol)
        elements.put_under(m, result, evaluate(m, key), value, TRUE, site)
    return of(result)


def _sequence(m: Machine, expr: ir.Sequence) -> Value:
    result = m.sequence(expr.kind)
    for item in expr.items:
        if isinstance(item, ir.Spread):
            found = iterating.iterate(m, evaluate(m, item.value))
            for cond, value in found.items:
                m.append(result, cond, value)
            result.rest = found.rest if result.rest is None else result.rest
        else:
            m.append(result, TRUE, evaluate(m, item))
    if expr.kind == "tuple" and len(expr.items) == 2 and len(result.items) == 2:
        _note_pair(m, expr, result)
    return of(result)


def _note_pair(m: Machine, expr: ir.Sequence, result: Sequence) -> None:
    """A tuple of a key and something that is no constant: here they met, wherever the tuple goes."""
    key, value = result.items[0][1], result.items[1][1]
    only = key.only
    text = text_of(only) if only is not None else None
    site = siblings.told(m, Site(m.frame.module.path, expr.line, expr.end_line, m.frame.symbol), key, value)
    if text and "." in text and not site.role:
        siblings.untold(m, result, text, site)
    noted = bool(only.sites) or not site.role if isinstance(only, Pattern) else False
    if text and "." in text and not noted and any(sinks.carries(atom) for atom in value.atoms):
        result.items[0] = (TRUE, of(Pattern(text, frozenset(), ((site, TRUE),))))


def _comprehension(m: Machine, expr: ir.Comprehension) -> Value:
    env = Env(m.frame.env, m.frame.module)
    outer, m.frame.env = m.frame.env, env
    saved = m.frame.path
    result: Mapping | Sequence = m.mapping() if expr.kind == "dict" else m.sequence("list" if expr.kind == "generator" else expr.kind)

    def run(position: int, cond: Cond) -> None:
        if not cond.possible or m.overspent():
            return
        if position == len(expr.clauses):
            if isinstance(result, Mapping) and expr.key is not None:
                key = evaluate(m, expr.key)
                value = evaluate(m, expr.value)
                if isinstance(key.only, Opaque) and _copies_entries(expr):
                    m.loosen(result, cond, value)  # each keeps the key it had, whatever that is: none meets its value here
                    return
                elements.put_under(
                    m, result, key, value, cond, Site(m.frame.module.path, expr.key.line, expr.value.end_line, m.frame.symbol)
                )
            elif isinstance(result, Sequence):
                m.append(result, cond, evaluate(m, expr.value))
            return
        clause = expr.clauses[position]
        if isinstance(clause, ir.IfClause):
            test = condition(m, clause.test)
            before = m.frame.path
            m.frame.path = m.conds.all(before, test)
            if m.frame.path.possible:
                run(position + 1, m.conds.all(cond, test))
            m.frame.path = before
            return
        if position == 0:
            m.frame.env = outer  # the first is evaluated where the comprehension stands, in the body of a class with its names
        source = evaluate(m, clause.iterable)
        m.frame.env = env
        found = iterating.iterate(m, source)
        items = list(found.items)
        if found.rest is not None:
            items.append((TRUE, found.rest))
        m.frame.work += len(items)
        for guard, item in items:
            before = m.frame.path
            m.frame.path = m.conds.all(before, guard)
            if m.frame.path.possible:
                iterating.bind(m, clause.target, item)
                run(position + 1, m.conds.all(cond, guard))
            m.frame.path = before

    run(0, TRUE)
    m.frame.path = saved
    if isinstance(result, Mapping):
        holding.filtered(m, expr, result)
    m.frame.env = outer
    return of(result)


def _copies_entries(expr: ir.Comprehension) -> bool:
    """`{key: f(value) for key, value in entries}`."""
    if len(expr.clauses) != 1 or isinstance(expr.clauses[0], ir.IfClause) or not isinstance(expr.key, ir.Name):
        return False
    target = expr.clauses[0].target
    bound = {part.id for part in target.items if isinstance(part, ir.Name)} if isinstance(target, ir.Sequence) else set[str]()
    beside = bound - {expr.key.id}
    return expr.key.id in bound and any(isinstance(part, ir.Name) and part.id in beside for part in ir.walk((expr.value,)))


def _lambda(m: Machine, expr: ir.Lambda) -> Value:
    return of(function_value(m, expr.function))


def function_value(m: Machine, node: ir.Function) -> FunctionValue:
    """The closure of `node` over the running scope; the same one for the same scope."""
    key = (id(node), id(m.frame.env))
    found = m.functions.get(key)
    if found is None:
        found = m.functions[key] = FunctionValue(node, m.frame.module, m.frame.env)
    return found


def _await(m: Machine, expr: ir.Await) -> Value:
    value = evaluate(m, expr.value)
    if not any(isinstance(a, Opaque) and PENDING in a.hints for a in value.atoms):
        return value
    return Value(tuple((g, replace(a, hints=a.hints - {PENDING}) if isinstance(a, Opaque) else a) for g, a in value.alts))


def _yield(m: Machine, expr: ir.Yield) -> Value:
    frame = m.frame
    site = Site(frame.module.path, expr.line, expr.end_line, frame.symbol)
    if expr.value is None:
        frame.yields.append((frame.path, NONE, site))
        return NOTHING
    value = evaluate(m, expr.value)
    if not expr.each:
        frame.yields.append((frame.path, value, site))
        return NOTHING
    for atom_cond, atom in value.alts:
        cond = m.conds.all(frame.path, atom_cond)
        if isinstance(atom, Mapping) and atom.is_sequence:
            frame.yields.append((cond, of(atom), Site("", 0, 0)))
        else:
            found = iterating.iterate(m, of(atom))
            for guard, item in found.items:
                frame.yields.append((m.conds.all(cond, guard), item, site))
            if found.rest is not None:
                frame.yields.append((m.conds.all(cond, UNKNOWN), found.rest, site))
    return NOTHING


def _bind(m: Machine, expr: ir.Bind) -> Value:
    value = evaluate(m, expr.value)
    iterating.bind(m, expr.target, value)
    return value


def _spread(m: Machine, expr: ir.Spread) -> Value:
    return evaluate(m, expr.value)


def _slice(_m: Machine, _expr: ir.Slice) -> Value:
    return NOTHING


def _unknown(m: Machine, expr: ir.Unknown) -> Value:
    hints: frozenset[str] = frozenset()
    for child in expr.children:
        hints |= m.hints(evaluate(m, child), 2)
    return of(Opaque(hints))


_HANDLERS: dict[type, Callable[[Machine, Any], Value]] = {
    ir.Const: _const,
    ir.Name: name,
    ir.Attr: _attr,
    ir.Index: _index,
    ir.Slice: _slice,
    ir.Call: _call,
    ir.Template: _template,
    ir.BinOp: _binop,
    ir.BoolOp: _boolop,
    ir.UnaryOp: _unary,
    ir.Compare: _compare_value,
    ir.Conditional: _conditional,
    ir.Dict: _dict,
    ir.Sequence: _sequence,
    ir.Spread: _spread,
    ir.Comprehension: _comprehension,
    ir.Lambda: _lambda,
    ir.Await: _await,
    ir.Yield: _yield,
    ir.Bind: _bind,
    ir.Unknown: _unknown,
}
