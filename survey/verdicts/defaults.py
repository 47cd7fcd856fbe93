"""Is content written once the SDK is activated as its quickstart says, with nothing else set?

And which of a package's switches are content switches, which writes escape all of them.
"""

import json
from collections.abc import Iterable

from survey.model.document import Gate, Write
from survey.model.vocabulary import Default, GateKind
from survey.verdicts.conditions import Lookup, Unset, bounds, could_be_certain, evaluate, gates_in, setting
from survey.verdicts.factoring import factored
from survey.verdicts.gates import states


def nothing_set(gates: Iterable[Gate], activation: Iterable[Gate]) -> Lookup:
    """The quickstart's setting: activated, in whichever way, and every other gate unset."""
    return setting(gates, {}, unknown=frozenset(gate.id for gate in activation))


def default_of_write(write: Write, lookup: Lookup) -> Default:
    """One write's default under `lookup`.

    What is left open by the unknowns alone (mostly the data of a call) counts as written, unless a setting would settle
    it (`depends`), or switches were meant to decide but how they do was lost (`unknown`).
    """
    when = factored(write.when)
    reach = bounds(when, lookup)
    if reach.must:
        return Default.ON
    if not reach.may:
        return Default.OFF
    mentioned = gates_in(when)
    if mentioned and could_be_certain(when, lookup):
        return Default.DEPENDS
    return Default.UNKNOWN if write.gates and not mentioned else Default.ON


def default_of_writes(writes: Iterable[Write], lookup: Lookup) -> Default:
    """The default of a record: on where any of its writes is, off only where all are."""
    found = {default_of_write(write, lookup) for write in writes}
    return next((default for default in (Default.ON, Default.DEPENDS, Default.UNKNOWN) if default in found), Default.OFF)


def gates_of(write: Write, activation: Iterable[Gate]) -> frozenset[str]:
    """Ids of the gates that decide about `write`, activation left out."""
    return (gates_in(write.when) | frozenset(write.gates)) - {gate.id for gate in activation}


def content_switches(writes: tuple[Write, ...], gates: Iterable[Gate], activation: tuple[Gate, ...]) -> frozenset[str]:
    """Ids of the env and option gates with a value that stops every write which mentions them.

    A gate that only chooses between channels or key sets has no such value and is no content switch. What code may say call by
    call is left unsaid. Code that reads one variable with several defaults has several gates of one name: who sets it sets them all.
    """
    gates = tuple(gates)
    active = {gate.id for gate in activation}
    unsaid: dict[str, str | Unset] = {gate.id: Unset(gate.default) for gate in gates if gate.kind is GateKind.CONTEXT}
    switches = set()
    conditions = {json.dumps(write.when): factored(write.when) for write in writes}
    mentioned = [(when, gates_in(when)) for when in conditions.values()]
    for gate in gates:
        mentioning = [when for when, ids in mentioned if gate.id in ids]
        if gate.kind is GateKind.CONTEXT or gate.id in active or not mentioning:
            continue
        if any(all(evaluate(when, {**unsaid, gate.id: state}.get) is False for when in mentioning) for state in states(gate)):
            switches.add((gate.kind, gate.name))
    return frozenset(gate.id for gate in gates if (gate.kind, gate.name) in switches)


def escapes(write: Write, switches: frozenset[str]) -> bool:
    """Whether the package has content switches and `write` goes by none of them."""
    return bool(switches) and not switches & (gates_in(write.when) | frozenset(write.gates))
