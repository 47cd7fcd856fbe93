"""What conditions tell of gates: activation, what unset amounts to, precedence."""

from typing import Any

import pytest

from survey.model.document import Gate, Package
from survey.model.vocabulary import GateKind
from survey.verdicts.gates import described
from survey.verdicts.what_if import Setting, what_if
from tests.verdicts.builders import ACTIVE, CONTENT, CONTENT_ON, SOMETHING, result, wrote

IS_ACTIVE = {"gate": "active", "in": ["true"]}
ENV = Gate(id="env", kind=GateKind.ENV, name="HIDE", values=("true",))
OPTION = Gate(id="option", kind=GateKind.OPTION, name="Config(hide=)", values=("true",))
HIDDEN = {"any": [{"gate": "option", "in": ["true"]}, {"all": [{"gate": "option", "is": "unset"}, {"gate": "env", "in": ["true"]}]}]}
CALL = Gate(id="call", kind=GateKind.CONTEXT, name="override")
SAID = {"gate": "call", "is": "set"}


def package(*others: Any, when: Any = IS_ACTIVE) -> Package:
    named = tuple((f"llm.other.{number}", other) for number, other in enumerate(others))
    return result(wrote(when=when), gates=(CONTENT, ACTIVE), others=named)


def activation_of(*others: Any, when: Any = IS_ACTIVE) -> list[str]:
    return [gate.name for gate in package(*others, when=when).activation]


def test_what_stops_everything_is_activation() -> None:
    assert activation_of(IS_ACTIVE, {"all": [IS_ACTIVE, SOMETHING]}, when={"all": [IS_ACTIVE, CONTENT_ON]}) == ["ENABLED"]


@pytest.mark.parametrize("others", [(), (IS_ACTIVE,), (IS_ACTIVE, True), (IS_ACTIVE, IS_ACTIVE, SOMETHING)])
def test_what_leaves_the_rest_be_is_no_activation(others: tuple[Any, ...]) -> None:
    assert activation_of(*others) == []


def test_nothing_is_written_where_the_activation_is_switched_off() -> None:
    surveyed = package(IS_ACTIVE, IS_ACTIVE)
    assert [cell.written for cell in what_if(surveyed, Setting())] == [True]
    assert [cell.written for cell in what_if(surveyed, Setting(env={"ENABLED": "false"}))] == [False]


@pytest.mark.parametrize(
    ("when", "default"),
    [
        ({"any": [{"gate": "env", "is": "unset"}, {"gate": "env", "in": ["true"]}]}, "true"),
        ({"gate": "env", "in": ["true"]}, None),
        ({"all": [{"any": [{"gate": "env", "is": "unset"}, {"gate": "env", "in": ["true"]}]}, SOMETHING]}, "true"),
        ({"gate": "env", "is": "unset"}, None),
        ({"all": [{"any": [{"gate": "env", "is": "unset"}, {"gate": "env", "in": ["true"]}, SAID]}, SOMETHING]}, "true"),
    ],
)
def test_what_unset_amounts_to(when: Any, default: str | None) -> None:
    assert [gate.default for gate in described((ENV, CALL), [when])] == [default, None]


def test_what_unset_amounts_to_where_another_gate_says_so() -> None:
    """Left alone it follows the mode, so that no one value does the same: neither with nothing set nor under any one mode alone."""
    mode = Gate(id="mode", kind=GateKind.ENV, name="MODE", values=("events",))
    events, on, off = {"gate": "mode", "in": ["events"]}, {"gate": "env", "in": ["true"]}, {"gate": "env", "in": ["false"]}
    when = {"all": [{"gate": "option", "in": ["true"]}, {"any": [on, {"all": [events, {"not": off}]}]}]}
    env = ENV.model_copy(update={"values": ("false", "true")})
    assert [gate.default for gate in described((env, OPTION, mode), [when])] == [None, None, None]


def test_an_option_wins_over_the_variable_that_stands_in_for_it() -> None:
    found = {gate.id: gate.precedence for gate in described((ENV, OPTION), [{"not": HIDDEN}])}
    assert found == {"env": ("option",), "option": ()}


def test_two_switches_that_are_both_asked_have_no_precedence() -> None:
    both = {"all": [{"gate": "env", "in": ["true"]}, {"gate": "option", "in": ["true"]}]}
    assert [gate.precedence for gate in described((ENV, OPTION), [both])] == [(), ()]
