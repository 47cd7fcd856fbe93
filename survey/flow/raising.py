"""Exceptions that a switch decides on: a setting that the code refuses ends the way, or takes the handler's arm.

What else may raise is not known: a handler runs rarely, and what follows a call always does.
"""

from __future__ import annotations

from collections.abc import Callable

from survey.flow import classes, paths
from survey.flow.conditions import FALSE, RARE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import SWALLOWING, Arguments, Atom, Const, FunctionValue, Instance, Opaque, Term, Value
from survey.model import ir


def raised(m: Machine) -> None:
    """The running function raises here."""
    frame = m.frame
    _note(m, frame.path)
    frame.path = FALSE


def passed_on(m: Machine, cond: Cond, *, outside: bool) -> None:
    """A callee raised under `cond`: then its caller goes no further here. `outside`: it called what may fail as well."""
    frame = m.frame
    frame.outside = frame.outside or outside
    if not cond.possible:
        return
    _note(m, m.conds.all(frame.path, cond))
    paths.narrowed(m, frame, m.conds.negate(cond))


def _note(m: Machine, cond: Cond) -> None:
    frame = m.frame
    frame.exits += 1
    frame.thrown = m.conds.any(frame.thrown, cond)
    if m.conds.decided(cond):
        frame.raised = m.conds.any(frame.raised, cond)


def left(m: Machine, args: Arguments) -> None:
    """The running function calls what is not source at hand: that may fail, unless all that it does is to read a switch."""
    if not args or not all(isinstance(atom, (Term, Const)) for _, _, value in args for atom in value.atoms):
        m.frame.outside = True


def watched(m: Machine, run: Callable[[], None]) -> Cond:
    """Run the body of a `try`; the condition under which a handler of it is entered.

    That is what it raised, where switches decide on that, and rarely where it does something else that may fail.
    """
    frame = m.frame
    before, thrown, outside = frame.raised, frame.thrown, frame.outside
    frame.raised, frame.outside = FALSE, False
    run()
    found = frame.raised
    if not found.possible:
        found = RARE
    elif frame.outside:
        found = m.conds.any(found, RARE)
    frame.raised, frame.thrown, frame.outside = before, thrown, outside or frame.outside
    return found


def guarded(m: Machine, managers: list[Value], run: Callable[[], None]) -> None:
    """Run the body of a `with`: where a context manager swallows what it raises, the way goes on behind it."""
    frame = m.frame
    swallows = FALSE
    for manager in managers:
        swallows = m.conds.any(swallows, m.weigh((guard, _swallows(m, atom)) for guard, atom in manager.alts))
    before, thrown = frame.raised, frame.thrown
    frame.thrown = FALSE
    run()
    caught, frame.thrown = m.conds.all(frame.thrown, swallows), m.conds.any(thrown, frame.thrown)
    if not caught.possible:
        return
    frame.path = m.conds.any(frame.path, caught)
    paths.settled(m, frame, frame.steps)
    left = m.conds.all(frame.raised, m.conds.negate(swallows))
    frame.raised = m.conds.any(before, left) if m.conds.decided(left) else before


def _swallows(m: Machine, manager: Atom) -> Cond:
    """Whether leaving a context manager ends an exception: what it returns then is true."""
    if isinstance(manager, Opaque):
        return TRUE if manager.kind == SWALLOWING else FALSE
    if not isinstance(manager, Instance):
        return FALSE
    result = FALSE
    for name in ("__exit__", "__aexit__"):
        found = classes.find(m, manager.cls, name)
        for function in found.atoms if found is not None else ():
            if isinstance(function, FunctionValue):
                result = m.conds.any(result, _returns_true(m, function.node))
    return result


def _returns_true(m: Machine, node: ir.Function) -> Cond:
    result = FALSE
    for found in ir.walk(node.body):
        if isinstance(found, ir.Return) and found.value is not None:
            given = found.value
            result = m.conds.any(result, UNKNOWN if not isinstance(given, ir.Const) else TRUE if given.value else FALSE)
    return result
