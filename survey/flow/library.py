"""What callables of libraries do, as far as it matters: reading switches, building containers, wrapping functions."""

from __future__ import annotations

from collections.abc import Callable

from survey.flow import (
    access,
    calls,
    classes,
    compare,
    elements,
    escaping,
    iterating,
    kinds,
    limits,
    payloads,
    plugins,
    presence,
    records,
    sinks,
    switches,
    wholes,
)
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    FILE,
    HOLE,
    LOGGER,
    NONE,
    NOTHING,
    QUEUE,
    SWALLOWING,
    Arguments,
    Atom,
    BoundMethod,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Method,
    Opaque,
    Partial,
    Pattern,
    Site,
    Struct,
    Super,
    Term,
    Truth,
    Value,
    of,
)
from survey.model import ir
from survey.model.vocabulary import GateKind


def call(m: Machine, name: str, args: Arguments, site: Site) -> Value:
    """Call something external by its dotted name."""
    if (null := m.knowledge.null_object(name)) is not None:
        if name.rpartition(".")[2] in m.knowledge.recording_tests:
            return of(Const(value=False))
        if name == null:
            m.silencing.update(gate for frame in m.frames for gate in (*m.conds.support(frame.path), *m.conds.gates(frame.path)))
        return of(External(null))
    last = name.rsplit(".", 1)[-1]
    record = m.knowledge.record_names.get(last)
    if record is not None and any(name.startswith(module) for module in record.modules):
        return sinks.record(m, record, args, site)
    if (kind := m.knowledge.makers.get(name)) is not None:
        return of(presence.given(m, kind))
    model = m.knowledge.models.get(name) or m.knowledge.builtins.get(name)
    if model is not None and (handler := _MODELS.get(model)) is not None:
        return handler(m, args, site)
    if (sent := payloads.external(m, name, args, site)) is not None:
        return sent
    sink = m.knowledge.sinks.get(last)
    if sink is not None:
        return sinks.method(m, sink, None, args, site)
    return calls.unknown_call(m, frozenset(), args, site)


def argument(args: Arguments, position: int, *names: str) -> Value | None:
    """The argument at `position` or under one of `names`."""
    plain = [value for name, spread, value in args if name is None and not spread]
    if position < len(plain):
        return plain[position]
    return next((value for name, _, value in args if name in names), None)


def _env_get(m: Machine, args: Arguments, _site: Site) -> Value:
    name, default = argument(args, 0, "key", "varname"), argument(args, 1, "default")
    parts: list[tuple[Cond, Value]] = []
    for guard, atom in name.alts if name is not None else ():
        text = text_of(atom)
        if text is None or HOLE in text or not text:
            parts.append((guard, of(Opaque())))
            continue
        only = default.only if default is not None else None
        if default is None or isinstance(only, Const):
            shown = None if only is None or not isinstance(only, Const) or only.value is None else str(only.value)
            how = (switches.FALSY,) if isinstance(only, Const) and not only.value else ()
            parts.append((guard, switches.read(Term(m.gate(GateKind.ENV, text, shown)), *how)))
        else:
            term = Term(m.gate(GateKind.ENV, text, None))
            given = m.truth_of(term)
            parts += [(m.conds.all(guard, given), of(term)), (m.conds.all(guard, m.conds.negate(given)), default)]
    return m.join(parts) if parts else NOTHING


def context_get(m: Machine, args: Arguments, _site: Site) -> Value:
    """Read a value of the running context: a switch."""
    name = argument(args, 0, "key")
    text = text_of(name.only) if name is not None and name.only is not None else None
    return of(Term(m.gate(GateKind.CONTEXT, text, None))) if text and HOLE not in text else NOTHING


def _partial(_m: Machine, args: Arguments, _site: Site) -> Value:
    return of(Partial(args[0][2], args[1:])) if args else NOTHING


def _keep_function(m: Machine, args: Arguments, site: Site) -> Value:
    """A decorator, or called without a function a factory of one, that leaves the function as it is."""
    if len(args) == 1 and args[0][0] is None and any(isinstance(a, (FunctionValue, BoundMethod, Partial)) for a in args[0][2].atoms):
        return args[0][2]
    return _keep_next(m, args, site)


