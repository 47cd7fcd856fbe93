"""Classes: their order of bases, attributes, enumerations, records, and the stand-in for any instance."""

from __future__ import annotations

from survey.flow import construction, enums, evaluate, execute, shapes, state
from survey.flow.conditions import TRUE, Cond
from survey.flow.frames import Frame
from survey.flow.machine import Machine
from survey.flow.values import (
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
    Opaque,
    Sequence,
    Term,
    Truth,
    Value,
    of,
)
from survey.model import ir


def create(m: Machine, node: ir.Class) -> Value:
    """Run a class body and make the class."""
    key = (node, m.frame.env)
    found = m.classes.get(key)
    if found is not None:
        return of(found)
    bases: list[Atom] = []
    for arg in node.bases:
        if arg.name is None:
            bases += [atom for atom in evaluate.evaluate(m, arg.value).atoms if isinstance(atom, (ClassValue, External, Opaque))][:1]
    frame = m.frame
    marks = set()
    for decorator in node.decorators:
        target = decorator.func if isinstance(decorator, ir.Call) else decorator
        for atom in evaluate.evaluate(m, target).atoms:
            if isinstance(atom, External) and atom.name in m.knowledge.record_decorators:
                marks.add("record")
    cls = ClassValue(node, frame.module, tuple(bases), {}, {}, frozenset(marks))
    m.classes[key] = cls
    if node.decorators and not marks:
        m.existence.handed_out.add(cls)
    env = Env(frame.env, frame.module, of_class=True)
    inner = Frame(frame.module, env, f"class:{node.qualname}", m.next_serial(), path=frame.path)
    m.frames.append(inner)
    execute.block(m, node.body)
    m.frames.pop()
    cls.fields.update({name: value for name, value in env.names.items() if not name.startswith("*")})
    for name, value in cls.fields.items():
        for atom in value.atoms:
            if isinstance(atom, FunctionValue) and atom.owner is None and atom.node.qualname == f"{node.qualname}.{name}":
                object.__setattr__(atom, "owner", cls)
    if is_interface(m, cls):
        m.interface_methods.update(n for n, v in cls.fields.items() if any(isinstance(a, FunctionValue) for a in v.atoms))
    for stmt in node.body:
        if isinstance(stmt, ir.Assign) and stmt.annotation is not None and isinstance(stmt.targets[0], ir.Name):
            cls.annotations[stmt.targets[0].id] = stmt.annotation
    return of(cls)


def order(m: Machine, cls: ClassValue) -> list[ClassValue]:
    """The class and its bases with source at hand, in look-up order."""
    found = m.orders.get(cls)
    if found is None:
        result: list[ClassValue] = [cls]
        m.orders[cls] = result
        for base in cls.bases:
            if isinstance(base, ClassValue):
                result += [c for c in order(m, base) if c not in result]
        found = result
    return found


def foreign_bases(m: Machine, cls: ClassValue) -> list[str]:
    """Dotted names of bases whose source is not at hand."""
    return [base.name if isinstance(base, External) else "?" for c in order(m, cls) for base in c.bases if not isinstance(base, ClassValue)]


def has_foreign_base(m: Machine, cls: ClassValue) -> bool:
    """Whether a base other than the plainest ones is not source at hand."""
    return any(name not in ("object", "typing.Generic", "abc.ABC", "typing.Protocol") for name in foreign_bases(m, cls))


def find(m: Machine, cls: ClassValue, name: str) -> Value | None:
    """A class attribute by look-up order."""
    for c in order(m, cls):
        found = c.fields.get(name)
        if found is not None:
            return found
    return None


def is_interface(m: Machine, cls: ClassValue) -> bool:
    """Whether the class itself only says what an implementation looks like."""
    return any(isinstance(base, External) and base.name in m.knowledge.interface_bases for base in cls.bases)


def implementations(m: Machine, name: str) -> list[tuple[ClassValue, FunctionValue]]:
    """What a call of method `name` on something unknown may reach: where an interface declares it, its implementations."""
    if name in m.dispatch:
        return m.dispatch[name]
    found: list[tuple[ClassValue, FunctionValue]] = []
    m.dispatch[name] = found
    declaring = [c for c in list(m.classes.values()) if name in c.fields and is_interface(m, c)]
    for interface in declaring:
        m.load_package(interface.module.package)
        wanted = {n for n, v in interface.fields.items() if any(isinstance(a, FunctionValue) for a in v.atoms)}
        for cls in list(m.classes.values()):
            if (
                cls is interface
                or is_interface(m, cls)
                or not (interface in order(m, cls) or all(find(m, cls, n) is not None for n in wanted))
            ):
                continue
            method = cls.fields.get(name)
            for atom in method.atoms if method is not None else ():
                if isinstance(atom, FunctionValue) and (cls, atom) not in found:
                    found.append((cls, atom))
    return found


