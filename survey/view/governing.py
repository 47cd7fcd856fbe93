"""What decides about one write, in terms of what one can set: its default, and the switches that turn it over."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from survey.model.document import Gate, Package, Record, Write
from survey.model.vocabulary import Channel, Default, GateKind, Role
from survey.verdicts.conditions import bounds, gates_in
from survey.verdicts.defaults import default_of_write, escapes
from survey.verdicts.factoring import factored
from survey.verdicts.recipe import flipped
from survey.verdicts.trials import Chosen, Trials
from survey.verdicts.what_if import Setting, lookup_under
from survey.view.assigning import plainness, setting_parts
from survey.view.text import clean
from survey.view.wording import Code, Message, say

_SETTINGS, _PLACES = 2, 2
"""Named in a sentence before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Of one write."""

    default: Default
    """With nothing set."""
    any_of: tuple[Chosen, ...]
    """Settings of one switch, each of which alone turns the default over; what stops most stands first."""
    all_of: Chosen
    """What has to be set together, where no single switch does it."""
    asked: tuple[str, ...]
    """What code says call by call, where nothing that one sets does it."""
    lost: tuple[str, ...]
    """Switches that were meant to decide, in a way that could not be followed."""
    named: frozenset[str]
    """Names of all switches that the condition mentions."""
    open: tuple[tuple[str, int], ...]
    """Places that were not decided and are taken as letting the write through."""


class Rules:
    """The rules of one package's writes."""

    def __init__(self, package: Package, content: frozenset[str], tried: Trials) -> None:
        """`content` are the ids of its switches for content, `tried` what `one_by_one` says of it."""
        self._package = package
        self._gates = {gate.id: gate for gate in package.gates}
        self._usual = lookup_under(package, Setting())
        self._trials = tried
        self._single = tried.settings[1:]
        self._known: dict[str, Rule] = {}
        writes = {json.dumps(write.when): write for record in package.records for write in record.writes}
        self._content = content
        self._weight = self._stopped(writes.values())
        self._expected: dict[tuple[Channel, Role], Chosen] = {}

    def of(self, write: Write) -> Rule:
        """What decides about `write`."""
        key = json.dumps((write.when, write.gates))
        if key not in self._known:
            self._known[key] = self._rule(write)
        return self._known[key]

    def expected(self, record: Record) -> Chosen:
        """The setting that one would expect to stop the writes of `record` that go by no switch for content; () where there is none.

        That is the one that stops most of its writes; where none stops as much as a quarter, most of those of its channel.
        """
        cell = record.channel, record.role
        if cell not in self._expected:
            beside = [each for each in self._package.records if each.channel is record.channel]
            own, around = self._stopped(record.writes), self._stopped(write for each in beside for write in each.writes)
            left = [self._trials.met(write) for write in record.writes if escapes(write, self._content)]
            asked = [
                each for n, each in enumerate(self._single, 1) if self._weight[each] > 0 and all(met >> n & 1 >= met & 1 for met in left)
            ]

            def rank(setting: Chosen) -> tuple[object, ...]:
                (gate, value), *_ = setting
                telling = own[setting] if 4 * own[setting] >= len(record.writes) else 0
                return -telling, -around[setting], gate.kind is not GateKind.ENV, -self._weight[setting], plainness(value)

            self._expected[cell] = min(asked, key=rank, default=())
        return self._expected[cell]

    def _stopped(self, writes: Iterable[Write]) -> dict[Chosen, int]:
        """Per setting of one switch how many of `writes` it stops."""
        usual, *counts = self._trials.counts(writes)
        return {setting: usual - count for setting, count in zip(self._single, counts, strict=True)}

    def _rule(self, write: Write) -> Rule:
        default = default_of_write(write, self._usual)
        met = self._trials.met(write)
        named = gates_in(write.when)
        own = {(self._gates[id_].kind, self._gates[id_].name) for id_ in named if id_ in self._gates}
        turning = [
            setting
            for n, setting in enumerate(self._single, 1)
            if (met >> n ^ met) & 1 and (setting[0][0].kind, setting[0][0].name) in own  # others only leave open what may be given
        ]
        together = () if turning else flipped(self._package, factored(write.when)) or ()
        context = () if turning or together else _names(self._gates[id_] for id_ in named if id_ in self._gates)
        places = {} if default is Default.OFF or bounds(factored(write.when), self._usual).must else dict.fromkeys(_undecided(write.when))
        return Rule(
            default=default,
            any_of=tuple(sorted(_one_a_switch(turning), key=lambda setting: -self._weight[setting])),
            all_of=together,
            asked=context,
            lost=tuple(self._gates[id_].name for id_ in write.gates if id_ in self._gates) if default is Default.UNKNOWN else (),
            named=frozenset(name for _, name in own),
            open=tuple(places),
        )


def rule_messages(rule: Rule) -> tuple[Message, ...]:
    """The rule in sentences: when it is written, then what was not decided."""
    if rule.lost:
        said = say("whatif.lost", switches=tuple(map(Code, rule.lost)))
    else:
        settings = tuple(each for setting in rule.any_of for each in setting) or rule.all_of
        number = "one" if len(settings) == 1 else "any" if rule.any_of else "all"
        state = "off" if rule.default is Default.OFF else "on"
        if settings:
            said = say(f"when.{state}.{number}", settings=setting_parts(settings, _SETTINGS))
        elif rule.asked:
            said = say(f"when.{state}.asked", switches=tuple(map(Code, rule.asked)))
        else:
            said = say(f"when.{state}.always")
    told = (say("when.depends"), said) if rule.default is Default.DEPENDS else (said,)
    if not rule.open:
        return told
    named = tuple(Code(clean(f"{path.rpartition('/')[2]}:{line}")) for path, line in rule.open)
    more = (say("details.more", count=len(named) - _PLACES),) if len(named) > _PLACES + 1 else ()
    return (*told, say("when.open", places=(*(named[:_PLACES] if more else named), *more)))


def still_message(setting: Chosen, rule: Rule) -> Message:
    """That `setting`, a switch for content, does not stop a write; that no such switch does where it is ()."""
    if not setting:
        return say("when.still.none")
    if setting[0][0].name in rule.named:
        return say("when.still.more", setting=setting_parts(setting))
    return say("when.still.off" if rule.default is Default.OFF else "when.still.on", setting=setting_parts(setting))


def ungated_message(record: Record, setting: Chosen) -> Message:
    """How many writes of `record` the setting that ought to stop them does not."""
    places = len(record.ungated)
    return say("record.still", places=places, setting=setting_parts(setting)) if setting else say("cell.ungated", places=places)


def _one_a_switch(settings: Iterable[Chosen]) -> list[Chosen]:
    """Of several values of a switch that do the same, the plainest."""
    found: dict[tuple[GateKind, str], Chosen] = {}
    for setting in sorted(settings, key=lambda each: plainness(each[0][1])):
        found.setdefault((setting[0][0].kind, setting[0][0].name), setting)
    return [setting for setting in settings if setting in found.values()]


def _names(gates: Iterable[Gate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gate.name for gate in gates if gate.kind is GateKind.CONTEXT))


def _undecided(condition: Any) -> Iterable[tuple[str, int]]:
    match condition:
        case {"unknown": {"path": path, "line": line}}:
            yield str(path), int(line)
        case {"all": [*parts]} | {"any": [*parts]}:
            for part in parts:
                yield from _undecided(part)
        case {"not": part}:
            yield from _undecided(part)
