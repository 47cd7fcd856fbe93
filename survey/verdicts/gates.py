"""What a package's conditions say about its gates: which merely turn it on, what unset means, which one wins over which."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product
from typing import Any

from survey.model.analysis import PackageAnalysis
from survey.model.document import Gate
from survey.model.vocabulary import Channel, GateKind
from survey.verdicts.conditions import OTHER, Bounds, Unset, bounds, evaluate, gates_in
from survey.verdicts.settings import Masks, Settings, State

_BOOLEANS = frozenset({"true", "false"})
_OTHER_KEYS = 2
"""Keys without content that a switch has to stop as well, before it counts as turning the whole product on and off."""
_ASIDE = frozenset({Channel.APP_LOG, Channel.EXTERNAL_STORAGE})
"""Channels that are no telemetry."""
_SETTINGS = 500
"""Settings of other gates that one condition is tried under."""


def states(gate: Gate) -> tuple[State, ...]:
    """Everything a gate can be set to that the code tells apart, and not to be set at all."""
    compared = {value.casefold() for value in gate.values}
    boolean = gate.kind is GateKind.OPTION and compared and compared <= _BOOLEANS
    return (*gate.values, *(sorted(_BOOLEANS - compared) if boolean else (OTHER,)), Unset(gate.default))


def activation(analysis: PackageAnalysis) -> tuple[Gate, ...]:
    """The gates that turn the product on and off: set so, nothing whatever is written, be it content or not.

    A switch for content leaves the rest be, so what is written that is no content tells the two apart; where there is
    too little of that, a gate counts as a switch for content. One that puts something which does nothing in the place of what
    writes is no switch for content either: what else the package still does, to spans of others or in a store, is left aside.
    """
    others = dict(analysis.others)
    every = _distinct([*(found.write.when for found in analysis.writes), *others.values()]) if len(others) >= _OTHER_KEYS else []
    telemetry = _distinct(found.write.when for found in analysis.writes if found.channel not in _ASIDE)
    return tuple(
        gate
        for gate in analysis.gates
        if gate.kind is not GateKind.CONTEXT
        and (_stops_all(gate, analysis.gates, every) or (gate.id in analysis.silencing and _stops_all(gate, analysis.gates, telemetry)))
    )


def _stops_all(gate: Gate, gates: Iterable[Gate], conditions: list[Any]) -> bool:
    unsaid: dict[str, State] = {other.id: Unset(other.default) for other in gates if other.kind is GateKind.CONTEXT}
    stopped = (all(evaluate(when, {**unsaid, gate.id: state}.get) is False for when in conditions) for state in states(gate))
    return bool(conditions) and any(stopped)


def choosing(conditions: Iterable[Any], gates: Iterable[Gate]) -> frozenset[str]:
    """Ids of the gates that only choose which of the writes with these conditions are made.

    Every value of such a gate lets through some of what another value of it stops, and none of them asks more of the other gates
    than another one does: it says how content is written, not whether.
    """
    known = {gate.id: gate for gate in gates}
    mentioned = [(when, gates_in(when)) for when in _distinct(conditions)]
    found = set()
    for gate in known.values():
        asked = [when for when, ids in mentioned if gate.id in ids]
        lets = [{n for n, when in enumerate(asked) if bounds(when, {gate.id: state}.get).may} for state in states(gate)]
        stopped = {n for n in range(len(asked)) if any(n not in through for through in lets)}
        if stopped and all(stopped & through for through in lets) and not _asks_more(gate, asked, known):
            found.add(gate.id)
    return frozenset(found)


def _asks_more(gate: Gate, conditions: list[Any], gates: dict[str, Gate]) -> bool:
    """Whether under some value of `gate` something is written in fewer settings of the others than under another one."""
    others = frozenset[str]().union(*map(gates_in, conditions)) - {gate.id}
    settings = Settings(list(_settings(others, gates, {})))
    anything = {"any": conditions}
    written = [settings.bounds(anything, gate.id, state).may for state in states(gate)]
    return any(one != other and one & other == one for one in written for other in written)


def described(gates: Iterable[Gate], conditions: Iterable[Any]) -> tuple[Gate, ...]:
    """The gates with what the conditions tell of them: the value that unset amounts to, and the gates that win over each."""
    known = {gate.id: gate for gate in gates}
    unset: dict[str, State] = {gate.id: Unset(gate.default) for gate in known.values()}
    mentioned = [(when, gates_in(when), _asked_whether_set(when)) for when in _distinct(conditions)]

    @cache
    def settings(ids: frozenset[str]) -> Settings:
        return Settings(list(_settings(ids, known, unset)))

    result = []
    for gate in known.values():
        here = [(when, ids, asked) for when, ids, asked in mentioned if gate.id in ids]
        rivals = frozenset[str]().union(*(asked for _, _, asked in here)) - {gate.id}
        wins = {one for one in rivals & known.keys() if _wins(known[one], gate, [when for when, _, asked in here if one in asked])}
        default = gate.default
        if default is None:
            default = _amounts_to(gate, [(when, settings(ids - {gate.id})) for when, ids, _ in here])
        result.append(gate.model_copy(update={"default": default, "precedence": _strongest_first(wins, mentioned, known)}))
    return tuple(result)


def _strongest_first(ids: set[str], mentioned: list[tuple[Any, frozenset[str], frozenset[str]]], gates: dict[str, Gate]) -> tuple[str, ...]:
    def losses(one: str) -> int:
        return sum(_wins(gates[other], gates[one], [when for when, _, asked in mentioned if other in asked]) for other in ids - {one})

    return tuple(sorted(ids, key=lambda one: (losses(one), one)))


def _asked_whether_set(condition: Any) -> frozenset[str]:
    """Ids of the gates of which `condition` asks whether they are set at all: only such a one can leave the word to another."""
    match condition:
        case {"gate": str(gate), "is": _}:
            return frozenset({gate})
        case {"all": [*parts]} | {"any": [*parts]}:
            return frozenset[str]().union(*map(_asked_whether_set, parts))
        case {"not": part}:
            return _asked_whether_set(part)
    return frozenset()


def _amounts_to(gate: Gate, conditions: list[tuple[Any, Settings]]) -> str | None:
    """The one value that does everywhere what leaving the gate alone does; None where there is none, or several do.

    Compared with whatever the other gates are, and under every setting of them: where they decide what unset means, none does.
    """

    def outcomes(state: State) -> list[Masks]:
        return [settings.bounds(when, gate.id, state) for when, settings in conditions]

    alone = outcomes(Unset())
    if all(outcomes(state) == alone for state in states(gate)):
        return None
    found = [value for value in gate.values if outcomes(value) == alone == outcomes(Unset(value))]
    return found[0] if len(found) == 1 else None


def _settings(ids: frozenset[str], gates: dict[str, Gate], unset: dict[str, State]) -> Iterator[dict[str, State]]:
    """Nothing known of the gates with these ids, all of them left alone, and every setting of them, as many as are worth trying."""
    yield {}
    yield unset
    known = sorted(ids & gates.keys())
    for chosen in islice(product(*(states(gates[one]) for one in known)), _SETTINGS):
        yield dict(zip(known, chosen, strict=True))


def _wins(strong: Gate, weak: Gate, conditions: list[Any]) -> bool:
    """Whether `weak` decides where `strong` is not set, and nothing any more once it is; and not the other way round too."""
    return _silences(strong, weak, conditions) and not _silences(weak, strong, conditions)


def _silences(strong: Gate, weak: Gate, conditions: list[Any]) -> bool:
    def heard(state: State) -> bool:
        return any(len(set(_bounds_of(when, strong, state, weak))) > 1 for when in conditions)

    given = [state for state in states(strong) if isinstance(state, str) and state != OTHER]
    return heard(Unset(strong.default)) and bool(given) and not any(heard(state) for state in given)


def _bounds_of(when: Any, strong: Gate, state: State, weak: Gate) -> Iterator[Bounds]:
    for other in states(weak):
        yield bounds(when, {strong.id: state, weak.id: other}.get)


def _distinct(conditions: Iterable[Any]) -> list[Any]:
    """Each condition once, wherever what is unknown in it may lie."""
    plain = (_placeless(when) for when in conditions)
    return list({repr(when): when for when in plain}.values())


def _placeless(condition: Any) -> Any:
    match condition:
        case {"unknown": _}:
            return {"unknown": None}
        case {"all": [*parts]}:
            return {"all": [_placeless(part) for part in parts]}
        case {"any": [*parts]}:
            return {"any": [_placeless(part) for part in parts]}
        case {"not": part}:
            return {"not": _placeless(part)}
    return condition
