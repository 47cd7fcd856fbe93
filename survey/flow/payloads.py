"""Content that leaves in a vendor's own protocol: fields of what is queued for a sender or posted, and spans of the SDK's own make.

What carries it there is rarely one call: a queue with a consumer thread, batches, envelopes. So the place counts where a
field is named and handed over, and only in a package that talks to a server itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.flow import access, escaping, sinks, wire
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    HTTP,
    NOTHING,
    QUEUE,
    Arguments,
    Atom,
    Instance,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Site,
    Struct,
    Value,
    of,
)
from survey.flow.writes import RawWrite
from survey.knowledge.engine import FIELD, RECORDED, SETTER
from survey.model import ir
from survey.model.vocabulary import Channel, Role

_DEPTH = 4
"""Containers within each other that are looked into for fields."""
_Found = tuple[str, Value, Cond, Site, Role | None]
"""A field on its way to a server: its name, value and condition, where it was named, and what it holds."""
_OTEL = (Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT, Channel.LOG_RECORD)


def kept(m: Machine, writes: dict[object, RawWrite]) -> list[RawWrite]:
    """Without what only looked like a vendor's payload: the package sends nothing itself, or hands it on to OpenTelemetry."""
    elsewhere = {write.key for write in writes.values() if write.channel in _OTEL}
    spoken = any((match := m.knowledge.keys.lookup(key.replace(HOLE, "*"))) is not None and match.is_content for key in elsewhere)
    followed: dict[Role, set[str]] = {}
    for write in writes.values():
        role = _role(m, write) if write.channel is Channel.VENDOR_PAYLOAD and RECORDED not in write.hints else None
        if role is not None and _is_payload(m, write, elsewhere):
            followed.setdefault(role, set()).add(write.key)
    return [
        write
        for write in writes.values()
        if write.channel is not Channel.VENDOR_PAYLOAD
        or (_is_payload(m, write, elsewhere) and (RECORDED not in write.hints or (not spoken and _adds(m, write, followed))))
    ]


def _role(m: Machine, write: RawWrite) -> Role | None:
    named = next((hint.removeprefix(FIELD) for hint in sorted(write.hints) if hint.startswith(FIELD)), None)
    if named is not None:
        return Role(named)
    match = m.knowledge.keys.lookup(write.key.replace(HOLE, "*"))
    return match.role if match is not None else None


def _adds(m: Machine, write: RawWrite, followed: dict[Role, set[str]]) -> bool:
    """Whether a record's field is no other name of what was followed on its way to the server."""
    known = followed.get(_role(m, write) or Role.UNKNOWN)
    return known is None or write.key in known


def _is_payload(m: Machine, write: RawWrite, elsewhere: set[str]) -> bool:
    setters = {hint.removeprefix(SETTER) for hint in write.hints if hint.startswith(SETTER)}
    return m.sends and not setters & m.delegating and not (setters and write.key in elsewhere)


# --- spans of the SDK's own make -----------------------------------------------------------------------------------


def stored(m: Machine, target: ir.Expr, key: Value, value: Value, guard: Cond, site: Site) -> None:
    """`self.data[key] = value` in a setter that was given the key: the object is a span of the SDK's own make."""
    frame = m.frame
    if frame.function is None or not isinstance(frame.receiver, Instance) or not frame.module.own:
        return
    name = frame.function.node.name
    if not isinstance(target, ir.Attr) or not isinstance(target.obj, ir.Name) or not wire.reports(m, frame.receiver.cls):
        return
    if frame.arguments.get(target.obj.id) is None or not any(given is key for given in frame.arguments.values()):
        return
    m.own_setters.add(name)
    _set(m, name, key, value, guard, site)


def set_on_unknown(m: Machine, receiver: Atom, name: str, args: Arguments, site: Site) -> bool:
    """A setter of the SDK's own spans is called on something unknown, or somebody's span; whether it is one."""
    if name not in m.own_setters or name in m.delegating or not m.frame.module.own:
        return False
    if not isinstance(receiver, (Opaque, Struct, Method)) or _speaks_otel(m):
        return False
    plain = [value for word, spread, value in args if word is None and not spread]
    if len(plain) != 2:
        return False
    m.sinks_seen.add((site.path, site.line))
    _set(m, name, plain[0], plain[1], TRUE, site)
    return True


def _speaks_otel(m: Machine) -> bool:
    """Whether the running module imports OpenTelemetry: then an unknown span in it is one of its."""
    file = m.frame.module
    if file.path not in m.otel_modules:
        imports = (node for node in ir.walk(m.program.body(file)) if isinstance(node, ir.Import))
        m.otel_modules[file.path] = any(node.module.startswith(m.knowledge.payloads.otel) for node in imports)
    return m.otel_modules[file.path]


def _set(m: Machine, name: str, key: Value, value: Value, guard: Cond, site: Site) -> None:
    sinks.write(m, Channel.VENDOR_PAYLOAD, key, value, site, guard=guard, marks=frozenset((SETTER + name,)))


