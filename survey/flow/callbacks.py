"""Methods of containers and promises that call the function they are given: `forEach`, `map`, `reduce`, `then`."""

from __future__ import annotations

from survey.flow import calls, iterating
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.values import NOTHING, Arguments, Atom, Opaque, Site, Value, of


def call(m: Machine, model: str, receiver: Atom, args: Arguments, site: Site) -> Value:
    """What calling a method of this model on `receiver` gives."""
    function = args[0][2]
    if model == "then":
        return calls.call(m, function, ((None, "", of(receiver)),), site)
    found = iterating.iterate_atom(m, receiver)
    rounds = [*found.items, *([(TRUE, found.rest)] if found.rest is not None else [])]
    if model == "reduce":
        held = args[1][2] if len(args) > 1 else NOTHING
        for guard, item in rounds:
            again = _under(m, guard, function, (held, item, NOTHING, of(receiver)), site)
            held = again if guard == TRUE else m.join([(m.conds.negate(guard), held), (guard, again)])
        return held
    result = m.sequence("list")
    for guard, item in rounds:
        made = _under(m, guard, function, (item, NOTHING, of(receiver)), site)
        if found.rest is not None and item is found.rest:
            result.rest = made
        else:
            m.append(result, guard, made)
    return of(result) if model == "map" else of(Opaque())


def _under(m: Machine, guard: Cond, function: Value, given: tuple[Value, ...], site: Site) -> Value:
    """One call, under the condition that there is something to call with."""
    frame = m.frame
    saved, frame.path = frame.path, m.conds.all(frame.path, guard)
    made = calls.call(m, function, tuple((None, "", value) for value in given), site) if frame.path.possible else NOTHING
    frame.path = saved
    return made