def _keep_next(m: Machine, _args: Arguments, _site: Site) -> Value:
    """A factory of such a decorator, whatever it is given."""
    return of(External(next(name for name, model in m.knowledge.models.items() if model == "keep_function")))


def _as_mapping(m: Machine, args: Arguments, _site: Site) -> Value:
    return m.join((guard, access.as_mapping(m, atom)) for guard, atom in args[0][2].alts) if args else NOTHING


def _copy(m: Machine, args: Arguments, _site: Site) -> Value:
    from survey.flow.shapes import fresh  # noqa: PLC0415 - shapes knows machines, not models

    return fresh(m, args[0][2]) if args else NOTHING


def _make_current(m: Machine, args: Arguments, _site: Site) -> Value:
    span = argument(args, 0, "span")
    if span is not None:
        kinds.made_current(m, span)
    return span or NOTHING


def _current_span(m: Machine, _args: Arguments, _site: Site) -> Value:
    return kinds.current(m)


def _first(_m: Machine, args: Arguments, _site: Site) -> Value:
    return args[0][2] if args else NOTHING


def _second(_m: Machine, args: Arguments, _site: Site) -> Value:
    return args[1][2] if len(args) > 1 else NOTHING


def _chain(m: Machine, args: Arguments, _site: Site) -> Value:
    result = m.sequence("list")
    pairs = m.mapping(is_sequence=True)
    for _, _, value in args:
        for guard, atom in value.alts:
            if isinstance(atom, Mapping) and atom.is_sequence:
                m.merge(pairs, atom, guard)
                continue
            found = iterating.iterate_atom(m, atom)
            for cond, item in found.items:
                m.append(result, m.conds.all(guard, cond), item)
            result.rest = found.rest if result.rest is None else result.rest
    if pairs.pairs and not result.items:
        return of(pairs)
    result.items += iterating.iterate_atom(m, pairs).items  # keys tell them apart, however many there are
    return of(result)


def _replace(m: Machine, args: Arguments, site: Site) -> Value:
    only = args[0][2].only if args else None
    if not isinstance(only, Instance):
        return NOTHING
    made = Instance(only.cls, m.next_serial(), len(m.frames) - 1, dict(only.fields), sites=dict(only.sites), made=only.made)
    made.fields.update({name: value for name, _, value in args if name is not None})
    made.sites.update({name: (site,) for name, _, _ in args if name is not None})
    return of(made)


# --- builtins ------------------------------------------------------------------------------------------------------


def _as_sequence(kind: str) -> Callable[[Machine, Arguments, Site], Value]:
    """Gives a sequence of a kind with the elements of its first argument; couples of keys and values stay what they are."""

    def model(m: Machine, args: Arguments, _site: Site) -> Value:
        if not args:
            return of(m.sequence(kind))
        parts: list[tuple[Cond, Value]] = []
        for guard, atom in args[0][2].alts:
            if (isinstance(atom, Mapping) and atom.is_sequence) or isinstance(atom, (Term, Opaque, Pattern)):
                parts.append((guard, of(atom)))
            else:
                found = iterating.iterate_atom(m, atom)
                parts.append((guard, of(m.sequence(kind, found.items, found.rest))))
        return m.join(parts)

    return model


def _to_mapping(m: Machine, args: Arguments, site: Site) -> Value:
    result = m.mapping()
    for name, spread, value in args:
        if name is not None:
            m.put(result, Const(name), value, TRUE, site)
        elif not any(isinstance(a, (FunctionValue, ClassValue, External)) for a in value.atoms) or spread:
            elements.spread_into(m, result, value, TRUE)
    return of(result)


def _enumerate(m: Machine, args: Arguments, _site: Site) -> Value:
    result = m.sequence("list")
    found = iterating.iterate(m, args[0][2]) if args else iterating.Items([])
    for cond, item in found.items:
        m.append(result, cond, of(m.sequence("tuple", [(TRUE, NOTHING), (TRUE, item)])))
    if found.rest is not None:
        result.rest = of(m.sequence("tuple", [(TRUE, NOTHING), (TRUE, found.rest)]))
    return of(result)


