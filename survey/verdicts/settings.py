"""Evaluates conditions under many settings at once: bit n of every mask stands for the n-th setting.

A condition costs the same for five hundred settings as for one, because "and", "or" and "not" of whole masks are one step each.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from survey.verdicts.conditions import Unset, bounds

State = str | Unset
_UNSET = Unset()


class Masks(NamedTuple):
    """The settings under which a condition may be true, and those under which it must be."""

    may: int
    must: int


class Settings:
    """Settings side by side; a gate that one of them leaves out is set to who knows what there."""

    def __init__(self, settings: Sequence[Mapping[str, State]]) -> None:
        self.every = (1 << len(settings)) - 1
        self._where: dict[str, dict[State, int]] = {}
        for n, setting in enumerate(settings):
            for gate, state in setting.items():
                where = self._where.setdefault(gate, {})
                where[state] = where.get(state, 0) | 1 << n

    def bounds(self, condition: Any, gate: str = "", state: State = _UNSET) -> Masks:
        """What `condition` can come to under each setting; where a `gate` is named, with that one at `state` in all of them."""
        match condition:
            case {"all": [*parts]}:
                may, must = self.every, self.every
                for part in parts:
                    masks = self.bounds(part, gate, state)
                    may, must = may & masks.may, must & masks.must
                return Masks(may, must)
            case {"any": [*parts]}:
                may = must = 0
                for part in parts:
                    masks = self.bounds(part, gate, state)
                    may, must = may | masks.may, must | masks.must
                return Masks(may, must)
            case {"not": part}:
                may, must = self.bounds(part, gate, state)
                return Masks(self.every & ~must, self.every & ~may)
            case {"gate": str(asked)}:
                return self._leaf(condition, {state: self.every} if asked == gate else self._where.get(asked, {}))
        result = bounds(condition, _nobody_knows)
        return Masks(self.every * result.may, self.every * result.must)

    def _leaf(self, condition: Any, where: Mapping[State, int]) -> Masks:
        may, must = self.every, 0
        for state, mask in where.items():
            if bounds(condition, dict.fromkeys([condition["gate"]], state).get).must:
                must |= mask
            else:
                may &= ~mask
        return Masks(may, must)


def _nobody_knows(_: str) -> None:
    return None
