"""References to content that was put elsewhere: what lies there is what the key they stand for carries, whichever signal refers to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from survey.flow.conditions import Cond, Conditions
from survey.flow.roles import Carried
from survey.knowledge.keys import KeyTable
from survey.model.vocabulary import Channel, Confidence, Role


class Referred:
    """What one package's references stand for: `known` is (what a write carries, its condition) of all its writes."""

    def __init__(self, conds: Conditions, keys: KeyTable, known: Iterable[tuple[Carried, Cond]]) -> None:
        self._conds = conds
        self._keys = keys
        self._riding: dict[str, dict[Role, None]] = {}
        """By key, the roles that something rides inside its value."""
        self._stored: dict[tuple[str, Role], dict[Cond, None]] = {}
        """By key and role, every condition under which a reference is written."""
        for found, cond in known:
            if found.channel is Channel.EXTERNAL_STORAGE:
                self._stored.setdefault((found.key, found.role), {}).setdefault(cond)
            elif found.nested:
                self._riding.setdefault(found.key, {}).setdefault(found.role)

    def riding(self, found: Carried) -> list[Carried]:
        """Further roles inside what `found` refers to: the same values are written under the key that it stands for."""
        match = self._keys.lookup(found.key) if found.channel is Channel.EXTERNAL_STORAGE and not found.nested else None
        inside = self._riding.get(match.refers, {}) if match is not None and match.refers else {}
        return [
            replace(found, role=role, nested=True, confidence=Confidence.MEDIUM)
            for role in sorted(inside)
            if match is not None and role in match.nested
        ]

    def when(self, found: Carried, cond: Cond) -> Cond:
        """The condition of an upload: a second signal that refers to it, under more conditions, asks no more of the upload itself."""
        if found.channel is not Channel.EXTERNAL_STORAGE:
            return cond
        for other in self._stored.get((found.key, found.role), {}):
            wider = other.may != cond.may and self._conds.implies(cond, other)
            if wider or (other.may == cond.may and other.may_not != cond.may_not and self._is_surer(other, cond)):
                cond = other
        return cond

    def _is_surer(self, one: Cond, other: Cond) -> bool:
        return self._conds.implies(self._conds.negate(one), self._conds.negate(other))
