"""What still leaves when one switch is set and nothing else: read off the conditions, switch by switch and value by value.

Two together are tried only for what no single one lets out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, permutations

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
    """Settings that amount to the same, and what they amount to."""

    settings: tuple[tuple[Assignment, ...], ...]
    """Each of one switch, or of two that are set together."""
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


_PAIRS = 200
"""Settings of two switches that are tried."""
_Chosen = tuple[tuple[Gate, str], ...]
"""Switches with their values."""
_Counts = Mapping[int, int]
"""Number of a record to how many of its writes are, or may be, made."""


def leavings(package: Package) -> Leavings:
    """What each switch of `package` changes. Roles that only ride inside another's value are left out: they leave with that."""
    records = [record for record in package.records if not record.nested]
    writes = _Writes(package, records)
    usual = writes.made(lookup_under(package, Setting()), None)
    found: dict[tuple[tuple[int, int], ...], list[_Chosen]] = {}
    alone: dict[_Chosen, _Counts] = {}
    chosen: set[Role] = set()
    for switch in switches_of(package):
        outcomes = [usual]
        for value in switch.values() or (_GIVEN,):
            setting: _Chosen = ((switch.gates[0], value),)
            alone[setting] = writes.made(*_under(package, setting))
            outcomes.append(alone[setting])
        chosen |= _chosen(records, outcomes)
    together = _together(package, writes, {number for number in usual if not any(made[number] for made in (usual, *alone.values()))})
    for outcomes in _of_one_switch(together):
        chosen |= _chosen(records, outcomes)
    for setting, made in (*alone.items(), *together.items()):
        if made != usual:
            found.setdefault(tuple(sorted(made.items())), []).append(setting)
    telling = {gate.name for settings in found.values() for setting in settings for gate, _ in setting}
    idle = dict.fromkeys(gate.name for setting in alone for gate, _ in setting if gate.name not in telling)
    changes = tuple(_leaving(records, usual, dict(made), settings) for made, settings in found.items())
    return Leavings(_left(records, usual), changes, tuple(idle), tuple(role for role in Role if role in chosen))


def _together(package: Package, writes: "_Writes", unreached: set[int]) -> Mapping["_Chosen", "_Counts"]:
    """Settings of two switches that let out a record of `unreached`, which no single switch does."""
    named = writes.gates_of(unreached)
    switches = [switch for switch in switches_of(package) if any(gate.id in named for gate in switch.gates)]
    values = [(switch.gates[0], value) for switch in switches for value in switch.values() or (_GIVEN,)]
    found: dict[_Chosen, _Counts] = {}
    pairs = ((one, other) for one, other in combinations(values, 2) if one[0] is not other[0])
    for pair in islice(pairs, _PAIRS if unreached else 0):
        made = writes.made(*_under(package, pair))
        if any(made[number] for number in unreached):
            found[pair] = made
    return found


def _of_one_switch(together: Mapping["_Chosen", "_Counts"]) -> Iterable[list["_Counts"]]:
    """What the values of one switch amount to beside one value of another."""
    found: dict[tuple[str, str, str], list[_Counts]] = {}
    for (one, other), made in ((pair, made) for setting, made in together.items() for pair in permutations(setting)):
        found.setdefault((one[0].id, one[1], other[0].name), []).append(made)
    return found.values()


def _under(package: Package, chosen: "_Chosen") -> tuple[Lookup, frozenset[str]]:
    """What every gate is set to under `chosen`, and the gates of which that differs from nothing being set."""
    setting = Setting(
        env={gate.name: value for gate, value in chosen if gate.kind is GateKind.ENV},
        options={gate.name: value for gate, value in chosen if gate.kind is not GateKind.ENV},
    )
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

    def gates_of(self, numbers: Iterable[int]) -> frozenset[str]:
        """The gates that the writes of these records go by."""
        return frozenset[str]().union(*(self._write[key][1] for number in numbers for key in self._by_record[number]))

    def made(self, lookup: Lookup, changed: frozenset[str] | None) -> _Counts:
        """How many writes of each record are made under `lookup`, which differs from nothing set in the gates `changed` alone."""
        default = self._default
        if changed is not None:
            moved = {key: write for key, (write, mentioned) in self._write.items() if not mentioned.isdisjoint(changed)}
            default = {**default, **{key: default_of_write(write, lookup) for key, write in moved.items()}}
        return {number: sum(default[key] is not Default.OFF for key in keys) for number, keys in enumerate(self._by_record)}


def _left(records: list[Record], made: _Counts) -> tuple[Left, ...]:
    return tuple(Left(r.channel, r.role, made[number], len(r.writes)) for number, r in enumerate(records) if made[number])


def _leaving(records: list[Record], usual: _Counts, made: _Counts, settings: list[_Chosen]) -> Leaving:
    told = tuple(tuple(Assignment(gate, None if value == _GIVEN else value) for gate, value in setting) for setting in settings)
    cells = [(record.channel, record.role) for record in records]
    stopped = tuple(cell for number, cell in enumerate(cells) if usual[number] and not made[number])
    started = tuple(cell for number, cell in enumerate(cells) if made[number] and not usual[number])
    return Leaving(told, stopped, started, _left(records, made))


def _chosen(records: list[Record], outcomes: Iterable[_Counts]) -> set[Role]:
    filled = [{(r.channel, r.role) for number, r in enumerate(records) if made[number]} for made in outcomes]
    found: set[Role] = set()
    for here in filled:
        for there in filled:
            gone, come = here - there, there - here
            found |= {role for channel, role in gone if any(other is role and to is not channel for to, other in come)}
    return found
