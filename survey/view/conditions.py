"""A write's condition in words, such as `TRACELOOP_TRACE_CONTENT is true or not (hide_inputs is set)`."""

from collections.abc import Mapping
from typing import Any

from survey.model.document import Gate
from survey.verdicts.factoring import factored
from survey.view.text import clean
from survey.view.wording import Wording

_DEEPEST = 6


def condition_text(condition: Any, gates: Mapping[str, Gate], words: Wording) -> str:
    """`condition` (see `survey.model.document.Condition`) in the words of one language; cut where it is nested too deeply to read."""
    return _text(factored(condition), gates, words, 0)


def _text(condition: Any, gates: Mapping[str, Gate], words: Wording, depth: int) -> str:
    if condition is True or condition is False:
        return words("condition.true" if condition else "condition.false")
    if depth > _DEEPEST or not isinstance(condition, Mapping):
        return words("condition.deep")
    for kind in ("all", "any"):
        if kind in condition:
            parts = [_text(part, gates, words, depth + 1) for part in condition[kind]]
            joined = words(f"condition.{kind}").join(parts)
            return f"({joined})" if depth and len(parts) > 1 else joined
    if "not" in condition:
        return words("condition.not", inner=_text(condition["not"], gates, words, depth + 1))
    if "unknown" in condition:
        place = condition["unknown"] or {}
        return words("condition.unknown", path=place.get("path", "?"), line=place.get("line", "?"))
    gate = gates.get(condition.get("gate", ""))
    name = gate.name if gate else str(condition.get("gate", "?"))
    if "is" in condition:
        return words(f"condition.{'set' if condition['is'] == 'set' else 'unset'}", gate=name)
    values = words("condition.values").join(clean(str(value)) or '""' for value in condition.get("in", ()))
    return words("condition.in", gate=name, values=values)
