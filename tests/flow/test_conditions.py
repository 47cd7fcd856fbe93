"""Conditions against every way in which their unknowns may turn out, and against the JSON that readers evaluate."""

import time
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.flow.conditions import FALSE, RARE, TRUE, UNKNOWN, Cond, Conditions, GateRef, Predicate
from survey.flow.covers import Covers
from survey.model.vocabulary import GateKind
from survey.verdicts.conditions import Unset, evaluate, gates_in

SECONDS = 10
"""A look at every name for each of them would take minutes."""
CAPTURE = GateRef(GateKind.ENV, "CAPTURE", "false")
MODE = GateRef(GateKind.ENV, "MODE", None)
HIDE = GateRef(GateKind.OPTION, "hide", "True", "Instrumentor")
GATES = (CAPTURE, MODE, HIDE)
VALUES = ("true", "latest")
IDS = {gate: gate.name.lower() for gate in GATES}
PREDICATES = tuple(Predicate(gate, value) for gate in GATES for value in (None, *VALUES))
STATES = tuple(product((None, "true", "false", "latest"), repeat=len(GATES)))
"""What each gate is set to; None where nobody set it."""

Formula = tuple[Any, ...]
leaves = st.one_of(
    st.builds(lambda predicate: ("predicate", predicate), st.sampled_from(PREDICATES)),
    st.builds(lambda number: ("unknown", number), st.integers(0, 2)),
    st.sampled_from([("const", True), ("const", False)]),
)
formulas = st.recursive(
    leaves,
    lambda inner: st.one_of(st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["all", "any"]), inner, inner)),
    max_leaves=10,
)
known = st.recursive(
    leaves.filter(lambda leaf: leaf[0] != "unknown"),
    lambda inner: st.one_of(st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["all", "any"]), inner, inner)),
    max_leaves=10,
)


def build(space: Conditions, formula: Formula) -> Cond:
    op, *args = formula
    match op:
        case "predicate":
            return space.atom(args[0])
        case "unknown":
            return UNKNOWN
        case "const":
            return TRUE if args[0] else FALSE
        case "not":
            return space.negate(build(space, args[0]))
        case _:
            one, other = (build(space, arg) for arg in args)
            return space.all(one, other) if op == "all" else space.any(one, other)


def lookup(state: tuple[str | None, ...]) -> dict[str, str | Unset]:
    return {IDS[gate]: Unset(gate.default) if value is None else value for gate, value in zip(GATES, state, strict=True)}


def holds(predicate: Predicate, state: tuple[str | None, ...]) -> bool:
    """The predicate as a reader of the JSON would decide it: one meaning of gates for engine and verdicts."""
    gate = IDS[predicate.gate]
    leaf = {"gate": gate, "is": "set"} if predicate.value is None else {"gate": gate, "in": [predicate.value]}
    return evaluate(leaf, lookup(state).get) is True


def truth(formula: Formula, state: tuple[str | None, ...], unknowns: tuple[bool, ...]) -> bool:
    op, *args = formula
    match op:
        case "predicate":
            return holds(args[0], state)
        case "unknown":
            return unknowns[args[0]]
        case "const":
            return bool(args[0])
        case "not":
            return not truth(args[0], state, unknowns)
    values = [truth(arg, state, unknowns) for arg in args]
    return all(values) if op == "all" else any(values)


def mentioned(formula: Formula) -> frozenset[GateRef]:
    op, *args = formula
    if op == "predicate":
        return frozenset({args[0].gate})
    return frozenset[GateRef]().union(*(mentioned(arg) for arg in args)) if op in ("not", "all", "any") else frozenset()


def claims(space: Conditions, cond: Cond, state: tuple[str | None, ...]) -> tuple[bool, bool]:
    """Whether `cond` says of this state that it may hold, and that it may not."""
    facts = {}
    for predicate in PREDICATES:
        (variable,) = space.bdd.support(space.atom(predicate).may)
        facts[variable] = holds(predicate, state)
    return space.bdd.evaluate(cond.may, facts.__getitem__), space.bdd.evaluate(cond.may_not, facts.__getitem__)


def outcomes(formula: Formula, state: tuple[str | None, ...]) -> Iterator[bool]:
    for unknowns in product((False, True), repeat=3):
        yield truth(formula, state, unknowns)


@given(formulas)
def test_nothing_that_may_happen_is_denied(formula: Formula) -> None:
    space = Conditions()
    cond = build(space, formula)
    for state in STATES:
        may, may_not = claims(space, cond, state)
        seen = set(outcomes(formula, state))
        assert may or True not in seen
        assert may_not or False not in seen
        assert may or may_not


@given(known)
def test_without_unknowns_the_answer_is_exact(formula: Formula) -> None:
    space = Conditions()
    cond = build(space, formula)
    for state in STATES:
        fact = truth(formula, state, ())
        assert claims(space, cond, state) == (fact, not fact)
    assert cond.gist == cond.may
    assert set(space.gates(cond)) == set(space.support(cond))


@given(formulas)
def test_negation_is_involutive_and_swaps_the_answers(formula: Formula) -> None:
    space = Conditions()
    cond = build(space, formula)
    assert space.negate(space.negate(cond)) == cond
    assert (space.negate(cond).may, space.negate(cond).may_not) == (cond.may_not, cond.may)


