"""Objects being made: constructors, and records that get theirs from annotated fields."""

from __future__ import annotations

from survey.flow import calls, classes, elements, enums, existence
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.machine import Machine
from survey.flow.values import NONE, SPAN, Arguments, ClassValue, Const, FunctionValue, Instance, Mapping, Opaque, Site, Struct, Value, of


def is_record(m: Machine, cls: ClassValue) -> bool:
    """Whether the class gets its constructor from its annotated fields."""
    if any("record" in c.marks for c in classes.order(m, cls)):
        return True
    return any(name in m.knowledge.record_bases for name in classes.foreign_bases(m, cls)) or (
        classes.has_foreign_base(m, cls) and any(c.annotations for c in classes.order(m, cls))
    )


def record_fields(m: Machine, cls: ClassValue) -> list[tuple[str, Value | None]]:
    """Annotated fields with their defaults, bases first."""
    result: dict[str, Value | None] = {}
    for c in reversed(classes.order(m, cls)):
        for name in c.annotations:
            result[name] = c.fields.get(name)
    return list(result.items())


def tuple_items(m: Machine, item: Instance) -> list[Value] | None:
    """The fields of a named tuple in order, as it is unpacked; None for any other object, or one not built yet."""
    if not any(name in m.knowledge.tuple_bases for name in classes.foreign_bases(m, item.cls)):
        return None
    names = [name for name, _ in record_fields(m, item.cls)]
    return [item.fields[name] for name in names] if all(name in item.fields for name in names) else None


def field_default(m: Machine, value: Value | None) -> Value | None:
    """The default a field descriptor stands for."""
    only = value.only if value is not None else None
    if isinstance(only, Struct) and only.type == "field":
        if "default" in only.fields:
            return only.fields["default"]
        factory = only.fields.get("default_factory")
        return calls.call(m, factory, (), m.site()) if factory is not None else None
    return value


def construct(m: Machine, cls: ClassValue, args: Arguments, site: Site) -> Value:
    """`cls(...)`."""
    if enums.is_enum(m, cls):
        key = args[0][2] if args else NONE
        return m.join((guard, enums.enum_member(m, cls, atom, by_name=False)) for guard, atom in key.alts)
    if any(name in m.knowledge.mapping_bases for name in classes.foreign_bases(m, cls)):
        result = m.mapping()
        for name, spread, value in args:
            if name is not None:
                m.put(result, Const(name), value, TRUE, site)
            elif spread == "**" or not spread:
                elements.spread_into(m, result, value, TRUE)
        return of(result)
    for each in classes.order(m, cls):
        existence.reached(m, each)
    item = Instance(cls, m.next_serial(), len(m.frames) - 1)
    init = classes.find(m, cls, "__init__")
    functions = [atom for atom in init.atoms if isinstance(atom, FunctionValue)] if init is not None else []
    item.constructing = True
    if functions:
        m.initialised.add(cls)
        calls.call_function(m, functions[0], ((None, "", of(item)), *args), site, item)
        return _finished(m, item)
    _fill(m, cls, item, args)
    item.made = site
    after = classes.find(m, cls, "__post_init__")
    for atom in after.atoms if after is not None else ():
        if isinstance(atom, FunctionValue):
            calls.call_function(m, atom, ((None, "", of(item)),), site, item)
    return _finished(m, item)


def _finished(m: Machine, item: Instance) -> Value:
    item.constructing = False
    alike = [item.cls]
    if any(_spans(value) for value in item.fields.values()):
        alike = classes.order(m, item.cls)  # one of a class is one of its bases as well
        m.given_spans.update(alike)
    for name, value in item.fields.items():
        here = _here(m, value) if _spans(value) else value
        for cls in alike:
            classes.share(m, cls, name, here)
    return of(item)


def _spans(value: Value) -> bool:
    return any(isinstance(atom, Struct) and atom.type == SPAN for atom in value.atoms)


def _here(m: Machine, value: Value) -> Value:
    """A span that an object was given is one that any object has only where that one is made."""
    made = m.way
    when = Cond(made.may, m.conds.bdd.neg(made.may), made.may)
    return Value(tuple((m.conds.all(when, guard), atom) for guard, atom in value.alts))


def _fill(m: Machine, cls: ClassValue, item: Instance, args: Arguments) -> None:
    declared = record_fields(m, cls) if is_record(m, cls) else []
    positional = [value for name, spread, value in args if name is None and not spread]
    names = [name for name, _ in declared]
    given = {**dict(zip(names, positional, strict=False)), **{name: value for name, _, value in args if name is not None}}
    loose: list[Value] = []
    for name, spread, value in args:
        if name is None and spread == "**":
            for _, atom in value.alts:
                if isinstance(atom, Mapping):
                    for key, pair in atom.pairs.items():
                        if isinstance(key, str) and key not in given:
                            given[key] = (
                                pair.value
                                if pair.cond == TRUE
                                else m.join([(pair.cond, pair.value), (m.conds.negate(pair.cond), of(Opaque()))])
                            )
                    if atom.rest is not None:
                        loose.append(atom.rest)
                else:
                    loose.append(of(atom))
    for name, default in declared:
        if name not in given:
            known = field_default(m, default)
            if loose:
                hints = m.hints(loose[0], 2) | m.word(name)
                known = m.join([(UNKNOWN, of(Opaque(hints))), *([(UNKNOWN, known)] if known is not None else [])])
            given[name] = known if known is not None else of(Opaque(m.word(name)))
    item.fields.update(given)
