"""Statements: how control flow guards what follows, and how variables join where branches meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from survey.flow import (
    calls,
    classes,
    compare,
    counters,
    decorating,
    elements,
    evaluate,
    iterating,
    limits,
    loops,
    narrowing,
    paths,
    raising,
    scopes,
    texts,
)
from survey.flow.conditions import FALSE, RARE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import EXCEPTION, NONE, NOTHING, Mapping, Opaque, Sequence, Value, of
from survey.model import ir


def block(m: Machine, body: tuple[ir.Stmt, ...]) -> None:
    """Run statements until the path is impossible."""
    frame = m.frames[-1]
    m.steps += len(body)
    frame.work += len(body)
    for stmt in body:
        if not frame.path.possible:
            return
        frame.line, frame.end_line = stmt.line, stmt.end_line
        if m.overspent():
            frame.path = FALSE
            return
        _HANDLERS[type(stmt)](m, stmt)


def _evaluate(m: Machine, stmt: ir.Evaluate) -> None:
    evaluate.evaluate(m, stmt.value)


def _assign(m: Machine, stmt: ir.Assign) -> None:
    if stmt.value is None:
        if m.frame.symbol.startswith("class:") and isinstance(stmt.targets[0], ir.Name):
            m.frame.arguments[stmt.targets[0].id] = NOTHING
        return
    value = evaluate.evaluate(m, stmt.value)
    for target in stmt.targets:
        m.frame.line, m.frame.end_line = stmt.line, stmt.end_line
        iterating.bind(m, target, value)


def _augment(m: Machine, stmt: ir.Augment) -> None:
    current = evaluate.evaluate(m, stmt.target)
    value = evaluate.evaluate(m, stmt.value)
    m.frame.line, m.frame.end_line = stmt.line, stmt.end_line
    only = current.only
    if stmt.op == "|" and isinstance(only, Mapping):
        elements.spread_into(m, only, value, m.reach(only))
        return
    if stmt.op == "+" and isinstance(only, Sequence):
        cond = m.reach(only)
        found = iterating.iterate(m, value)
        m.extend(only, cond, found.items, found.rest)
        return
    iterating.bind(m, stmt.target, texts.binary(m, stmt.op, current, value))


def _return(m: Machine, stmt: ir.Return) -> None:
    frame = m.frame
    value = NONE if stmt.value is None else evaluate.evaluate(m, stmt.value)
    frame.returns.append((frame.path, value))
    frame.exits += 1
    frame.path = FALSE


def _raise(m: Machine, stmt: ir.Raise) -> None:
    if stmt.value is not None:
        evaluate.evaluate(m, stmt.value)
    raising.raised(m)


def _break(m: Machine, _stmt: ir.Break) -> None:
    if m.frame.loops:
        m.frame.loops[-1][0].append((m.frame.path, dict(m.frame.env.names)))
    m.frame.path = FALSE


def _continue(m: Machine, _stmt: ir.Continue) -> None:
    if m.frame.loops:
        m.frame.loops[-1][1].append((m.frame.path, dict(m.frame.env.names)))
    m.frame.path = FALSE


def branches(m: Machine, arms: list[tuple[Cond, Callable[[], None]]], tests: list[paths.Tests] | None = None) -> None:
    """Run each arm under its condition from the same variables; join what they leave.

    Where no arm leaves the function or loop, the path stays as it was: joining the arms' paths would forget that
    they cover everything. `tests` are, per arm, what led there.
    """
    frame = m.frame
    before, start = frame.path, frame.env.names
    steps, stepped = frame.steps, list[tuple[paths.Step, ...]]()
    ends: list[tuple[Cond, dict[str, Value]]] = []
    path: Cond = FALSE
    left = False
    way, place = frame.way, m.next_serial()
    for arm, (cond, run) in enumerate(arms):
        entered = m.conds.all(before, cond)
        if not entered.possible:
            continue
        frame.path, frame.steps = before, steps
        paths.narrowed(m, frame, cond, tests[arm] if tests is not None else None)
        frame.env.names = dict(start)
        frame.way = (*way, (place, arm))
        run()
        frame.way = way
        if frame.path.possible:
            ends.append((cond, frame.env.names))
            path = m.conds.any(path, frame.path)
            stepped.append(frame.steps)
        left = left or frame.path != entered
    if not ends:
        frame.env.names = start
        frame.path = FALSE
        return
    frame.env.names = ends[0][1] if len(ends) == 1 else merged_names(m, ends)
    frame.path, frame.steps = path if left else before, steps
    if left:
        paths.joined(m, frame, steps, stepped)


def merged_names(m: Machine, ends: list[tuple[Cond, dict[str, Value]]]) -> dict[str, Value]:
    """Variables where several paths meet; one that is unset on a path is left out there."""
    result: dict[str, Value] = {}
    for name in dict.fromkeys(name for _, names in ends for name in names):
        values = [(cond, names[name]) for cond, names in ends if name in names]
        first = values[0][1]
        if any(value is not first for _, value in values):
            first = narrowing.whole(first)
        if all(value is first or narrowing.whole(value) is first for _, value in values):
            result[name] = first
        else:
            late = next((value for _, value in values if isinstance(value, scopes.Deferred)), None)
            result[name] = late if late is not None else m.join(values)
    return result


def _if(m: Machine, stmt: ir.If) -> None:
    arms: list[tuple[Cond, Callable[[], None]]] = []
    tests: list[paths.Tests] = []
    frame = m.frame
    saved = frame.path
    reach = TRUE
    current: ir.If | None = stmt
    otherwise: tuple[ir.Stmt, ...] = ()
    failed: tuple[ir.If, ...] = ()
    while current is not None:  # an elif chain is one list of arms, not a tower of frames
        frame.path = m.conds.all(saved, reach)
        if not frame.path.possible:
            otherwise = ()
            break
        frame.line, frame.end_line = current.line, current.test.end_line
        cond = evaluate.condition(m, current.test)
        arms.append((m.conds.all(reach, cond), partial(_arm, m, failed, current, current.body)))
        tests.append((*((other.test, False) for other in failed), (current.test, True)))
        failed = (*failed, current)
        reach = m.conds.all(reach, m.conds.negate(cond))
        otherwise = current.orelse
        current = otherwise[0] if len(otherwise) == 1 and isinstance(otherwise[0], ir.If) else None
    frame.path = saved
    if reach.possible:
        arms.append((reach, partial(_arm, m, failed, None, otherwise)))
        tests.append(tuple((other.test, False) for other in failed))
    branches(m, arms, tests)


def _arm(m: Machine, failed: tuple[ir.If, ...], held: ir.If | None, body: tuple[ir.Stmt, ...]) -> None:
    """Run one arm with what the tests that led to it say of the variables."""
    for other in failed:
        narrowing.narrow(m, other.test, holds=False)
        limits.fitting(m, other, held=False)
    if held is not None:
        narrowing.narrow(m, held.test, holds=True)
        limits.fitting(m, held, held=True)
    block(m, body)


def met(m: Machine, ends: list[tuple[Cond, dict[str, Value]]]) -> dict[str, Value]:
    """The variables after a round, or a loop, that also ended early: with what they were there."""
    frame = m.frame
    through = [(TRUE, frame.env.names)] if frame.path.possible else []
    return merged_names(m, [*through, *ends])


def _for(m: Machine, stmt: ir.For) -> None:
    found = loops.alike(m, iterating.iterate(m, evaluate.evaluate(m, stmt.iterable)))
    elements = [*found.items, *([(TRUE, found.rest)] if found.rest is not None else [])]
    rounds = [loops.Round(cond, partial(iterating.bind, m, stmt.target, item), item) for cond, item in elements]
    counters.forget(m, stmt)
    _or_else(m, stmt.orelse, broke=loops.rounds(m, stmt.body, rounds, exact=found.rest is None))


def _while(m: Machine, stmt: ir.While) -> None:
    counters.forget(m, stmt)
    cond = evaluate.condition(m, stmt.test)
    _or_else(m, stmt.orelse, broke=loops.rounds(m, stmt.body, [loops.Round(cond, lambda: None, None)], exact=False))


def _or_else(m: Machine, orelse: tuple[ir.Stmt, ...], *, broke: bool) -> None:
    """A loop's else arm: runs where no round broke."""
    if not orelse or not m.frame.path.possible:
        return
    if broke:
        branches(m, [(UNKNOWN, lambda: block(m, orelse)), (UNKNOWN, lambda: None)])
    else:
        block(m, orelse)


