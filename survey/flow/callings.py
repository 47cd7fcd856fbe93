"""Where a function was called from on a write's way: which of its callers the write came by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from survey.flow.definitions import Routine, Sources
from survey.flow.telling import Telling
from survey.flow.values import Site
from survey.model import ir

_FAR = 5
"""Callers upward to look for one that a way came by, or one that is named for a role."""

_ENDS = {"input", "output"}
"""Which every message is, one or the other: a function named for one may serve both."""


class Callings:
    """The callers of functions, as one write's way sees them.

    `shared`: content of several roles meets at the write, so that `trace` need not be the way of `role`'s.
    """

    def __init__(
        self,
        sources: Sources,
        telling: Telling,
        callers: Mapping[ir.Function, Mapping[Site, None]],
        trace: tuple[Site, ...],
        role: str,
        *,
        shared: bool,
    ) -> None:
        self.sources = sources
        self.telling = telling
        self.callers = callers
        self.trace = trace
        self._lines: dict[str, list[tuple[int, int]]] = {}
        for site in trace:
            self._lines.setdefault(site.path, []).append((site.line, site.end_line))
        self.role = role
        self.shared = shared

    def sites(self, routine: Routine) -> Iterator[Site]:
        """Where the routine was called from: on the write's own way first, then wherever the engine saw it."""
        known = [self.sources.at(site.path, site.line) for site in self.trace]
        for position, around in enumerate(known[:-1]):
            if around is routine:
                yield self.trace[position + 1]
        if routine.node is not None:
            others = [site for site in self.callers.get(routine.node, ()) if self._possible(site)]
            others.sort(key=lambda site: (self.sources.at(site.path, site.line) not in known, site))
            yield from others
            yield from self.by_name(routine)

    def by_name(self, routine: Routine) -> list[Site]:
        """Calls by name: an entry point to the engine may still be called so."""
        name = routine.node.name if routine.node is not None else ""
        return self.sources.calls(name) if len(self.sources.named(name)) == 1 else []

    def rank(self, site: Site, caller: Routine) -> tuple[int, int, int]:
        """How well a call fits the write's way: the more, the better."""
        if not self.trace:
            return 0, 0, 0
        on_way, named = self._distances(site, caller)
        return -named if self.shared else 0, -on_way, -named

    def _distances(self, site: Site, caller: Routine) -> tuple[int, int]:
        """Calls upward from `site` to a place on the way, and to a function named for the role; `_FAR` where there is none."""
        on_way = named = _FAR
        seen: set[tuple[str, int]] = set()
        level: list[tuple[Site, Routine]] = [(site, caller)]
        for distance in range(_FAR):
            further: list[tuple[Site, Routine]] = []
            for place, around in level:
                if (place.path, place.line) in seen:
                    continue
                seen.add((place.path, place.line))
                if any(first <= place.line <= last for first, last in self._lines.get(place.path, ())):
                    on_way = min(on_way, distance)
                names = {self.telling.named(name) for name in around.symbol.split(".")} - {""}
                if self.role in names:
                    named = min(named, distance)
                if around.node is not None and not names - _ENDS - {self.role}:  # else all below is another role's
                    known = [(other, self.sources.at(other.path, other.line)) for other in self.callers.get(around.node, ())]
                    further += [(other, outer) for other, outer in known if outer is not None]
            level = further
            if named < _FAR and on_way < _FAR:
                break
        return on_way, named

    def _possible(self, site: Site) -> bool:
        """Whether a run that passes `site` may come to where the write's own way goes on in the same function."""
        routine = self.sources.at(site.path, site.line)
        if routine is None:
            return True
        onward = [other.line for other in self.trace if self.sources.at(other.path, other.line) is routine]
        return not onward or any(routine.arms.follows(site.line, line) for line in onward)
