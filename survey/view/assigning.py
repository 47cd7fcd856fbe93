"""A switch set to a value, as one writes it."""

from survey.model.document import Gate
from survey.model.vocabulary import GateKind
from survey.verdicts.what_if import option_parts
from survey.view.text import clean


def assignment_text(gate: Gate, value: str) -> str:
    """As one writes it: `NAME=value` in the environment, `Class(name=value)` in code."""
    if gate.kind is GateKind.ENV:
        return clean(f"{gate.name}={value}")
    owner, name = option_parts(gate.name)
    shown = value.title() if value in ("true", "false") else repr(value)
    return clean(f"{owner}({name}={shown})" if owner else f"{name}={shown}")
