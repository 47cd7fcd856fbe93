"""Reading and writing variables, attributes and elements of abstract values."""

from __future__ import annotations

from survey.flow import calls, classes, elements, escaping, holding, kinds, places, presence, scopes, state, wire
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import (
    EVENT_NAME,
    EXCEPTION,
    LASTING,
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
    Struct,
    Super,
    Term,
    Value,
    of,
)
from survey.knowledge.engine import LITERALS, TELEMETRY
from survey.model.vocabulary import GateKind, Role

_WHOLE = frozenset((Role.INPUT, Role.OUTPUT))
"""Hints of what may be a request or a response."""
_LOOK_UPS = ("items", "get", "setdefault")
"""Methods of mappings that mean the same on something unknown."""


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
            return method_of(m, found, atom, atom.owner)
        return of(Method(atom, name))
    if isinstance(atom, External):
        if m.knowledge.models.get(atom.name) == "env":
            return of(Term(m.gate(GateKind.ENV, name, None)))
        return m.external(f"{atom.name}.{name}")
    if isinstance(atom, Mapping) and LITERALS in m.knowledge.traits and (name in atom.pairs or atom.rest or atom.name):
        return elements.entry(m, atom, Const(name), None)
    if isinstance(atom, Struct):
        if atom.type == SPAN and name in m.knowledge.readbacks:
            return kinds.read_back(m, atom)
        found = atom.fields.get(name)
        return found if found is not None else of(Method(atom, name))
    if isinstance(atom, Super):
        return _super_attribute(m, atom, name)
    if isinstance(atom, (Opaque, Method)):
        if _keeps_its_name(m, name) or (isinstance(atom, Opaque) and atom.kind in LASTING):
            return of(Method(atom, name))
        if name in m.knowledge.event_names:
            return of(Opaque(kind=EVENT_NAME))
        if isinstance(atom, Opaque) and atom.kind == EXCEPTION:
            return of(atom)  # its message, its arguments, the answer of the server that it came with
        hints = holding.without(m.hints_of_atom(atom, 2))
        if name in m.knowledge.mapping_methods or name in m.knowledge.mapping_attributes:
            return of(Opaque(taken_apart(m, hints)))
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
        return method_of(m, found, item, item.cls)
    if name == "__class__":
        return of(item.cls)
    if name in m.knowledge.mapping_attributes:
        return as_mapping(m, item)
    if WRAPPED in item.fields:
        return attribute(m, item.fields[WRAPPED], name)
    if classes.find(m, item.cls, "__getattr__") is not None or classes.has_foreign_base(m, item.cls):
        return of(Method(item, name))
    return of(Opaque(m.word(name)))


def method_of(m: Machine, found: Value, receiver: Atom, cls: ClassValue) -> Value:
    """What a class attribute is when it is read of an object: functions are bound to it, properties run."""
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
            return method_of(m, found, atom.receiver, cls)
    proxied = atom.receiver.fields.get(WRAPPED) if isinstance(atom.receiver, Instance) else None
    if proxied is not None and name not in m.knowledge.constructors:
        return attribute(m, proxied, name)
    return of(Method(atom if name in m.knowledge.constructors else Opaque(kind="super"), name))


def store_attribute(m: Machine, target: Value, name: str, value: Value) -> None:
    """`target.name = value`."""
    presence.share(m, value)
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
    if isinstance(atom, (Instance, Struct)):
        for name, value in atom.fields.items():
            first, *others = places.of_field(atom, name) or (m.site(),)
            m.put(result, Const(name), value, TRUE, first)
            result.pairs[name].sites += [(site, TRUE) for site in others]
        result.marks = atom.marks if isinstance(atom, Instance) else frozenset()
    else:
        result.rest = of(Opaque(taken_apart(m, m.hints_of_atom(atom, 3))))
    return of(result)


def taken_apart(m: Machine, hints: frozenset[str]) -> frozenset[str]:
    """The hints of an unknown object's fields: those of a request or response go by names that its own API gives them.

    What these are is known of the ones that the module around reads by name: a response gives back what it was asked with.
    """
    return hints | holding.named_in_module(m) if hints & _WHOLE else hints


# --- elements ------------------------------------------------------------------------------------------------------


# --- iteration and binding -----------------------------------------------------------------------------------------
