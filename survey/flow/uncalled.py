"""What is no entry point although nothing reached it: methods that nobody can call, constructors that only the package calls."""

from __future__ import annotations

from survey.flow import classes, kinds
from survey.flow.machine import Machine
from survey.flow.values import ClassValue, FunctionValue, Instance
from survey.model import ir
from survey.program.modules import ModuleFile


def is_dead(m: Machine, fn: FunctionValue, receiver: Instance | None, named: set[str]) -> bool:
    """Whether `fn` is a private method that nothing calls: no name among `named` refers to it, and no foreign base asks for it."""
    name = fn.node.name
    if receiver is None or not name.startswith("_") or name.endswith("__") or name in named or fn.node.decorators:
        return False
    known = m.knowledge.protocol_methods | m.knowledge.constructors
    return name not in known and not classes.has_foreign_base(m, receiver.cls) and not _asks_by_name(m, fn.module)


def _asks_by_name(m: Machine, file: ModuleFile) -> bool:
    """Whether a module asks objects for something by a name that is only known when it runs."""
    calls = (node for node in ir.walk(m.program.body(file)) if isinstance(node, ir.Call) and isinstance(node.func, ir.Name))
    asking = (call for call in calls if isinstance(call.func, ir.Name) and m.knowledge.builtins.get(call.func.id) == "getattr")
    return any(len(call.args) > 1 and not isinstance(call.args[1].value, ir.Const) for call in asking)


def is_made_by_package(m: Machine, fn: FunctionValue, receiver: Instance | None) -> bool:
    """Whether `fn` is the constructor of objects that the package makes itself."""
    return receiver is not None and fn.node.name in m.knowledge.constructors and is_made_within(m, receiver.cls)


def is_made_within(m: Machine, cls: ClassValue) -> bool:
    """Whether the package makes the objects of a class, for spans of its own: the constructor asks for one.

    Whether it does is known after the first pass.
    """
    return (m.passes == 1 or cls in m.given_spans) and _asks_span(m, cls)


def _asks_span(m: Machine, cls: ClassValue) -> bool:
    """Whether the constructor of a class, or that of a base which it hands all on to, asks for a span."""
    for c in classes.order(m, cls):
        init = c.fields.get("__init__")
        params = [param for atom in init.atoms if isinstance(atom, FunctionValue) for param in atom.node.params] if init is not None else []
        if any(param.default is None and param.annotation is not None and kinds.is_span(m, param) for param in params):
            return True
        if params and not any(param.kind == "**" for param in params):
            return False
    return False
