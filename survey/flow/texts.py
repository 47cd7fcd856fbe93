"""Text put together: templates, concatenation, formatting."""

from __future__ import annotations

from typing import Any

from survey.flow import elements, iterating
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.strings import piece_of, squeeze, text_of
from survey.flow.values import HOLE, Const, Mapping, Opaque, Pattern, Sequence, Value, of

_MAX_TEXT = 2_000
"""Characters of one composed string; a longer one is no key."""


_MAX_NUMBER = 10**9
"""Numbers that are still counted with."""


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
                    following.append((both, text + piece_of(atom), hints | more, sites or extra))
        partial = following
    merged: dict[Any, Cond] = {}
    for cond, text, hints, sites in partial:
        whole = squeeze(text) if len(text) <= _MAX_TEXT else HOLE
        atom = Const(whole) if HOLE not in whole and not sites else Pattern(whole, hints, sites)
        merged[atom] = m.conds.any(merged[atom], cond) if atom in merged else cond
    return m.from_alternatives(merged)


def binary(m: Machine, op: str, left: Value, right: Value) -> Value:
    """`left op right`."""
    if op == "+":
        if any(text_of(a) is not None for a in left.atoms) or any(text_of(a) is not None for a in right.atoms):
            return compose(m, [left, right])
        if any(isinstance(a, Sequence | Mapping) for a in (*left.atoms, *right.atoms)):
            return _concatenate(m, left, right)
    if op == "%" and any(text_of(a) is not None for a in left.atoms):
        return _percent(m, left, right)
    if op == "|" and any(isinstance(a, Mapping) for a in (*left.atoms, *right.atoms)):
        target = m.mapping()
        for part in (left, right):
            elements.spread_into(m, target, part, TRUE)
        return of(target)
    numbers = (left.only, right.only)
    if all(isinstance(n, Const) and isinstance(n.value, int | float) for n in numbers) and op in ("+", "-", "*"):
        a, b = (n.value for n in numbers if isinstance(n, Const))
        if isinstance(a, int | float) and isinstance(b, int | float) and max(abs(a), abs(b)) < _MAX_NUMBER:
            return of(Const(a + b if op == "+" else a - b if op == "-" else a * b))
    return of(Opaque(m.hints(left, 3) | m.hints(right, 3)))


def _concatenate(m: Machine, left: Value, right: Value) -> Value:
    result = m.sequence("list")
    for part in (left, right):
        for cond, item in iterating.iterate(m, part).items:
            m.append(result, cond, item)
        rest = iterating.iterate(m, part).rest
        if rest is not None:
            result.rest = rest if result.rest is None else m.join([(TRUE, result.rest), (TRUE, rest)])
    return of(result)


def _percent(m: Machine, left: Value, right: Value) -> Value:
    only = left.only
    template = text_of(only) if only is not None else None
    if template is None:
        return of(Pattern(HOLE, m.hints(right, 3)))
    sequence = right.only
    values = [v for _, v in sequence.items] if isinstance(sequence, Sequence) else [right]
    pieces: list[Value] = []
    rest = template
    while "%" in rest:
        before, _, after = rest.partition("%")
        pieces.append(of(Const(before)))
        pieces.append(values.pop(0) if values and after[:1] in ("s", "d", "r") else of(Opaque()))
        rest = after[1:]
    pieces.append(of(Const(rest)))
    return compose(m, pieces)
