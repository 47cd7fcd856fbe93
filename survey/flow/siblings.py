"""Keys of one stem, of which one says by a literal what the others carry: `….message.role` = "system", `….message.content`.

What was said counts for the keys that meet their value on the same way through the same run of a function: not for the
other arm of a branch, nor for another round of a loop.
"""

from __future__ import annotations

from survey.flow.conditions import TRUE
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, MAYBE, Const, Pattern, Sequence, Site, Value, of

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
        role = _said(m, value)
        m.frame.told.setdefault(stem, []).append((m.frame.way, role))
        if role:
            _tell_earlier(m, stem, role)
        return site
    if not m.frame.told:
        return site
    return site._replace(role=_role(m, stem))


def untold(m: Machine, couple: Sequence, key: str, site: Site) -> None:
    """Remember a couple whose key met its value before any sibling said what it carries: one may still say."""
    way, stem = m.frame.way, key.rpartition(".")[0]
    if all(place != way for place, _ in m.frame.told.get(stem, ())):
        m.frame.untold.append((way, stem, couple, site))


def _tell_earlier(m: Machine, stem: str, role: str) -> None:
    """What a sibling says holds for the keys right before it, too, where nothing else did."""
    for place, other, couple, met in m.frame.untold:
        key = couple.items[0][1].only
        if other == stem and place == m.frame.way and isinstance(key, (Const, Pattern)):
            known = key.sites if isinstance(key, Pattern) and key.sites else ((met, TRUE),)
            sites = tuple((site if site.role else site._replace(role=role), cond) for site, cond in known)
            couple.items[0] = (couple.items[0][0], of(Pattern(text_of(key) or "", frozenset(), sites)))


def _said(m: Machine, value: Value) -> str:
    """The role that a literal says, '' for none; with `MAYBE` where it is one of several literals and no other says a role."""
    words = [text_of(atom) for atom in value.atoms]
    roles = {m.knowledge.parts.get(word or "", "") for word in words}
    if len(roles) == 1:
        return roles.pop()
    said = roles - {""}
    known = all(word is not None and HOLE not in word for word in words)
    return f"{said.pop()}{MAYBE}" if known and len(said) == 1 else ""


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
