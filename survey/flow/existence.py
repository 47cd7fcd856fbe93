"""Under which conditions the package makes objects of a class: nobody can call a method of one that was never made.

Every call notes, once, that one function calls another and under what condition, relative to the caller's entry; so does every
object made. Together they say when anything leads to an object of a class. What is known of one pass is used in the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey.flow.conditions import FALSE, TRUE, Cond

if TYPE_CHECKING:
    from survey.flow.machine import Machine
    from survey.flow.values import ClassValue
    from survey.model import ir

_ROUNDS = 40
"""How long a chain of functions and classes, each needing the one before, is followed."""


@dataclass(slots=True)
class Existence:
    """What one pass knows of calls and of objects made."""

    ways: dict[object, dict[object, Cond]] = field(default_factory=dict)
    """Per function or class: who calls or makes it, and when; None for an entry point."""
    handed_out: set[ClassValue] = field(default_factory=set)
    """Classes that code which is not at hand was given: it may make objects of them."""
    known: dict[ClassValue, Cond] = field(default_factory=dict)
    """What the pass before said."""


def reached(m: Machine, target: ir.Function | ClassValue) -> None:
    """The running function calls `target`, or makes an object of it."""
    frame = m.frames[-1]
    caller = frame.function.node if frame.function is not None else frame.stands_for
    ways = m.existence.ways.setdefault(target, {})
    before = ways.get(caller)
    if before is None:
        ways[caller] = frame.path
    elif before not in (TRUE, frame.path):
        ways[caller] = m.conds.any(before, frame.path)


def conclude(m: Machine) -> None:
    """The end of a pass: say of every class when there are objects of it; nothing is said where something was given up."""
    state = m.existence
    known: dict[object, Cond] = {None: TRUE}
    sure: dict[object, Cond] = {}
    # a class that is never made, and that no name refers to, says nothing of those that it makes objects of besides others
    open_to_all = {cls for cls in m.classes.values() if (cls not in state.ways and _is_named(m, cls)) or _anyone_makes(m, cls)}
    while not any(what == "budget" for _, _, what in m.cuts):
        known.update((cls, TRUE) for cls in open_to_all)
        if not _settle(m, known):
            sure.clear()
            break
        sure = {**known, **sure}
        known = dict(sure)
        open_to_all = _behind(m, known)
        if not open_to_all:  # what nothing known leads to comes from somewhere nobody saw
            break
    known = sure
    state.known = {cls: known[cls] for cls in m.classes.values() if cls in known}
    state.ways.clear()


def _settle(m: Machine, known: dict[object, Cond]) -> bool:
    """Follow the ways until nothing new is reached; whether that came to an end."""
    for _ in range(_ROUNDS):
        changed = False
        for target, ways in m.existence.ways.items():
            before = now = known.get(target, FALSE)
            for caller, cond in ways.items():
                now = m.conds.any(now, m.conds.all(known.get(caller, FALSE), cond))
            if now.may != before.may:
                known[target] = now
                changed = True
        if not changed:
            return True
    return False


def _behind(m: Machine, known: dict[object, Cond]) -> set[ClassValue]:
    """The classes whose objects lead to those of some class that nothing known leads to."""
    classes = set(m.classes.values())
    waiting: list[object] = [cls for cls in classes if cls in m.existence.ways and cls not in known]
    seen: set[object] = set(waiting)
    while waiting:
        for caller in m.existence.ways.get(waiting.pop(), {}):
            if caller not in known and caller not in seen:
                seen.add(caller)
                waiting.append(caller)
    return {cls for cls in classes if cls in seen and cls not in m.existence.ways} or {cls for cls in classes if cls in seen}


def _is_named(m: Machine, cls: ClassValue) -> bool:
    return not cls.module.own or cls.node.name in m.named


def _anyone_makes(m: Machine, cls: ClassValue) -> bool:
    own = m.program.package.name
    offered = any(point.target == f"{cls.module.name}:{cls.node.name}" for point in m.program.offered(own))
    return cls in m.existence.handed_out or offered or m.is_public(cls)


def condition(m: Machine, cls: ClassValue) -> Cond:
    """When there may be an object of `cls`: always, where anybody outside may make one, or it is not known who does."""
    found = m.existence.known.get(cls)
    if found is None or found.may <= 1 or _anyone_makes(m, cls):
        return TRUE
    return Cond(found.may, m.conds.bdd.neg(found.may), found.may)
