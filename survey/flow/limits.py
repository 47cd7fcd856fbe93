"""What an SDK cuts off content: slices up to a limit, sizes that are tested, placeholders for what is too long.

A limit rides along as a hint of what it left, so that the write which it ends up in knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from survey.flow import evaluate, narrowing, places, scopes
from survey.flow.origins import words_of
from survey.flow.values import Const, FunctionValue, Pattern, Sequence, Site, Term, Value
from survey.model import ir

if TYPE_CHECKING:
    from survey.flow.machine import Machine

_PREFIX = "limit\t"
TRUNCATE = "truncate"
"""The rest is cut off."""
PLACEHOLDER = "placeholder"
"""Something else stands in for what is too long."""
DROP = "drop"
"""What is too long is left out."""
_LARGER = {">": True, ">=": True, "<": False, "<=": False}
"""Comparisons of a size with a limit, and whether they hold for what is too long."""
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class Found(NamedTuple):
    """One limit; `value` is None where it is set elsewhere, by `switch` if that is known."""

    value: int | None
    unit: str
    strategy: str
    switch: str
    site: Site


class _Test(NamedTuple):
    """A size compared with a limit."""

    name: str
    """The variable whose size it is."""
    bound: ir.Expr
    larger: bool
    """Whether the test holds for what is too long."""
    unit: str
    """What the test itself says is counted; '' where it says nothing."""


def read(hints: Iterable[str]) -> list[Found]:
    """The limits among `hints`, in the order of their places."""
    parts = (hint.split("\t", 8) for hint in hints if hint.startswith(_PREFIX))  # a path may hold anything
    found = (
        Found(int(value) if value else None, unit, strategy, switch, Site(path, int(line), int(end), symbol))
        for _, value, unit, strategy, switch, line, end, symbol, path in parts
    )
    return sorted(found, key=lambda each: (each.site, each.unit, each.strategy, each.switch, each.value or 0))


def sliced(m: Machine, expr: ir.Index, part: ir.Slice, value: Value) -> Value:
    """`value` cut by a slice, marked where the slice is a limit: it ends, or counted from the end begins, at one."""
    bound = _end_of(part)
    if bound is None:
        return value
    if not _says_limit(m, bound) and not any(_says_limit(m, source) for source in _sources(m, bound)):
        return value
    if not m.knowledge.limits.other.isdisjoint((*_words(bound), *_words(expr.obj))):
        return value
    subject = expr.obj.id if isinstance(expr.obj, ir.Name) else ""
    tested = next((test for test in _tests_of(m) if test.name == subject and _is_about(m, bound, test)), None) if subject else None
    bound = tested.bound if tested is not None else bound  # what is kept is often a little less, for the mark of the cut to fit in
    unit = (tested.unit if tested else "") or _unit(m, bound, expr.obj, value)
    if tested is None and (unit != "items" or part.upper is None) and isinstance(bound, ir.Const) and _is_short(m, bound):
        return value
    return _marked(m, value, bound, unit, TRUNCATE, expr)


def shortened(value: Value, width: Value | None, site: Site) -> Value:
    """Text that a library cut to a width."""
    number, switch = _number_of(width) if width is not None else (None, "")
    return _with(value, number, "characters", TRUNCATE, switch, site)


def _is_about(m: Machine, bound: ir.Expr, test: _Test) -> bool:
    """Whether a slice cuts what a test found too long; a plain number that is much smaller takes something else out of it."""
    if not isinstance(bound, ir.Const) or not isinstance(bound.value, int):
        return True
    number, _ = _number(m, test.bound)
    return number is not None and number // 2 <= bound.value <= number


def _end_of(part: ir.Slice) -> ir.Expr | None:
    lower = part.lower
    if isinstance(lower, ir.UnaryOp) and lower.op == "-" and part.upper is None:
        return lower.operand
    starts = lower is None or (isinstance(lower, ir.Const) and lower.value == 0)
    return part.upper if starts and part.step is None and not isinstance(part.upper, ir.UnaryOp) else None


def chosen(m: Machine, expr: ir.Conditional, value: Value, *, holds: bool) -> Value:
    """One arm of `then if test else other`, marked where the other one stands in for what is too long."""
    test = _test(m, expr.test)
    if test is None or test.larger == holds:
        return value
    strategy = _of_expr(expr.then if test.larger else expr.other, test.name)
    return value if not strategy else _marked(m, value, test.bound, test.unit or _unit(m, test.bound, None, value), strategy, expr.test)


def fitting(m: Machine, stmt: ir.If, *, held: bool) -> None:
    """Mark the variable whose size `stmt` tests where it was found to fit, and what is too long ends up otherwise."""
    test = _test(m, stmt.test)
    if test is None or test.larger == held:
        return
    strategy = _of_body(stmt.body, test.name) if test.larger else _of_rest(stmt, test.name)
    value = m.frame.env.names.get(test.name)
    if strategy and value is not None and not isinstance(value, scopes.Deferred):
        unit = test.unit or _unit(m, test.bound, ir.Name(stmt.line, stmt.line, test.name), value)
        marked = _marked(m, value, test.bound, unit, strategy, stmt.test)
        # where it fits by the test itself, that holds no further than the branch; where what does not fit has left, for good
        m.frame.env.names[test.name] = narrowing.Narrowed(marked.alts, narrowing.whole(value)) if held else marked


def _marked(m: Machine, value: Value, bound: ir.Expr, unit: str, strategy: str, where: ir.Node) -> Value:
    number, switch = _number(m, bound)
    return _with(value, number, unit, strategy, switch, Site(m.frame.module.path, where.line, where.end_line, m.frame.symbol))


def _with(value: Value, number: int | None, unit: str, strategy: str, switch: str, site: Site) -> Value:
    shown = "" if number is None else str(number)
    mark = "\t".join(("limit", shown, unit, strategy, switch, str(site.line), str(site.end_line), site.symbol, site.path))
    return places.marked(value, frozenset((mark,)))


# --- tests of sizes ------------------------------------------------------------------------------------------------


def _tests_of(m: Machine) -> tuple[_Test, ...]:
    """The tests of sizes in the running function."""
    function = m.frame.function
    if not isinstance(function, FunctionValue):
        return ()
    known = m.size_tests.get(function.node)
    if known is None:
        compares = (node for node in ir.walk(function.node.body) if isinstance(node, ir.Compare))
        known = m.size_tests[function.node] = tuple(test for node in compares if (test := _compared(m, node)) is not None)
    return tuple(test for test in known if isinstance(test, _Test))


def _test(m: Machine, expr: ir.Expr) -> _Test | None:
    """The test of a size that `expr` is, or has among others that all must hold: then what is too long may stay for some values."""
    if isinstance(expr, ir.UnaryOp) and expr.op == "not":
        inner = _test(m, expr.operand)
        return inner._replace(larger=not inner.larger) if inner is not None else None
    if isinstance(expr, ir.BoolOp) and expr.op == "and":
        return next((test for part in expr.values if (test := _test(m, part)) is not None), None)
    return _compared(m, expr) if isinstance(expr, ir.Compare) else None


def _compared(m: Machine, expr: ir.Compare) -> _Test | None:
    if expr.op not in _LARGER:
        return None
    for op, measured, bound in ((expr.op, expr.left, expr.right), (_MIRRORED[expr.op], expr.right, expr.left)):
        subject = _measured(m, measured)
        if subject is not None and _says_limit(m, bound):
            return _Test(subject[0], bound, _LARGER[op], subject[1])
    return None


def _measured(m: Machine, expr: ir.Expr) -> tuple[str, str] | None:
    """(variable, unit where it is certain) of `len(variable)`, also of the bytes that it is made of."""
    if not isinstance(expr, ir.Call) or len(expr.args) != 1:
        return None
    function = expr.func.id if isinstance(expr.func, ir.Name) else expr.func.name if isinstance(expr.func, ir.Attr) else ""
    given, unit = expr.args[0].value, ""
    if isinstance(given, ir.Call) and isinstance(given.func, ir.Attr) and given.func.name == "encode":
        given, unit = given.func.obj, "bytes"
    return (given.id, unit) if function in m.knowledge.limits.sizes and isinstance(given, ir.Name) else None


def _of_body(body: tuple[ir.Stmt, ...], name: str) -> str:
    """What a branch makes of the variable `name` that is too long; '' where it keeps it, or that is not clear."""
    for stmt in body:
        if isinstance(stmt, ir.Return):
            return DROP if stmt.value is None else _of_expr(stmt.value, name)
        if isinstance(stmt, ir.Continue):
            return DROP
        if isinstance(stmt, ir.Assign) and stmt.value is not None and any(isinstance(t, ir.Name) and t.id == name for t in stmt.targets):
            return _of_expr(stmt.value, name)
    return ""


def _of_rest(stmt: ir.If, name: str) -> str:
    """The same for what a test that it fits leaves over."""
    if stmt.orelse:
        return _of_body(stmt.orelse, name)
    leaves = any(isinstance(each, (ir.Return, ir.Continue, ir.Break, ir.Raise)) for each in stmt.body)
    return "" if leaves or any(_cuts(each, name) for each in stmt.body) else DROP


def _of_expr(expr: ir.Expr, name: str) -> str:
    if isinstance(expr, ir.Conditional):
        return next((found for arm in (expr.then, expr.other) if (found := _of_expr(arm, name))), "")
    if isinstance(expr, ir.Const):
        return DROP if expr.value in (None, "") else PLACEHOLDER if isinstance(expr.value, str) else ""
    used = any(isinstance(node, ir.Name) and node.id == name for node in ir.walk((expr,)))
    return PLACEHOLDER if isinstance(expr, (ir.Name, ir.Attr, ir.Template)) and (not used or isinstance(expr, ir.Template)) else ""


def _cuts(stmt: ir.Stmt, name: str) -> bool:
    slices = (node for node in ir.walk((stmt,)) if isinstance(node, ir.Index) and isinstance(node.index, ir.Slice))
    return any(isinstance(node.obj, ir.Name) and node.obj.id == name for node in slices)


# --- numbers -------------------------------------------------------------------------------------------------------


def _says_limit(m: Machine, bound: ir.Expr) -> bool:
    """Whether a number is, by its size or its name, a limit."""
    if isinstance(bound, ir.Const):
        return isinstance(bound.value, int) and not isinstance(bound.value, bool) and bound.value >= m.knowledge.limits.smallest
    return not m.knowledge.limits.words.isdisjoint(_words(bound))


def _sources(m: Machine, bound: ir.Expr) -> list[ir.Expr]:
    """What the running function assigns to the variable `bound`, and to those in that."""
    function = m.frame.function
    found: list[ir.Expr] = []
    names = [bound.id] if isinstance(bound, ir.Name) and isinstance(function, FunctionValue) else []
    for name in names:
        assigns = [node for node in ir.walk(function.node.body) if isinstance(node, ir.Assign)] if function is not None else []
        for node in assigns:
            if node.value is not None and any(isinstance(target, ir.Name) and target.id == name for target in node.targets):
                found.append(node.value)
                names += [each.id for each in _operands(node.value) if each.id not in names]
    return found


def _operands(expr: ir.Expr) -> Iterator[ir.Name]:
    """The variables that a number is calculated from."""
    if isinstance(expr, ir.Name):
        yield expr
    elif isinstance(expr, ir.BinOp):
        yield from _operands(expr.left)
        yield from _operands(expr.right)


def _is_short(m: Machine, bound: ir.Const) -> bool:
    """Whether a plain number is no longer than identifiers are."""
    return isinstance(bound.value, int) and bound.value <= m.knowledge.limits.identifier


def _words(expr: ir.Expr | None) -> Iterator[str]:
    """The words of the names in `expr`; what is called to find a place is no name of a limit."""
    stack: list[object] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Name):
            yield from words_of(node.id)
        elif isinstance(node, ir.Attr):
            yield from words_of(node.name)
            stack.append(node.obj)
        elif isinstance(node, ir.BinOp):
            stack += (node.left, node.right)
        elif isinstance(node, ir.Call):
            stack += (each.value for each in node.args)


def _number(m: Machine, bound: ir.Expr) -> tuple[int | None, str]:
    """The number, and the switch that sets it; of a difference what it is taken from."""
    if isinstance(bound, ir.BinOp) and bound.op in ("-", "//"):
        return _number(m, bound.left)
    return _number_of(evaluate.evaluate(m, bound))


def _number_of(value: Value) -> tuple[int | None, str]:
    term = next((atom.gate for atom in value.atoms if isinstance(atom, Term)), None)
    numbers = {atom.value for atom in value.atoms if isinstance(atom, Const) and type(atom.value) is int and atom.value > 0}
    if not numbers and term is not None and (term.default or "").isdecimal():
        numbers = {int(term.default or "")}
    shown = "" if term is None else f"{term.owner}({term.name}=)" if term.owner else term.name
    return (numbers.pop() if len(numbers) == 1 else None), shown


def _unit(m: Machine, bound: ir.Expr, subject: ir.Expr | None, value: Value) -> str:
    """What is counted: characters, bytes or items."""
    words, known = set(_words(bound)), m.knowledge.limits
    if not words.isdisjoint(known.bytes) or any(isinstance(atom, Const) and isinstance(atom.value, bytes) for atom in value.atoms):
        return "bytes"
    if any(isinstance(atom, Pattern) for atom in value.atoms):
        return "characters"
    several = any(isinstance(atom, Sequence) for atom in value.atoms)
    return "items" if several or not known.items.isdisjoint(words | set(_words(subject))) else "characters"