@given(formulas, formulas)
def test_all_and_any_are_symmetric_and_dual(one: Formula, other: Formula) -> None:
    space = Conditions()
    a, b = build(space, one), build(space, other)
    assert space.all(a, b) == space.all(b, a)
    assert space.any(a, b) == space.any(b, a)
    assert space.all(a, a) == a
    assert space.any(a, a) == a
    dual = space.negate(space.any(space.negate(a), space.negate(b)))
    assert (dual.may, dual.may_not) == space.all(a, b)[:2]


@given(formulas)
def test_the_json_says_the_same(formula: Formula) -> None:
    space = Conditions()
    cond = build(space, formula)
    ids = {gate: IDS[gate] for gate in space.support(cond)}
    shown = Covers(space, ids).serialise(cond, ("a.py", 1))
    assert gates_in(shown) <= set(ids.values())
    for state in STATES:
        may, may_not = claims(space, cond, state)
        assert evaluate(shown, lookup(state).get) is (None if may and may_not else may)


@given(formulas)
def test_only_gates_of_the_formula_are_named(formula: Formula) -> None:
    space = Conditions()
    cond = build(space, formula)
    assert set(space.gates(cond)) <= mentioned(formula)
    assert set(space.support(cond)) <= mentioned(formula)


def test_an_unknown_beside_a_gate_does_not_hide_it() -> None:
    space = Conditions()
    gate = space.atom(Predicate(CAPTURE, "true"))
    for cond in (space.all(gate, UNKNOWN), space.any(gate, UNKNOWN), space.negate(space.all(gate, UNKNOWN))):
        assert space.gates(cond) == (CAPTURE,)


def test_what_nobody_means_does_not_hide_it_where_the_way_was_unknown_before() -> None:
    conds = Conditions()
    after = conds.any(UNKNOWN, RARE)
    gate = conds.atom(Predicate(CAPTURE, "true"))
    assert conds.gates(conds.all(after, gate)) == (CAPTURE,)
    assert conds.any(after, gate) == conds.any(UNKNOWN, conds.any(RARE, gate))


def test_names_that_end_alike_are_neighbours_however_many_there_are() -> None:
    space = Conditions()
    began = time.process_time()
    for number in range(20_000):
        space.atom(Predicate(GateRef(GateKind.ENV, f"SDK_FEATURE_{number}X_ON", None), None))
    assert time.process_time() - began < SECONDS
    near = [
        space.atom(Predicate(GateRef(GateKind.OPTION, name, None), None)) for name in ("feature_7x_on", "7x_on", "other_sdk_feature_7x_on")
    ]
    (first, second, third) = (space.bdd.support(cond.may) for cond in near)
    assert max(first | second | third) - min(first | second | third) == 2


def test_the_same_gate_is_one_wherever_it_is_read() -> None:
    space = Conditions()
    here = GateRef(GateKind.ENV, "MODE", None, place=("a.py", 1))
    there = GateRef(GateKind.ENV, "MODE", None, place=("b.py", 9))
    assert space.atom(Predicate(here, "x")) == space.atom(Predicate(there, "x"))
    assert space.all(space.atom(Predicate(here, "x")), space.negate(space.atom(Predicate(there, "x")))) == FALSE


def test_one_of_lists_values() -> None:
    space = Conditions()
    cond = space.one_of(MODE, ("a", "b"))
    assert space.values_of(MODE) == ("a", "b")
    shown = Covers(space, {MODE: "mode"}).serialise(cond, ("a.py", 1))
    assert [evaluate(shown, {"mode": value}.get) for value in ("a", "b", "c")] == [True, True, False]
    assert space.one_of(MODE, ()) == FALSE


def test_what_is_only_refused_is_no_value_beside_those_compared() -> None:
    conds = Conditions()
    versions, hook = GateRef(GateKind.OPTION, "version", "1", "sdk"), GateRef(GateKind.OPTION, "hook", None, "sdk")
    for gate in (versions, hook):
        conds.atom(Predicate(gate, "false"), compared=False)
    conds.one_of(versions, ("1", "latest"))
    assert conds.values_of(versions) == ("1", "latest")
    assert conds.values_of(hook) == ("false",)


def test_a_condition_with_too_many_products_says_what_each_gate_decides_alone() -> None:
    space = Conditions()
    gates = [GateRef(GateKind.ENV, f"SWITCH_{number}") for number in range(12)]
    odd = FALSE
    for gate in gates:
        one = space.atom(Predicate(gate, "1"))
        odd = space.any(space.all(odd, space.negate(one)), space.all(space.negate(odd), one))
    wanted, enough = GateRef(GateKind.ENV, "WANTED"), GateRef(GateKind.ENV, "ENOUGH")
    cond = space.any(space.all(odd, space.atom(Predicate(wanted, "1"))), space.atom(Predicate(enough, "1")))
    ids = {gate: gate.name for gate in (*gates, wanted, enough)}
    trees = Covers(space, ids)
    shown = trees.serialise(cond, ("a.py", 1))
    assert len(str(shown)) < 500
    assert trees.serialise(cond, ("a.py", 1)) == shown
    off: dict[str, str | Unset | None] = dict.fromkeys(ids.values(), "0")
    assert evaluate(shown, off.get) is None
    assert evaluate(shown, {**off, "ENOUGH": "1"}.get) is True
    alone = trees.serialise(space.all(odd, space.atom(Predicate(wanted, "1"))), ("a.py", 1))
    assert evaluate(alone, off.get) is False
    assert evaluate(alone, {**off, "WANTED": "1"}.get) is None
