"""Sinks: what reaches them becomes raw writes, each with its key, its condition and the place where key met value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from survey.flow import access, elements, kinds, origins, passing, payloads, wholes, wire
from survey.flow.conditions import FALSE, TRUE, Cond, GateRef
from survey.flow.machine import Machine, pooled
from survey.flow.strings import text_of
from survey.flow.values import (
    EVENT_NAME,
    HOLE,
    NOTHING,
    SPAN,
    Arguments,
    Atom,
    Const,
    EnumMember,
    External,
    Instance,
    Mapping,
    Opaque,
    Pattern,
    Sequence,
    Site,
    Struct,
    Term,
    Truth,
    Value,
    of,
)
from survey.flow.writes import RawWrite
from survey.knowledge.engine import LITERALS, TELEMETRY, ArgSpec, RecordType, Sink
from survey.model.vocabulary import Channel, Effect, GateKind

_BODY_DEPTH = 3


def argument(m: Machine, args: Arguments, spec: ArgSpec | None) -> Value | None:
    """The argument that a knowledge file's [position, names...] points at."""
    if spec is None:
        return None
    position, *names = spec
    plain = [value for name, spread, value in args if name is None and not spread]
    if isinstance(position, int) and position < len(plain):
        return plain[position]
    for name, spread, value in args:
        if name in names:
            return value
        if spread == "**":
            for atom in value.atoms:
                if isinstance(atom, Mapping):
                    for wanted in names:
                        pair = atom.pairs.get(wanted)
                        if pair is not None:
                            return m.join([(pair.cond, pair.value)])
    if position is None and LITERALS in m.knowledge.traits:  # arguments that only have names stand in an options object
        for value in plain:
            if (found := _entry_of(m, value, names)) is not None:
                return found
    return None


def _entry_of(m: Machine, value: Value, names: list[int | str | None]) -> Value | None:
    for atom in value.atoms:
        for name in names if isinstance(atom, Mapping) else ():
            pair = atom.pairs.get(name) if isinstance(atom, Mapping) else None
            if pair is not None:
                return m.join([(pair.cond, pair.value)])
    return None


def method(m: Machine, sink: Sink, receiver: Atom | None, args: Arguments, site: Site) -> Value:
    """A call of a sink method on something that is not source at hand."""
    m.sinks_seen.add((site.path, site.line))
    if sink.channel is not Channel.VENDOR_PAYLOAD:
        payloads.delegates(m)
    event = argument(m, args, sink.event)
    names = _texts(event) if event is not None else [(TRUE, sink.event_name)]
    span = kinds.new_span(m, site) if sink.gives == SPAN else receiver
    for cond, name in names:
        if sink.key is not None:
            key, value = argument(m, args, sink.key), argument(m, args, sink.value)
            if key is not None and value is not None:
                kinds.note(m, span, key, value)
                write(m, sink.channel, key, value, site, event=name, guard=cond, span=span)
        if sink.mapping is not None:
            entries = argument(m, args, sink.mapping)
            if entries is not None and sink.channel is Channel.VENDOR_PAYLOAD:
                entries = wire.flattened(m, entries)
            if entries is not None:
                write_all(m, sink.channel, entries, site, event=name, guard=cond, span=span)
    if sink.record is not None:
        _emit(m, sink, args, site)
    return of(span) if sink.gives and span is not None else NOTHING


def plain_value(m: Machine, name: str, args: Arguments, receiver: Atom | None) -> Arguments:
    """The arguments of a wrapper named like a sink, its value without structure: only the key decides what happens to it.

    A wrapper of a span may keep the span's kind to itself until the end: it holds from here on.
    """
    sink = m.knowledge.sinks.get(name)
    if sink is None or sink.value is None or receiver is None or not isinstance(sink.value[0], int):
        return args
    key, told = argument(m, args[1:], sink.key), argument(m, args[1:], sink.value)
    if key is not None and told is not None:
        kinds.note(m, receiver, key, told)
    result = list(args)
    for index, (word, spread, value) in enumerate(args):
        if (word is None and not spread and index == sink.value[0] + 1) or word in sink.value[1:]:
            carrying = all(carries(atom) for atom in value.atoms)
            if carrying:
                hints = wholes.hints_as_text(m, value)
                result[index] = (word, spread, wholes.EMPTY if hints is None else wholes.text_of_parts(m, value, Opaque(hints)))
    return tuple(result)


def store(m: Machine, attribute: str, key: Value, value: Value, guard: Cond, site: Site) -> None:
    """`receiver.attribute[key] = value` on an object that is not source at hand."""
    found = m.knowledge.stores.get(attribute)
    if found is not None:
        m.sinks_seen.add((site.path, site.line))
        write(m, found.channel, key, value, site, guard=guard)


def record(m: Machine, kind: RecordType, args: Arguments, site: Site) -> Value:
    """A library's record object: its fields, to be read when it is emitted."""
    made = Struct(kind.type, m.next_serial(), len(m.frames) - 1, {}, site)
    for name, spec in kind.fields.items():
        found = argument(m, args, spec)
        if found is not None:
            made.fields[name] = found
    made.fields.setdefault("attributes", of(m.mapping()))
    return of(made)


