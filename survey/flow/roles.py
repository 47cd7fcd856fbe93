"""What content a raw write carries: by its key, else by its event, with the typed parts that ride inside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from survey.flow import origins
from survey.flow.values import HOLE, MAYBE
from survey.flow.writes import RawWrite
from survey.knowledge.engine import ABOUT, BUILT, FIELD, FIELDS, HOLDS, PART, TOLD, UPLOADED, VOICE, WHOLE
from survey.knowledge.keys import EventMatch, KeyMatch, KeyTable
from survey.model.vocabulary import Channel, Confidence, KeyShape, Role

_ENDS = (Role.INPUT, Role.OUTPUT)
"""What a message is to the call: these roles are told by words on a value's way everywhere, so words alone do not nest them."""

_BESIDE = (Role.SYSTEM, Role.TOOL_DEFINITION)
"""What a call is given beside its messages: such fields are told by their name wherever they are copied to."""
_CONTENT = frozenset(str(role) for role in Role) | {"content"}
_FREE = ".metadata."
"""What is below such a segment has whatever names its source gives it."""
_STORED_AS = {Role.INPUT: Role.INPUT, Role.OUTPUT: Role.OUTPUT, Role.SYSTEM: Role.INPUT}
"""What is stored elsewhere and only referred to in a text of this role: pictures and files in a system prompt are given like any other."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One role that a raw write carries."""

    role: Role
    nested: bool
    channel: Channel
    key: str
    event: str | None
    shape: KeyShape
    confidence: Confidence
    repeats: bool = False
    assumed: bool = False
    """Nothing is known of the value's parts: it is somebody's whole request or response."""


def carried(
    write: RawWrite,
    keys: KeyTable,
    words: Mapping[str, str],
    events_known: frozenset[str] = frozenset(),
    spoken: frozenset[str] = frozenset(),
    *,
    one_of_kinds: bool = False,
) -> Iterator[Carried]:
    """Every role of `write`, the key's own first; nothing where the key is not made for content.

    `words` are the words of origin; `events_known` are events that the package tells from others in what it forwards; `spoken`
    are the dialects of which it writes a key that is no one else's. `one_of_kinds`: the same place writes the same key for spans
    of other kinds too.
    """
    for found in _carried(write, keys, words, events_known, one_of_kinds=one_of_kinds):
        match = keys.lookup(found.key) if found.channel is Channel.SPAN_ATTRIBUTE else None
        if match is None or not match.loose or match.dialect in spoken:
            yield found
        elif write.hints & _CONTENT and (not found.nested or found.role not in match.whole or _rides(write, found.role, match)):
            yield replace(found, confidence=Confidence.LOW)


def _carried(
    write: RawWrite, keys: KeyTable, words: Mapping[str, str], events_known: frozenset[str], *, one_of_kinds: bool
) -> Iterator[Carried]:
    if write.channel is Channel.APP_LOG:
        yield from _logged(write, keys)
        return
    if named := _after(FIELD, write):
        for role in named:
            yield Carried(role, False, write.channel, write.key.replace(HOLE, "*"), None, KeyShape.STRUCTURED, Confidence.MEDIUM)
        return
    key = write.key.replace(HOLE, "*")
    event = write.event.replace(HOLE, "*") if write.event else None
    if write.channel in (Channel.LOG_RECORD, Channel.SPAN_EVENT) and event == "*":
        for match in keys.family(events_known):
            for found in _by_event(write, match, key, keys):
                # a record's event is its body; a span's event has none, and the content a key of its own
                own = write.field is None and "*" not in key
                known = replace(found, key=key) if own else replace(found, key=match.entry, shape=KeyShape.EVENT_BODY)
                yield replace(known, confidence=Confidence.MEDIUM)
        return
    if write.channel is Channel.VENDOR_PAYLOAD and event is not None:
        whole = f"{event}.{key}"  # a plain word means something in the vendor's own event only
        if keys.lookup(whole) is not None or not key.isidentifier():
            yield from _by_key(write, keys, whole if keys.lookup(whole) is not None else key, None, one_of_kinds=one_of_kinds, words=words)
        return
    if write.channel in (Channel.LOG_RECORD, Channel.SPAN_EVENT) and event is not None:
        matches = _events(keys, event, write.kind)
        if matches and (write.field == "body" or keys.lookup(key, write.kind) is None):
            for match in _knowing(matches, f"{write.field or 'attributes'}.{key}"):
                for found in _by_event(write, match, key, keys):
                    yield replace(found, key=key, confidence=Confidence.MEDIUM) if key == "*" and write.field is None else found
            return
    if write.field != "body":
        for found in _by_key(write, keys, key, event, one_of_kinds=one_of_kinds, words=words):
            yield found
            if UPLOADED in write.hints and not found.nested and found.channel is Channel.SPAN_ATTRIBUTE and found.role in _STORED_AS:
                yield replace(found, channel=Channel.EXTERNAL_STORAGE, role=_STORED_AS[found.role], confidence=Confidence.MEDIUM)


