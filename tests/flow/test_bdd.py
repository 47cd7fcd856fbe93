"""Every operation against truth tables; the properties hold for any formula, so they are tested on random ones."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.flow.bdd import FALSE, TRUE, Bdd

VARIABLES = range(5)
ROWS = list(product((False, True), repeat=len(VARIABLES)))

Formula = tuple[Any, ...]
formulas = st.recursive(
    st.one_of(st.builds(lambda i: ("var", i), st.sampled_from(VARIABLES)), st.sampled_from([("const", False), ("const", True)])),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.just("ite"), inner, inner, inner),
    ),
    max_leaves=14,
)


def build(bdd: Bdd, formula: Formula) -> int:
    op, *args = formula
    if op == "var":
        return bdd.var(args[0])
    if op == "const":
        return TRUE if args[0] else FALSE
    parts = [build(bdd, arg) for arg in args]
    operations: dict[str, Callable[..., int]] = {"not": bdd.neg, "and": bdd.conj, "or": bdd.disj, "ite": bdd.ite}
    return operations[op](*parts)


def truth(formula: Formula, row: tuple[bool, ...]) -> bool:
    op, *args = formula
    match op:
        case "var":
            return row[args[0]]
        case "const":
            return bool(args[0])
        case "not":
            return not truth(args[0], row)
        case "and":
            return truth(args[0], row) and truth(args[1], row)
        case "or":
            return truth(args[0], row) or truth(args[1], row)
        case _:
            return truth(args[1], row) if truth(args[0], row) else truth(args[2], row)


def column(bdd: Bdd, f: int) -> list[bool]:
    return [bdd.evaluate(f, row.__getitem__) for row in ROWS]


def in_cube(cube: tuple[tuple[int, bool], ...]) -> Callable[[tuple[bool, ...]], bool]:
    return lambda row: all(row[var] is value for var, value in cube)


@given(formulas)
def test_operations_agree_with_truth_tables(formula: Formula) -> None:
    bdd = Bdd()
    assert column(bdd, build(bdd, formula)) == [truth(formula, row) for row in ROWS]


@given(formulas, formulas)
def test_equal_functions_are_equal_ints(one: Formula, other: Formula) -> None:
    bdd = Bdd()
    f, g = build(bdd, one), build(bdd, other)
    assert (f == g) == ([truth(one, row) for row in ROWS] == [truth(other, row) for row in ROWS])


@given(formulas, st.sampled_from(VARIABLES), st.booleans())
def test_restrict_fixes_a_variable(formula: Formula, var: int, value: bool) -> None:
    bdd = Bdd()
    f = bdd.restrict(build(bdd, formula), var, value)
    assert column(bdd, f) == [truth(formula, (*row[:var], value, *row[var + 1 :])) for row in ROWS]
    assert var not in bdd.support(f)


@given(formulas, st.sets(st.sampled_from(VARIABLES)))
def test_exists_asks_for_some_value(formula: Formula, gone: set[int]) -> None:
    bdd = Bdd()
    f = bdd.exists(build(bdd, formula), gone)
    expected = [any(truth(formula, other) for other in ROWS if all(other[v] == row[v] for v in VARIABLES if v not in gone)) for row in ROWS]
    assert column(bdd, f) == expected


@given(formulas, formulas)
def test_constrain_keeps_the_function_where_the_care_set_holds(formula: Formula, care: Formula) -> None:
    bdd = Bdd()
    f, c = build(bdd, formula), build(bdd, care)
    result = bdd.constrain(f, c)
    assert bdd.conj(result, c) == bdd.conj(f, c)
    assert bdd.support(result) <= bdd.support(f)
    if c != FALSE and bdd.conj(c, bdd.neg(f)) == FALSE:
        assert result == TRUE
    if c != FALSE and bdd.conj(c, f) == FALSE:
        assert result == FALSE


@given(formulas)
def test_support_is_what_the_function_depends_on(formula: Formula) -> None:
    bdd = Bdd()
    f = build(bdd, formula)
    assert bdd.support(f) == {v for v in VARIABLES if bdd.restrict(f, v, False) != bdd.restrict(f, v, True)}


@settings(max_examples=300)
@given(formulas)
def test_cover_is_an_irredundant_sum_of_products(formula: Formula) -> None:
    bdd = Bdd()
    cubes = bdd.cover(build(bdd, formula))
    expected = [truth(formula, row) for row in ROWS]
    assert [any(in_cube(cube)(row) for cube in cubes) for row in ROWS] == expected
    for i, cube in enumerate(cubes):
        rest = [*cubes[:i], *cubes[i + 1 :]]
        assert [any(in_cube(other)(row) for other in rest) for row in ROWS] != expected, "a cube is redundant"
        for literal in cube:
            wider = in_cube(tuple(other for other in cube if other != literal))
            assert any(wider(row) and not value for row, value in zip(ROWS, expected, strict=True)), "a literal is redundant"


@given(formulas)
def test_results_do_not_depend_on_what_was_asked_before(formula: Formula) -> None:
    fresh, used = Bdd(), Bdd()
    for v in VARIABLES:
        fresh.var(v)
        used.var(v)
    used.disj(used.conj(used.var(1), used.neg(used.var(3))), used.var(4))
    assert fresh.cover(build(fresh, formula)) == used.cover(build(used, formula))


def test_evaluate_asks_only_for_the_variables_on_its_path() -> None:
    bdd = Bdd()
    asked: list[int] = []

    def assignment(var: int) -> bool:
        asked.append(var)
        return True

    assert bdd.evaluate(bdd.disj(bdd.var(0), bdd.var(1)), assignment)
    assert asked == [0]


@pytest.mark.parametrize("count", [2_000])
def test_thousands_of_variables_do_not_exhaust_the_stack(count: int) -> None:
    bdd = Bdd()
    every = TRUE
    for i in reversed(range(count)):
        every = bdd.conj(every, bdd.var(i))
    some = FALSE
    for i in reversed(range(count)):
        some = bdd.disj(some, bdd.neg(bdd.var(i)))
    assert some == bdd.neg(every)
    assert bdd.cover(every) == (tuple((i, True) for i in range(count)),)
    assert len(bdd.cover(some)) == count
    assert bdd.exists(every, range(count)) == TRUE
    assert bdd.constrain(every, bdd.restrict(every, count - 1, True)) == bdd.var(count - 1)
    assert bdd.support(every) == frozenset(range(count))
