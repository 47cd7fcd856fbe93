"""Elements of containers: reading one, choosing one by a switch, storing, removing."""

from __future__ import annotations

from survey.flow import (
    access,
    calls,
    classes,
    construction,
    enums,
    evaluate,
    growing,
    holding,
    kinds,
    paths,
    payloads,
    places,
    siblings,
    sinks,
    switches,
)
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond, Predicate
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    NONE,
    NOTHING,
    WRAPPED,
    Atom,
    ClassValue,
    Const,
    External,
    Instance,
    Mapping,
    Method,
    Opaque,
    Pattern,
    Sequence,
    Site,
    Term,
    Value,
    of,
)
from survey.model import ir
from survey.model.vocabulary import GateKind


def element(m: Machine, obj: Value, index: Value) -> Value:
    """`obj[index]`."""
    parts = []
    for guard, atom in obj.alts:
        for other, key in index.alts:
            cond = m.conds.all(guard, other)
            if cond.possible:
                parts.append((cond, element_of(m, atom, key)))
    return m.join(parts)


def element_of(m: Machine, atom: Atom, key: Atom) -> Value:
    """The same for one atom and one index."""
    if isinstance(atom, Mapping):
        return entry(m, atom, key, None)
    if isinstance(atom, Sequence):
        return places.through(atom, _item(m, atom, key))
    if isinstance(atom, External):
        is_env = m.knowledge.models.get(atom.name) == "env" or m.knowledge.models.get(atom.name + ".get") == "env_get"
        if is_env and (name := text_of(key)):
            return of(Term(m.gate(GateKind.ENV, name, None)))
        return of(atom) if atom.name[:1].isupper() or "." in atom.name else of(Opaque(m.word(text_of(key) or "")))
    if isinstance(atom, ClassValue):
        if enums.is_enum(m, atom):
            return enums.enum_member(m, atom, key, by_name=True)
        return of(atom)
    if isinstance(atom, Instance):
        found = classes.find(m, atom.cls, "__getitem__")
        if found is not None:
            return calls.call(m, access.method_of(m, found, atom, atom.cls), ((None, "", of(key)),), m.site())
        if WRAPPED in atom.fields:
            return element(m, atom.fields[WRAPPED], of(key))
        if (fields := construction.tuple_items(m, atom)) is not None:
            return element_of(m, m.sequence("tuple", [(TRUE, part) for part in fields]), key)
    if isinstance(atom, Term):
        return of(atom)
    name = text_of(key)
    return of(Opaque(holding.without(m.hints_of_atom(atom, 3)) | (m.word(name) if name and HOLE not in name else frozenset())))


def _item(m: Machine, atom: Sequence, key: Atom) -> Value:
    if isinstance(key, Const) and isinstance(key.value, int) and -len(atom.items) <= key.value < len(atom.items) and atom.rest is None:
        if key.value < 0:
            return _nth(m, atom.items[::-1], -1 - key.value)
        return _nth(m, atom.items, key.value)
    parts = [*atom.items, *([(TRUE, atom.rest)] if atom.rest is not None else [])]
    return m.join(parts) if parts else NOTHING


def _nth(m: Machine, items: list[tuple[Cond, Value]], index: int) -> Value:
    """The element before which there are so many: any may be missing, and then the ones behind it move up."""
    if all(cond == TRUE for cond, _ in items[: index + 1]):
        return items[index][1]
    parts: list[tuple[Cond, Value]] = []
    before = [TRUE, *[FALSE] * index]  # the conditions that none, one, two, ... were there
    for cond, item in items:
        here = m.conds.all(before[index], cond)
        if here.possible:
            parts.append((here, item))
        missing = m.conds.negate(cond)
        for count in range(index, -1, -1):
            one_more = m.conds.all(before[count - 1], cond) if count else FALSE
            before[count] = m.conds.any(m.conds.all(before[count], missing), one_more)
        if not any(cond.possible for cond in before):
            break
    return m.join(parts) if parts else NOTHING


def entry(m: Machine, mapping: Mapping, key: Atom, default: Value | None) -> Value:
    """What lies under `key`, else `default`, else something unknown."""
    return places.through(mapping, _entry(m, mapping, key, default))


def _entry(m: Machine, mapping: Mapping, key: Atom, default: Value | None) -> Value:
    if isinstance(key, Term) and not mapping.name and mapping.rest is None and mapping.pairs:
        return _chosen(m, mapping, key, default)
    name = text_of(key)
    if name is None or HOLE in name:
        if isinstance(key, Const) and key.value in mapping.pairs:
            return mapping.pairs[key.value].value
        parts = [(UNKNOWN if name is None else p.cond, p.value) for p in mapping.pairs.values()]
        if mapping.rest is not None:
            parts.append((UNKNOWN, mapping.rest))
        if default is not None:
            parts.append((UNKNOWN, default))
        return m.join(parts) if parts else of(Opaque())
    found, absent = m.look_up(mapping, name)
    if mapping.name:
        return of(Term(m.gate(GateKind.OPTION, name, _default_text(default), mapping.name)))
    if not absent.possible and found:
        return found[0][1]
    if mapping.rest is not None:
        found.append((absent, of(Opaque(holding.without(m.hints(mapping.rest, 2)) | m.word(name)))))
        if default is not None:
            found.append((m.conds.all(absent, UNKNOWN), default))
    elif default is not None:
        found.append((absent, default))
    return m.join(found) if found else of(Opaque(m.word(name)))


