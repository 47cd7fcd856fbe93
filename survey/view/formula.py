"""A write's condition as a formula in code, which no language has words for: `CAPTURE == true and HIDE is unset`."""

from collections.abc import Mapping
from typing import Any

from survey.model.document import Gate
from survey.verdicts.factoring import factored
from survey.view.text import clean

_MOST = 2000
"""Characters after which a formula says no more to anybody; survey.json has it whole."""


def beside_undecided(condition: Any) -> Any:
    """`condition` without the undecided places that all of it waits for, which a sentence beside it names."""
    match factored(condition):
        case {"all": [*parts]}:
            kept = [part for part in parts if not (isinstance(part, dict) and "unknown" in part)]
            return {"all": kept} if len(kept) > 1 else kept[0] if kept else True
    return condition


def formula(condition: Any, gates: Mapping[str, Gate], most: int = _MOST) -> str:
    """`condition` (see `survey.model.document.Condition`) in operators and names, as short as it can be said.

    Cut between parts only where it grows beyond `most` characters, which no package surveyed so far does.
    """
    return _Writer(gates, most).write(factored(condition), inner=False)


class _Writer:
    def __init__(self, gates: Mapping[str, Gate], most: int) -> None:
        self._gates = gates
        self._left = most

    def write(self, condition: Any, *, inner: bool) -> str:
        match condition:
            case bool():
                return "true" if condition else "false"
            case {"all": [*parts]}:
                return self._joined(parts, " and ", inner=inner)
            case {"any": [*parts]}:
                return self._joined(parts, " or ", inner=inner)
            case {"not": {"gate": str(gate), "in": [value]}}:
                return self._told(f"{self._name(gate)} != {_quoted(value)}")
            case {"not": {"gate": str(gate), "in": [*values]}}:
                return self._told(f"{self._name(gate)} not in ({', '.join(map(_quoted, values))})")
            case {"not": {"gate": str(gate), "is": "set"}}:
                return self._told(f"{self._name(gate)} is unset")
            case {"not": {"gate": str(gate), "is": "unset"}}:
                return self._told(f"{self._name(gate)} is set")
            case {"not": part}:
                return f"not {self.write(part, inner=True)}"
            case {"gate": str(gate), "in": [value]}:
                return self._told(f"{self._name(gate)} == {_quoted(value)}")
            case {"gate": str(gate), "in": [*values]}:
                return self._told(f"{self._name(gate)} in ({', '.join(map(_quoted, values))})")
            case {"gate": str(gate), "is": state}:
                return self._told(f"{self._name(gate)} is {state}")
            case {"unknown": {"path": path, "line": line}}:
                return self._told(f"undecided({clean(str(path)).rpartition('/')[2]}:{line})")
        return self._told("…")

    def _joined(self, parts: list[Any], operator: str, *, inner: bool) -> str:
        told = []
        for part in parts:
            if self._left <= 0:
                told.append("…")
                break
            told.append(self.write(part, inner=len(parts) > 1))
        joined = operator.join(dict.fromkeys(told))
        return f"({joined})" if inner and len(told) > 1 else joined

    def _name(self, gate: str) -> str:
        found = self._gates.get(gate)
        return clean(found.name if found else gate)

    def _told(self, text: str) -> str:
        self._left -= len(text)
        return text


def _quoted(value: object) -> str:
    text = clean(str(value))
    return text if text and text.isalnum() else f"'{text}'"
