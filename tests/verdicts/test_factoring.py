"""Conditions written shorter say the same."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.verdicts.conditions import bounds
from survey.verdicts.factoring import factored

GATES = "abcd"


def is_(gate: str, *values: str) -> dict[str, Any]:
    return {"gate": gate, "in": list(values or ("1",))}


def not_(condition: object) -> dict[str, Any]:
    return {"not": condition}


UNKNOWN = {"unknown": {"path": "x.py", "line": 3}}
A, B, C, D = map(is_, GATES)


@pytest.mark.parametrize(
    ("given", "shorter"),
    [
        ({"any": [{"all": [a, c]} for a in (A, B) for c in (C, D)]}, {"all": [{"any": [A, B]}, {"any": [C, D]}]}),
        ({"any": [{"all": [A, B]}, {"all": [A, not_(C)]}]}, {"all": [A, {"any": [B, not_(C)]}]}),
        ({"all": [{"any": [{"all": [A, B]}, {"all": [A, C]}]}, UNKNOWN]}, {"all": [A, {"any": [B, C]}, UNKNOWN]}),
        ({"any": [{"all": [A, B]}, {"all": [A, C]}, D]}, {"any": [{"all": [A, {"any": [B, C]}]}, D]}),
        ({"any": [A, {"all": [A, B]}]}, A),
        ({"any": [{"all": [A, UNKNOWN]}, {"all": [B, UNKNOWN]}]}, {"all": [UNKNOWN, {"any": [A, B]}]}),
        (not_({"any": [{"all": [A, B]}, {"all": [A, C]}]}), not_({"all": [A, {"any": [B, C]}]})),
        (True, True),
        (A, A),
    ],
)
def test_what_alternatives_share_is_said_once(given: object, shorter: object) -> None:
    assert factored(given) == shorter


literals: st.SearchStrategy[Any] = st.builds(
    lambda inner, negated: not_(inner) if negated else inner,
    st.one_of(st.builds(is_, st.sampled_from(GATES), st.sampled_from("12")), st.just(UNKNOWN)),
    st.booleans(),
)
cubes = st.lists(literals, min_size=1, max_size=4).map(lambda parts: {"all": parts})
covers = st.lists(st.one_of(cubes, literals), min_size=1, max_size=8).map(lambda parts: {"any": parts})
conditions = st.recursive(covers, lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}), max_leaves=3)


@given(conditions)
def test_it_comes_to_what_it_came_to(condition: object) -> None:
    shorter = factored(condition)
    states: tuple[str | None, ...] = (None, "1", "2")
    for values in product(states, repeat=len(GATES)):
        setting: dict[str, str | None] = dict(zip(GATES, values, strict=True))
        assert bounds(shorter, setting.get) == bounds(condition, setting.get)
