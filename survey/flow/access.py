"""Reading and writing variables, attributes and elements of abstract values."""

from __future__ import annotations

from dataclasses import dataclass

from survey.flow import (
    calls,
    classes,
    compare,
    escaping,
    evaluate,
    growing,
    holding,
    kinds,
    origins,
    payloads,
    places,
    scopes,
    siblings,
    sinks,
    state,
    wire,
)
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond, Predicate
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import (
    EVENT_NAME,
    EXCEPTION,
    HOLE,
    LASTING,
    NONE,
    NOTHING,
    SPAN,
    WRAPPED,
    Atom,
    BoundMethod,
    ClassValue,
    Const,
    EnumMember,
    Env,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Method,
    ModuleValue,
    Opaque,
    Pattern,
    Sequence,
    Site,
    Struct,
    Super,
    Term,
    Value,
    of,
)
from survey.knowledge.engine import FIELDS, LITERALS, TELEMETRY
from survey.model import ir
from survey.model.vocabulary import GateKind, Role

_WHOLE = frozenset((Role.INPUT, Role.OUTPUT))
"""Hints of what may be a request or a response."""
_FIELDS_OF = ("__dict__", "model_dump", "dict", "to_dict", "_asdict")
"""What gives the fields of an object that nobody knows."""
_LOOK_UPS = ("items", "get", "setdefault")
"""Methods of mappings that mean the same on something unknown."""


@dataclass(slots=True)
class Items:
    """What iterating yields: known elements with their conditions, and any number of further ones."""

    items: list[tuple[Cond, Value]]
    rest: Value | None = None


def variable(m: Machine, env: Env, name: str) -> Value:
    """A name's value: from the scope outward, then the module, then built in."""
    scope: Env | None = env
    while scope is not None:
        found = scope.names.get(name)
        if found is not None:
            return scopes.resolve(m, scope, name, found)
        scope = scope.parent
    return scopes.module_name(m, env.module, name)


# --- attributes ----------------------------------------------------------------------------------------------------


def attribute(m: Machine, value: Value, name: str) -> Value:
    """`value.name`."""
    if len(value.alts) == 1 and value.alts[0][0] == TRUE:
        return attribute_of(m, value.alts[0][1], name)
    parts = [(g, attribute_of(m, a, name)) for g, a in value.alts if not (isinstance(a, Const) and a.value is None and len(value.alts) > 1)]
    return m.join(parts)


def attribute_of(m: Machine, atom: Atom, name: str) -> Value:
    """The same for one atom."""
    if isinstance(atom, Instance):
        return instance_attribute(m, atom, name)
    if isinstance(atom, ClassValue):
        return classes.class_attribute(m, atom, name)
    if isinstance(atom, ModuleValue):
        return scopes.module_member(m, atom.name, name)
    if isinstance(atom, EnumMember):
        if name in ("value", "_value_"):
            return atom.value
        if name in ("name", "_name_"):
            return of(Const(atom.name))
        found = classes.find(m, atom.owner, name)
        if isinstance(found, Value):
            return _method_of(m, found, atom, atom.owner)
        return of(Method(atom, name))
    if isinstance(atom, External):
        if m.knowledge.models.get(atom.name) == "env":
            return of(Term(m.gate(GateKind.ENV, name, None)))
        return m.external(f"{atom.name}.{name}")
    if isinstance(atom, Mapping) and LITERALS in m.knowledge.traits and (name in atom.pairs or atom.rest or atom.name):
        return entry(m, atom, Const(name), None)
    if isinstance(atom, Struct):
        if atom.type == SPAN and name in m.knowledge.readbacks:
            return kinds.read_back(m, atom)
        found = atom.fields.get(name)
        return found if found is not None else of(Method(atom, name))
    if isinstance(atom, Super):
        return _super_attribute(m, atom, name)
    if isinstance(atom, Opaque | Method):
        if _keeps_its_name(m, name) or (isinstance(atom, Opaque) and atom.kind in LASTING):
            return of(Method(atom, name))
        if name in m.knowledge.event_names:
            return of(Opaque(kind=EVENT_NAME))
        if isinstance(atom, Opaque) and atom.kind == EXCEPTION:
            return of(atom)  # its message, its arguments, the answer of the server that it came with
        hints = holding.without(m.hints_of_atom(atom, 2))
        if name in _FIELDS_OF:
            return of(Opaque(taken_apart(hints)))
        return of(Opaque(hints | (_read_back(m, atom) if name in m.knowledge.readbacks else m.word(name))))
    if isinstance(atom, FunctionValue) and name == "__name__":
        return of(Const(atom.node.name))
    return of(Method(atom, name))


