"""Rules about conventions: what OpenTelemetry says of a key, or of how many there may be."""

from collections.abc import Iterator

from survey.model.document import Write
from survey.model.vocabulary import Channel, Default, KeyShape, Role
from survey.verdicts.defaults import default_of_write
from survey.verdicts.package import key_of
from survey.verdicts.rules.base import OTEL_CHANNELS, Hit, Subject

_MESSAGES = frozenset({Role.INPUT, Role.SYSTEM, Role.OUTPUT, Role.DOCUMENT})
_ATTRIBUTES = "128"
"""How many attributes a span keeps unless its application sets another limit (OTel specification, span limits)."""


def deprecated_key(subject: Subject) -> Iterator[Hit]:
    """Content is written under a key or event that its own conventions have replaced."""
    keys = subject.knowledge.keys
    told: set[str] = set()
    for record, write in subject.writes():
        name = key_of(write)
        match = (keys.event(name) if write.event == name else None) or keys.lookup(name)
        if record.channel in OTEL_CHANNELS and match and match.deprecated and name not in told:
            told.add(name)
            yield {"key": name, "replacement": match.deprecated}, write.evidence


def default_on_contradicts_semconv(subject: Subject) -> Iterator[Hit]:
    """The OpenTelemetry conventions make this attribute opt-in, and it is written with nothing set."""
    lookup = subject.nothing_set()
    told: set[tuple[Role, str]] = set()
    for record, write in subject.writes():
        match = subject.knowledge.keys.lookup(write.key)
        told_already = (record.role, write.key) in told
        if (
            match
            and match.opt_in
            and record.channel in OTEL_CHANNELS
            and not told_already
            and default_of_write(write, lookup) is Default.ON
        ):
            told.add((record.role, write.key))
            yield {"channel": record.channel, "role": record.role, "key": write.key}, write.evidence


def flattened_keys_attribute_limit(subject: Subject) -> Iterator[Hit]:
    """Messages are taken apart into span attributes with an index in their keys, so that a long conversation needs more attributes

    than a span keeps unless its application raises the limit, and content is lost without a word. Told once per package, at the
    first such write that holds a message or a text of it; maps with a segment chosen by the user are not meant.
    """
    flat = [(record, write) for record, write in subject.own_writes() if record.channel is Channel.SPAN_ATTRIBUTE and _is_indexed(write)]
    if any(record.role in _MESSAGES for record, _ in flat):
        roles = sorted({record.role for record, _ in flat})
        yield {"key": flat[0][1].key, "roles": ", ".join(roles), "limit": _ATTRIBUTES}, flat[0][1].evidence


def _is_indexed(write: Write) -> bool:
    """Whether a key has an index inside: further fields of the same element follow it."""
    return write.key_shape is KeyShape.FLATTENED and "*" in write.key.split(".")[:-1]
