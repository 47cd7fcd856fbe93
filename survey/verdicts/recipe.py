"""The inverse of what-if: the smallest setting under which content leaves as wanted, or the writes that no setting reaches."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from survey.model.document import Package, Record, Write
from survey.model.vocabulary import Channel, Default, GateKind, Role
from survey.verdicts.conditions import bounds, gates_in
from survey.verdicts.defaults import default_of_write
from survey.verdicts.factoring import factored
from survey.verdicts.switching import Switch, switches_of
from survey.verdicts.trials import GIVEN, Chosen, Trials, one_by_one, setting_of
from survey.verdicts.what_if import lookup_under

_MOST = 5
"""Switches that one recipe may set."""
_TRIES = 20_000
"""Settings that are tried before the search gives up."""
_OFF, _ON = "false", "true"

Unmet = Callable[[Chosen], tuple[Any, ...]]
"""What a setting fails to reach: the conditions that ought to be met, or not to be; none when it does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`channel` None: nothing of `roles` leaves at all. Else each of `roles` that the package writes at all leaves there."""

    channel: Channel | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`setting` by gate, the smallest; where `complete` is false it is for all but what stands in the way."""

    setting: Chosen
    complete: bool = True
    blocked: tuple[tuple[Role, Write], ...] = ()
    """Writes that no setting changes, or that are still made under this one, where no small setting stops all."""
    missing: tuple[Role, ...] = ()
    """Roles that the package never writes to the wanted channel."""


def recipe(package: Package, wanted: Wanted, tried: Trials | None = None) -> Recipe:
    """The smallest setting of `package` that gives `wanted`; the first in the order of gates where several are as small.

    `tried` is what `one_by_one` says of the package, where that is known already.
    """
    records = [record for record in package.records if record.role in wanted.roles]
    if wanted.channel is not None:
        return _leave(package, wanted.channel, records)
    writes = [(role, write, json.dumps(write.when)) for role, write in ((r.role, write) for r in records for write in r.writes)]
    asked = {text: write for _, write, text in writes}
    shorter = {text: factored(write.when) for text, write in asked.items()}
    alone = tried or one_by_one(package)
    made = [text for text, write in asked.items() if alone.is_always_made(write)]  # what one switch stops need not be searched for
    fixed = {text for text in made if flipped(package, shorter[text]) is None}
    rest = [when for text, when in shorter.items() if text not in fixed]
    found = _search(package, lambda chosen: tuple(islice(_made(rest, package, chosen), 1)))
    if found is None:  # each can be stopped, but not all by one small setting
        found = _least(package, rest)
        fixed |= {text for text, when in shorter.items() if _count([when], package, found)}
    return Recipe(found, complete=not fixed, blocked=_distinct([(role, write) for role, write, text in writes if text in fixed]))


def flipped(package: Package, when: Any) -> Chosen | None:
    """The smallest setting under which a condition comes to the opposite of what it is with nothing set; None where there is none."""
    if _count([when], package, ()):
        return _search(package, lambda chosen: tuple(_made([when], package, chosen)))
    return _search(package, lambda chosen: () if _count([when], package, chosen) else (when,))


def _leave(package: Package, channel: Channel, records: list[Record]) -> Recipe:
    here = {record.role: record for record in records if record.channel is channel}
    missing = tuple(dict.fromkeys(record.role for record in records if record.role not in here))
    if missing or not here:
        return Recipe((), complete=False, missing=missing)
    found = _search(package, partial(_first_unmade, package, tuple(here.values())))
    if found is None:
        return Recipe((), complete=False, blocked=tuple((role, record.writes[0]) for role, record in here.items()))
    return Recipe(found)


def _made(conditions: Iterable[Any], package: Package, chosen: Chosen) -> Iterator[Any]:
    """Which of `conditions` are met, or may be."""
    lookup = lookup_under(package, setting_of(chosen))
    return (when for when in conditions if bounds(when, lookup).may)


def _first_unmade(package: Package, records: tuple[Record, ...], chosen: Chosen) -> tuple[Any, ...]:
    """The conditions of the first record none of whose writes is made."""
    lookup = lookup_under(package, setting_of(chosen))
    for record in records:
        if not any(default_of_write(write, lookup) is Default.ON for write in record.writes):
            return tuple(write.when for write in record.writes)
    return ()


def _search(package: Package, unmet: Unmet) -> Chosen | None:
    """Iterative deepening: what is unmet says which switches are worth setting next."""
    tries = 0
    switches = sorted(switches_of(package), key=lambda each: (each.gates[0].kind is not GateKind.ENV, each.gates[0].id))

    def deepen(chosen: Chosen, depth: int) -> Chosen | None:
        nonlocal tries
        tries += 1
        open_ = unmet(chosen)
        if not open_:
            return chosen
        if not depth or tries > _TRIES:
            return None
        mentioned = frozenset[str]().union(*map(gates_in, open_)) - {gate.id for gate, _ in chosen}
        for switch in switches:
            if any(gate.id in mentioned for gate in switch.gates):
                for value in _values(switch):
                    found = deepen((*chosen, (switch.gates[0], value)), depth - 1)
                    if found is not None:
                        return found
        return None

    for depth in range(_MOST + 1):
        found = deepen((), depth)
        if found is not None:
            return tuple(sorted(found, key=lambda each: each[0].id))
    return None


def _least(package: Package, conditions: list[Any]) -> Chosen:
    """A setting under which few of `conditions` are met: switch after switch, each the one that stops most of what is left."""
    chosen: Chosen = ()
    left = _count(conditions, package, chosen)
    while len(chosen) < _MOST:
        taken = {gate.id for gate, _ in chosen}
        further = [
            (*chosen, (switch.gates[0], value))
            for switch in switches_of(package)
            if switch.gates[0].id not in taken
            for value in _values(switch)
        ]
        counted = [(_count(conditions, package, setting), setting) for setting in further]
        fewest, best = min(counted, key=lambda each: each[0], default=(left, chosen))
        if fewest >= left:
            break
        left, chosen = fewest, best
    for spared in chosen:  # what a later switch stops as well
        fewer = tuple(each for each in chosen if each is not spared)
        if _count(conditions, package, fewer) <= left:
            chosen = fewer
    return tuple(sorted(chosen, key=lambda each: each[0].id))


def _count(conditions: list[Any], package: Package, chosen: Chosen) -> int:
    return sum(1 for _ in _made(conditions, package, chosen))


def _values(switch: Switch) -> tuple[str, ...]:
    """What is worth setting a switch to: off, on, what the code compares with, and not what it is anyway.

    One that the code compares with nothing is given, or it is not.
    """
    values = tuple(dict.fromkeys(value for gate in switch.gates for value in gate.values))
    if not values:
        return (GIVEN,)
    usual = {(gate.default or "").casefold() for gate in switch.gates}
    boolean = {value.casefold() for value in values} & {_ON, _OFF}
    tried = (*((_OFF, _ON) if boolean else ()), *values)
    return tuple(dict.fromkeys(value for value in tried if {value.casefold()} != usual))


def _distinct(writes: list[tuple[Role, Write]]) -> tuple[tuple[Role, Write], ...]:
    """One per place and key, in the order of places."""
    first: dict[tuple[str, int, str], tuple[Role, Write]] = {}
    for role, write in sorted(writes, key=lambda each: (each[1].evidence.path, each[1].evidence.line, each[1].key)):
        first.setdefault((write.evidence.path, write.evidence.line, write.key), (role, write))
    return tuple(first.values())
