"""When a container or an object last changed, with everything in it: what a call is remembered by where a shape would be too large."""

from __future__ import annotations

from survey.flow.values import Atom, BoundMethod, Instance, Mapping, Method, Partial, Sequence, Struct, Value

_MAX_SEEN = 120
"""Containers and objects that one call's key looks at for their changes."""
_HOLDING = frozenset((Mapping, Sequence, Instance, Struct, BoundMethod, Method, Partial))


class Versions:
    """A clock that every change moves on, and for each object its last one. Views of an object share its serial, so its changes too."""

    def __init__(self) -> None:
        self.now = 0
        self._last: dict[int, int] = {}
        self._replaced: dict[int, int] = {}

    def note(self, item: Mapping | Sequence | Instance | Struct) -> None:
        """`item` is not what it was."""
        self.now += 1
        self._last[item.serial] = self.now

    def note_replaced(self, mapping: Mapping) -> None:
        """An entry of `mapping` was replaced, made conditional or taken out."""
        self._replaced[mapping.serial] = self._replaced.get(mapping.serial, 0) + 1

    def replaced(self, mapping: Mapping) -> int:
        """How often that happened to `mapping`."""
        return self._replaced.get(mapping.serial, 0)

    def of(self, items: list[Atom]) -> int:
        """The last change of any of `items` or of what they lead to, the nearest first and not too many; later ones are greater.

        The stand-in of a class is left out: whoever stores there does so for calls in any order, and another pass will see it.
        """
        latest = 0
        seen: set[int] = set()
        while items and len(seen) < _MAX_SEEN:
            further: list[Atom] = []
            for atom in items:
                if id(atom) in seen:
                    continue
                seen.add(id(atom))
                if isinstance(atom, Mapping | Sequence | Instance | Struct):
                    if atom.serial:
                        latest = max(latest, self._last.get(atom.serial, 0))
                        further += [inner for value in _parts(atom) for _, inner in value.alts if type(inner) in _HOLDING]
                elif isinstance(atom, BoundMethod | Method):
                    further.append(atom.receiver)
                elif isinstance(atom, Partial):
                    values = (atom.target, *(value for _, _, value in atom.args))
                    further += [inner for value in values for _, inner in value.alts if type(inner) in _HOLDING]
            items = further
        return latest


def _parts(atom: Mapping | Sequence | Instance | Struct) -> list[Value]:
    if isinstance(atom, Mapping):
        parts = [pair.value for pair in atom.pairs.values()]
    elif isinstance(atom, Sequence):
        parts = [value for _, value in atom.items]
    else:
        return list(atom.fields.values())
    return parts if atom.rest is None else [*parts, atom.rest]