def _emit(m: Machine, sink: Sink, args: Arguments, site: Site) -> None:
    given = argument(m, args, sink.record)
    if given is None:
        fields = {name: value for name, _, value in args if name is not None}
        _emit_fields(m, sink.channel, fields, site, site, TRUE)
        return
    for guard, atom in given.alts:
        if isinstance(atom, Struct):
            _emit_fields(m, sink.channel, atom.fields, site, atom.site, guard)
        elif isinstance(atom, Instance):
            _emit_fields(m, sink.channel, atom.fields, site, site, guard)
        elif isinstance(atom, Mapping) and LITERALS in m.knowledge.traits:
            _emit_fields(m, sink.channel, _fields_of(m, atom), site, site, guard)


def _fields_of(m: Machine, literal: Mapping) -> dict[str, Value]:
    """A record given as a literal: its entries under the names of the record's fields."""
    found: dict[str, Value] = {}
    for kind in m.knowledge.records:
        for field, spec in kind.fields.items():
            given = _entry_of(m, of(literal), list(spec[1:]))
            if given is not None:
                found.setdefault(field, given)
    return found


def _emit_fields(m: Machine, channel: Channel, fields: dict[str, Value], site: Site, made: Site, guard: Cond) -> None:
    attributes = fields.get("attributes", NOTHING)
    name = fields.get("event_name") or fields.get("name")
    names = _texts(name) if name is not None else _event_attribute(m, attributes)
    for cond, event in names or [(TRUE, None)]:
        both = m.conds.all(guard, cond)
        body = fields.get("body")
        if body is not None:
            _write_body(m, _Emission(channel, event, site), body, "", both, [(made, TRUE)], _BODY_DEPTH)
        write_all(m, channel, attributes, site, event=event, field="attributes", guard=both)


def _event_attribute(m: Machine, attributes: Value) -> list[tuple[Cond, str | None]]:
    """The event's name where it rides among the attributes."""
    for guard, atom in attributes.alts:
        pair = atom.pairs.get("event.name") if isinstance(atom, Mapping) else None
        if pair is not None:
            return [(m.conds.all(guard, cond), text) for cond, text in _texts(pair.value)]
    return []


@dataclass(frozen=True, slots=True)
class _Emission:
    channel: Channel
    event: str | None
    site: Site


def _write_body(m: Machine, emission: _Emission, body: Value, path: str, guard: Cond, met: list[tuple[Site, Cond]], depth: int) -> None:
    """Everything in `body`, entry by entry; `met` is where the part at `path` was put in."""
    for other, atom in body.alts:
        cond = m.conds.all(guard, other)
        if not cond.possible:
            continue
        if isinstance(atom, (Mapping, Instance)) and depth:
            entries = atom if isinstance(atom, Mapping) else access.as_mapping(m, atom).only
            if isinstance(entries, Mapping):
                for name, pair in entries.pairs.items():
                    if isinstance(name, str):
                        inner = f"{path}.{name}" if path else name
                        _write_body(m, emission, pair.value, inner, m.conds.all(cond, pair.cond), pair.sites, depth - 1)
                if entries.rest is not None:
                    _write_body(m, emission, entries.rest, f"{path}.*" if path else "*", cond, met, 0)
                continue
        if not carries(atom):
            continue
        cond = m.conds.all(cond, wholes.told(m, atom))  # names and numbers alone are none
        words = m.hints_of_atom(atom, 5).union(*(m.word(name) for name in path.split(".")))
        hints = origins.of_several(words, len(met))
        for where, then in met:
            both = m.conds.all(m.frame.path, m.conds.all(cond, then))
            if both.possible:
                trace = (emission.site,)
                shape = "structured" if wholes.is_built(m, atom) else "text"
                m.add_write(RawWrite(emission.channel, path, emission.event, "body", hints, both, where, None, trace, shape))


def _texts(value: Value) -> list[tuple[Cond, str | None]]:
    found: list[tuple[Cond, str | None]] = [
        (guard, HOLE if isinstance(atom, Opaque) and atom.kind == EVENT_NAME else text_of(atom)) for guard, atom in value.alts
    ]
    return found or [(TRUE, None)]


def asks_kind(m: Machine, key: str, event: str | None) -> bool:
    """Whether what is written there depends on the kind of the span."""
    return m.knowledge.asks_kind(key.replace(HOLE, "*"), event.replace(HOLE, "*") if event is not None else None)


