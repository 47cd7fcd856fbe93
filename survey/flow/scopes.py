"""Scopes and modules: what a name means where it stands, loaded when something first asks."""

from __future__ import annotations

from dataclasses import dataclass

from survey.flow import execute, state
from survey.flow.conditions import TRUE
from survey.flow.frames import Frame
from survey.flow.machine import MAX_DEPTH, Machine
from survey.flow.values import NOTHING, Const, Env, External, ModuleValue, Opaque, Value, of
from survey.model import ir
from survey.program.modules import ModuleFile, definitions


@dataclass(frozen=True, slots=True, eq=False)
class Deferred(Value):
    """An imported name that nobody asked for yet."""

    module: str = ""
    member: str = ""


def deferred(module: str, member: str) -> Deferred:
    """`member` of `module`, or the module itself where `member` is empty."""
    return Deferred(NOTHING.alts, module, member)


def resolve(m: Machine, scope: Env, name: str, value: Value) -> Value:
    """Follow an import the first time its name is read."""
    if not isinstance(value, Deferred):
        return value
    scope.names[name] = NOTHING
    found = module_member(m, value.module, value.member) if value.member else module_value(m, value.module)
    scope.names[name] = found
    return found


def module_value(m: Machine, name: str) -> Value:
    """A module by its absolute name."""
    return of(ModuleValue(name) if m.program.knows(name) else External(name))


def module_env(m: Machine, file: ModuleFile) -> Env:
    """The module's names; its body runs when first asked for."""
    env = m.module_envs.get(file.name)
    if env is not None:
        return env
    env = m.module_envs[file.name] = Env(None, file)
    if len(m.frames) > MAX_DEPTH * 2:
        m.cut("import", "modules import each other too deeply")
        return env
    env.names["__name__"] = of(Const(file.name))
    m.loading.add(file.name)
    writes, m.writes = m.writes, {}
    m.frames.append(Frame(file, env, "<module>", m.next_serial()))
    try:
        execute.block(m, m.program.body(file))
    finally:  # too deep a stack is given up on further out, and the analysis goes on
        m.frames.pop()
        m.writes = writes
        m.loading.discard(file.name)
    return env


def module_name(m: Machine, file: ModuleFile, name: str) -> Value:
    """A module-level name of `file`, else a builtin."""
    found = member_of_file(m, file, name)
    return found if found is not None else of(External(name))


def member_of_file(m: Machine, file: ModuleFile, name: str) -> Value | None:
    """A module-level name of `file`; also one that a half-loaded module will define further down."""
    env = module_env(m, file)
    found = env.names.get(name)
    if found is not None:
        return resolve(m, env, name, found)
    if file.name in m.loading:
        for item in definitions(m.program.body(file)):
            if item.name == name and item not in m.defining:
                m.defining.add(item)
                m.frames.append(Frame(file, env, "<module>", m.next_serial()))
                try:
                    return execute.define(m, item)
                finally:
                    m.frames.pop()
                    m.defining.discard(item)
    for star in env.outer.values():
        source = m.program.file(star)
        if source is not None and source is not file and (value := member_of_file(m, source, name)) is not None:
            return value
    return None


def module_member(m: Machine, module: str, name: str) -> Value:
    """`module.name`: a name of the module, a module below it, or something external."""
    file = m.program.file(module)
    if file is not None:
        found = member_of_file(m, file, name)
        if found is not None:
            return found
    below = f"{module}.{name}"
    if m.program.knows(below):
        return of(ModuleValue(below))
    if file is not None and member_of_file(m, file, "__getattr__") is not None:
        return of(Opaque(m.word(name)))
    return m.external(below)


def assign(m: Machine, name: str, value: Value) -> None:
    """Set a variable of the running scope, or of the scope it is declared to belong to."""
    env = m.frame.env
    kind = env.outer.get(name) if env.parent is not None or m.frame.function is not None else None
    if kind is None:
        env.names[name] = value
        return
    if kind == "global":
        store_global(m, env.module.name, name, value)
        return
    m.changed_for_all()
    scope = env.parent
    while scope is not None and name not in scope.names:
        scope = scope.parent
    if scope is not None:
        scope.names[name] = m.join([(TRUE, scope.names[name]), (m.frame.path, value)])


def store_global(m: Machine, module: str, name: str, value: Value) -> None:
    """Set a module-level name from inside a function: added to what it held, its blank first value aside."""
    file = m.program.file(module)
    if file is None:
        return
    env = module_env(m, file)
    old = env.names.get(name)
    if old is None or isinstance(old, Deferred):
        env.names[name] = value
        m.changed_for_all()
        return
    joined = state.grown(m, old, TRUE, value)
    if joined is not None:
        env.names[name] = joined
        m.changed_for_all()


def do_import(m: Machine, stmt: ir.Import) -> None:
    """Bind imported names; nothing is loaded yet."""
    env = m.frame.env
    module = m.program.absolute(stmt.module, stmt.level, env.module)
    if not stmt.names:
        if stmt.alias:
            env.names[stmt.alias] = deferred(module, "")
        else:
            first = module.split(".")[0]
            env.names[first] = deferred(first, "")
        return
    for imported in stmt.names:
        if imported.member == "*":
            env.outer[f"*{len(env.outer)}"] = module
        else:
            env.names[imported.alias] = deferred(module, imported.member)
