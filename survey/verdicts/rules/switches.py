"""Rules about a switch itself: what it decides against what its name, or its other writes, promise."""

from collections.abc import Iterator

from survey.knowledge.switches import words_of
from survey.model.document import Evidence, Record, Write
from survey.model.vocabulary import Effect
from survey.verdicts.package import key_of
from survey.verdicts.rules.base import OTEL_CHANNELS, Hit, Subject
from survey.verdicts.switching import Switch, switches_of


def gate_unused(subject: Subject) -> Iterator[Hit]:
    """A variable or option that by its name is about content is read or declared in the package's own code and never looked at again,

    and no other package of the repository decides anything by it: whoever sets it changes nothing.
    """
    elsewhere = {(gate.kind, gate.name) for package in subject.target.packages for gate in package.gates if gate.effect is not Effect.NONE}
    for gate in subject.package.gates:
        if gate.effect is Effect.NONE and (gate.kind, gate.name) not in elsewhere and gate.evidence is not None:
            yield {"switch": gate.name, "kind": gate.kind}, gate.evidence


def gate_role_mismatch(subject: Subject) -> Iterator[Hit]:
    """A switch whose name says which content it is for decides about other content: one named for inputs stops an answer under a key

    that is no input's, or one named for tools a prompt. Or it stops other roles and none of the writes of the role that it names.
    """
    names = subject.knowledge.switches
    for switch in switches_of(subject.package):
        sides = names.sides_of(switch.name)
        if not sides or not names.about_content(switch.name):
            continue
        decided = [(record, write) for record, write in subject.own_writes() if switch.decides(write)]
        named = frozenset(word for side in sides for word in side.words)
        foreign = frozenset(sides[0].foreign).intersection(*(side.foreign for side in sides))
        for record, write in decided:
            if record.role in foreign and named.isdisjoint(words_of(write.key) | words_of(write.event or "")):
                yield {"switch": switch.name, "role": record.role, "key": key_of(write), "fault": "other"}, write.evidence
        own = frozenset(role for side in sides for role in side.own)
        mine = [(record, write) for record, write in subject.own_writes() if record.role in own]
        if decided and mine and not names.is_narrower(switch.name) and not any(record.role in own for record, _ in decided):
            record, write = mine[0]
            yield {"switch": switch.name, "role": record.role, "key": key_of(write), "fault": "missed"}, write.evidence


def channel_switch_leaks(subject: Subject) -> Iterator[Hit]:
    """A switch moves a role's content from one channel of OpenTelemetry to another, and at the value that empties a channel some write

    of the same role still goes there. What a value empties is judged with nothing else set, or with one other switch set; a write on
    which the switch was meant to decide in a way that could not be followed is not told.
    """
    told: set[tuple[str, str, str]] = set()
    by_role = subject.by_role()
    for switch in switches_of(subject.package):
        for everything in by_role.values():
            if len({record.channel for record, _ in everything}) < 2:
                continue
            writes = [(record, write) for record, write in everything if record.channel in OTEL_CHANNELS and not switch.is_lost_in(write)]
            if len({record.channel for record, write in writes if switch.is_named_in(write)}) < 2:
                continue
            for value, (record, write) in _leaks(switch, writes):
                identity = (switch.name, record.channel, record.role)
                if identity not in told:
                    told.add(identity)
                    yield _leak(switch.name, value, record, write)


def _leak(name: str, value: str, record: Record, write: Write) -> tuple[dict[str, str], Evidence]:
    return {"switch": name, "value": value, "channel": record.channel, "role": record.role, "key": key_of(write)}, write.evidence


def _leaks(switch: Switch, writes: list[tuple[Record, Write]]) -> Iterator[tuple[str, tuple[Record, Write]]]:
    """Values that move content off a channel, each with a write that stays on it."""
    for outcome in switch.outcomes([write for _, write in writes]):
        for value, made in outcome.items():
            for other, made_there in outcome.items():
                moved = {record.channel for (record, _), here, there in zip(writes, made, made_there, strict=True) if there and not here}
                taken = {record.channel for (record, _), here, there in zip(writes, made, made_there, strict=True) if here and not there}
                if other == value or not moved or not taken - moved:
                    continue
                for (record, write), here, there in zip(writes, made, made_there, strict=True):
                    if here and there and record.channel in moved - taken:
                        yield value, (record, write)