def _keeps_its_name(m: Machine, name: str) -> bool:
    """Whether a method of something unknown is told by its name alone."""
    known = m.knowledge
    return (
        name in known.sinks
        or name in m.own_setters
        or name in m.interface_methods
        or name in known.text_methods
        or name in known.methods
        or name in known.entering_methods
        or name in _LOOK_UPS
    )


def _read_back(m: Machine, atom: Opaque | Method) -> frozenset[str]:
    """The hint of telemetry read back, unless the package reads the very span that it started, or that its own proxy wraps."""
    own = isinstance(atom, Method) and isinstance(atom.receiver, Instance)
    return frozenset() if own and m.frame.module.own else frozenset((TELEMETRY,))


def instance_attribute(m: Machine, item: Instance, name: str) -> Value:
    """A field or method of an instance; what other code's objects were given keeps where that was."""
    value = _instance_attribute(m, item, name)
    if item.marks:
        return places.marked(value, item.marks)
    if m.frame.module.own or not (item.made or item.sites):
        return value
    given = places.of_field(item, name) if m.frame.receiver is item else item.sites.get(name, ())
    own = frozenset(places.hint(places.GIVEN, site) for site in given if site.path in m.own_paths)
    return places.marked(value, own) if own else value


def _instance_attribute(m: Machine, item: Instance, name: str) -> Value:
    """Fields set late or elsewhere are not proved absent."""
    own = item.fields.get(name)
    shared = classes.shared(item.cls)
    if own is None or (item is not shared and not item.constructing and classes.is_blank(own)):
        if item is shared or not item.constructing:
            classes.ensure_initialised(m, item.cls)
        parts = [own] if own is not None else []
        late = shared.fields.get(name) if not item.constructing else None
        if late is not None and late is not own:
            parts.append(late)
        if parts:
            own = m.join([(TRUE, part) for part in parts])
    if own is not None:
        if classes.is_blank(own) and not item.constructing:
            return m.join([(TRUE, own), (UNKNOWN, of(Opaque(m.word(name))))])
        return own
    found = classes.find(m, item.cls, name)
    if found is not None:
        if classes.is_blank(found):
            classes.settle(m, item.cls, name)
            found = classes.find(m, item.cls, name) or found
        return _method_of(m, found, item, item.cls)
    if name == "__class__":
        return of(item.cls)
    if name == "__dict__":
        return as_mapping(m, item)
    if WRAPPED in item.fields:
        return attribute(m, item.fields[WRAPPED], name)
    if classes.find(m, item.cls, "__getattr__") is not None or classes.has_foreign_base(m, item.cls):
        return of(Method(item, name))
    return of(Opaque(m.word(name)))


def _method_of(m: Machine, found: Value, receiver: Atom, cls: ClassValue) -> Value:
    parts = []
    for guard, atom in found.alts:
        if isinstance(atom, FunctionValue):
            if "property" in atom.marks:
                parts.append((guard, calls.call_function(m, atom, ((None, "", of(receiver)),), m.site(), receiver)))
            elif "static" in atom.marks:
                parts.append((guard, of(atom)))
            else:
                parts.append((guard, of(BoundMethod(atom, cls if "class" in atom.marks else receiver))))
        else:
            parts.append((guard, of(atom)))
    return m.join(parts)


def _super_attribute(m: Machine, atom: Super, name: str) -> Value:
    cls = (
        atom.receiver if isinstance(atom.receiver, ClassValue) else atom.receiver.cls if isinstance(atom.receiver, Instance) else atom.owner
    )
    order = classes.order(m, cls)
    after = order[order.index(atom.owner) + 1 :] if atom.owner in order else order[1:]
    for base in after:
        found = base.fields.get(name)
        if found is not None:
            return _method_of(m, found, atom.receiver, cls)
    proxied = atom.receiver.fields.get(WRAPPED) if isinstance(atom.receiver, Instance) else None
    if proxied is not None and name not in m.knowledge.constructors:
        return attribute(m, proxied, name)
    return of(Method(atom if name in m.knowledge.constructors else Opaque(kind="super"), name))


def store_attribute(m: Machine, target: Value, name: str, value: Value) -> None:
    """`target.name = value`."""
    for guard, atom in target.alts:
        if isinstance(atom, Instance):
            wire.stored(m, atom, name, value, guard)
            _store_field(m, atom, name, value, guard)
        elif isinstance(atom, ClassValue):
            classes.store(m, atom, name, value, m.conds.all(m.frame.path, guard))
        elif isinstance(atom, Struct):
            cond = m.conds.all(m.touch(atom), guard)
            old = atom.fields.get(name)
            atom.fields[name] = value if old is None or cond == TRUE else m.join([(m.conds.negate(cond), old), (cond, value)])
        elif isinstance(atom, ModuleValue):
            scopes.store_global(m, atom.name, name, value)
        elif isinstance(atom, Mapping) and LITERALS in m.knowledge.traits:
            m.put(atom, Const(name), value, m.conds.all(m.reach(atom), guard), m.site())
        else:
            escaping.escape(m, value, m.site())