def _logged(write: RawWrite, keys: KeyTable) -> Iterator[Carried]:
    """A log message has no keys: in a dump of attributes, what is neither asked nor answered only rides along."""
    key = write.key.replace(HOLE, "*")
    told = _after(TOLD, write)
    about = (keys.lookup(hint.removeprefix(ABOUT).replace(HOLE, "*"), write.kind) for hint in sorted(write.hints) if hint.startswith(ABOUT))
    dumped = {match.role for match in about if match is not None and match.role is not None and match.role is not Role.UNKNOWN}
    for role in sorted({*told, *dumped}):
        nested = role is Role.SYSTEM or (role not in told and role not in (Role.INPUT, Role.OUTPUT))
        yield Carried(role, nested, write.channel, key, None, KeyShape.BLOB, Confidence.MEDIUM)


def _after(prefix: str, write: RawWrite) -> list[Role]:
    """The roles of the hints that begin with `prefix`."""
    return sorted(Role(hint.removeprefix(prefix)) for hint in write.hints if hint.startswith(prefix))


def _events(keys: KeyTable, event: str, kind: str) -> tuple[EventMatch, ...]:
    if "*" in event and event.strip("*") and (named := keys.events_like(event)):
        return named
    found = keys.event(event, kind)
    return (found,) if found is not None else ()


def _knowing(matches: tuple[EventMatch, ...], path: str) -> tuple[EventMatch, ...]:
    """Of the events that an open name may mean, those that have such a field, where any has."""
    parts = path.split(".")
    heads = {".".join(parts[:length]) for length in range(2, len(parts) + 1)}
    return tuple(match for match in matches if heads & match.fields.keys()) or matches


def _by_event(write: RawWrite, match: EventMatch, key: str, keys: KeyTable) -> Iterator[Carried]:
    path = f"{write.field or 'attributes'}.{key}"
    role = match.field_role(path)
    if role is None:
        return
    plain = keys.event(match.entry)
    role = origins.settled(write, role, plain.field_role(path) if plain is not None else None, match.nested, whole=False)
    shape = KeyShape.EVENT_BODY if write.field == "body" else KeyShape.STRUCTURED
    known = write.event if write.event is not None and HOLE not in write.event else None
    name = known if known is not None and write.channel is Channel.SPAN_EVENT else match.entry
    yield Carried(role, False, write.channel, key if write.field != "body" else name, name, shape, Confidence.HIGH)
    is_part = match.role is not None and role is not match.role and role in match.nested
    for other in () if is_part else match.nested:  # what has a field of its own brings nothing else along
        if other is not role and _rides(write, other, match):
            yield Carried(other, True, write.channel, key if write.field != "body" else name, name, shape, Confidence.MEDIUM)