def delegates(m: Machine) -> None:
    """OpenTelemetry is reached: setters on the way only hand on."""
    for frame in m.frames[-3:]:
        if frame.function is not None and isinstance(frame.receiver, Instance):
            m.delegating.add(frame.function.node.name)


# --- what is queued and posted -------------------------------------------------------------------------------------


def kind_of(m: Machine, name: str) -> str:
    """The kind of what a library calls by this dotted name, or makes with it: a queue, or something of a server's."""
    if any(name.startswith(f"{module}.") for module in m.knowledge.payloads.transports):
        return HTTP
    return QUEUE if m.knowledge.models.get(name) == QUEUE else ""


def external(m: Machine, name: str, args: Arguments, site: Site) -> Value | None:
    """A call of a library by dotted name that talks to a server; None where it does not."""
    if kind_of(m, name) != HTTP:
        return None
    m.sends = m.sends or m.frame.module.own
    if name.rpartition(".")[2] in m.knowledge.payloads.send:
        _post(m, args, site)
    return of(Opaque(kind=HTTP))


def method(m: Machine, receiver: Opaque, name: str, args: Arguments, site: Site) -> Value | None:
    """A method of a queue, or of a server's client or answer; None for any other."""
    knowledge = m.knowledge.payloads
    if receiver.kind == QUEUE and name in knowledge.put:
        for word, spread, value in args[:1]:
            if not spread and word in (None, "item"):
                _hand_over(m, value, site, queued=True)
                escaping.escape(m, value, site)
        return NOTHING
    if receiver.kind != HTTP:
        return None
    if name in knowledge.send:
        _post(m, args, site)
    for _, _, value in args:
        escaping.escape(m, value, site)
    return of(receiver)


def _post(m: Machine, args: Arguments, site: Site) -> None:
    knowledge = m.knowledge.payloads
    urls = [value for word, _, value in args if word == "url"] or [value for word, spread, value in args if word is None and not spread]
    path = next((text for url in urls[:2] for text in map(text_of, url.atoms) if text and "/" in text), "")
    if not set(re.split(r"[^a-z]+", path.lower())) & knowledge.paths:
        return  # an API of its own for data sets, prompts or scores reports no conversation
    for word, _, value in args:
        if word in knowledge.bodies:
            _hand_over(m, value, site, queued=False)


def _hand_over(m: Machine, item: Value, site: Site, *, queued: bool) -> None:
    if not m.frame.module.own:
        return
    m.sinks_seen.add((site.path, site.line))
    found = list(_fields(m, item, TRUE, site, _DEPTH))
    if queued and m.knowledge.payloads.media & {name for name, *_ in found} and all(role is None for *_, role in found):
        _media(m, found, site)
        return
    for name, value, cond, where, role in found:
        if role is not None:
            add(m, Channel.VENDOR_PAYLOAD, name, role, value, cond, where, site)


def _media(m: Machine, found: list[_Found], site: Site) -> None:
    """An upload that somebody else will do: a literal that names the field of the conversation it was found in gives its role."""
    for _, value, cond, where, _ in found:
        for guard, atom in value.alts:
            role = m.knowledge.payload_fields.get((text_of(atom) or "").lower())
            if role is not None:
                add(m, Channel.EXTERNAL_STORAGE, text_of(atom) or "", role, of(Opaque()), m.conds.all(cond, guard), where, site)


def add(
    m: Machine,
    channel: Channel,
    name: str,
    role: Role,
    value: Value,
    cond: Cond,
    where: Site,
    site: Site,
    marks: frozenset[str] = frozenset(),
) -> None:
    """A field of a payload holds `value`, which its name says to be of `role`; `where` it was named, `site` where it is handed over."""
    holds = [guard for guard, atom in value.alts if sinks.carries(atom)]
    if not holds:
        return
    given = holds[0]
    for guard in holds[1:]:
        given = m.conds.any(given, guard)
    both = m.conds.all(m.frame.path, m.conds.all(cond, given))
    if both.possible:
        hints = m.hints(value, 5) | {FIELD + role} | marks
        m.add_write(RawWrite(channel, name, None, None, hints, both, where, None, (site,), "structured"))


def _fields(m: Machine, item: Value, cond: Cond, site: Site, depth: int) -> Iterator[_Found]:
    """Every field within `item`."""
    for guard, atom in item.alts if depth else ():
        both = m.conds.all(cond, guard)
        entries = access.as_mapping(m, atom).only if isinstance(atom, Instance) else atom
        if isinstance(entries, Mapping):
            for name, pair in list(entries.pairs.items()):
                if isinstance(name, str):
                    inner = m.conds.all(both, pair.cond)
                    named = not isinstance(atom, Instance) or atom.sites.get(name)
                    where = pair.sites[0][0] if pair.sites and named else site
                    yield name, pair.value, inner, where, wire.role_of(m, atom, name)
                    if name.lower() not in m.knowledge.payload_fields:
                        yield from _fields(m, pair.value, inner, site, depth - 1)
        elif isinstance(entries, Sequence):
            for held, value in entries.items:
                yield from _fields(m, value, m.conds.all(both, held), site, depth - 1)