def _try(m: Machine, stmt: ir.Try) -> None:
    frame = m.frame
    before, steps = frame.path, frame.steps
    start = dict(frame.env.names)
    run = partial(block, m, stmt.body)
    caught = raising.watched(m, run) if stmt.handlers else RARE
    if not stmt.handlers:
        run()
    if frame.path.possible and stmt.orelse:
        block(m, stmt.orelse)
    ends = [(TRUE if caught == RARE else m.conds.negate(caught), frame.env.names)] if frame.path.possible else []
    path, after = frame.path, frame.steps
    for handler in stmt.handlers:
        frame.path, frame.steps = before, steps
        paths.narrowed(m, frame, caught)
        frame.env.names = merged_names(m, [(UNKNOWN, start), *[(UNKNOWN, names) for _, names in ends[:1]]])
        if handler.name:
            frame.env.names[handler.name] = of(Opaque(kind=EXCEPTION))
        block(m, handler.body)
        if frame.path.possible:
            ends.append((caught, frame.env.names))
            path = m.conds.any(path, frame.path)
    frame.path = path
    paths.settled(m, frame, after)
    if ends:
        frame.env.names = ends[0][1] if len(ends) == 1 else merged_names(m, ends)
    if stmt.final:
        live, after = frame.path, frame.steps
        frame.path, frame.steps = before, steps
        block(m, stmt.final)
        frame.path = live if frame.path == before else m.conds.all(live, frame.path)
        paths.settled(m, frame, after)


