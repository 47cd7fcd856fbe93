"""A switch set to a value, as one writes it."""

import shlex

from survey.model.document import Gate
from survey.model.vocabulary import GateKind
from survey.verdicts.trials import GIVEN, Chosen
from survey.verdicts.what_if import option_parts
from survey.view.text import clean
from survey.view.wording import Code, Message, say

_PLAINEST = ("false", "true")


def plainness(value: str) -> int:
    """Of several values that do the same, the one with the smallest number is what people write."""
    return _PLAINEST.index(value) if value in _PLAINEST else len(_PLAINEST)


def assignment_text(gate: Gate, value: str) -> str:
    """As one writes it: `NAME=value` in the environment, `Class(name=value)` in code.

    People paste this: neither a name nor a value that came out of a repository may become a command.
    """
    if gate.kind is GateKind.ENV:
        return f"{shlex.quote(clean(gate.name))}={shlex.quote(clean(value))}"
    owner, name = option_parts(gate.name)
    shown = _value_text(gate, value)
    return clean(f"{owner}({name}={shown})" if owner else f"{name}={shown}")


def command_text(gate: Gate, value: str) -> str:
    """The same as one copies it into a shell, or into code."""
    text = assignment_text(gate, value)
    return f"export {text}" if gate.kind is GateKind.ENV else text


def _value_text(gate: Gate, value: str) -> str:
    if gate.kind is GateKind.ENV:
        return value
    return value.title() if value in ("true", "false") else repr(value)


def setting_parts(chosen: Chosen, most: int | None = None) -> tuple[Code | Message, ...]:
    """The same of several switches, as the parameter of a message; the rest is counted after `most`."""
    parts = tuple(
        say("leaves.given", switch=Code(clean(gate.name))) if value == GIVEN else Code(assignment_text(gate, value))
        for gate, value in chosen
    )
    if most is None or len(parts) <= most + 1:
        return parts
    return (*parts[:most], say("details.more", count=len(parts) - most))


def setting_message(chosen: Chosen) -> Code | Message:
    """One switch, or two that are set together."""
    first, *others = setting_parts(chosen)
    return say("leaves.both", first=first, second=others[0]) if others else first


def value_part(chosen: Chosen) -> Code:
    """What one switch is set to, beside its name: `=false`; `=…` where any object will do."""
    (gate, value), *_ = chosen
    return Code("=…" if value == GIVEN else clean("=" + _value_text(gate, value)))
