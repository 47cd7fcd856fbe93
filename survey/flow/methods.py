"""Methods of strings, mappings, sequences, switches and of receivers that nobody knows."""

from __future__ import annotations

from collections.abc import Callable

from survey.flow import (
    access,
    callbacks,
    calls,
    compare,
    elements,
    escaping,
    holding,
    iterating,
    kinds,
    library,
    payloads,
    plugins,
    recursion,
    sinks,
    switches,
    texts,
)
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.strings import contains, ends, starts, text_of
from survey.flow.values import (
    HOLE,
    NONE,
    NOTHING,
    Arguments,
    Atom,
    Const,
    EnumMember,
    Instance,
    Mapping,
    Method,
    Opaque,
    Pattern,
    Sequence,
    Site,
    Struct,
    Super,
    Term,
    Truth,
    Value,
    of,
)
from survey.model.vocabulary import Channel

_REWRITES = {"replace": 2, "removeprefix": 1, "removesuffix": 1}
"""Methods that change what is within a text, and how many arguments they take."""
_SAME_TERM = (
    "lower",
    "upper",
    "strip",
    "casefold",
    "split",
    "rsplit",
    "splitlines",
    "rstrip",
    "lstrip",
    "title",
    "capitalize",
    "replace",
    "decode",
    "encode",
)


def call(m: Machine, method: Method, args: Arguments, site: Site) -> Value:
    """Call a method by name."""
    if (other := m.knowledge.aliases.get(method.name)) is not None:
        method = Method(method.receiver, other)
    if (model := m.knowledge.methods.get(method.name)) is not None and args:
        if model == "context_get":
            return library.context_get(m, args, site)
        return callbacks.call(m, model, method.receiver, args, site)
    receiver = method.receiver
    if (
        method.name == "items"
        and isinstance(receiver, (Opaque, Method, Term, Pattern, Const, EnumMember))
        and recursion.is_walked(m, receiver)
    ):
        return of(m.mapping(is_sequence=True))
    if isinstance(receiver, Mapping):
        return _mapping(m, receiver, method.name, args, site)
    if isinstance(receiver, Sequence):
        return _sequence(m, receiver, method.name, args, site)
    if isinstance(receiver, Term):
        return _term(m, receiver, method.name, args, site)
    text = text_of(receiver)
    if text is not None and isinstance(receiver, (Const, Pattern, EnumMember)):
        return _text(m, receiver, text, method.name, args)
    if isinstance(receiver, Struct) and receiver.type == plugins.ENTRY_POINT and method.name in plugins.LOADING:
        return plugins.loaded(m, receiver)
    if isinstance(receiver, (Instance, Struct)) and method.name in m.knowledge.mapping_methods:
        return access.as_mapping(m, receiver)
    if isinstance(receiver, (Instance, Struct)) and method.name in m.knowledge.copying_methods:
        return of(receiver)
    if method.name in m.knowledge.entering_methods and args:
        return calls.enter_context(m, args[0][2])
    if isinstance(receiver, Super):
        _to_base(m, receiver, args)
        return NONE
    if isinstance(receiver, Opaque) and (sent := payloads.method(m, receiver, method.name, args, site)) is not None:
        return sent
    if payloads.set_on_unknown(m, receiver, method.name, args, site):
        return NOTHING
    sink = m.knowledge.sinks.get(method.name)
    if sink is not None:
        return sinks.method(m, sink, receiver, args, site)
    if isinstance(receiver, Opaque) and (found := calls.dispatched(m, method.name, args, site)) is not None:
        return found
    hints = m.hints_of_atom(receiver, 3)
    if method.name in ("get", "pop", "getattr", "setdefault") and args:
        name = args[0][2].only
        shown = text_of(name) if name is not None else None
        word = m.word(shown) if shown and HOLE not in shown else frozenset()
        return of(Opaque(holding.without(hints | calls.hints_of(m, args[1:], 3)) | word))  # what lies under a key is not made of the key
    made = calls.unknown_call(m, holding.without(hints) | m.word(method.name), args, site)
    return of(Pattern(HOLE, m.hints(made))) if method.name in m.knowledge.text_methods else made


# --- mappings ------------------------------------------------------------------------------------------------------


