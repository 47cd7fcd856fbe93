"""Which of several alternatives on a value's way carries a role: literals that type a part, the tests around, what helpers build."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from survey.flow.arms import outcome
from survey.flow.definitions import Routine
from survey.flow.shown import last_name
from survey.knowledge.engine import EngineKnowledge
from survey.model import ir

FOR, UNTOLD, AGAINST = 2, 1, 0
_DEEP = 3
"""Calls deep to look into helpers."""
_SPOKEN = frozenset(("input", "output"))
"""Who speaks, which says nothing of the typed parts inside."""
_TALKED = frozenset(("input", "output", "system"))
_ASKS = ("user", "human")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Resolve = Callable[[Routine, ir.Expr], Routine | None]


class Telling:
    """How well alternatives fit a role; `resolve` finds the function that a call means."""

    def __init__(self, knowledge: EngineKnowledge, resolve: Resolve) -> None:
        self._knowledge = knowledge
        self._resolve = resolve
        self._built: dict[Routine, frozenset[str]] = {}
        self._named: dict[str, str] = {}
        self._said_by: dict[ir.Expr, frozenset[str]] = {}
        self._fits: dict[tuple[Routine, ir.Expr, str, int], int] = {}

    def fit(self, routine: Routine, expr: ir.Expr, role: str, line: int = 0) -> int:
        """How `expr` at `line` of a routine fits: `FOR` the role, `UNTOLD`, or `AGAINST`: made for others only."""
        key = (routine, expr, role, line or expr.line)
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = self._fit(*key)
        return found

    def _fit(self, routine: Routine, expr: ir.Expr, role: str, line: int) -> int:
        told = self._said_by.get(expr)
        if told is None:
            told = self._said_by[expr] = frozenset(self._literals(expr))
        denied: set[str] = set()
        for test, holds in routine.arms.tests(line):
            roles, agreed = self._tested(test, holds=holds)
            if agreed:
                told |= roles
            else:
                denied |= roles
        if role not in _TALKED:
            told -= _SPOKEN
        if role in told:
            return FOR
        if role in denied or told:
            return AGAINST
        built = [self._in_helper(helper, _DEEP) for helper in self._helpers(routine, expr)]
        if any(role in roles for roles in built):
            return FOR
        return AGAINST if any(len(roles) == 1 for roles in built) else UNTOLD

    def named(self, name: str) -> str:
        """The role that a name is made of, '' for none."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = self._role_in(name)
        return found

    def _role_in(self, name: str) -> str:
        words = _HUMP.sub("_", name).lower().strip("_").split("_")
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size + 1):
                if found := self._knowledge.words.get("_".join(words[start : start + size]), "").replace("content", ""):
                    return found
        return ""

    def _literals(self, root: object) -> Iterator[str]:
        """The roles that fields beside content say, and those that constructors are named for."""
        fields = self._knowledge.discriminators
        for node in ir.walk(root):
            match node:
                case ir.Dict(items=items):
                    for key, value in items:
                        if isinstance(key, ir.Const) and key.value in fields:
                            yield from self._said(value)
                case ir.Call(func=func, args=args):
                    for arg in args:
                        if arg.name in fields:
                            yield from self._said(arg.value)
                    if (name := last_name(func))[:1].isupper():
                        yield from self._typed(name)
                case _:
                    pass

    def _said(self, value: ir.Expr) -> Iterator[str]:
        word = value.value if isinstance(value, ir.Const) and isinstance(value.value, str) else ""
        if word.lower() in _ASKS:
            yield "input"
        elif role := self._knowledge.parts.get(_HUMP.sub("_", word).lower(), ""):
            yield role

    def _typed(self, name: str) -> Iterator[str]:
        """The role of a typed part that a class is named for: the whole name, or its first words."""
        words = _HUMP.sub("_", name).lower().strip("_").split("_")
        for size in range(len(words), 0, -1):
            role = self._knowledge.parts.get("_".join(words[:size]), "") if size > 1 or len(words) == 1 else ""
            if role and role not in _SPOKEN:
                yield role
                return

    def _tested(self, test: ir.Expr, *, holds: bool) -> tuple[frozenset[str], bool]:
        """The roles that a test names, and whether its outcome says yes to them."""
        test, holds = outcome(test, holds=holds)
        if isinstance(test, ir.BoolOp) and test.op == "and" and not holds:
            return frozenset(), holds
        found: set[str] = set()
        for node in ir.walk(test):
            match node:
                case ir.Const():
                    found.update(self._said(node))
                case ir.Name(id=name) | ir.Attr(name=name):
                    found.update(self._typed(name))
                case _:
                    pass
        return frozenset(found), holds

    def _helpers(self, routine: Routine, expr: ir.Expr) -> Iterator[Routine]:
        for node in ir.walk(expr):
            if isinstance(node, ir.Call) and (helper := self._resolve(routine, node.func)) is not None:
                yield helper

    def _in_helper(self, helper: Routine, depth: int) -> frozenset[str]:
        """The roles of the typed parts that a function builds, itself or by what it calls."""
        found = self._built.get(helper)
        if found is None:
            self._built[helper] = frozenset()  # one that calls itself adds nothing
            roles: set[str] = set()
            for part in helper.parts:
                if isinstance(part, ir.Dict):
                    roles.update(self._literals(ir.Dict(part.line, part.end_line, part.items)))
                elif isinstance(part, ir.Call):
                    roles.update(self._typed(last_name(part.func)) if last_name(part.func)[:1].isupper() else ())
                    inner = self._resolve(helper, part.func) if depth else None
                    roles |= self._in_helper(inner, depth - 1) if inner is not None else set()
            found = self._built[helper] = frozenset(roles - _SPOKEN)
        return found