def _store_field(m: Machine, item: Instance, name: str, value: Value, guard: Cond) -> None:
    setter = classes.find(m, item.cls, name)
    if setter is not None and any(isinstance(a, FunctionValue) and "property" in a.marks for a in setter.atoms):
        name = "_" + name
    cond = m.conds.all(m.reach(item), guard)
    old = item.fields.get(name)
    if old is None:
        item.fields[name] = value if cond == TRUE else m.join([(cond, value)])
        m.changed(item)
    elif item.constructing:
        item.fields[name] = value if cond == TRUE else m.join([(m.conds.negate(cond), old), (cond, value)])
        m.changed(item)
    else:
        joined = state.grown(m, old, cond, value)
        if joined is not None:
            item.fields[name] = joined
            m.changed(item)
    if not item.constructing:
        if old is not None and classes.is_blank(old):
            item.sites.pop(name, None)
        places.note(item, name, m.site())
        classes.share(m, item.cls, name, value, cond)
        places.note(classes.shared(item.cls), name, m.site())


def as_mapping(m: Machine, atom: Atom) -> Value:
    """An object's fields as a dict."""
    if isinstance(atom, Mapping):
        return of(atom)
    result = m.mapping()
    if isinstance(atom, Instance | Struct):
        for name, value in atom.fields.items():
            first, *others = places.of_field(atom, name) or (m.site(),)
            m.put(result, Const(name), value, TRUE, first)
            result.pairs[name].sites += [(site, TRUE) for site in others]
        result.marks = atom.marks if isinstance(atom, Instance) else frozenset()
    else:
        result.rest = of(Opaque(taken_apart(m.hints_of_atom(atom, 3))))
    return of(result)


def taken_apart(hints: frozenset[str]) -> frozenset[str]:
    """The hints of an unknown object's fields: those of a request or response go by names that its own API gives them."""
    return hints | {FIELDS} if hints & _WHOLE else hints


# --- elements ------------------------------------------------------------------------------------------------------


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
        if classes.is_enum(m, atom):
            return classes.enum_member(m, atom, key, by_name=True)
        return of(atom)
    if isinstance(atom, Instance):
        found = classes.find(m, atom.cls, "__getitem__")
        if found is not None:
            return calls.call(m, _method_of(m, found, atom, atom.cls), ((None, "", of(key)),), m.site())
        if WRAPPED in atom.fields:
            return element(m, atom.fields[WRAPPED], of(key))
        if (fields := classes.tuple_items(m, atom)) is not None:
            return element_of(m, m.sequence("tuple", [(TRUE, part) for part in fields]), key)
    if isinstance(atom, Term):
        return of(atom)
    name = text_of(key)
    return of(Opaque(holding.without(m.hints_of_atom(atom, 3)) | (m.word(name) if name and HOLE not in name else frozenset())))


def _item(m: Machine, atom: Sequence, key: Atom) -> Value:
    if isinstance(key, Const) and isinstance(key.value, int) and -len(atom.items) <= key.value < len(atom.items) and atom.rest is None:
        return atom.items[key.value][1]
    parts = [*atom.items, *([(TRUE, atom.rest)] if atom.rest is not None else [])]
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
        if isinstance(name, str | bool | int) and not (isinstance(name, str) and HOLE in name):
            hit = m.conds.atom(Predicate(key.gate, compare.plain(name)))
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
                calls.call(m, _method_of(m, found, atom, atom.cls), args, site)
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
        elif isinstance(atom, Opaque | Method | Pattern):
            m.loosen(target, both, of(Opaque(m.hints_of_atom(atom, 3))))


# --- iteration and binding -----------------------------------------------------------------------------------------


def iterate(m: Machine, value: Value) -> Items:
    """The elements of `value`."""
    result = Items([])
    for guard, atom in value.alts:
        found = iterate_atom(m, atom)
        result.items += [(m.conds.all(guard, cond), item) for cond, item in found.items]
        if found.rest is not None:
            result.rest = found.rest if result.rest is None else m.join([(TRUE, result.rest), (TRUE, found.rest)])
    result.items = [(cond, item) for cond, item in result.items if cond.possible]
    return result