def settle(m: Machine, cls: ClassValue, name: str) -> None:
    """Before blank class state is read, run what fills it: methods of the class that need no argument and store it."""
    for c in order(m, cls):
        if name not in c.fields or (c, name) in m.settled:
            continue
        m.settled.add((c, name))
        for value in list(c.fields.values()):
            for atom in value.atoms:
                if (
                    isinstance(atom, FunctionValue)
                    and len(atom.node.params) == (0 if atom.node.receiver else 1)
                    and atom.node.name != "__init__"
                    and _stores(atom.node, name)
                ):
                    m.run_root(atom, shared(c))


def _stores(node: ir.Function, name: str) -> bool:
    """Whether a function assigns the attribute `name`, or an element of it."""
    for part in ir.walk(node.body):
        if isinstance(part, ir.Assign):
            for target in part.targets:
                place = target.obj if isinstance(target, ir.Index) else target
                if isinstance(place, ir.Attr) and place.name == name:
                    return True
    return False


def is_blank(value: Value) -> bool:
    """Only None or empty: what a field holds before something is stored late."""
    return all(
        (isinstance(a, Const) and a.value is None)
        or (isinstance(a, Mapping) and not a.pairs and a.rest is None)
        or (isinstance(a, Sequence) and not a.items and a.rest is None)
        for a in value.atoms
    )


def class_attribute(m: Machine, cls: ClassValue, name: str) -> Value:
    """`cls.name`."""
    if name in ("__name__", "__qualname__"):
        return of(Const(cls.node.name))
    found = find(m, cls, name)
    if found is not None and is_blank(found):
        settle(m, cls, name)
        found = find(m, cls, name)
    if found is None:
        if name == "__init__" or not has_foreign_base(m, cls):
            late = shared(cls).fields.get(name)
            if late is not None:
                return late
        return of(Method(cls, name))
    if enums.is_enum(m, cls) and not name.startswith("_") and not any(isinstance(a, FunctionValue) for a in found.atoms):
        return of(EnumMember(cls, name, found))
    parts = []
    for guard, atom in found.alts:
        if isinstance(atom, FunctionValue) and "class" in atom.marks:
            parts.append((guard, of(BoundMethod(atom, cls))))
        else:
            parts.append((guard, of(atom)))
    return m.join(parts)


def store(m: Machine, cls: ClassValue, name: str, value: Value, cond: Cond) -> None:
    """`cls.name = value` from outside: a switch stored late overrides the class's own default."""
    home = next((c for c in order(m, cls) if name in c.fields), cls)
    old = home.fields.get(name)
    switchy = any(isinstance(a, (Term, Truth)) for a in value.atoms)
    if old is None or (switchy and name not in home.stored):
        home.fields[name] = value
        m.changed_for_all()
    elif name not in home.stored and m.conds.decided(cond) and all(isinstance(a, Const) and a.value is None for a in old.atoms):
        # what only switches keep from being stored is absent under those alone
        home.fields[name] = m.join([(m.conds.negate(cond), old), (cond, value)])
        m.changed_for_all()
    else:
        joined = state.grown(m, old, cond, value)
        if joined is not None:
            home.fields[name] = joined
            m.changed_for_all()
    home.stored.add(name)


def shared(cls: ClassValue) -> Instance:
    """The stand-in for any instance of `cls`."""
    if cls.shared is None:
        cls.shared = Instance(cls, 0, 0)
    return cls.shared


def share(m: Machine, cls: ClassValue, name: str, value: Value, cond: Cond = TRUE) -> None:
    """Tell the stand-in of `cls` what a field of one instance holds."""
    if name == WRAPPED:
        return  # what one proxy stands for says nothing about another
    if construction.is_record(m, cls) and m.is_public(cls):
        ensure_initialised(m, cls)
        return
    stand_in = shared(cls)
    before = stand_in.fields.get(name)
    if before is None:
        stand_in.fields[name] = value
    elif before is not value and shapes.key_of(m, before) != shapes.key_of(m, value):
        stand_in.fields[name] = state.grown(m, before, cond, value) or before


def ensure_initialised(m: Machine, cls: ClassValue) -> None:
    """Run the constructor for the stand-in once, before its fields are read."""
    if cls in m.initialised:
        return
    m.initialised.add(cls)
    if m.is_made_within(cls):
        return
    init = find(m, cls, "__init__")
    stand_in = shared(cls)
    if init is not None:
        for atom in init.atoms:
            if isinstance(atom, FunctionValue):
                m.run_root(atom, stand_in)
    elif construction.is_record(m, cls):
        _open(m, cls, stand_in)


def _open(m: Machine, cls: ClassValue, stand_in: Instance) -> None:
    """Build the stand-in of a record class with every field an option of its user, and let it fill in what is left unset."""
    stand_in.constructing = True
    for name, default in construction.record_fields(m, cls):
        stand_in.fields[name] = m.root_parameter(cls, name, default)
    after = find(m, cls, "__post_init__")
    for atom in after.atoms if after is not None else ():
        if isinstance(atom, FunctionValue):
            m.run_root(atom, stand_in)
    stand_in.constructing = False


# --- enumerations --------------------------------------------------------------------------------------------------


# --- construction --------------------------------------------------------------------------------------------------
