"""Evaluates the JSON conditions of `survey.json` under a setting, in three values.

Nothing here guesses: where an unknown part could tip the answer, the answer is None.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey.model.document import Gate
from survey.model.errors import SurveyError
from survey.model.spelling import as_boolean, means
from survey.model.vocabulary import GateKind


@dataclass(frozen=True, slots=True)
class Unset:
    """A gate that nobody set: the code goes by `default`; None when unset means absent."""

    default: str | None = None


Lookup = Callable[[str], str | Unset | None]
"""Gate id to the value it is set to, `Unset`, or None where it is not known what it is set to."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a condition can come to: `may` be true, `must` be true. They differ where something unknown decides."""

    may: bool
    must: bool


OTHER = "\N{EM DASH}"
"""A value that no code compares a switch with."""
_ALWAYS, _NEVER, _OPEN = Bounds(may=True, must=True), Bounds(may=False, must=False), Bounds(may=True, must=False)


def evaluate(condition: Any, lookup: Lookup) -> bool | None:
    """True: cannot be false. False: cannot be true. None: both are possible. Raises SurveyError for what is no condition.

    A value passes as `spelling.means` says: lower-case booleans in any case, and each part of a text with commas.
    An absent gate is `in` nothing; one that is set to nothing at all counts as unset.
    """
    result = bounds(condition, lookup)
    return result.may if result.may == result.must else None


def bounds(condition: Any, lookup: Lookup) -> Bounds:
    """`evaluate` with both possibilities told apart."""
    match condition:
        case bool():
            return Bounds(condition, condition)
        case {"all": [*parts]}:
            must = True
            for part in parts:
                inner = bounds(part, lookup)
                must = must and inner.must
                if not inner.may:
                    return _NEVER
            return Bounds(may=True, must=must)
        case {"any": [*parts]}:
            may = False
            for part in parts:
                inner = bounds(part, lookup)
                may = may or inner.may
                if inner.must:
                    return _ALWAYS
            return Bounds(may=may, must=False)
        case {"not": part}:
            inner = bounds(part, lookup)
            return Bounds(not inner.must, not inner.may)
        case {"unknown": _}:
            return _OPEN
        case {"gate": str(gate), "in": [*values]}:
            return _decided(lookup(gate), lambda state: _is_in(state, values))
        case {"gate": str(gate), "is": "set" | "unset" as wanted}:
            return _decided(lookup(gate), lambda state: (isinstance(state, Unset) or not state) == (wanted == "unset"))
    raise _not_a_condition(condition)


def gates_in(condition: Any) -> frozenset[str]:
    """Ids of the gates that `condition` mentions."""
    found: set[str] = set()
    _note_gates(condition, found)
    return frozenset(found)


def _note_gates(condition: Any, found: set[str]) -> None:
    match condition:
        case {"gate": str(gate)}:
            found.add(gate)
        case {"all": [*parts]} | {"any": [*parts]}:
            for part in parts:
                _note_gates(part, found)
        case {"not": part}:
            _note_gates(part, found)
        case bool() | {"unknown": _}:
            pass
        case _:
            raise _not_a_condition(condition)


def could_be_certain(condition: Any, lookup: Lookup, *, wanted: bool = True) -> bool:
    """Whether another setting might make `condition` certainly `wanted`, whatever the unknowns are.

    False is certain: no setting does. Gates for which `lookup` has None count as unknown.
    """
    match condition:
        case bool():
            return condition is wanted
        case {"all": [*parts]}:
            return (all if wanted else any)(could_be_certain(part, lookup, wanted=wanted) for part in parts)
        case {"any": [*parts]}:
            return (any if wanted else all)(could_be_certain(part, lookup, wanted=wanted) for part in parts)
        case {"not": part}:
            return could_be_certain(part, lookup, wanted=not wanted)
        case {"unknown": _}:
            return False
        case {"gate": str(gate)}:
            return lookup(gate) is not None
    raise _not_a_condition(condition)


def setting(gates: Iterable[Gate], values: Mapping[str, str], *, unknown: frozenset[str] = frozenset()) -> Lookup:
    """A look-up for `gates` under `values`, given by gate id, name or alias; gates of `unknown` ids are set to who knows what."""
    known: dict[str, str | Unset | None] = {}
    for gate in gates:
        given = [values[name] for name in (gate.id, gate.name, *gate.aliases) if name in values]
        known[gate.id] = _given(gate, given[0]) if given else None if gate.id in unknown else Unset(gate.default)
    return known.get


def _given(gate: Gate, text: str) -> str:
    """What an option is set to: one that the code only compares with true and false takes any spelling of them."""
    compared = {value.casefold() for value in gate.values}
    return as_boolean(text) if gate.kind is GateKind.OPTION and compared and compared <= {"true", "false"} else text


def _decided(state: str | Unset | None, test: Callable[[str | Unset], bool]) -> Bounds:
    if state is None:
        return _OPEN
    return _ALWAYS if test(state) else _NEVER


def _is_in(state: str | Unset, values: list[str]) -> bool:
    text = state.default if isinstance(state, Unset) else state
    return text is not None and any(means(text, value) for value in values)


def _not_a_condition(condition: Any) -> SurveyError:
    return SurveyError(
        f"not a condition: {condition!r:.200}", hint="Survey again; this survey.json was written by another version or changed by hand."
    )
