"""What still leaves when one switch is set and nothing else: read off the conditions, switch by switch and value by value.

Two together are tried only for what no single one lets out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

from survey.model.document import Package, Record
from survey.model.spelling import as_boolean
from survey.model.vocabulary import Channel, Role
from survey.verdicts.package import key_of
from survey.verdicts.switching import switches_of
from survey.verdicts.trials import GIVEN, Chosen, Trials, one_by_one, settings_of
from survey.view.telling import Telling


@dataclass(frozen=True, slots=True)
class Left:
    """One (channel, role) that content still leaves by."""

    channel: Channel
    role: Role
    writes: int
    of: int
    """Its writes altogether."""
    keys: tuple[str, ...]
    """What these go under, the most telling first."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Settings that amount to the same, and what they amount to."""

    settings: tuple[Chosen, ...]
    """Each of one switch, or of two that are set together; any one of them is enough."""
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


HEADLINE = (Role.INPUT, Role.OUTPUT)
"""The roles that answer where prompt and completion go."""
ASIDE = frozenset({Channel.EXTERNAL_STORAGE, Channel.APP_LOG})
"""Channels that are no telemetry."""
_PAIRS = 200
"""Settings of two switches that are tried."""
_Made = tuple[tuple[int, ...], ...]
"""Of each record, the numbers of the writes that are, or may be, made."""


def leavings(package: Package, tried: Trials | None = None, telling: Telling | None = None) -> Leavings:
    """What each switch of `package` changes. Roles that only ride inside another's value are left out: they leave with that.

    `tried` is what `one_by_one` says of the package, `telling` the order of its keys, where these are there already.
    """
    records = [record for record in package.records if not record.nested]
    switches = [settings_of(switch) for switch in switches_of(package)]
    alone = tuple(setting for settings in switches for setting in settings)
    usual, *each = _made(tried or one_by_one(package), records)
    made = dict(zip(alone, each, strict=True))
    together = _together(package, records, [number for number in range(len(records)) if not any(one[number] for one in (usual, *each))])
    outcomes = [*([usual, *(made[setting] for setting in settings)] for settings in switches), *_of_one_switch(together)]
    chosen = {role for those in outcomes for role in _chosen(records, those)}
    found: dict[_Made, list[Chosen]] = {}
    for setting, writes in (*made.items(), *together.items()):
        if writes != usual:
            found.setdefault(writes, []).append(setting)
    changing = {gate.name for settings in found.values() for setting in settings for gate, _ in setting}
    idle = dict.fromkeys(gate.name for setting in alone for gate, _ in setting if gate.name not in changing)
    keys = _Keys(telling or Telling(package), records)
    before = keys.left(usual)
    changes = [_leaving(keys, usual, writes, _plain(settings)) for writes, settings in found.items()]
    changes.sort(key=lambda change: rank_of(change.left, before))
    return Leavings(before, tuple(changes), tuple(idle), tuple(role for role in Role if role in chosen))


def less_by_role(left: Iterable[Left], usual: Iterable[Left]) -> Counter[Role]:
    """Per role how many writes fewer than usual are left in telemetry; what only goes by another channel is no less."""
    found = Counter[Role]()
    for sign, those in ((1, usual), (-1, left)):
        for each in those:
            found[each.role] += sign * each.writes if each.channel not in ASIDE else 0
    return found


def rank_of(left: tuple[Left, ...], usual: tuple[Left, ...]) -> tuple[int, ...]:
    """The smaller, the more of prompt and completion is turned off; then of anything, then what is turned on."""
    less = less_by_role(left, usual)
    headline = sum(max(less[role], 0) for role in HEADLINE)
    started = -sum(min(less[role], 0) for role in HEADLINE)
    every = sum(each.writes for each in usual) - sum(each.writes for each in left)
    return -headline, -sum(max(count, 0) for count in less.values()), -started, -every


def _plain(settings: list[Chosen]) -> list[Chosen]:
    """Settings that do the same, without other spellings of a boolean that is there."""
    there = {tuple((gate.name, value) for gate, value in setting) for setting in settings}

    def is_plain(setting: Chosen) -> bool:
        plain = tuple((gate.name, as_boolean(value)) for gate, value in setting)
        return plain == tuple((gate.name, value) for gate, value in setting) or plain not in there

    return [setting for setting in settings if is_plain(setting)]


def _made(trials: Trials, records: list[Record]) -> list[_Made]:
    """Per setting the writes of all records."""
    masks = [[trials.met(write) for write in record.writes] for record in records]
    return [tuple(tuple(at for at, mask in enumerate(own) if mask >> n & 1) for own in masks) for n in range(len(trials.settings))]


def _together(package: Package, records: list[Record], unreached: list[int]) -> Mapping[Chosen, _Made]:
    """Settings of two switches that let out a record of `unreached`, which no single switch does."""
    named = {gate for number in unreached for write in records[number].writes for gate in write.gates}
    switches = [switch for switch in switches_of(package) if any(gate.id in named for gate in switch.gates)]
    values = [(switch.gates[0], value) for switch in switches for value in switch.values() or (GIVEN,)]
    pairs = [(one, other) for one, other in combinations(values, 2) if one[0] is not other[0]][:_PAIRS]
    made = _made(Trials(package, pairs), records) if pairs else []
    return {pair: writes for pair, writes in zip(pairs, made, strict=True) if any(writes[number] for number in unreached)}


def _of_one_switch(together: Mapping[Chosen, _Made]) -> Iterable[list[_Made]]:
    """What the values of one switch amount to beside one value of another."""
    found: dict[tuple[str, str, str], list[_Made]] = {}
    for (one, other), made in ((pair, made) for setting, made in together.items() for pair in permutations(setting)):
        found.setdefault((one[0].id, one[1], other[0].name), []).append(made)
    return found.values()


class _Keys:
    """The records of a package with their keys, for whatever writes are left of them."""

    def __init__(self, telling: Telling, records: list[Record]) -> None:
        self.records = records
        self._order = [telling.keys((record,)) for record in records]
        self._of = [[key_of(write) for write in record.writes] for record in records]

    def left(self, made: _Made) -> tuple[Left, ...]:
        """What is left where these writes are made."""
        return tuple(
            Left(record.channel, record.role, len(writes), len(record.writes), self._keys(number, writes))
            for number, (record, writes) in enumerate(zip(self.records, made, strict=True))
            if writes
        )

    def _keys(self, number: int, writes: tuple[int, ...]) -> tuple[str, ...]:
        written = {self._of[number][at] for at in writes}
        listed = tuple(key for key in self._order[number] if key in written)
        return listed or tuple(sorted(written))  # a record leaves out keys that only repeat others


def _leaving(keys: _Keys, usual: _Made, made: _Made, settings: list[Chosen]) -> Leaving:
    cells = [(record.channel, record.role) for record in keys.records]
    stopped = tuple(cell for number, cell in enumerate(cells) if usual[number] and not made[number])
    started = tuple(cell for number, cell in enumerate(cells) if made[number] and not usual[number])
    return Leaving(tuple(settings), stopped, started, keys.left(made))


def _chosen(records: list[Record], outcomes: Iterable[_Made]) -> set[Role]:
    filled = [{(r.channel, r.role) for number, r in enumerate(records) if made[number]} for made in outcomes]
    found: set[Role] = set()
    for here in filled:
        for there in filled:
            gone, come = here - there, there - here
            found |= {role for channel, role in gone if any(other is role and to is not channel for to, other in come)}
    return found