def write_all(
    m: Machine,
    channel: Channel,
    entries: Value,
    site: Site,
    *,
    event: str | None = None,
    field: str | None = None,
    guard: Cond = TRUE,
    span: Atom | None = None,
) -> None:
    """Every entry of a mapping reaches the sink."""
    for other, atom in entries.alts:
        cond = m.conds.all(guard, other)
        if isinstance(atom, Sequence):
            made = m.mapping()
            elements.spread_into(m, made, of(atom), TRUE)
            atom = made  # noqa: PLW2901 - a sequence of pairs is read as the mapping it stands for
        if not isinstance(atom, Mapping):
            if isinstance(atom, Opaque) and atom.hints:
                m.cut(f"{channel} mapping", "entries of an unknown mapping")
                if event is not None and HOLE not in event and field is None and (both := m.conds.all(m.frame.path, cond)).possible:
                    rewritten = TELEMETRY in atom.hints
                    m.add_write(RawWrite(channel, HOLE, event, None, atom.hints, both, site, None, (site,), "text", rewritten))
            continue
        kinds.note_all(m, span, atom)
        told_by = kinds.tellers(m, atom)
        for kind, told in kinds.kinds(m, span, atom):
            for name, pair in list(atom.pairs.items()):
                sites = kinds.places(m, told_by, pair, told)
                if not sites:
                    continue
                key = of(m.key_atom(name, pair if sites is pair.sites else replace(pair, sites=sites)))
                both = m.conds.all(kind, m.conds.all(cond, pair.cond))
                write(m, channel, key, pair.value, site, event=event, field=field, guard=both, kind=told)
        if atom.rest is not None and m.hints(atom.rest, 3):
            m.cut(f"{channel} mapping", "further entries of an unknown mapping")


def write(
    m: Machine,
    channel: Channel,
    key: Value,
    value: Value,
    site: Site,
    *,
    event: str | None = None,
    field: str | None = None,
    guard: Cond = TRUE,
    span: Atom | None = None,
    kind: str | None = None,
    marks: frozenset[str] = frozenset(),
) -> None:
    """One key and one value reach the sink, on `span` or among attributes that tell the `kind`."""
    carried: Cond = FALSE
    carrying: list[frozenset[str]] = []
    shape = "structured"
    for other, atom in value.alts:
        if carries(atom) and not wholes.is_figures(m, atom):
            inside = wholes.told(m, atom)
            carried = m.conds.any(carried, other if inside.may == 1 else m.conds.all(other, inside))
            carrying.append(m.hints_of_atom(atom, 5))
            shape = "text" if shape == "text" or not wholes.is_built(m, atom) else "structured"
    instead = _instead(m, value) if carrying else frozenset()
    hints = pooled(carrying)
    rewritten = TELEMETRY in hints
    known = bool(hints)
    hints |= marks
    if carried.may == 1 and any(isinstance(atom, Pattern) and len(atom.sites) > 1 for _, atom in key.alts):
        carried = m.conds.unnamed(carried)  # what lets content in at one place says nothing of what another gave the key
    base = m.conds.all(m.conds.all(m.frame.path, guard), carried)
    if not base.possible:
        return
    argument_name = passing.brought_by(m.frame.arguments, key)
    told = [(TRUE, "")] if rewritten else [(TRUE, kind)] if kind is not None else kinds.kinds(m, span)
    for (other, atom), (alike, word) in product(key.alts, told):
        text = text_of(atom)
        asked = word if word and text is not None and asks_kind(m, text, event) else ""
        cond = m.conds.all(m.conds.all(base, other), alike)
        if not cond.possible:
            continue
        if text is None or text == HOLE:
            if known or isinstance(atom, External):
                m.cut(f"{channel} key", f"key is {atom.name}" if isinstance(atom, External) else "key could not be resolved")
            continue
        sites = atom.sites if isinstance(atom, Pattern) and atom.sites else ()
        if sites:
            hints = origins.of_several(hints, len(sites))
            for where, made in sites:
                both = m.conds.all(cond, made)
                if both.possible and kinds.may_be(m, span, where, asked):
                    made_there = RawWrite(channel, text, event, field, hints, both, where, None, (site,), shape, rewritten, asked, instead)
                    m.add_write(made_there)
        else:
            m.add_write(RawWrite(channel, text, event, field, hints, cond, site, argument_name, (site,), shape, rewritten, asked, instead))


def _instead(m: Machine, value: Value) -> frozenset[tuple[Effect, GateRef]]:
    """The constants that some switch puts in the content's place: nothing, or a text that says so."""
    found: set[tuple[Effect, GateRef]] = set()
    for other, atom in value.alts:
        if isinstance(atom, Const) and isinstance(atom.value, str):
            effect = Effect.PLACEHOLDER if atom.value and atom not in wholes.EMPTY.atoms else Effect.EMPTY
            found |= {(effect, gate) for gate in m.conds.gates(other)}
    return frozenset(found)


def carries(atom: Atom) -> bool:
    """Whether an atom can hold content: constants and switches cannot, nor containers of nothing else.

    What the application put into the context can: whether it is a switch, its reader decides.
    """
    stack, seen = [atom], set()
    while stack:
        item = stack.pop()
        if isinstance(item, (Const, Term, Truth, EnumMember, External)) or id(item) in seen:
            if isinstance(item, Term) and item.gate.kind is GateKind.CONTEXT:
                return True
            continue
        if isinstance(item, (Mapping, Sequence)):
            seen.add(id(item))
            if item.rest is not None:
                return True
            values = [p.value for p in item.pairs.values()] if isinstance(item, Mapping) else [v for _, v in item.items]
            stack += [a for value in values for a in value.atoms]
        elif not isinstance(item, Pattern) or HOLE in item.text:
            return True
    return False
