"""Match statements: each pattern is reduced to what it compares with and what it captures.

A test that is a Const, Name or Attr says all there is to match: this value, or an instance of this class. An
`Unknown` is a structural test (a sequence, a mapping, a class with sub-patterns); its children are what it names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.languages.python.lowering_parts import EXPRESSIONS, Aliased, Parts, Reducer
from survey.model import ir


@dataclass(frozen=True, slots=True)
class Pattern:
    """`tests` are alternatives, empty when anything matches; `binds` the captured names."""

    tests: tuple[ir.Expr, ...]
    binds: tuple[str, ...] = ()
    open_ended: bool = False
    """`*rest` or `**rest`: a part of the pattern around it."""


def _as_pattern(value: object) -> Pattern | None:
    """Any reduced child of a pattern as a pattern."""
    if isinstance(value, Pattern):
        return value
    if isinstance(value, ir.Name):
        return Pattern((), () if value.id == "_" else (value.id,))
    if isinstance(value, Aliased):
        inner = _as_pattern(value.value)
        name = (value.target.id,) if isinstance(value.target, ir.Name) else ()
        return Pattern(inner.tests if inner else (), (*(inner.binds if inner else ()), *name))
    if isinstance(value, ir.Sequence):  # `[]` and `()` hold no pattern that would tell them from displays
        return Pattern((ir.Unknown(value.line, value.end_line, "list_pattern", value.items),))
    return Pattern((value,)) if type(value) in EXPRESSIONS else None  # type: ignore[arg-type]


def _patterns(values: Iterable[object]) -> list[Pattern]:
    return [pattern for value in values if (pattern := _as_pattern(value)) is not None]


def _values(parts: Parts) -> list[object]:
    return [value for _, _, value in parts.items if value is not None]


def _structure(parts: Parts, patterns: list[Pattern], named: tuple[ir.Expr, ...] = ()) -> Pattern:
    children = named + tuple(test for pattern in patterns for test in pattern.tests)
    binds = tuple(name for pattern in patterns for name in pattern.binds)
    return Pattern((ir.Unknown(parts.line, parts.end_line, parts.kind, children),), binds)


def _case_pattern(parts: Parts) -> Pattern:
    patterns = _patterns(_values(parts))
    if parts.has("-") and patterns and patterns[0].tests:
        negative = ir.UnaryOp(parts.line, parts.end_line, "-", patterns[0].tests[0])
        return Pattern((negative,))
    return patterns[0] if patterns else Pattern(())


def _union(parts: Parts) -> Pattern:
    tests: list[ir.Expr] = []
    binds: list[str] = []
    minus = False
    wildcard = False
    for kind, _, value in parts.items:
        if kind == "-":
            minus = True
        wildcard = wildcard or kind == "_"
        pattern = _as_pattern(value)
        if pattern is None:
            continue
        found = pattern.tests
        wildcard = wildcard or not found
        if minus and found:
            found = (ir.UnaryOp(found[0].line, found[0].end_line, "-", found[0]), *found[1:])
            minus = False
        tests.extend(found)
        binds.extend(name for name in pattern.binds if name not in binds)
    return Pattern(() if wildcard else tuple(tests), tuple(binds))


def _sequence(kind: str) -> Reducer:
    def reduce(parts: Parts) -> ir.Expr | Pattern:
        values = _values(parts)
        if not any(isinstance(value, Pattern) for value in values):  # the target of an assignment, by the same name
            if kind == "tuple" and len(values) == 1 and not parts.has(",") and type(values[0]) in EXPRESSIONS:
                return parts.only()
            return ir.Sequence(parts.line, parts.end_line, "list" if kind == "list" else "tuple", tuple(parts.exprs()))
        patterns = _patterns(values)
        if kind == "tuple" and len(patterns) == 1 and not parts.has(",") and not patterns[0].open_ended:
            return patterns[0]  # `(pattern)` is only parenthesised
        return _structure(parts, patterns)

    return reduce


def _mapping(parts: Parts) -> Pattern:
    keys: list[ir.Expr] = []
    patterns: list[Pattern] = []
    minus = False
    for kind, field, value in parts.items:
        minus = minus or kind == "-"
        if field == "key" and type(value) in EXPRESSIONS:
            keys.append(ir.UnaryOp(value.line, value.end_line, "-", value) if minus else value)
            minus = False
        elif isinstance(value, Pattern):
            patterns.append(value)
    return _structure(parts, patterns, tuple(keys))


def _class(parts: Parts) -> Pattern:
    values = _values(parts)
    named = parts.only()
    patterns = _patterns(values[1:])
    if any(pattern.tests for pattern in patterns):
        return _structure(parts, patterns, (named,))
    return Pattern((named,), tuple(name for pattern in patterns for name in pattern.binds))


def _keyword(parts: Parts) -> Pattern:
    patterns = _patterns(_values(parts)[1:])
    if parts.has("-") and patterns and patterns[0].tests:
        return Pattern((ir.UnaryOp(parts.line, parts.end_line, "-", patterns[0].tests[0]),))
    return patterns[0] if patterns else Pattern(())


def _rest(parts: Parts) -> Pattern:
    return Pattern((), tuple(value.id for value in parts.exprs() if isinstance(value, ir.Name) and value.id != "_"), open_ended=True)


def _complex(parts: Parts) -> Pattern:
    return Pattern((ir.Unknown(parts.line, parts.end_line, "complex", ()),))


def _case(parts: Parts) -> ir.Case:
    patterns = [value for _, _, value in parts.items if isinstance(value, Pattern)]
    alone = len(patterns) == 1 and not parts.has(",") and not patterns[0].open_ended
    pattern = patterns[0] if alone else _structure(parts, patterns)
    guard = parts.get("guard")
    return ir.Case(
        parts.line,
        parts.end_line,
        pattern.tests,
        pattern.binds,
        guard.test if isinstance(guard, ir.IfClause) else None,
        parts.block("consequence"),
    )


def _match(parts: Parts) -> ir.Match:
    subject = parts.as_expr(parts.tuple_or_one(parts.all("subject")))
    body = parts.get("body")
    cases = tuple(case for case in body if isinstance(case, ir.Case)) if isinstance(body, tuple) else ()
    return ir.Match(parts.line, parts.end_line, subject, cases)


REDUCERS: Mapping[str, Reducer] = {
    "match_statement": _match,
    "case_clause": _case,
    "case_pattern": _case_pattern,
    "union_pattern": _union,
    "list_pattern": _sequence("list"),
    "tuple_pattern": _sequence("tuple"),
    "dict_pattern": _mapping,
    "class_pattern": _class,
    "keyword_pattern": _keyword,
    "splat_pattern": _rest,
    "complex_pattern": _complex,
}
