"""Which places of a function one run may pass one after the other, and the tests that stand around a place.

Read off the lines of the source: arms of one branch exclude each other, and nothing after a `return` is reached from before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey.model import ir

_END = 1 << 30
_NEGATIVE = ("!=", "not in", "is not")


@dataclass(frozen=True, slots=True)
class _Arm:
    """Lines of one arm of a branch; `test` is what it is taken under, None for what is no test."""

    first: int
    last: int
    branch: ir.Node
    number: int
    test: ir.Expr | None
    holds: bool
    """Whether the arm is taken where the test holds."""
    until: int
    """The last line that is not reached from this arm because it ends before; 0 where it does not."""


class Arms:
    """The arms of one function's body."""

    def __init__(self, body: tuple[ir.Stmt, ...]) -> None:
        self._arms: list[_Arm] = []
        self._caught: list[tuple[int, int, int, int]] = []
        """Lines of a `try` body, and those of its handlers and `finally`, which are reached from any of the former."""
        self._loops: list[tuple[int, int]] = []
        self._read(body)

    def follows(self, first: int, then: int, *, grown: bool = False) -> bool:
        """Whether a run that passed line `first` may pass `then` later; `grown`: be it in another round of a loop around both."""
        for arm in self._around(first):
            if arm.first <= then <= arm.last:
                continue
            other = next((a for a in self._arms if a.branch is arm.branch and a.number != arm.number and a.first <= then <= a.last), None)
            if other is not None and not (grown and any(a <= arm.first and other.last <= b for a, b in self._loops)):
                return False
            if arm.last < then <= arm.until and not self._catches(first, then):
                return False
        return True

    def certain(self, later: int, first: int, then: int) -> bool:
        """Whether every run that passes `first`, and then `then`, passes the line `later` between them."""
        return all(any(a.first <= place <= a.last for place in (first, then)) for a in self._around(later)) and self.follows(first, later)

    def tests(self, line: int) -> Iterator[tuple[ir.Expr, bool]]:
        """The tests that decide whether `line` is passed, each with what its outcome must be; those that end the way before it too."""
        for arm in self._arms:
            if arm.test is None:
                continue
            if arm.first <= line <= arm.last:
                yield arm.test, arm.holds
            elif arm.last < line <= arm.until and all(a.first <= line <= a.last for a in self._around(arm.branch.line)):
                yield arm.test, not arm.holds

    def _around(self, line: int) -> Iterator[_Arm]:
        return (arm for arm in self._arms if arm.first <= line <= arm.last)

    def _catches(self, first: int, then: int) -> bool:
        return any(a <= first <= b and c <= then <= d for a, b, c, d in self._caught)

    def _read(self, body: tuple[ir.Stmt, ...]) -> None:
        waiting: list[tuple[tuple[ir.Stmt, ...], int]] = [(body, 0)]
        while waiting:
            stmts, loop_end = waiting.pop()
            for stmt in stmts:
                match stmt:
                    case ir.If(test=test, body=then, orelse=orelse):
                        self._arm(stmt, 0, then, test, loop_end, holds=True)
                        self._arm(stmt, 1, orelse, test, loop_end, holds=False)
                        waiting += [(then, loop_end), (orelse, loop_end)]
                    case ir.Match(cases=cases):
                        for number, case in enumerate(cases):
                            compared = case.tests[0] if len(case.tests) == 1 else None
                            self._arm(stmt, number, case.body, compared, loop_end, holds=True)
                            waiting.append((case.body, loop_end))
                    case ir.For(body=inner, orelse=orelse) | ir.While(body=inner, orelse=orelse):
                        self._loops.append((stmt.line, stmt.end_line))
                        waiting += [(inner, stmt.end_line), (orelse, loop_end)]
                    case ir.Try(body=tried, handlers=handlers, orelse=orelse, final=final):
                        self._try(tried, [*(handler.body for handler in handlers), final])
                        for number, arm in enumerate((*(handler.body for handler in handlers), orelse)):
                            self._arm(stmt, number, arm, None, loop_end, holds=True)
                        waiting += [(arm, loop_end) for arm in (tried, *(handler.body for handler in handlers), orelse, final)]
                    case ir.With(body=inner):
                        waiting.append((inner, loop_end))
                    case _:
                        pass

    def _arm(self, branch: ir.Node, number: int, body: tuple[ir.Stmt, ...], test: ir.Expr | None, loop_end: int, *, holds: bool) -> None:
        if body:
            until = {"ends": _END, "leaves": loop_end, "": 0}[_ending(body)]
            self._arms.append(_Arm(body[0].line, body[-1].end_line, branch, number, test, holds, until))

    def _try(self, tried: tuple[ir.Stmt, ...], reached: list[tuple[ir.Stmt, ...]]) -> None:
        if tried:
            self._caught += [(tried[0].line, tried[-1].end_line, body[0].line, body[-1].end_line) for body in reached if body]


def _ending(body: tuple[ir.Stmt, ...]) -> str:
    """`ends` where a body ends the function's run, `leaves` where it ends the round of its loop, else ''."""
    if not body:
        return ""
    match body[-1]:
        case ir.Return() | ir.Raise():
            return "ends"
        case ir.Break() | ir.Continue():
            return "leaves"
        case ir.If(body=then, orelse=orelse):
            both = {_ending(then), _ending(orelse)}
            return "" if "" in both else "leaves" if "leaves" in both else "ends"
        case ir.With(body=inner):
            return _ending(inner)
        case _:
            return ""


def outcome(test: ir.Expr, *, holds: bool) -> tuple[ir.Expr, bool]:
    """A test without its negation, and what its outcome is then."""
    while isinstance(test, ir.UnaryOp) and test.op == "not":
        test, holds = test.operand, not holds
    return test, not holds if isinstance(test, ir.Compare) and test.op in _NEGATIVE else holds
