"""What still leaves when one switch is set and nothing else: read off the conditions, switch by switch and value by value."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.model.document import Gate, Package, Record, Write
from survey.model.vocabulary import Channel, Default, GateKind, Role
from survey.verdicts.conditions import Lookup
from survey.verdicts.defaults import default_of_write
from survey.verdicts.switching import switches_of
from survey.verdicts.what_if import Setting, lookup_under

_GIVEN = "\N{EM DASH}"
"""Stands for whatever an option may be given that the code compares with nothing."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One switch at one value."""

    gate: Gate
    value: str | None
    """None where the code only asks whether it is given."""


@dataclass(frozen=True, slots=True)
class Left:
    """One (channel, role) that content still leaves by."""

    channel: Channel
    role: Role
    writes: int
    of: int
    """Its writes altogether."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Settings of one switch each that amount to the same, and what they amount to."""

    assignments: tuple[Assignment, ...]
    stopped: tuple[tuple[Channel, Role], ...]
    """What leaves with nothing set, and does not now."""
    started: tuple[tuple[Channel, Role], ...]
    """What leaves now, and does not with nothing set."""
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Leavings:
    """All switches of one package."""

    usual: tuple[Left, ...]
    """With nothing set."""
    changes: tuple[Leaving, ...]
    idle: tuple[str, ...]
    """Names of switches that change nothing when they alone are set."""
    chosen: tuple[Role, ...]
    """Roles whose channel a switch chooses: one value empties one channel and fills another."""


_Counts = Mapping[int, int]
"""Number of a record to how many of its writes are, or may be, made."""


def leavings(package: Package) -> Leavings:
    """What each switch of `package` changes. Roles that only ride inside another's value are left out: they leave with that."""
    records = [record for record in package.records if not record.nested]
    writes = _Writes(package, records)
    usual = writes.made(lookup_under(package, Setting()), None)
    found: dict[tuple[tuple[int, int], ...], list[Assignment]] = {}
    idle: dict[str, None] = {}
    chosen: set[Role] = set()
    for switch in switches_of(package):
        gate, outcomes, changed = switch.gates[0], [usual], False
        for value in switch.values() or (_GIVEN,):
            made = writes.made(*_under(package, gate, value))
            outcomes.append(made)
            if made != usual:
                changed = True
                found.setdefault(tuple(sorted(made.items())), []).append(Assignment(gate, None if value == _GIVEN else value))
        if not changed:
            idle[gate.name] = None
        chosen |= _chosen(records, outcomes)
    changes = tuple(_leaving(records, usual, dict(made), tuple(told)) for made, told in found.items())
    return Leavings(_left(records, usual), changes, tuple(idle), tuple(role for role in Role if role in chosen))


def _under(package: Package, gate: Gate, value: str) -> tuple[Lookup, frozenset[str]]:
    """What every gate is set to when `gate` is set to `value`, and the gates of which that differs from nothing being set."""
    setting = Setting(env={gate.name: value}) if gate.kind is GateKind.ENV else Setting(options={gate.name: value})
    lookup, usual = lookup_under(package, setting), lookup_under(package, Setting())
    return lookup, frozenset(each.id for each in package.gates if lookup(each.id) != usual(each.id))


class _Writes:
    """The distinct conditions of a package's records, so that each is evaluated once a setting and only where it can differ."""

    def __init__(self, package: Package, records: list[Record]) -> None:
        self._default: dict[tuple[str, bool], Default] = {}
        self._write: dict[tuple[str, bool], tuple[Write, frozenset[str]]] = {}
        self._by_record: list[list[tuple[str, bool]]] = []
        usual = lookup_under(package, Setting())
        for record in records:
            keys = [(json.dumps(write.when), bool(write.gates)) for write in record.writes]
            for key, write in zip(keys, record.writes, strict=True):
                if key not in self._write:
                    self._write[key] = (write, frozenset(write.gates))  # these hold all that the condition mentions
                    self._default[key] = default_of_write(write, usual)
            self._by_record.append(keys)

    def made(self, lookup: Lookup, changed: frozenset[str] | None) -> _Counts:
        """How many writes of each record are made under `lookup`, which differs from nothing set in the gates `changed` alone."""
        default = self._default
        if changed is not None:
            moved = {key: write for key, (write, mentioned) in self._write.items() if not mentioned.isdisjoint(changed)}
            default = {**default, **{key: default_of_write(write, lookup) for key, write in moved.items()}}
        return {number: sum(default[key] is not Default.OFF for key in keys) for number, keys in enumerate(self._by_record)}


def _left(records: list[Record], made: _Counts) -> tuple[Left, ...]:
    return tuple(Left(r.channel, r.role, made[number], len(r.writes)) for number, r in enumerate(records) if made[number])


def _leaving(records: list[Record], usual: _Counts, made: _Counts, assignments: tuple[Assignment, ...]) -> Leaving:
    cells = [(record.channel, record.role) for record in records]
    stopped = tuple(cell for number, cell in enumerate(cells) if usual[number] and not made[number])
    started = tuple(cell for number, cell in enumerate(cells) if made[number] and not usual[number])
    return Leaving(assignments, stopped, started, _left(records, made))


def _chosen(records: list[Record], outcomes: Iterable[_Counts]) -> set[Role]:
    filled = [{(r.channel, r.role) for number, r in enumerate(records) if made[number]} for made in outcomes]
    found: set[Role] = set()
    for here in filled:
        for there in filled:
            gone, come = here - there, there - here
            found |= {role for channel, role in gone if any(other is role and to is not channel for to, other in come)}
    return found
