"""Writes that say nothing more: at one place the same is written already, wherever they are made, and by fewer switches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from survey.flow.bdd import TooLarge
from survey.flow.conditions import Cond, Conditions
from survey.flow.values import Site
from survey.model.analysis import ContentWrite

Found = tuple[ContentWrite, Cond, tuple[Site, ...]]
"""A write, its condition, and the calls that lead to it."""


def left_out(conds: Conditions, writes: Sequence[Found]) -> list[ContentWrite]:
    """`writes` less those that another one of the same place and key makes superfluous.

    Each arm of `if exclusive: set_processors([p]) else: add_processor(p)` brings the writes of `p`; where one brings a write under
    fewer switches, what the other brings is no news.
    """
    together: dict[tuple[object, ...], list[Found]] = defaultdict(list)
    for found in writes:
        together[_seen(found[0])].append(found)
    return [found[0] for found in writes if not any(_covers(conds, other, found) for other in together[_seen(found[0])])]


def _seen(one: ContentWrite) -> tuple[object, ...]:
    """What a reader tells writes apart by."""
    write, place = one.write, one.write.evidence
    return one.channel, one.role, one.nested, one.assumed, write.key, write.event, write.field, write.rewriter, place.path, place.line


def _covers(conds: Conditions, other: Found, one: Found) -> bool:
    """Whether `other` is made wherever `one` is, certainly where that is certain, and names some of its switches and no other."""
    few, many = set(other[0].write.gates), set(one[0].write.gates)
    if not few or not few < many or not _alike(other[2], one[2]):
        return False
    bdd, wide, narrow = conds.bdd, other[1], one[1]
    try:
        return bdd.conj(narrow.may, bdd.neg(wide.may)) == 0 and bdd.conj(wide.may_not, bdd.neg(narrow.may_not)) == 0
    except TooLarge:
        return False


def _alike(one: tuple[Site, ...], other: tuple[Site, ...]) -> bool:
    """Whether two writes come through the same functions, whichever arms these take."""
    return [(site.path, site.symbol) for site in one] == [(site.path, site.symbol) for site in other]
