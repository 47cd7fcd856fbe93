"""Three-valued evaluation: single leaves by example, soundness by property."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.model.errors import SurveyError
from survey.verdicts.conditions import Unset, bounds, could_be_certain, evaluate, gates_in, setting
from survey.verdicts.settings import Settings, State
from tests.verdicts.builders import CONTENT, CONTENT_ON, OPT_IN

PLACE = {"path": "p.py", "line": 1}


@pytest.mark.parametrize(
    ("condition", "state", "answer"),
    [
        (True, "x", True),
        (False, "x", False),
        ({"gate": "g", "in": ["a", "b"]}, "b", True),
        ({"gate": "g", "in": ["a", "b"]}, "B", False),
        ({"gate": "g", "in": ["true"]}, "True", True),
        ({"gate": "g", "in": ["True", "1"]}, "TRUE", False),
        ({"gate": "g", "in": ["False"]}, "false", False),
        ({"gate": "g", "in": ["on", "1"]}, "On", True),
        ({"gate": "g", "in": ["b"]}, "a, b", True),
        ({"gate": "g", "in": ["b"]}, Unset("a,b"), True),
        ({"gate": "g", "in": ["c"]}, "a,b", False),
        ({"gate": "g", "in": ["true"]}, "banana", False),
        ({"gate": "g", "in": ["span_only"]}, "SPAN_ONLY", False),
        ({"gate": "g", "in": ["a"]}, Unset("a"), True),
        ({"gate": "g", "in": ["a"]}, Unset(None), False),
        ({"gate": "g", "in": ["a"]}, None, None),
        ({"not": {"gate": "g", "in": ["a"]}}, Unset(None), True),
        ({"gate": "g", "is": "unset"}, Unset("a"), True),
        ({"gate": "g", "is": "set"}, Unset("a"), False),
        ({"gate": "g", "is": "set"}, "", False),
        ({"gate": "g", "is": "unset"}, "", True),
        ({"gate": "g", "is": "set"}, None, None),
        ({"unknown": PLACE}, "x", None),
        ({"not": {"unknown": PLACE}}, "x", None),
        ({"all": [False, {"unknown": PLACE}]}, "x", False),
        ({"any": [True, {"unknown": PLACE}]}, "x", True),
        ({"all": []}, "x", True),
        ({"any": []}, "x", False),
    ],
)
def test_leaves_and_connectives(condition: Any, state: str | Unset | None, answer: bool | None) -> None:
    assert evaluate(condition, {"g": state}.get) is answer


@pytest.mark.parametrize("nonsense", [None, 1, {}, {"gate": "g"}, {"all": True}, {"gate": "g", "is": "on"}, "true"])
def test_what_is_no_condition_is_refused(nonsense: Any) -> None:
    with pytest.raises(SurveyError, match="not a condition") as caught:
        evaluate(nonsense, lambda _: None)
    assert caught.value.hint


def test_a_setting_goes_by_id_name_and_alias() -> None:
    gate = CONTENT.model_copy(update={"aliases": ("OLD_NAME",)})
    for name in ("content", "TRACE_CONTENT", "OLD_NAME"):
        assert evaluate(CONTENT_ON, setting([gate], {name: "false"})) is False
    assert evaluate(CONTENT_ON, setting([gate], {})) is True
    assert evaluate(CONTENT_ON, setting([gate], {}, unknown=frozenset({"content"}))) is None
    assert setting([OPT_IN], {})("opt_in") == Unset("False")


GATES = ("g", "h")
leaves = st.one_of(
    st.booleans(),
    st.builds(lambda g, v: {"gate": g, "in": v}, st.sampled_from(GATES), st.lists(st.sampled_from(["a", "b"]), max_size=2)),
    st.builds(lambda g, w: {"gate": g, "is": w}, st.sampled_from(GATES), st.sampled_from(["set", "unset"])),
    st.just({"unknown": PLACE}),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)
states = st.sampled_from(["a", "b", "", Unset("a"), Unset(None)])


def completed(condition: Any, values: list[bool]) -> Any:
    """`condition` with every unknown leaf replaced by the next of `values`."""
    match condition:
        case {"unknown": _}:
            return values.pop() if values else False
        case {"all": parts}:
            return {"all": [completed(part, values) for part in parts]}
        case {"any": parts}:
            return {"any": [completed(part, values) for part in parts]}
        case {"not": part}:
            return {"not": completed(part, values)}
    return condition


@given(conditions, st.fixed_dictionaries(dict.fromkeys(GATES, states)), st.lists(st.booleans(), min_size=8, max_size=8))
def test_a_definite_answer_holds_for_every_completion(condition: Any, known: dict[str, Any], values: list[bool]) -> None:
    answer = evaluate(condition, known.get)
    full = evaluate(completed(condition, values), known.get)
    assert full is not None, "nothing unknown is left"
    assert answer is None or answer is full


@given(conditions, st.fixed_dictionaries(dict.fromkeys(GATES, states)), st.sampled_from(GATES))
def test_knowing_less_of_a_gate_never_changes_a_definite_answer(condition: Any, known: dict[str, Any], forgotten: str) -> None:
    less = evaluate(condition, {**known, forgotten: None}.get)
    assert less is None or less is evaluate(condition, known.get)


@given(conditions, st.fixed_dictionaries(dict.fromkeys(GATES, states)))
def test_what_cannot_become_certain_is_certain_under_no_setting(condition: Any, known: dict[str, Any]) -> None:
    answer = evaluate(condition, known.get)
    if answer is not None:
        assert could_be_certain(condition, known.get, wanted=answer)


@given(conditions, st.fixed_dictionaries(dict.fromkeys(GATES, states)), states)
def test_gates_not_mentioned_do_not_matter(condition: Any, known: dict[str, Any], other: Any) -> None:
    for gate in set(GATES) - gates_in(condition):
        assert evaluate(condition, {**known, gate: other}.get) is evaluate(condition, known.get)


@given(conditions, st.lists(st.dictionaries(st.sampled_from(GATES), states), max_size=5), st.sampled_from(GATES), states)
def test_many_settings_at_once_say_what_each_says_alone(condition: Any, settings: list[dict[str, State]], gate: str, state: State) -> None:
    masks = Settings(settings).bounds(condition, gate, state)
    for n, known in enumerate(settings):
        alone = bounds(condition, {**known, gate: state}.get)
        assert (bool(masks.may >> n & 1), bool(masks.must >> n & 1)) == (alone.may, alone.must)
    assert (masks.may | masks.must) >> len(settings) == 0