def _zip(m: Machine, args: Arguments, site: Site) -> Value:
    columns = [iterating.iterate(m, value) for name, _, value in args if name is None]
    result = m.sequence("list")
    known = [len(c.items) for c in columns if c.rest is None]
    for i in range(min(known) if known else 0):
        row = [c.items[i] if i < len(c.items) else (TRUE, c.rest or NOTHING) for c in columns]
        cond = TRUE
        for guard, _ in row:
            cond = m.conds.all(cond, guard)
        first = row[0][1].only
        if len(row) == 2 and isinstance(first, Const) and isinstance(first.value, str) and "." in first.value:
            row[0] = (TRUE, of(Pattern(first.value, frozenset(), ((site, TRUE),))))  # here key and value met
        m.append(result, cond, of(m.sequence("tuple", [(TRUE, v) for _, v in row])))
    if not known:
        result.rest = of(m.sequence("tuple", [(TRUE, c.rest or NOTHING) for c in columns]))
    return of(result)


def _map(m: Machine, args: Arguments, site: Site) -> Value:
    if len(args) < 2:
        return NOTHING
    found = iterating.iterate(m, args[1][2])
    result = m.sequence("list")
    for cond, item in found.items:
        m.append(result, cond, calls.call(m, args[0][2], ((None, "", item),), site))
    if found.rest is not None:
        result.rest = calls.call(m, args[0][2], ((None, "", found.rest),), site)
    return of(result)


def _filter(m: Machine, args: Arguments, _site: Site) -> Value:
    if len(args) < 2:
        return NOTHING
    found = iterating.iterate(m, args[1][2])
    return of(m.sequence("list", [(m.conds.all(c, UNKNOWN), v) for c, v in found.items], found.rest))


def _getattr(m: Machine, args: Arguments, _site: Site) -> Value:
    obj, name, default = argument(args, 0), argument(args, 1), argument(args, 2)
    if obj is None or name is None:
        return NOTHING
    parts: list[tuple[Cond, Value]] = []
    for guard, atom in name.alts:
        text = text_of(atom)
        if text is None or HOLE in text:
            parts.append((guard, of(Opaque(m.hints(obj, 2)))))
            continue
        for other, target in obj.alts:
            cond = m.conds.all(guard, other)
            found = access.attribute_of(m, target, text)
            if default is not None and _missing(target, found):
                if not isinstance(target, External) or text_of(default.only or Opaque()) is None:
                    parts.append((m.conds.all(cond, UNKNOWN), found))
                parts.append((cond, default))
            else:
                parts.append((cond, found))
    return m.join(parts)


def _missing(target: object, found: Value) -> bool:
    """Whether an attribute may well be absent: of something unknown, or nothing that its class declares."""
    if isinstance(target, (Instance, ClassValue, Struct)):
        return all(isinstance(a, (Opaque, Method)) for a in found.atoms)
    return isinstance(target, (Opaque, External, Const)) or all(isinstance(a, External) for a in found.atoms)


def _setattr(m: Machine, args: Arguments, _site: Site) -> Value:
    obj, name, value = argument(args, 0), argument(args, 1), argument(args, 2)
    if obj is not None and name is not None and value is not None:
        for atom in name.atoms:
            text = text_of(atom)
            if text and HOLE not in text:
                access.store_attribute(m, obj, text, value)
                return NONE
        escaping.escape(m, value, m.site())
    return NONE


def _hasattr(m: Machine, args: Arguments, _site: Site) -> Value:
    obj, name = argument(args, 0), argument(args, 1)
    text = text_of(name.only) if name is not None and name.only is not None else None
    if obj is None or text is None:
        return NOTHING
    return of(
        Truth(
            m.weigh(
                (
                    g,
                    TRUE
                    if isinstance(a, Instance) and (text in a.fields or classes.find(m, a.cls, text) is not None)
                    else FALSE
                    if isinstance(a, Const)
                    else UNKNOWN,
                )
                for g, a in obj.alts
            )
        )
    )


def _isinstance(m: Machine, args: Arguments, _site: Site) -> Value:
    if len(args) < 2:
        return NOTHING
    value, kinds = args[0][2], args[1][2]
    return of(Truth(m.weigh((m.conds.all(g, h), compare.is_a(m, a, k)) for g, a in value.alts for h, k in kinds.alts)))


def _unknown_truth(_m: Machine, _args: Arguments, _site: Site) -> Value:
    return of(Truth(UNKNOWN))


