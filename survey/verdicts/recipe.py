"""The inverse of what-if: the smallest setting under which content leaves as wanted, or the writes that no setting reaches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from survey.model.document import Gate, Package, Record, Write
from survey.model.vocabulary import Channel, Default, GateKind, Role
from survey.verdicts.conditions import gates_in
from survey.verdicts.defaults import default_of_write
from survey.verdicts.what_if import Setting, lookup_under

_MOST = 5
"""Switches that one recipe may set."""
_TRIES = 20_000
"""Settings that are tried before the search gives up."""
_OFF, _ON = "false", "true"

Unmet = Callable[[Setting], tuple[Write, ...]]
"""What a setting fails to reach: the writes that ought to be made, or not to be; none when it does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`channel` None: nothing of `roles` leaves at all. Else each of `roles` that the package writes at all leaves there."""

    channel: Channel | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`setting` by gate, the smallest; where `complete` is false it is for all but what stands in the way."""

    setting: tuple[tuple[Gate, str], ...]
    complete: bool = True
    blocked: tuple[tuple[Role, Write], ...] = ()
    """Writes that no setting changes."""
    missing: tuple[Role, ...] = ()
    """Roles that the package never writes to the wanted channel."""


def recipe(package: Package, wanted: Wanted) -> Recipe:
    """The smallest setting of `package` that gives `wanted`; the first in the order of gates where several are as small."""
    records = [record for record in package.records if record.role in wanted.roles]
    if wanted.channel is not None:
        return _leave(package, wanted.channel, records)
    writes = [(record.role, write) for record in records for write in record.writes]
    fixed = [(role, write) for role, write in writes if not _can_be_stopped(package, write)]
    rest = [each for each in writes if each not in fixed]
    found = _search(package, lambda setting: _first_made(package, rest, setting))
    if found is None:  # each can be stopped, but not all by one small setting
        return Recipe((), complete=False, blocked=_distinct(writes))
    return Recipe(found, complete=not fixed, blocked=_distinct(fixed))


def _leave(package: Package, channel: Channel, records: list[Record]) -> Recipe:
    here = {record.role: record for record in records if record.channel is channel}
    missing = tuple(dict.fromkeys(record.role for record in records if record.role not in here))
    if missing or not here:
        return Recipe((), complete=False, missing=missing)
    found = _search(package, partial(_first_unmade, package, tuple(here.values())))
    if found is None:
        return Recipe((), complete=False, blocked=tuple((role, record.writes[0]) for role, record in here.items()))
    return Recipe(found)


def _first_made(package: Package, writes: list[tuple[Role, Write]], setting: Setting) -> tuple[Write, ...]:
    lookup = lookup_under(package, setting)
    return next(((write,) for _, write in writes if default_of_write(write, lookup) is not Default.OFF), ())


def _first_unmade(package: Package, records: tuple[Record, ...], setting: Setting) -> tuple[Write, ...]:
    """The writes of the first record none of which is made."""
    lookup = lookup_under(package, setting)
    for record in records:
        if not any(default_of_write(write, lookup) is Default.ON for write in record.writes):
            return record.writes
    return ()


def _can_be_stopped(package: Package, write: Write) -> bool:
    """Whether some setting stops a write."""
    return _search(package, lambda setting: _first_made(package, [(Role.UNKNOWN, write)], setting)) is not None


def _search(package: Package, unmet: Unmet) -> tuple[tuple[Gate, str], ...] | None:
    """Iterative deepening: what is unmet says which switches are worth setting next."""
    tries = 0
    settable = {gate.id: gate for gate in _settable(package)}

    def deepen(chosen: dict[str, str], depth: int) -> dict[str, str] | None:
        nonlocal tries
        tries += 1
        writes = unmet(_setting(chosen, package))
        if not writes:
            return chosen
        if not depth or tries > _TRIES:
            return None
        for gate_id, value in _moves(writes, settable, chosen):
            found = deepen({**chosen, gate_id: value}, depth - 1)
            if found is not None:
                return found
        return None

    for depth in range(_MOST + 1):
        found = deepen({}, depth)
        if found is not None:
            return tuple((settable[gate_id], value) for gate_id, value in sorted(found.items()))
    return None


def _moves(writes: tuple[Write, ...], settable: dict[str, Gate], chosen: dict[str, str]) -> Iterator[tuple[str, str]]:
    mentioned = sorted(frozenset[str]().union(*(gates_in(write.when) for write in writes)) & settable.keys() - chosen.keys())
    for gate_id in sorted(mentioned, key=lambda each: (settable[each].kind is not GateKind.ENV, each)):
        for value in _values(settable[gate_id]):
            yield gate_id, value


def _settable(package: Package) -> list[Gate]:
    """Switches that one can set without writing code for every call; what turns the product on is left alone."""
    active = {gate.id for gate in package.activation}
    return [gate for gate in package.gates if gate.kind is not GateKind.CONTEXT and gate.id not in active]


def _values(gate: Gate) -> tuple[str, ...]:
    """What is worth setting a gate to: off, on, what the code compares with, and not what it is anyway."""
    usual = (gate.default or "").casefold()
    boolean = not gate.values or {value.casefold() for value in gate.values} & {_ON, _OFF}
    tried = (*((_OFF, _ON) if boolean else ()), *gate.values)
    return tuple(dict.fromkeys(value for value in tried if value.casefold() != usual))


def _setting(chosen: dict[str, str], package: Package) -> Setting:
    env = {gate.id for gate in package.gates if gate.kind is GateKind.ENV}
    return Setting({i: v for i, v in chosen.items() if i in env}, {i: v for i, v in chosen.items() if i not in env})


def _distinct(writes: list[tuple[Role, Write]]) -> tuple[tuple[Role, Write], ...]:
    """One per place and key, in the order of places."""
    first: dict[tuple[str, int, str], tuple[Role, Write]] = {}
    for role, write in sorted(writes, key=lambda each: (each[1].evidence.path, each[1].evidence.line, each[1].key)):
        first.setdefault((write.evidence.path, write.evidence.line, write.key), (role, write))
    return tuple(first.values())
