"""Decorators: what they make of a function, and what is behind one."""

from __future__ import annotations

from dataclasses import replace

from survey.flow import calls, evaluate
from survey.flow.machine import Machine
from survey.flow.values import Arguments, Atom, BoundMethod, ClassValue, External, FunctionValue, Instance, Method, Partial, Value, of
from survey.model import ir


def decorate(m: Machine, fn: FunctionValue, decorators: tuple[ir.Expr, ...]) -> Value:
    """Apply decorators from the inside out; one that is not source at hand leaves the function as it is."""
    value = of(fn)
    for expr in reversed(decorators):
        m.frame.line, m.frame.end_line = expr.line, expr.end_line
        decorator = evaluate.evaluate(m, expr).only
        only = value.only
        if isinstance(decorator, External) and isinstance(only, FunctionValue):
            mark = m.knowledge.marks.get(decorator.name) or (
                "context" if m.knowledge.models.get(decorator.name) == "mark_context" else None
            )
            if mark:
                value = of(marked(m, only, mark))
        elif isinstance(decorator, Method) and isinstance(decorator.receiver, FunctionValue):
            if decorator.name in ("setter", "deleter", "getter"):
                return of(decorator.receiver)
            if decorator.name == "register" and isinstance(only, FunctionValue):
                decorator.receiver.extra.append(only)
        elif isinstance(decorator, (FunctionValue, BoundMethod, Partial, ClassValue, Instance)):
            made = calls.call_atom(m, decorator, ((None, "", value),), m.site())
            if any(isinstance(a, (FunctionValue, BoundMethod, Partial, Instance)) for a in made.atoms):
                value = Value(tuple((g, a) for g, a in made.alts if isinstance(a, (FunctionValue, BoundMethod, Partial, Instance))))
                if m.frame.function is None:
                    for atom in value.atoms:
                        if isinstance(atom, FunctionValue) and atom.closure is not None:
                            atom.closure.lasting = True
    return value


def marked(m: Machine, fn: FunctionValue, mark: str) -> FunctionValue:
    """The same function with one more mark."""
    made = replace(fn, marks=fn.marks | {mark})
    m.functions[id(fn.node), id(fn.closure)] = made
    return made


def unwrap(atom: Atom) -> tuple[FunctionValue | None, Arguments]:
    """The function at the bottom of bound methods and partials, with the arguments already given."""
    if isinstance(atom, FunctionValue):
        return atom, ()
    if isinstance(atom, BoundMethod):
        return atom.function, ((None, "", of(atom.receiver)),)
    if isinstance(atom, Partial) and atom.target.only is not None:
        fn, given = unwrap(atom.target.only)
        return fn, (*given, *atom.args)
    return None, ()