def _by_key(
    write: RawWrite, keys: KeyTable, key: str, event: str | None, *, one_of_kinds: bool, words: Mapping[str, str]
) -> Iterator[Carried]:
    match = keys.lookup(key, write.kind)
    if match is None:
        return
    plain = keys.lookup(key)
    if one_of_kinds and plain is not None and _known_otherwise(write, match.role):
        match = plain
    channel = match.channel or write.channel
    shape = match.shape or (KeyShape.FLATTENED if "*" in key else KeyShape.STRUCTURED)
    confidence = Confidence.MEDIUM if "*" in key else Confidence.HIGH
    told = next((role for role in match.nested if role == write.site.role.removesuffix(MAYBE)), None)
    if match.role is None or set(match.by_kind.values()) & write.hints - {told}:
        told = None  # what another kind of call gives the key is no message, whatever message role it is labelled with
    if told is not None:
        # a sibling key says what this one carries here
        yield Carried(told, False, channel, key, event, shape, confidence)
        if not write.site.role.endswith(MAYBE):
            return
    if match.role is None and _FREE in f".{key}":
        for name, other in _fields(write, key, words):
            if other in match.nested:
                yield Carried(other, False, channel, key[: len(key) - 1] + name if name else key, event, shape, Confidence.LOW)
    role = match.role
    if match.role is not None:
        role = match.role if match.role is not Role.UNKNOWN else _by_hints(write, match.nested)
        role = origins.settled(write, role, plain.role if plain else None, match.nested, whole=shape is KeyShape.JSON)
        role = next((other for other in match.by_origin if other in write.hints), role)
        yield Carried(role, False, channel, key, event, shape, confidence)
    whole = match.whole if write.shape == "text" and (match.role is not None or any(role in write.hints for role in _ENDS)) else ()
    blob = _ENDS if shape is KeyShape.BLOB else ()
    for other in match.nested:
        if other in (match.role, role, told) or other in match.by_origin:
            continue
        held = match.role is None and _is_held(write, other)
        if held or _rides(write, other, match) or (other in whole and not match.repeats) or (other in blob and other in write.hints):
            yield Carried(other, True, channel, key, event, shape, Confidence.MEDIUM, match.repeats)
        elif other in whole and WHOLE in write.hints and not write.kind:
            yield Carried(other, True, channel, key, event, shape, Confidence.LOW, match.repeats, assumed=True)


def _fields(write: RawWrite, key: str, words: Mapping[str, str]) -> Iterator[tuple[str, Role]]:
    """What lies under a key of free-form metadata, by the name of the field: its last segment, or '' where that is `key`'s own."""
    last = key.rpartition(".")[2]
    if last == "*":
        for hint in sorted(write.hints):
            if hint.startswith(FIELDS):
                role, _, name = hint.removeprefix(FIELDS).partition(":")
                yield name, Role(role)
    elif write.hints & _CONTENT and (told := words.get(last.lower())) in _BESIDE:
        yield "", Role(told)


def _is_held(write: RawWrite, role: Role) -> bool:
    """Whether a request that is passed on as a whole has such a part."""
    return any(hint.startswith(f"{HOLDS}{role}:") for hint in write.hints)


def _known_otherwise(write: RawWrite, role: Role | None) -> bool:
    """Whether the parts of what is written are known and none of them is of `role`, which only one of several kinds gives the key."""
    if role in write.hints or f"{PART}{role}" in write.hints:
        return False
    return any(hint.startswith((PART, VOICE)) for hint in write.hints) or (BUILT in write.hints and bool(origins.DECIDING & write.hints))


def _rides(write: RawWrite, role: Role, match: KeyMatch | EventMatch) -> bool:
    """Whether something in the value is known to be of another role than the value's own.

    Who speaks tells nothing of an answer: that is the model's, whatever role its code may give it.
    """
    if f"{PART}{role}" in write.hints:
        return True
    worded = {other for other in Role if other not in _ENDS and other in write.hints}
    if match.role is None:  # a key that is not made for content: words of roles that it is not known for say that anything came this way
        return role in worded and worded <= set(match.nested)
    return (match.role is not Role.OUTPUT and f"{VOICE}{role}" in write.hints) or role in worded


def _by_hints(write: RawWrite, candidates: tuple[Role, ...]) -> Role:
    hinted = [role for role in candidates if role in write.hints]
    return hinted[0] if len(hinted) == 1 else Role.UNKNOWN
