"""String patterns: known text with holes, and what can be decided about them."""

import re
from functools import lru_cache

from survey.flow.values import HOLE, Atom, Const, EnumMember, Pattern, Term


def text_of(atom: Atom) -> str | None:
    """The atom as text with holes; None where it is no text at all."""
    if isinstance(atom, Const):
        return atom.value if isinstance(atom.value, str) else None
    if isinstance(atom, Pattern):
        return atom.text
    if isinstance(atom, EnumMember):
        inner = atom.value.only
        return text_of(inner) if inner is not None else None
    return None


def piece_of(atom: Atom) -> str:
    """The atom as a piece of a larger string: numbers and booleans as written, the unknown as a hole."""
    if isinstance(atom, Const):
        return "" if atom.value is None else str(atom.value) if isinstance(atom.value, (str, int, float)) else HOLE
    if isinstance(atom, Term):
        return HOLE
    found = text_of(atom)
    return HOLE if found is None else found


def squeeze(text: str) -> str:
    """Neighbouring holes as one."""
    return re.sub(f"{HOLE}+", HOLE, text)


@lru_cache(maxsize=65536)
def _stands_for(pattern: str, text: str) -> bool:
    """Whether `text`, which has no holes, is one that `pattern` stands for; a hole yields any run without dots."""
    if HOLE not in pattern:
        return pattern == text
    left, right = pattern.split("."), text.split(".")
    return len(left) == len(right) and all(map(_fills, left, right))


def _fills(pattern: str, text: str) -> bool:
    """The same for text without dots: each piece is found as early as can be, so that nothing is tried twice."""
    head, *pieces = pattern.split(HOLE)
    if not pieces:
        return pattern == text
    *inner, tail = pieces
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for piece in inner:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def may_equal(a: str, b: str) -> bool:
    """Whether two patterns may be the same text."""
    if HOLE not in a and HOLE not in b:
        return a == b
    if HOLE not in a:
        a, b = b, a
    if HOLE not in b:
        return _stands_for(a, b)
    return _overlap(a, b)


def _overlap(a: str, b: str) -> bool:
    left, right = a.split("."), b.split(".")
    if len(left) != len(right):
        return HOLE in a and HOLE in b and HOLE in (a, b)
    return all(
        x == y or (HOLE in x and (HOLE in y or _fills(x, y))) or (HOLE in y and _fills(y, x)) for x, y in zip(left, right, strict=True)
    )


@lru_cache(maxsize=65536)
def contains(haystack: str, needle: str) -> bool | None:
    """Whether `needle` occurs in `haystack`: True, False, or None where a hole may hide or complete it."""
    if HOLE in needle:
        return None
    if any(needle in part for part in haystack.split(HOLE)):
        return True
    if HOLE not in haystack:
        return False
    return None if _may_contain(haystack, needle) else False


def _may_contain(haystack: str, needle: str) -> bool:
    """Try every alignment of `needle`; a hole yields any run without dots."""
    states = {(i, 0) for i in range(len(haystack) + 1)}
    seen = set(states)
    while states:
        following: set[tuple[int, int]] = set()
        for i, j in states:
            if j == len(needle):
                return True
            if i == len(haystack):
                continue
            if haystack[i] == HOLE:
                following.add((i + 1, j))
                if needle[j] != ".":
                    following.add((i, j + 1))
            elif haystack[i] == needle[j]:
                following.add((i + 1, j + 1))
        states = following - seen
        seen |= states
    return False


def starts(text: str, prefix: str) -> bool | None:
    """Whether `text` begins with `prefix`."""
    if HOLE not in text and HOLE not in prefix:
        return text.startswith(prefix)
    head = text.split(HOLE, maxsplit=1)[0]
    if HOLE not in prefix and head.startswith(prefix):
        return True
    shared = min(len(head), len(prefix.split(HOLE, maxsplit=1)[0]))
    return None if head[:shared] == prefix[:shared] else False


def ends(text: str, suffix: str) -> bool | None:
    """Whether `text` ends with `suffix`."""
    return starts(text[::-1], suffix[::-1])