def iterate_atom(m: Machine, atom: Atom) -> Items:
    """The elements of one atom."""
    found = _iterate_atom(m, atom)
    marks = atom.marks if isinstance(atom, Sequence | Mapping | Instance) else None
    if not marks:
        return found
    rest = places.marked(found.rest, marks) if found.rest is not None else None
    return Items([(cond, places.marked(item, marks)) for cond, item in found.items], rest)


def _iterate_atom(m: Machine, atom: Atom) -> Items:
    if isinstance(atom, Sequence):
        return Items(list(atom.items), atom.rest)
    if isinstance(atom, Mapping):
        items = []
        for name, pair in list(atom.pairs.items()):
            key = of(m.key_atom(name, pair))
            items.append((pair.cond, of(m.sequence("tuple", [(TRUE, key), (TRUE, pair.value)])) if atom.is_sequence else key))
        rest = None
        if atom.rest is not None:
            rest = of(m.sequence("tuple", [(TRUE, of(Opaque())), (TRUE, atom.rest)])) if atom.is_sequence else NOTHING
        return Items(items, rest)
    if isinstance(atom, ClassValue) and classes.is_enum(m, atom):
        return Items([(TRUE, of(member)) for member in classes.members(m, atom)])
    if isinstance(atom, Instance):
        for method in ("__iter__", "__aiter__"):
            found = classes.find(m, atom.cls, method)
            if found is not None:
                got = calls.call(m, _method_of(m, found, atom, atom.cls), (), m.site())
                if got.only is not atom:
                    return iterate(m, got)
                step = classes.find(m, atom.cls, "__next__" if method == "__iter__" else "__anext__")
                return (
                    Items([], calls.call(m, _method_of(m, step, atom, atom.cls), (), m.site())) if step is not None else Items([], NOTHING)
                )
        if (parts := classes.tuple_items(m, atom)) is not None:
            return Items([(TRUE, part) for part in parts])
    if isinstance(atom, Const) and atom.value is None:
        return Items([])
    if isinstance(atom, Term):
        return Items([], of(atom))
    return Items([], of(Opaque(m.hints_of_atom(atom, 3))))


def bind(m: Machine, target: ir.Expr, value: Value) -> None:
    """Assign `value` to a target: a name, an attribute, an element, or several of them."""
    if isinstance(target, ir.Name):
        scopes.assign(m, target.id, origins.named(m, value, target.id))
    elif isinstance(target, ir.Attr):
        store_attribute(m, evaluate.evaluate(m, target.obj), target.name, value)
    elif isinstance(target, ir.Index):
        store_element(m, target, value)
    elif isinstance(target, ir.Sequence):
        _unpack(m, target, value)
    elif isinstance(target, ir.Spread):
        bind(m, target.value, value)


def _unpack(m: Machine, target: ir.Sequence, value: Value) -> None:
    count = len(target.items)
    starred = next((i for i, t in enumerate(target.items) if isinstance(t, ir.Spread)), None)
    columns: list[list[tuple[Cond, Value]]] = [[] for _ in range(count)]
    for guard, atom in value.alts:
        found = iterate_atom(m, atom)
        items = found.items
        if isinstance(atom, Mapping) and not atom.is_sequence:
            items = []
        if starred is None and len(items) == count and found.rest is None:
            for column, (_, item) in zip(columns, items, strict=True):
                column.append((guard, item))
        elif starred is not None and found.rest is None and len(items) >= count - 1:
            tail = count - 1 - starred
            for i in range(starred):
                columns[i].append((guard, items[i][1]))
            for i in range(tail):
                columns[count - 1 - i].append((guard, items[len(items) - 1 - i][1]))
            columns[starred].append((guard, of(m.sequence("list", items[starred : len(items) - tail]))))
        else:
            loose = (
                m.join([*items, *([(TRUE, found.rest)] if found.rest is not None else [])]) if items or found.rest is not None else NOTHING
            )
            for column in columns:
                column.append((guard, loose))
    for part, column in zip(target.items, columns, strict=True):
        bind(m, part, m.join(column) if column else NOTHING)


def delete(m: Machine, target: ir.Expr) -> None:
    """`del target`: an entry of a mapping is gone under the path that deletes it."""
    if not isinstance(target, ir.Index) or isinstance(target.index, ir.Slice):
        return

    obj, key = evaluate.evaluate(m, target.obj), evaluate.evaluate(m, target.index)
    for guard, atom in obj.alts:
        for other, name in key.alts:
            if isinstance(atom, Mapping):
                remove(m, atom, name, m.conds.all(guard, other))


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
    mapping.version += 1
    value = pair.value
    if gone == FALSE:
        del mapping.pairs[name]
    else:
        pair.cond = m.conds.all(pair.cond, gone)
        pair.sites = [(site, m.conds.all(cond, gone)) for site, cond in pair.sites]
    return value