def _mapping(m: Machine, receiver: Mapping, name: str, args: Arguments, site: Site) -> Value:
    first = args[0][2] if args else None
    if name in ("get", "setdefault") and first is not None:
        default = args[1][2] if len(args) > 1 else NONE
        result = m.join((guard, elements.entry(m, receiver, atom, default)) for guard, atom in first.alts)
        if name == "setdefault":
            _fill(m, receiver, first, default, site)
        return result
    if name in m.knowledge.element_methods and first is not None:
        if len(args) == 1:
            return m.join((guard, elements.element_of(m, receiver, atom)) for guard, atom in first.alts)
        elements.put_under(m, receiver, first, args[1][2], m.reach(receiver), site)
        return NONE
    if name == "pop" and first is not None:
        fallback = args[1][2] if len(args) > 1 else None
        result = m.join((guard, elements.entry(m, receiver, atom, fallback)) for guard, atom in first.alts)
        for guard, atom in first.alts:
            elements.remove(m, receiver, atom, guard)
        return result
    if name == "update":
        if kinds.is_read_back(receiver):
            for _, _, value in args:
                sinks.write_all(m, Channel.SPAN_ATTRIBUTE, value, site)
            return NONE
        cond = m.reach(receiver)
        for key, _, value in args:
            if key is not None:
                m.put(receiver, Const(key), value, cond, site)
            else:
                elements.spread_into(m, receiver, value, cond)
        return NONE
    if name == "items":
        if recursion.is_walked(
            m, receiver
        ):  # entries of which neither the key nor the value is known are left out, as for something unknown
            known = {key: pair for key, pair in receiver.pairs.items() if key != HOLE or not _is_unknown(pair.value)}
            return of(Mapping(m.next_serial(), len(m.frames) - 1, known, None, is_sequence=True, marks=receiver.marks))
        view = Mapping(m.next_serial(), len(m.frames) - 1, receiver.pairs, receiver.rest, is_sequence=True, marks=receiver.marks)
        return of(view)
    if name == "keys":
        return of(receiver)
    if name == "values":
        return of(m.sequence("list", [(p.cond, p.value) for p in receiver.pairs.values()], receiver.rest))
    if name == "copy":
        from survey.flow.shapes import fresh  # noqa: PLC0415 - shapes knows machines, not methods

        return fresh(m, of(receiver))
    if name == "clear":
        if not m.is_state(receiver):
            receiver.pairs.clear()
            m.versions.note_replaced(receiver)
            m.changed(receiver)
        return NONE
    if receiver.is_sequence and name in ("append", "add", "extend") and first is not None:
        elements.spread_into(m, receiver, first if name == "extend" else of(m.sequence("list", [(TRUE, first)])), m.reach(receiver))
        return NONE
    return of(Opaque(m.hints_of_atom(receiver, 3)))


def _is_unknown(value: Value) -> bool:
    return all(isinstance(atom, (Opaque, Method)) for atom in value.atoms)


def _fill(m: Machine, receiver: Mapping, key: Value, value: Value, site: Site) -> None:
    """Put a value where nothing lies yet."""
    cond = m.reach(receiver)
    for guard, atom in key.alts:
        text = text_of(atom)
        if text is not None and text in receiver.pairs:
            m.held(receiver)
        elif text is not None:
            m.put(receiver, atom, value, m.conds.all(cond, guard), site)


# --- sequences -----------------------------------------------------------------------------------------------------


def _sequence(m: Machine, receiver: Sequence, name: str, args: Arguments, _site: Site) -> Value:
    first = args[-1][2] if args else None
    if name in ("append", "add", "insert", "appendleft") and first is not None:
        m.append(receiver, m.reach(receiver), first)
        return NONE
    if name in ("extend", "update", "extendleft") and first is not None:
        cond = m.reach(receiver)
        found = iterating.iterate(m, first)
        m.extend(receiver, cond, found.items, found.rest)
        return NONE
    if name in ("pop", "popleft"):
        return (
            m.join([*receiver.items, *([(TRUE, receiver.rest)] if receiver.rest is not None else [])])
            if receiver.items or receiver.rest
            else NOTHING
        )
    if name == "copy":
        return of(m.sequence(receiver.kind, receiver.items, receiver.rest))
    return of(Opaque(m.hints_of_atom(receiver, 3)))


# --- switches ------------------------------------------------------------------------------------------------------


def _to_base(m: Machine, constructor: Super, args: Arguments) -> None:
    """The constructor of a foreign base: a switch that it is given lies under its name in the object, as far as anybody can tell."""
    kinds.wrap(m, constructor, args)
    for name, _, value in args:
        if name is not None and isinstance(constructor.receiver, Instance) and any(isinstance(atom, Term) for atom in value.atoms):
            access.store_attribute(m, of(constructor.receiver), name, value)


def _term(m: Machine, receiver: Term, name: str, args: Arguments, site: Site) -> Value:
    if name in _SAME_TERM:
        return switches.by_method(receiver, name)
    if name in ("startswith", "endswith") and args:
        test = starts if name == "startswith" else ends
        return of(Truth(m.weigh((guard, _part_of(m, receiver, atom, test)) for guard, atom in args[0][2].alts)))
    if name == "__contains__" and args:
        return of(Truth(compare.compare(m, "in", args[0][2], of(receiver))))
    if (found := calls.dispatched(m, name, args, site, given=True)) is not None:
        return found
    for _, _, value in args:
        escaping.escape(m, value, site)
    # a method of an object given as an option: nothing is known of it but that the option is set
    return of(Opaque(m.hints_of_atom(receiver, 1) | m.word(name) | calls.hints_of(m, args, 3)))


