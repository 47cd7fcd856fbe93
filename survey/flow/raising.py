"""Exceptions that a switch decides on: a setting that the code refuses ends the way, or takes the handler's arm.

What else may raise is not known: a handler runs rarely, and what follows a call always does.
"""

from __future__ import annotations

from survey.flow.conditions import FALSE, RARE, Cond
from survey.flow.frames import Frame
from survey.flow.machine import Machine


def raised(m: Machine) -> None:
    """The running function raises here."""
    frame = m.frame
    if m.conds.decided(frame.path):
        frame.raised = m.conds.any(frame.raised, frame.path)
    frame.path = FALSE


def passed_on(m: Machine, cond: Cond) -> None:
    """A callee raised under `cond`: then its caller goes no further here."""
    if not cond.possible:
        return
    frame = m.frame
    here = m.conds.all(frame.path, cond)
    if m.conds.decided(here):
        frame.raised = m.conds.any(frame.raised, here)
    frame.path = m.conds.all(frame.path, m.conds.negate(cond))


def caught(frame: Frame, before: Cond) -> Cond:
    """The condition under which a handler of the `try` that just ran is entered: what it raised, where that is known, else rarely.

    `before` is what the frame had raised when the `try` began.
    """
    found, frame.raised = frame.raised, before
    return found if found.possible else RARE
