"""What kind of operation a span stands for: some attribute of it says so, and decides what its other attributes carry.

A span is a `Struct` of type `span` whose fields are the kind attributes set so far, by their keys.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from survey.flow import classes
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    NOWHERE,
    SPAN,
    WRAPPED,
    Arguments,
    Atom,
    ClassValue,
    Const,
    Instance,
    Mapping,
    Opaque,
    Pair,
    Pattern,
    Site,
    Struct,
    Super,
    Value,
    of,
)
from survey.knowledge.engine import TELEMETRY
from survey.model import ir

ATTRIBUTES = "attributes"
"""Kind of what is not known of a span's attributes."""
_READ = frozenset((TELEMETRY,))
_ENTRY = 2
"""Frames on the stack in a function that is an entry point itself: the root's own and the function's."""


def new_span(m: Machine, site: Site = NOWHERE) -> Struct:
    """A span of which nothing is known yet: one that the package starts at `site`, or somebody else's."""
    return Struct(SPAN, m.next_serial(), len(m.frames) - 1, {}, site)


def made_current(m: Machine, span: Value) -> None:
    """`span` becomes the one that whoever asks for the current span gets."""
    for atom in span.atoms:
        if isinstance(atom, Instance) and atom.cls not in m.current_spans and is_proxy(m, atom.cls):
            m.current_spans[atom.cls] = None
            m.changed_for_all()


def current(m: Machine) -> Value:
    """The current span: of the package's own make where it makes such spans current, else of nobody knows whose."""
    found: list[Atom] = []
    for cls in m.current_spans:
        proxy = Instance(cls, m.next_serial(), len(m.frames) - 1)
        proxy.fields.update(classes.shared(cls).fields)
        proxy.fields[WRAPPED] = of(new_span(m))
        found.append(proxy)
    guard = TRUE if len(found) == 1 else UNKNOWN
    return Value(tuple((guard, atom) for atom in found)) if found else of(new_span(m))


def is_span(m: Machine, param: ir.Param) -> bool:
    """Whether a parameter of which nothing else is known is declared to be a span, or called one."""
    declared = param.annotation
    if isinstance(declared, ir.Const) and isinstance(declared.value, str):
        last = declared.value.rpartition(".")[2]
    else:
        last = declared.id if isinstance(declared, ir.Name) else declared.name if isinstance(declared, ir.Attr) else ""
    return last in m.knowledge.span_types or (declared is None and param.name in m.knowledge.span_names)


def spans_of(m: Machine, receiver: Atom | None) -> list[Struct]:
    """The spans that a receiver is, or is a proxy of."""
    if isinstance(receiver, Struct):
        return [receiver] if receiver.type == SPAN else []
    if not isinstance(receiver, Instance):
        return []
    if receiver.serial == 0 and WRAPPED not in receiver.fields and is_proxy(m, receiver.cls):
        receiver.fields[WRAPPED] = of(Struct(SPAN, 0, 0, {}, m.site()))  # any proxy stands for any span
    return [span for atom in receiver.fields[WRAPPED].atoms for span in spans_of(m, atom)] if WRAPPED in receiver.fields else []


def is_proxy(m: Machine, cls: ClassValue) -> bool:
    """Whether objects of a class pass everything on to the one that they are made with."""
    return any(base in m.knowledge.proxy_bases for base in classes.foreign_bases(m, cls))


def wrap(m: Machine, constructor: Super, args: Arguments) -> None:
    """The constructor of a proxy's foreign base: its first argument is what the proxy stands for."""
    receiver = constructor.receiver
    if isinstance(receiver, Instance) and args and is_proxy(m, receiver.cls):
        given = args[0][2]
        if len(m.frames) == _ENTRY:  # nobody in here brings the span: whoever makes the proxy has it write for that span
            given = Value(tuple((cond, replace(a, site=m.site()) if _is_foreign(a) else a) for cond, a in given.alts))
        receiver.fields[WRAPPED] = given


def _is_foreign(atom: Atom) -> TypeGuard[Struct]:
    return isinstance(atom, Struct) and atom.type == SPAN and atom.site == NOWHERE


def note(m: Machine, receiver: Atom | None, key: Value, value: Value) -> None:
    """An attribute is set on a span: remember it where it tells the span's kind."""
    only = key.only
    name = text_of(only) if only is not None else None
    if name in m.knowledge.kind_keys:
        if not (isinstance(only, Pattern) and only.sites):
            m.note_kind(m.site().path, name, value)
        _note(m, receiver, name, value)


def _note(m: Machine, receiver: Atom | None, key: str, value: Value) -> None:
    told = _told(m, value)
    for span in spans_of(m, receiver):
        old = span.fields.get(key)
        if old is None:
            m.touch(span)
            span.fields[key] = told
        elif span.serial == 0:
            if not set(told.atoms) <= set(old.atoms):
                m.touch(span)
                span.fields[key] = m.join([(TRUE, old), (TRUE, told)])
        elif set(told.atoms) != set(old.atoms):
            cond = m.touch(span)
            span.fields[key] = told if cond == TRUE else m.join([(m.conds.negate(cond), old), (cond, told)])