def _with(m: Machine, stmt: ir.With) -> None:
    managers = []
    for item, target in stmt.items:
        managers.append(evaluate.evaluate(m, item))
        value = calls.enter_context(m, managers[-1])
        if target is not None:
            iterating.bind(m, target, value)
    raising.guarded(m, managers, partial(block, m, stmt.body))


def _match(m: Machine, stmt: ir.Match) -> None:
    subject = evaluate.evaluate(m, stmt.subject)
    arms: list[tuple[Cond, Callable[[], None]]] = []
    reach = TRUE
    for case in stmt.cases:
        cond = TRUE if not case.tests else FALSE
        for test in case.tests:
            cond = m.conds.any(cond, _case_test(m, subject, test))
        if case.guard is not None:
            cond = m.conds.all(cond, UNKNOWN)
        arms.append((m.conds.all(reach, cond), partial(_case_body, m, case, subject)))
        reach = m.conds.all(reach, m.conds.negate(cond))
        if not reach.possible:
            break
    if reach.possible:
        arms.append((reach, lambda: None))
    branches(m, arms)


def _case_test(m: Machine, subject: Value, test: ir.Expr) -> Cond:
    if isinstance(test, ir.Unknown):
        return UNKNOWN
    value = evaluate.evaluate(m, test)
    kind = compare.as_class(value)
    if kind is not None and isinstance(test, (ir.Name, ir.Attr)):
        return m.weigh((guard, compare.is_a(m, atom, kind)) for guard, atom in subject.alts)
    return compare.compare(m, "==", subject, value)


def _case_body(m: Machine, case: ir.Case, subject: Value) -> None:
    hints = m.hints(subject, 3)
    for name in case.binds:
        scopes.assign(m, name, subject if len(case.binds) == 1 and not case.tests else of(Opaque(hints | m.word(name))))
    if case.guard is not None:
        m.frame.path = m.conds.all(m.frame.path, evaluate.condition(m, case.guard))
    if m.frame.path.possible:
        block(m, case.body)


def _delete(m: Machine, stmt: ir.Delete) -> None:
    for target in stmt.targets:
        elements.delete(m, target)


def _import(m: Machine, stmt: ir.Import) -> None:
    scopes.do_import(m, stmt)


def _scope(m: Machine, stmt: ir.Scope) -> None:
    for name in stmt.names:
        m.frame.env.outer[name] = stmt.kind


def _define(m: Machine, stmt: ir.Define) -> None:
    scopes.assign(m, stmt.item.name, define(m, stmt.item))


def define(m: Machine, item: ir.Function | ir.Class) -> Value:
    """The value of a definition, its decorators applied."""
    if isinstance(item, ir.Class):
        return classes.create(m, item)
    return decorating.decorate(m, evaluate.function_value(m, item), item.decorators)


_HANDLERS: dict[type, Callable[[Machine, Any], None]] = {
    ir.Evaluate: _evaluate,
    ir.Assign: _assign,
    ir.Augment: _augment,
    ir.Return: _return,
    ir.Raise: _raise,
    ir.Break: _break,
    ir.Continue: _continue,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.Try: _try,
    ir.With: _with,
    ir.Match: _match,
    ir.Delete: _delete,
    ir.Import: _import,
    ir.Scope: _scope,
    ir.Define: _define,
}
