"""Text put together: templates, concatenation, formatting."""

from __future__ import annotations

import re
from typing import Any

from survey.flow import elements, iterating
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.strings import piece_of, squeeze, text_of
from survey.flow.values import HOLE, Const, Mapping, Opaque, Pattern, Sequence, Value, of

MAX_TEXT = 2_000
"""Characters of one composed string; a longer one is no key."""


_MAX_NUMBER = 10**9
"""Numbers that are still counted with."""


_CONVERSION = re.compile(
    r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[-#0 +]*)(?P<size>(?:\*|\d+)?(?:\.(?:\*|\d*))?)[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)
_MAX_FORM = 6
"""Characters of one conversion's flags and size: more ask for more text than any key has."""


_MAX_STRINGS = 24
"""Alternatives of one composed string that are kept apart."""


def compose(m: Machine, parts: list[Value]) -> Value:
    """The strings that the parts make when joined: known text with holes, alternatives kept where there are few."""
    partial: list[tuple[Cond, str, frozenset[str], Any]] = [(TRUE, "", frozenset(), ())]
    for part in parts:
        alts = part.alts if len(part.alts) * len(partial) <= _MAX_STRINGS else ((TRUE, Opaque(m.hints(part, 2))),)
        if len(alts) > 1:  # what may be missing is not meant to be spelled "None"
            alts = tuple((guard, atom) for guard, atom in alts if not (isinstance(atom, Const) and atom.value is None))
        following = []
        for cond, text, hints, sites in partial:
            for guard, atom in alts:
                both = m.conds.all(cond, guard)
                if both.possible:
                    extra = atom.sites if isinstance(atom, Pattern) else ()
                    more = m.hints_of_atom(atom, 3) if HOLE in piece_of(atom) else frozenset()
                    longer = text + piece_of(atom) if len(text) <= MAX_TEXT else text
                    following.append((both, longer, hints | more, sites or extra))
        partial = following
    merged: dict[Any, Cond] = {}
    for cond, text, hints, sites in partial:
        whole = squeeze(text) if len(text) <= MAX_TEXT else HOLE
        atom = Const(whole) if HOLE not in whole and not sites else Pattern(whole, hints, sites)
        merged[atom] = m.conds.any(merged[atom], cond) if atom in merged else cond
    return m.from_alternatives(merged)


def binary(m: Machine, op: str, left: Value, right: Value) -> Value:
    """`left op right`."""
    if op == "+":
        if any(text_of(a) is not None for a in left.atoms) or any(text_of(a) is not None for a in right.atoms):
            return compose(m, [left, right])
        if any(isinstance(a, (Sequence, Mapping)) for a in (*left.atoms, *right.atoms)):
            return _concatenate(m, left, right)
    if op == "%" and any(text_of(a) is not None for a in left.atoms):
        return _percent(m, left, right)
    if op == "|" and any(isinstance(a, Mapping) for a in (*left.atoms, *right.atoms)):
        target = m.mapping()
        for part in (left, right):
            elements.spread_into(m, target, part, TRUE)
        return of(target)
    numbers = (left.only, right.only)
    if all(isinstance(n, Const) and isinstance(n.value, (int, float)) for n in numbers) and op in ("+", "-", "*"):
        a, b = (n.value for n in numbers if isinstance(n, Const))
        if isinstance(a, (int, float)) and isinstance(b, (int, float)) and max(abs(a), abs(b)) < _MAX_NUMBER:
            return of(Const(a + b if op == "+" else a - b if op == "-" else a * b))
    return of(Opaque(m.hints(left, 3) | m.hints(right, 3)))


def _concatenate(m: Machine, left: Value, right: Value) -> Value:
    result = m.sequence("list")
    for part in (left, right):
        found = iterating.iterate(m, part)
        for cond, item in found.items if len(part.alts) == 1 else _once(m, found.items):
            m.append(result, cond, item)
        if found.rest is not None:
            result.rest = found.rest if result.rest is None else m.join([(TRUE, result.rest), (TRUE, found.rest)])
    return of(result)


def _once(m: Machine, items: list[tuple[Cond, Value]]) -> list[tuple[Cond, Value]]:
    """Elements of several alternatives, each constant once: what is added to itself again and again holds no more than before."""
    merged: dict[object, tuple[Cond, Value]] = {}
    for cond, item in items:
        only = item.only
        key = only if isinstance(only, Const) else len(merged)
        merged[key] = (m.conds.any(merged[key][0], cond), item) if key in merged else (cond, item)
    return list(merged.values())


def _percent(m: Machine, left: Value, right: Value) -> Value:
    only = left.only
    template = text_of(only) if only is not None else None
    if template is None or len(template) > MAX_TEXT:
        return of(Pattern(HOLE, m.hints(right, 3)))
    sequence = right.only
    values = [v for _, v in sequence.items] if isinstance(sequence, Sequence) else [right]
    pieces: list[Value] = []
    end = 0
    for found in _CONVERSION.finditer(template):
        pieces.append(of(Const(template[end : found.start()])))
        end = found.end()
        if found["kind"] == "%":
            pieces.append(of(Const("%")))
        elif found["name"] is not None:
            pieces.append(_converted(m, found, elements.element(m, right, of(Const(found["name"])))))
        else:
            for _ in range((found["flags"] + found["size"]).count("*")):
                values = values[1:]
            pieces.append(_converted(m, found, values[0] if values else of(Opaque())))
            values = values[1:]
    pieces.append(of(Const(template[end:])))
    return compose(m, pieces)


def _converted(m: Machine, found: re.Match[str], value: Value) -> Value:
    """What one conversion makes of its value: the value where it only asks for text, a number as it is to be written."""
    if not found["flags"] + found["size"] and found["kind"] in "srdiua":
        return value
    only, form = value.only, found["flags"] + found["size"] + found["kind"]
    if not isinstance(only, Const) or len(form) > _MAX_FORM:
        return of(Pattern(HOLE, m.hints(value, 3)))
    try:
        return of(Const(f"%{form}" % (only.value,)))
    except (TypeError, ValueError, OverflowError):
        return of(Opaque())