def note_all(m: Machine, receiver: Atom | None, entries: Mapping) -> None:
    """The same for every kind attribute among `entries`."""
    for key in m.knowledge.kind_keys:
        pair = entries.pairs.get(key)
        if pair is not None:
            _note(m, receiver, key, pair.value)


def kinds(m: Machine, receiver: Atom | None, entries: Mapping | None = None) -> list[tuple[Cond, str]]:
    """The kinds under which something is written: told by other entries of the same mapping, else by the span.

    Each is a text of words, '' where nothing is told. Two alternatives of one attribute give two kinds under their
    conditions; one alone holds whatever its condition is.
    """
    told: dict[str, list[Value]] = {}
    for span in spans_of(m, receiver):
        for key, value in span.fields.items():
            told.setdefault(key, []).append(value)
    for key in m.knowledge.kind_keys if entries is not None else ():
        pair = entries.pairs.get(key) if entries is not None else None
        if pair is not None:
            told[key] = [_told(m, pair.value)]
    result: list[tuple[Cond, str]] = [(TRUE, "")]
    for _, values in sorted(told.items()):
        result = _combined(m, result, m.join((TRUE, value) for value in values))
    return result


def _combined(m: Machine, sofar: list[tuple[Cond, str]], value: Value) -> list[tuple[Cond, str]]:
    words: dict[str, Cond] = {}
    for cond, atom in value.alts:
        word = (text_of(atom) or "").lower()
        word = word if word in m.knowledge.kind_words else ""
        words[word] = m.conds.any(words[word], cond) if word in words else cond
    # which of them it is says what the call was, and is no switch
    words = dict.fromkeys(words, TRUE if len(words) == 1 else UNKNOWN)
    return [(m.conds.all(held, cond), f"{text} {word}".strip()) for held, text in sofar for word, cond in words.items()]


def tellers(m: Machine, entries: Mapping) -> dict[str, set[str]]:
    """The files that tell kinds among `entries`, by the key; none where no two do."""
    found = {key: {site.path for site, _ in entries.pairs[key].sites} for key in m.knowledge.kind_keys if key in entries.pairs}
    return found if any(len(paths) > 1 for paths in found.values()) else {}


def places(m: Machine, told_by: dict[str, set[str]], pair: Pair, kind: str) -> list[tuple[Site, Cond]]:
    """Where `pair`, an entry beside those of its mapping's `tellers`, may have met its value for a call of this `kind`.

    What many objects of a class hold comes together in one mapping: a kind that one file gives its objects is not that of what
    another puts into its own, if that one tells kinds too.
    """
    if not told_by:
        return pair.sites

    def fits(path: str) -> bool:
        told = {
            word
            for key, paths in told_by.items()
            for teller in ([path] if path in paths else paths)
            for word in m.kinds_met.get((teller, key), {""})
        }
        return told.issuperset(kind.split() or ("",))

    return [(site, cond) for site, cond in pair.sites if fits(site.path)]


def may_be(m: Machine, span: Atom | None, site: Site, kind: str) -> bool:
    """Whether what is put on a span at `site` may be for a call of this `kind`, which the span is said to stand for.

    One that is older than the running entry point was found where many are kept, and given kinds by many: of these, a file that tells
    kinds itself means its own. One that it tells without saying which by a word of its own is taken for none.
    """
    if not kind or not any(known.serial < m.frames[0].entry_serial for known in spans_of(m, span)):
        return True
    told = {word for key in m.knowledge.kind_keys for word in m.kinds_met.get((site.path, key), ())}
    return not told or told.issuperset(kind.split())


def tells(m: Machine, value: Value) -> bool:
    """Whether `value` may be the word for a kind: who passes it on is not to lose it."""
    words = m.knowledge.kind_words
    return any(isinstance(atom, Const) and isinstance(atom.value, str) and atom.value.lower() in words for atom in value.atoms)


def _told(m: Machine, value: Value) -> Value:
    """The kind in its plainest form: a text where it is one, else something unknown; one alone holds in any case."""
    texts = [(cond if len(value.alts) > 1 else TRUE, text_of(atom)) for cond, atom in value.alts]
    return m.join((cond, of(Opaque(_READ) if text is None or HOLE in text else Const(text))) for cond, text in texts)


def is_read_back(atom: Atom) -> bool:
    """Whether something is the attributes of a span."""
    rest = atom.rest.only if isinstance(atom, Mapping) and atom.rest is not None else None
    return isinstance(rest, Opaque) and rest.kind == ATTRIBUTES


def read_back(m: Machine, span: Struct) -> Value:
    """The attributes of a span, read: of which only the kind is known, and that they are telemetry unless the span is the package's own."""
    own = span.site != NOWHERE and m.frame.module.own
    known = Mapping(m.next_serial(), len(m.frames) - 1, {}, of(Opaque(frozenset() if own else _READ, ATTRIBUTES)))
    for key, value in sorted(span.fields.items()):
        m.put(known, Const(key), value, TRUE, span.site)
    return of(known)
