"""Keys of one stem, of which one says by a literal what the others carry: `….message.role` = "system", `….message.content`.

What was said counts for the keys that meet their value on the same way through the same run of a function: not for the
other arm of a branch, nor for another round of a loop.
"""

from __future__ import annotations

from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import Site, Value

Way = tuple[tuple[int, int], ...]
"""The branches and loops that enclose a place, each with the arm or round."""


def told(m: Machine, site: Site, key: Value, value: Value) -> Site:
    """The site where `key` meets `value`, with the role that a sibling key told for it; a key that tells is remembered."""
    only = key.only
    text = text_of(only) if only is not None else None
    if text is None or "." not in text or " " in text:
        return site
    stem, _, last = text.rpartition(".")
    if last in m.knowledge.discriminators:
        literal = value.only
        word = text_of(literal) if literal is not None else None
        m.frame.told.setdefault(stem, []).append((m.frame.way, m.knowledge.parts.get(word or "", "")))
        return site
    if not m.frame.told:
        return site
    return site._replace(role=_role(m, stem))


def _role(m: Machine, stem: str) -> str:
    """The role told last for the nearest stem that one was told for, here."""
    way = m.frame.way
    while stem:
        for place, role in reversed(m.frame.told.get(stem, ())):
            if _together(place, way):
                if role:
                    return role
                break
        stem = stem.rpartition(".")[0]
    return ""


def _together(one: Way, other: Way) -> bool:
    """Whether one run of the function may pass both places in the same rounds."""
    for (place, arm), (other_place, other_arm) in zip(one, other, strict=False):
        if place != other_place:
            return True
        if arm != other_arm:
            return False
    return True