def _part_of(m: Machine, receiver: Term, part: Atom, test: Callable[[str, str], bool | None]) -> Cond:
    """Whether a switch's text begins or ends with something, or one of several."""
    if isinstance(part, Sequence) and part.rest is None:
        result = FALSE
        for cond, item in part.items:
            for guard, atom in item.alts:
                result = m.conds.any(result, m.conds.all(m.conds.all(cond, guard), _part_of(m, receiver, atom, test)))
        return result
    text = text_of(part)
    return switches.partly(m.conds, receiver, text, test) if text and HOLE not in text else m.vague(receiver.gate)


# --- text ----------------------------------------------------------------------------------------------------------


def _text(m: Machine, receiver: Const | Pattern | EnumMember, text: str, name: str, args: Arguments) -> Value:
    first = args[0][2] if args else None
    if name in ("lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize") and not args:
        return _changed(receiver, getattr(text, name)())
    if name in ("startswith", "endswith") and first is not None:
        test = starts if name == "startswith" else ends
        return of(Truth(m.weigh((g, _tested(m, text, a, test)) for g, a in first.alts)))
    if name == "format":
        return _format(m, text, args)
    if name == "join" and first is not None:
        found = iterating.iterate(m, first)
        if found.rest is None and 0 < len(found.items) <= 6 and all(c == TRUE for c, _ in found.items):
            pieces: list[Value] = []
            for _, item in found.items:
                pieces += [of(receiver), item] if pieces else [item]
            return texts.compose(m, pieces)
        return of(Pattern(HOLE, m.hints(first, 4)))
    if name in _REWRITES and (changed := _rewritten(text, name, args)) is not None:
        return _changed(receiver, changed)
    if name in ("split", "rsplit", "partition", "rpartition") and HOLE not in text and len(text) <= texts.MAX_TEXT:
        separator = text_of(first.only) if first is not None and first.only is not None else None
        if len(args) <= 1 and (separator or not args):
            return of(
                m.sequence("list", [(TRUE, of(Const(part))) for part in (getattr(text, name)(separator) if separator else text.split())])
            )
    if name in ("encode", "decode", "expandtabs", "zfill"):
        return of(receiver)
    if name in ("isdigit", "isalnum", "isalpha", "isidentifier", "isupper", "islower", "isnumeric"):
        return of(Truth(UNKNOWN))
    if name in ("count", "find", "index"):
        return NOTHING
    if name == "__contains__" and first is not None:
        found_in = contains(text, text_of(first.only) or HOLE) if first.only is not None else None
        return of(Truth(UNKNOWN if found_in is None else TRUE if found_in else FALSE))
    return of(Pattern(HOLE, m.hints_of_atom(receiver, 2) | calls.hints_of(m, args, 3)))


def _tested(m: Machine, text: str, atom: object, test: object) -> Cond:
    if isinstance(atom, Sequence):
        result = FALSE
        for cond, item in atom.items:
            for guard, option in item.alts:
                result = m.conds.any(result, m.conds.all(m.conds.all(cond, guard), _tested(m, text, option, test)))
        return result
    other = text_of(atom)  # type: ignore[arg-type]
    found = test(text, other) if other is not None else None  # type: ignore[operator]
    return UNKNOWN if found is None else TRUE if found else FALSE


def _rewritten(text: str, name: str, args: Arguments) -> str | None:
    """`text` after a method of `_REWRITES`; None where not all of that is known, the arguments are not its own, or it grows too long."""
    given = [text_of(value.only) if value.only is not None else None for _, _, value in args]
    known = [part for part in given if part is not None and HOLE not in part]
    if HOLE in text or not len(known) == len(given) == _REWRITES[name]:
        return None
    if name == "replace" and len(text) + text.count(known[0]) * (len(known[1]) - len(known[0])) > texts.MAX_TEXT:
        return None
    return str(getattr(text, name)(*known))


def _changed(receiver: Const | Pattern | EnumMember, text: str) -> Value:
    if len(text) > texts.MAX_TEXT:
        return of(Pattern(HOLE))
    return of(Pattern(text, receiver.hints, receiver.sites) if isinstance(receiver, Pattern) else Const(text))


def _format(m: Machine, text: str, args: Arguments) -> Value:
    if len(text) > texts.MAX_TEXT:
        return of(Pattern(HOLE, calls.hints_of(m, args, 3)))
    positional = [value for name, spread, value in args if name is None and not spread]
    named = {name: value for name, _, value in args if name is not None}
    pieces: list[Value] = []
    rest = text
    while "{" in rest:
        before, _, after = rest.partition("{")
        pieces.append(of(Const(before)))
        field, _, rest = after.partition("}")
        name = field.split(":")[0].split("!")[0]
        if name in named:
            pieces.append(named[name])
        elif name.isdecimal() and len(name) < 4 and int(name) < len(positional):
            pieces.append(positional[int(name)])
        elif not name and positional:
            pieces.append(positional.pop(0))
        else:
            pieces.append(of(Opaque()))
    pieces.append(of(Const(rest)))
    return texts.compose(m, pieces)
