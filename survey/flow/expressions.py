"""What an expression of the source says about content: what it reads, what it hands on, how much its names speak of it."""

from __future__ import annotations

from collections.abc import Iterator

from survey.flow.definitions import Routine
from survey.flow.shown import last_name, shown
from survey.flow.values import Site
from survey.knowledge.engine import EngineKnowledge
from survey.model import ir

VERY = 4
"""The score of an expression that names the very role."""
_READERS = ("get", "pop", "getattr", "setdefault")
_LONG = 56
"""Characters of a call that is told in full."""


class Words:
    """How much names speak of content, by the knowledge's words of origin."""

    def __init__(self, knowledge: EngineKnowledge) -> None:
        self._words = knowledge.words

    def score(self, expr: ir.Expr, role: str) -> int:
        """How much the names in `expr` speak of content: 4 of the very role, 3 of another, 2 of content, 1 hardly, 0 not at all."""
        best = 0
        stack: list[object] = [expr]
        while stack and best < VERY:
            item = stack.pop()
            if isinstance(item, tuple):
                stack.extend(item)
                continue
            if not isinstance(item, (ir.Node, ir.Arg)) or isinstance(item, ir.Function):
                continue
            word = _word(item)
            hint = self._words.get(word.lower().lstrip("_")) if word else None
            if hint is not None:
                best = max(best, VERY if hint == role else 2 if hint == "content" else 3)
            stack.extend(ir.children(item))
        field = field_of(expr)
        return min(best, 1) if field and not self.speaks(field) else best

    def speaks(self, name: str) -> bool:
        """Whether a name speaks of content."""
        return name.lower().lstrip("_") in self._words


def _word(item: object) -> str:
    match item:
        case ir.Name(id=name) | ir.Attr(name=name):
            return name
        case ir.Const(value=str(text)):
            return text
        case ir.Arg(name=str(name)):
            return name
        case _:
            return ""


def field_of(expr: ir.Expr) -> str:
    """The name of what a read reads; '' for anything that is no read by name."""
    match expr:
        case ir.Attr(name=name):
            return name
        case ir.Index(index=ir.Const(value=str(name))):
            return name
        case ir.Call(func=func, args=args) if last_name(func) in _READERS:
            names = [arg.value.value for arg in args if isinstance(arg.value, ir.Const) and isinstance(arg.value.value, str)]
            return names[0] if names else ""
        case _:
            return ""


def tail(symbol: str) -> str:
    """The last two parts of a dotted path."""
    return ".".join(symbol.split(".")[-2:])


def handing(call: ir.Call, given: ir.Expr) -> str:
    """A call as text; of a long one only the argument that matters."""
    text = shown(call, 200)
    return text if len(text) <= _LONG else f"{shown(call.func, 40)}(… {shown(given, 30)} …)"


def outward(routine: Routine | None) -> Iterator[Routine]:
    """The routine and those around it, the innermost first."""
    while routine is not None:
        yield routine
        routine = routine.parent


def is_blank(value: ir.Expr) -> bool:
    """A constant or an empty container: what a variable begins with before something is put in."""
    return isinstance(value, ir.Const) or (isinstance(value, (ir.Dict, ir.Sequence)) and not value.items) or _is_empty_call(value)


def _is_empty_call(value: ir.Expr) -> bool:
    name = last_name(value.func) if isinstance(value, ir.Call) else ""
    return name == "defaultdict" or (name in ("dict", "list", "set") and isinstance(value, ir.Call) and not value.args)


def read_from(expr: ir.Expr) -> ir.Expr | None:
    """What `x.get("k")` or `getattr(x, "k")` reads from; None for anything else."""
    if not isinstance(expr, ir.Call) or last_name(expr.func) not in _READERS:
        return None
    named = [arg.value for arg in expr.args if not arg.name and not arg.spread]
    if isinstance(expr.func, ir.Attr):
        return expr.func.obj if named and isinstance(named[0], (ir.Const, ir.Name, ir.Attr)) else None
    return named[0] if len(named) > 1 else None


def call_at(routine: Routine, site: Site, name: str, *, exactly: bool = False) -> ir.Call | None:
    """The call at `site`: by its callee's name, else the one that spans exactly these lines and hands everything on."""
    calls = [p for p in routine.parts if isinstance(p, ir.Call) and site.line <= p.line <= site.end_line]
    for call in calls:
        if last_name(call.func) == name:
            return call
    if exactly:
        return None
    exact = [call for call in calls if (call.line, call.end_line) == (site.line, site.end_line)]
    return next((call for call in exact if any(arg.spread for arg in call.args)), exact[0] if len(exact) == 1 else None)


def argument_of(call: ir.Call, callee: Routine, param: ir.Param) -> ir.Expr | None:
    """The expression that `call` gives for a parameter of `callee`; a collected or spread one where it must come from there."""
    if callee.node is None:
        return None
    for arg in call.args:
        if arg.name == param.name:
            return arg.value
    params = [p for p in callee.node.params if p.kind == "positional"]
    offset = 1 if callee.is_method and callee.node.receiver is None and isinstance(call.func, ir.Attr) else 0
    plain = [arg.value for arg in call.args if not arg.name and not arg.spread]
    if param in params:
        position = params.index(param) - offset
        if 0 <= position < len(plain):
            return plain[position]
    elif param.kind == "**" and (named := [arg for arg in call.args if arg.name]):
        return named[0].value if len(named) == 1 else None
    spread = [arg for arg in call.args if arg.spread]
    return spread[-1].value if spread else None