def _callable(m: Machine, args: Arguments, _site: Site) -> Value:
    if not args:
        return NOTHING
    return of(Truth(m.weigh((guard, _is_callable(m, atom)) for guard, atom in args[0][2].alts)))


def _is_callable(m: Machine, atom: Atom) -> Cond:
    if isinstance(atom, (FunctionValue, BoundMethod, Partial, ClassValue)):
        return TRUE
    if isinstance(atom, Term):
        given = m.truth_of(atom)  # nobody gives anything else for a callback, but text may be given for some
        return m.conds.unnamed(m.conds.all(given, UNKNOWN)) if (atom.gate.owner, atom.gate.name) in m.worded else given
    return FALSE if isinstance(atom, Const) else UNKNOWN


def _to_text(m: Machine, args: Arguments, _site: Site) -> Value:
    if not args:
        return of(Const(""))
    parts: list[tuple[Cond, Value]] = []
    for guard, atom in args[0][2].alts:
        text = text_of(atom)
        if isinstance(atom, Term) or text is not None:
            parts.append((guard, of(atom)))
        elif wholes.is_figures(m, atom):
            parts.append((guard, wholes.EMPTY))
        elif isinstance(atom, Const) and not isinstance(atom.value, bytes):
            parts.append((guard, of(Const(str(atom.value)))))
        else:
            parts.append((guard, of(Pattern(HOLE, m.hints_of_atom(atom, 4)))))
    return m.join(parts)


def _dump_text(m: Machine, args: Arguments, site: Site) -> Value:
    """A serialiser: text that carries what went in; callbacks handed over may be called."""
    made = calls.unknown_call(m, frozenset(), args, site, reads=True)
    whole = argument(args, 0, "obj", "o")
    if whole is None:
        return of(Pattern(HOLE, m.hints(made)))
    hints = wholes.hints_as_text(m, whole)
    return wholes.EMPTY if hints is None else wholes.text_of_parts(m, whole, Pattern(HOLE, m.hints(made) | hints))


def _shorten(m: Machine, args: Arguments, site: Site) -> Value:
    return limits.shortened(_dump_text(m, args, site), argument(args, 1, "width"), site)


def _to_bool(m: Machine, args: Arguments, _site: Site) -> Value:
    return of(Truth(m.truth(args[0][2]))) if args else of(Const(False))


def _to_number(_m: Machine, args: Arguments, _site: Site) -> Value:
    only = args[0][2].only if args else None
    if isinstance(only, Term):
        return switches.read(only, switches.PARSED)
    return args[0][2] if isinstance(only, Const) and isinstance(only.value, (int, float)) else NOTHING


def _next(m: Machine, args: Arguments, _site: Site) -> Value:
    if not args:
        return NOTHING
    found = iterating.iterate(m, args[0][2])
    parts = [*found.items, *([(TRUE, found.rest)] if found.rest is not None else []), *((UNKNOWN, v) for _, _, v in args[1:])]
    return m.join(parts) if parts else NOTHING


def _any_all(m: Machine, args: Arguments, *, every: bool) -> Value:
    if not args:
        return NOTHING
    found = iterating.iterate(m, args[0][2])
    result = TRUE if every else FALSE
    for guard, item in found.items:
        cond = m.truth(item)
        result = m.conds.all(result, m.conds.any(m.conds.negate(guard), cond)) if every else m.conds.any(result, m.conds.all(guard, cond))
    if found.rest is not None:
        rest = m.truth(found.rest)
        loose = Cond(1, 1, rest.gist)
        result = m.conds.all(result, loose) if every else m.conds.any(result, loose)
    return of(Truth(result))


def _any(m: Machine, args: Arguments, _site: Site) -> Value:
    return _any_all(m, args, every=False)


def _all(m: Machine, args: Arguments, _site: Site) -> Value:
    return _any_all(m, args, every=True)


def _super(m: Machine, _args: Arguments, _site: Site) -> Value:
    for frame in reversed(m.frames):
        if frame.function is not None and frame.function.owner is not None and (name := receiver_name(frame.function.node)):
            receiver = frame.arguments.get(name)
            only = receiver.only if receiver is not None else None
            if isinstance(only, (Instance, ClassValue)):
                return of(Super(only, frame.function.owner))
    return of(Opaque(kind="super"))


