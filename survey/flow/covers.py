"""Conditions as the trees that survey.json holds: irredundant covers, exact where nothing is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from survey.flow.bdd import FALSE, TRUE, Bdd, Cube, TooLarge
from survey.flow.conditions import Cond, Conditions, GateRef
from survey.model.spelling import means

_PRODUCTS = 100
"""Products of one condition that are shown; one of more says what any of its gates decides alone."""


class Covers:
    """The trees of one package's conditions, each made once; `gate_id` names every gate that they mention."""

    def __init__(self, conds: Conditions, gate_id: Mapping[GateRef, str]) -> None:
        self._conds = conds
        self._gate_id = gate_id
        self._known: dict[tuple[int, int], tuple[Any, Any]] = {}
        """By what may be and what may not be: under what a condition certainly holds, and under what else it may."""

    def serialise(self, cond: Cond, place: tuple[str, int]) -> Any:
        """The JSON condition of DESIGN §2: exact where nothing was unknown, else what is known AND an unknown leaf at `place`."""
        if cond.certain and cond.may == TRUE:
            return True
        if not cond.possible:
            return False
        if cond[:2] not in self._known:
            try:
                self._known[cond[:2]] = self._trees(cond)
            except TooLarge:
                self._conds.give_up()
                self._known[cond[:2]] = False, True
        sure, possible = self._known[cond[:2]]
        if sure is True or possible is False:
            return sure
        unknown = {"unknown": {"path": place[0], "line": place[1]}}
        maybe = unknown if possible is True else {"all": [possible, unknown]}
        return maybe if sure is False else {"any": [sure, maybe]}

    def meant(self, cond: Cond) -> tuple[GateRef, ...]:
        """The switches that were meant to decide, those left out whose say the value of another one settles; in a stable order."""
        named = self._conds.gates(cond)
        if len(named) < 2:
            return named
        bdd = self._conds.bdd
        try:
            cubes = bdd.cover(cond.gist, _sense(self._conds, bdd.support(cond.gist)))
        except TooLarge:
            return named
        needed = {self._conds.predicate(variable).gate for cube in cubes for variable, _ in cube}
        return tuple(gate for gate in named if gate in needed)

    def _trees(self, cond: Cond) -> tuple[Any, Any]:
        conds, bdd = self._conds, self._conds.bdd
        sense = _sense(conds, bdd.support(cond.may) | bdd.support(cond.may_not))
        # x with certain => x => may: what is certain, or what is possible and undecided; what is neither cannot come to pass
        certain = bdd.conj(cond.may, bdd.neg(cond.may_not))
        try:
            sure = _tree(conds, certain, sense, self._gate_id)
            undecided = bdd.conj(sense, cond.may_not)
            return sure, False if cond.may_not == bdd.neg(cond.may) else _tree(conds, cond.may, undecided, self._gate_id)
        except TooLarge:
            sure = [_leaf(conds, v, on, self._gate_id) for v, on in _alone(bdd, bdd.neg(certain), sense)]
            needed = [_leaf(conds, v, not on, self._gate_id) for v, on in _alone(bdd, cond.may, sense)]
            return _joined("any", sure, False), _joined("all", needed, True)


def _alone(bdd: Bdd, node: int, care: int) -> list[tuple[int, bool]]:
    """The variables, each with a value, that make a function false whatever the others are."""
    values = ((v, on) for v in sorted(bdd.support(node)) for on in (False, True))
    return [(v, on) for v, on in values if bdd.conj(bdd.conj(node, care), bdd.var(v) ^ (not on)) == FALSE]


def _joined(op: str, parts: list[Any], nothing: bool) -> Any:
    return {op: parts} if len(parts) > 1 else parts[0] if parts else nothing


def _sense(conds: Conditions, variables: Iterable[int]) -> int:
    """What holds of any setting: a switch has one value, and that of its default where it is not set; objects bring their options."""
    bdd = conds.bdd
    mentioned = [(conds.predicate(v), bdd.var(v)) for v in sorted(variables)]
    whether_set = {predicate.gate: node for predicate, node in mentioned if predicate.value is None}
    values: dict[GateRef, list[tuple[str, int]]] = {}
    result = TRUE
    for predicate, node in mentioned:
        if predicate.value is None:
            continue
        values.setdefault(predicate.gate, []).append((predicate.value, node))
        known, default = whether_set.get(predicate.gate), predicate.gate.default
        if known is not None:
            usual = default is not None and means(default, predicate.value)
            result = bdd.conj(result, bdd.disj(known, node if usual else bdd.neg(node)))
    for gate, nodes in values.items():
        for (one, this), (other, that) in combinations(nodes, 2) if gate not in conds.lists else ():
            if one.casefold() != other.casefold():
                result = bdd.conj(result, bdd.neg(bdd.conj(this, that)))
    for gate in (gate for gate in conds.objects if gate in values or gate in whether_set):
        for _, node in values.get(gate, ()):  # it is an object: no value
            result = bdd.conj(result, bdd.neg(node))
        for predicate, node in mentioned if gate in whether_set else ():
            if predicate.gate.owner in conds.objects[gate] and (predicate.value is None or predicate.gate.default is None):
                result = bdd.conj(result, bdd.disj(whether_set[gate], bdd.neg(node)))  # what is set on it came in with it
    return result


def _tree(conds: Conditions, node: int, care: int, gate_id: Mapping[GateRef, str]) -> Any:
    """A sum of products; raises `TooLarge` for one that nobody could read."""
    if conds.bdd.conj(node, care) == FALSE:
        return False
    cubes = conds.bdd.cover(node, care)
    if () in cubes:
        return True
    products = _merged([_product(conds, cube, gate_id) for cube in cubes])
    if len(products) > _PRODUCTS:
        raise TooLarge
    return _joined("any", [_joined("all", leaves, True) for leaves in products], False)


def _leaf(conds: Conditions, variable: int, holds: bool, gate_id: Mapping[GateRef, str]) -> Any:
    return _product(conds, ((variable, holds),), gate_id)[0]


def _product(conds: Conditions, cube: Cube, gate_id: Mapping[GateRef, str]) -> list[Any]:
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
        where: dict[tuple[object, ...], int] = {}
        """What products say but for the values of one gate, and where among the result there is one that says it."""
        for product in products:
            twins = [(where[rest], at) for at, rest in _rests(product) if rest in where]
            index, at = min(twins, default=(len(result), -1))
            if at < 0:
                result.append(list(product))
            else:
                other = result[index]
                for _, rest in _rests(other):
                    if where.get(rest) == index:
                        del where[rest]
                other[at] = {"gate": other[at]["gate"], "in": sorted({*other[at]["in"], *product[at]["in"]})}
            for _, rest in _rests(result[index]):
                where.setdefault(rest, index)
        if len(result) == len(products):
            return result
        products = result


def _rests(product: list[Any]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """(position, everything else) for every leaf that lists values of its gate."""
    shown = tuple(str(leaf) for leaf in product)
    for at, leaf in enumerate(product):
        if "in" in leaf:
            yield at, (leaf["gate"], *shown[:at], None, *shown[at + 1 :])


def mentioned(when: Any) -> set[str]:
    """Ids of the gates in a serialised condition."""
    found: set[str] = set()
    waiting = [when]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, list):
            waiting += tree
        elif isinstance(tree, dict):
            found |= {tree["gate"]} if "gate" in tree else set()
            waiting += [tree[name] for name in ("all", "any", "not") if name in tree]
    return found