def _chosen(m: Machine, mapping: Mapping, key: Term, default: Value | None) -> Value:
    """What a switch chooses from a table: the entry of each value that it may have, `default` for any other."""
    parts: list[tuple[Cond, Value]] = []
    other = TRUE
    for name, pair in mapping.pairs.items():
        if isinstance(name, (str, bool, int)) and not (isinstance(name, str) and HOLE in name):
            hit = m.conds.atom(Predicate(key.gate, switches.spelled(key, name)))
            parts.append((m.conds.all(hit, pair.cond), pair.value))
            other = m.conds.all(other, m.conds.negate(hit))
        else:
            parts.append((UNKNOWN, pair.value))
    if default is not None:
        parts.append((other, default))
    return m.join(parts)


def _default_text(default: Value | None) -> str | None:
    only = default.only if default is not None else None
    return str(only.value) if isinstance(only, Const) and only.value is not None else None


def store_element(m: Machine, target: ir.Index, value: Value) -> None:
    """`obj[key] = value`, also where writing there is a sink."""
    obj = evaluate.evaluate(m, target.obj)
    key = evaluate.evaluate(m, target.index) if not isinstance(target.index, ir.Slice) else NOTHING
    site = Site(m.frame.module.path, target.line, max(target.end_line, m.frame.end_line), m.frame.symbol)
    obj = growing.for_entry(m, target.obj, obj, key, value)
    _store_under(m, target.obj, obj, key, value, site)


def _store_under(m: Machine, expr: ir.Expr, obj: Value, key: Value, value: Value, site: Site) -> None:
    for guard, atom in obj.alts:
        if kinds.is_read_back(atom) and isinstance(expr, ir.Attr):
            sinks.store(m, expr.name, key, value, guard, site)
        elif isinstance(atom, Mapping):
            cond = m.conds.all(m.reach(atom), guard)
            put_under(m, atom, key, value, cond, site)
            payloads.stored(m, expr, key, value, guard, site)
        elif isinstance(atom, Sequence):
            m.append(atom, m.conds.all(m.reach(atom), guard), value)
        elif isinstance(atom, Instance):
            found = classes.find(m, atom.cls, "__setitem__")
            if found is not None:
                args = tuple((None, "", v) for v in (key, value))
                calls.call(m, access.method_of(m, found, atom, atom.cls), args, site)
            elif WRAPPED in atom.fields:
                _store_under(m, expr, atom.fields[WRAPPED], key, value, site)
        elif isinstance(expr, ir.Attr):
            sinks.store(m, expr.name, key, value, guard, site)


def put_under(m: Machine, mapping: Mapping, key: Value, value: Value, cond: Cond, site: Site) -> None:
    """Store one entry for every alternative of its key."""
    site = siblings.told(m, site, key, value)
    for guard, atom in key.alts:
        both = m.conds.all(cond, guard)
        if both.possible:
            m.put(mapping, atom, value, both, site)


def spread_into(m: Machine, target: Mapping, value: Value, cond: Cond) -> None:
    """`{**value}` or `update(value)`."""
    for guard, atom in value.alts:
        both = m.conds.all(cond, guard)
        if not both.possible:
            continue
        if isinstance(atom, Mapping):
            m.merge(target, atom, both)
        elif isinstance(atom, Sequence):
            for inner, item in atom.items:
                only = item.only
                if isinstance(only, Sequence) and len(only.items) == 2:
                    put_under(m, target, only.items[0][1], only.items[1][1], m.conds.all(both, inner), m.site())
            if atom.rest is not None:
                m.loosen(target, both, atom.rest)
        elif isinstance(atom, (Opaque, Method, Pattern)):
            m.loosen(target, both, of(Opaque(m.hints_of_atom(atom, 3))))


def delete(m: Machine, target: ir.Expr) -> None:
    """`del target`: an entry of a mapping is gone under the path that deletes it."""
    if not isinstance(target, ir.Index) or isinstance(target.index, ir.Slice):
        return

    obj, key = evaluate.evaluate(m, target.obj), evaluate.evaluate(m, target.index)
    for guard, atom in obj.alts:
        for other, name in key.alts:
            if isinstance(atom, Mapping):
                remove(m, atom, name, m.conds.all(paths.guard(m, guard), other))


def remove(m: Machine, mapping: Mapping, key: Atom, guard: Cond) -> Value:
    """Take an entry out; its value before that."""
    name = text_of(key)
    pair = mapping.pairs.get(name) if name is not None else None
    if pair is None:
        taken = NONE if mapping.rest is None and not mapping.name else entry(m, mapping, key, None)
        if name is not None:
            holding.taken(m, mapping, name)
        return taken
    if m.is_state(mapping):
        return pair.value
    gone = m.conds.negate(m.conds.all(m.touch(mapping), guard))
    m.versions.note_replaced(mapping)
    value = pair.value
    if gone == FALSE:
        del mapping.pairs[name]
    else:
        pair.cond = m.conds.all(pair.cond, gone)
        pair.sites = [(site, m.conds.all(cond, gone)) for site, cond in pair.sites]
    return value
