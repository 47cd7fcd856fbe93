"""Conditions written shorter: what all alternatives ask for is asked once, and alternatives that are chosen independently stand apart.

A condition comes as a cover, `(a and c) or (a and d) or (b and c) or (b and d)`; a reader wants `(a or b) and (c or d)`.
"""

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple


class _Literal(NamedTuple):
    """A comparison, negated or not."""

    subject: str
    """What it is about: a switch, or a place that was not decided."""
    text: str
    """The condition as JSON."""


_Cube = tuple[_Literal, ...]
"""Literals, all of which are asked for."""
_MOST = 9
"""Switches among which independent groups are looked for: every set of them is tried."""


def factored(condition: Any) -> Any:
    """A condition that is true exactly where `condition` is, said with fewer words where that is easily found.

    What it can come to is the same in three values as well: nothing is taken together that goes by "or not".
    """
    return _shorter(json.dumps(condition)) if isinstance(condition, dict) else condition


@lru_cache(maxsize=4096)
def _shorter(text: str) -> Any:
    """Packages that go by the same switches have many conditions in common, and every report asks for each."""
    return _shortened(json.loads(text))


def _shortened(condition: Any) -> Any:
    match condition:
        case {"all": [*parts]}:
            return _all(map(_shortened, parts))
        case {"not": part}:
            return {"not": _shortened(part)}
        case {"any": [_, *_] as parts}:
            cubes = [_cube(part) for part in parts]
            whole = [cube for cube in cubes if cube is not None]
            return _factored(whole) if len(whole) == len(cubes) else {"any": [_shortened(part) for part in parts]}
    return condition


def _cube(condition: Any) -> _Cube | None:
    parts = condition["all"] if isinstance(condition, dict) and "all" in condition else [condition]
    literals = tuple(literal for part in parts if (literal := _literal(part)) is not None)
    return literals if len(literals) == len(parts) else None


def _literal(condition: Any) -> _Literal | None:
    inner = condition.get("not", condition) if isinstance(condition, dict) else None
    match inner:
        case {"gate": str(gate)}:
            return _Literal(gate, json.dumps(condition))
        case {"unknown": place}:
            return _Literal(json.dumps(place), json.dumps(condition))
    return None


def _factored(cubes: list[_Cube]) -> Any:
    """`cubes` are alternatives."""
    cubes = list({frozenset(cube): cube for cube in cubes}.values())
    common = [literal for literal in cubes[0] if all(literal in cube for cube in cubes)]
    if common:
        rest = [_without(cube, common) for cube in cubes]
        return _all([*_conditions(common), *([_factored(rest)] if all(rest) else [])])
    if len(cubes) == 1:
        return True
    for group in _groups(cubes):
        inside, outside = _parted(cubes, group)
        if len(inside) * len(outside) == len(cubes):
            return _all((_factored(inside), _factored(outside)))
    literal, times = Counter(literal for cube in cubes for literal in cube).most_common(1)[0]
    if times == 1:
        return {"any": [_all(_conditions(cube)) for cube in cubes]}
    sharing = [cube for cube in cubes if literal in cube]
    return _any((_factored(sharing), _factored([cube for cube in cubes if literal not in cube])))


def _groups(cubes: list[_Cube]) -> Iterable[frozenset[str]]:
    """Sets of switches that might be chosen independently of the others, each with the first switch in it, the smallest first."""
    first, *others = dict.fromkeys(literal.subject for cube in cubes for literal in cube)
    if len(others) >= _MOST:
        return
    for size in range(len(others)):
        for chosen in combinations(others, size):
            yield frozenset((first, *chosen))


def _parted(cubes: list[_Cube], group: frozenset[str]) -> tuple[list[_Cube], list[_Cube]]:
    inside = dict.fromkeys(tuple(literal for literal in cube if literal.subject in group) for cube in cubes)
    outside = dict.fromkeys(tuple(literal for literal in cube if literal.subject not in group) for cube in cubes)
    return list(inside), list(outside)


def _conditions(literals: Iterable[_Literal]) -> list[Any]:
    return [json.loads(literal.text) for literal in literals]


def _without(cube: _Cube, literals: list[_Literal]) -> _Cube:
    return tuple(literal for literal in cube if literal not in literals)


def _all(parts: Iterable[Any]) -> Any:
    """`parts` as one condition, nested ones of the same kind taken apart."""
    return _joined("all", parts, nothing=True)


def _any(parts: Iterable[Any]) -> Any:
    return _joined("any", parts, nothing=False)


def _joined(kind: str, parts: Iterable[Any], *, nothing: bool) -> Any:
    flat = [each for part in parts for each in (part[kind] if isinstance(part, dict) and kind in part else [part])]
    kept = [part for part in flat if part is not nothing]
    if any(part is not nothing and isinstance(part, bool) for part in kept):
        return not nothing
    return kept[0] if len(kept) == 1 else {kind: kept} if kept else nothing