def receiver_name(node: ir.Function) -> str | None:
    """The name under which a method's body finds its object."""
    return node.receiver or (node.params[0].name if node.params else None)


def _type(m: Machine, args: Arguments, _site: Site) -> Value:
    if len(args) != 1:
        return NOTHING
    return m.join((g, _type_of(a)) for g, a in args[0][2].alts)


def _type_of(atom: Atom) -> Value:
    if isinstance(atom, Const) and atom.value is None:
        return of(External("NoneType"))
    return of(atom.cls) if isinstance(atom, Instance) else NOTHING


def _entries(m: Machine, args: Arguments, _site: Site) -> Value:
    """The entries of objects as pairs."""
    if not args:
        return NOTHING
    return Value(tuple((guard, _pairs(m, atom) if isinstance(atom, Mapping) else atom) for guard, atom in args[0][2].alts))


def _pairs(m: Machine, mapping: Mapping) -> Mapping:
    return Mapping(m.next_serial(), len(m.frames) - 1, mapping.pairs, mapping.rest, is_sequence=True)


def _keys(_m: Machine, args: Arguments, _site: Site) -> Value:
    return args[0][2] if args else NOTHING


def _values(m: Machine, args: Arguments, _site: Site) -> Value:
    parts: list[tuple[Cond, Value]] = []
    for guard, atom in args[0][2].alts if args else ():
        known = [(p.cond, p.value) for p in atom.pairs.values()] if isinstance(atom, Mapping) else []
        parts.append((guard, of(m.sequence("list", known, atom.rest)) if isinstance(atom, Mapping) else of(atom)))
    return m.join(parts) if parts else NOTHING


def _merge(m: Machine, args: Arguments, _site: Site) -> Value:
    """The first object, with the entries of the others put into it."""
    for _, _, value in args[1:]:
        for guard, atom in args[0][2].alts:
            if isinstance(atom, Mapping):
                elements.spread_into(m, atom, value, m.conds.all(m.reach(atom), guard))
    return args[0][2] if args else NOTHING


def _logger(m: Machine, args: Arguments, _site: Site) -> Value:
    name = text_of(args[0][2].only) if args and args[0][2].only is not None else None
    m.loggers.setdefault(m.frame.module.path, set()).add(name if name and HOLE not in name else "")
    return of(Opaque(kind=LOGGER))


def _nothing(_m: Machine, _args: Arguments, _site: Site) -> Value:
    return NOTHING


def _kind(kind: str) -> Callable[[Machine, Arguments, Site], Value]:
    """Gives an unknown of which no more than its kind is known."""
    return lambda _m, _args, _site: of(Opaque(kind=kind))


_MODELS: dict[str, Callable[[Machine, Arguments, Site], Value]] = {
    "env_get": _env_get,
    "context_get": context_get,
    "partial": _partial,
    "keep_function": _keep_function,
    "keep_next": _keep_next,
    "mark_context": _keep_function,
    "entry_points": plugins.found,
    "field": records.field,
    "fields_of": records.fields_of,
    "type_arguments": records.type_arguments,
    "as_mapping": _as_mapping,
    "copy": _copy,
    "identity": _first,
    "chain": _chain,
    "current_span": _current_span,
    "make_current": _make_current,
    "cast": _second,
    "replace": _replace,
    "identity_sequence": _as_sequence("list"),
    "tuple": _as_sequence("tuple"),
    "set": _as_sequence("set"),
    "frozenset": _as_sequence("frozenset"),
    "to_mapping": _to_mapping,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "isinstance": _isinstance,
    "issubclass": _unknown_truth,
    "callable": _callable,
    "to_text": _to_text,
    "dump_text": _dump_text,
    "shorten": _shorten,
    "to_bool": _to_bool,
    "to_number": _to_number,
    "len": _nothing,
    "next": _next,
    "any": _any,
    "all": _all,
    "super": _super,
    "entries": _entries,
    "keys": _keys,
    "values": _values,
    "merge": _merge,
    "type": _type,
    "range": _nothing,
    "print": _nothing,
    "logger": _logger,
    "file": _kind(FILE),
    "queue": _kind(QUEUE),
    "swallowing": _kind(SWALLOWING),
}
