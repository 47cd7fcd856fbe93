"""When a container or an object last changed, with everything in it: what a call is remembered by where a shape would be too large."""

from __future__ import annotations

from collections.abc import Iterable

from survey.flow.values import Atom, BoundMethod, Instance, Mapping, Method, Partial, Sequence, Struct, Value, of

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
        order = items[:_MAX_SEEN]  # grows while it is gone through
        seen = {id(atom) for atom in order}
        for atom in order:
            for value in _parts(atom) if len(order) < _MAX_SEEN else ():
                for _, inner in value.alts:
                    if type(inner) in _HOLDING and id(inner) not in seen and len(order) < _MAX_SEEN:
                        seen.add(id(inner))
                        order.append(inner)
            if isinstance(atom, (Mapping, Sequence, Instance, Struct)):
                latest = max(latest, self._last.get(atom.serial, 0)) if atom.serial else latest
        return latest


def _parts(atom: Atom) -> Iterable[Value]:
    """What an object leads to; nothing from the stand-in of a class."""
    if isinstance(atom, (BoundMethod, Method)):
        return (of(atom.receiver),)
    if isinstance(atom, Partial):
        return (atom.target, *(value for _, _, value in atom.args))
    if not isinstance(atom, (Mapping, Sequence, Instance, Struct)) or not atom.serial:
        return ()
    if isinstance(atom, Mapping):
        parts = [pair.value for pair in atom.pairs.values()]
    elif isinstance(atom, Sequence):
        parts = [value for _, value in atom.items]
    else:
        return atom.fields.values()
    return parts if atom.rest is None else [*parts, atom.rest]
