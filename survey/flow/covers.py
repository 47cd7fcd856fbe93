"""Conditions as the trees that survey.json holds: irredundant covers, exact where nothing is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from survey.flow.bdd import FALSE, TRUE, Cube, TooLarge
from survey.flow.conditions import Cond, Conditions, GateRef


def serialise(conds: Conditions, cond: Cond, gate_id: dict[GateRef, str], place: tuple[str, int]) -> Any:
    """The JSON condition of DESIGN §2: exact where nothing was unknown, else what is known AND an unknown leaf at `place`."""
    if cond.certain and cond.may == TRUE:
        return True
    if not cond.possible:
        return False
    unknown = {"unknown": {"path": place[0], "line": place[1]}}
    try:
        return _serialise(conds, cond, gate_id, unknown)
    except TooLarge:
        conds.give_up()
        return unknown


def _serialise(conds: Conditions, cond: Cond, gate_id: dict[GateRef, str], unknown: Any) -> Any:
    bdd = conds.bdd
    sense = _sense(conds, bdd.support(cond.may) | bdd.support(cond.may_not))
    if cond.may_not == bdd.neg(cond.may):
        return _tree(conds, cond.may, sense, gate_id)
    # x with certain => x => may: what is certain, or what is possible and undecided; what is neither cannot come to pass
    certain = bdd.conj(cond.may, bdd.neg(cond.may_not))
    sure = _tree(conds, certain, sense, gate_id)
    possible = _tree(conds, cond.may, bdd.conj(sense, cond.may_not), gate_id)
    maybe = unknown if possible is True else {"all": [possible, unknown]}
    return sure if sure is True or possible is False else maybe if sure is False else {"any": [sure, maybe]}


def _sense(conds: Conditions, variables: Iterable[int]) -> int:
    """What holds of any setting: a switch has one value, and that of its default where it is not set."""
    bdd = conds.bdd
    mentioned = [(conds.predicate(v), bdd.var(v)) for v in sorted(variables)]
    whether_set = {predicate.gate: node for predicate, node in mentioned if predicate.value is None}
    values: dict[GateRef, list[int]] = {}
    result = TRUE
    for predicate, node in mentioned:
        if predicate.value is None:
            continue
        values.setdefault(predicate.gate, []).append(node)
        known, default = whether_set.get(predicate.gate), predicate.gate.default
        if known is not None:
            usual = default is not None and default.casefold() == predicate.value.casefold()
            result = bdd.conj(result, bdd.disj(known, node if usual else bdd.neg(node)))
    for gate, nodes in values.items():
        for one, other in combinations(nodes, 2) if gate not in conds.lists else ():
            result = bdd.conj(result, bdd.neg(bdd.conj(one, other)))
    return result


def _tree(conds: Conditions, node: int, care: int, gate_id: dict[GateRef, str]) -> Any:
    if conds.bdd.conj(node, care) == FALSE:
        return False
    cubes = conds.bdd.cover(node, care)
    if () in cubes:
        return True
    products = _merged([_product(conds, cube, gate_id) for cube in cubes])
    shown = [leaves[0] if len(leaves) == 1 else {"all": leaves} for leaves in products]
    return shown[0] if len(shown) == 1 else {"any": shown}


def _product(conds: Conditions, cube: Cube, gate_id: dict[GateRef, str]) -> list[Any]:
    """The leaves of one product; all values that a gate must not have stand in one leaf."""
    leaves: list[Any] = []
    refused: dict[str, list[str]] = {}
    for index, positive in cube:
        predicate = conds.predicate(index)
        name = gate_id[predicate.gate]
        if predicate.value is None:
            leaves.append({"gate": name, "is": "set" if positive else "unset"})
        elif positive:
            leaves.append({"gate": name, "in": [predicate.value]})
        else:
            if name not in refused:
                refused[name] = []
                leaves.append({"not": {"gate": name, "in": refused[name]}})
            refused[name].append(predicate.value)
    return leaves


def _merged(products: list[list[Any]]) -> list[list[Any]]:
    """Products that differ in nothing but the value of one gate become one, with all these values; until none are left."""
    while True:
        result: list[list[Any]] = []
        for product in products:
            twin = next(((other, at) for other in result if (at := _difference(other, product)) is not None), None)
            if twin is None:
                result.append(list(product))
            else:
                other, at = twin
                other[at] = {"gate": other[at]["gate"], "in": sorted({*other[at]["in"], *product[at]["in"]})}
        if len(result) == len(products):
            return result
        products = result


def _difference(one: list[Any], other: list[Any]) -> int | None:
    """The leaf in which two products differ, where it is the only one and the difference lies in the values of its gate."""
    if len(one) != len(other):
        return None
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 1:
        return None
    a, b = one[differing[0]], other[differing[0]]
    return differing[0] if "in" in a and "in" in b and a["gate"] == b["gate"] else None
