"""What code reads out of a switch's text: its truth, its words, its parts, as conditions."""

from __future__ import annotations

from collections.abc import Callable

from survey.flow.conditions import FALSE, Cond, Conditions, Predicate
from survey.flow.strings import contains
from survey.flow.values import Term, Value, of
from survey.model.vocabulary import GateKind

FOLDED = "folded"
"""Read without regard to case."""
LISTED = "listed"
"""Read as a list, or as one of its parts."""
PARSED = "parsed"
"""Read as a number."""
FALSY = "falsy"
"""What stands in for it where it is unset is no text, and false."""

_FOLDING = frozenset(("lower", "upper", "casefold", "title", "capitalize"))
_BOOLEAN = ("true", "false")
_NO_NUMBER = ("", "0", "0.0")


def read(term: Term, *how: str) -> Value:
    """The same switch, read in this way as well."""
    return of(Term(term.gate, term.read.union(how)))


def by_method(term: Term, name: str) -> Value:
    """What a method of text that keeps what it is about makes of a switch."""
    return read(term, *([FOLDED] if name in _FOLDING else [LISTED] if name in ("split", "rsplit", "splitlines") else []))


def truth(conds: Conditions, flags: set[tuple[str, str]], term: Term) -> Cond:
    """A switch used as a boolean.

    A variable is text, which is true unless it is empty, whatever it says. An option compares with true where its default or its
    declaration is one; else it counts as true where it is given and not given as false.
    """
    gate = term.gate
    given = conds.atom(Predicate(gate, None))
    usual = bool(gate.default) and FALSY not in term.read
    if gate.kind is GateKind.OPTION:
        if (gate.owner, gate.name) in flags or (gate.default or "").lower() in _BOOLEAN:
            return conds.atom(Predicate(gate, "true"))
        refused = conds.negate(conds.atom(Predicate(gate, "false"), compared=False))
        return refused if usual and gate.default not in _NO_NUMBER else conds.all(given, refused)
    if PARSED in term.read:
        other = conds.negate(conds.atom(Predicate(gate, "0")))
        return other if usual and gate.default not in _NO_NUMBER else conds.all(given, other)
    return conds.negate(conds.atom(Predicate(gate, ""))) if usual else given


def equals(conds: Conditions, term: Term, value: str | bytes | float | None) -> Cond:
    """A switch compared with a constant."""
    gate = term.gate
    if value is None or (value == "" and not gate.default):
        return conds.negate(conds.atom(Predicate(gate, None))) if gate.default is None or value == "" else FALSE
    if LISTED in term.read:
        conds.lists.add(gate)
    return conds.atom(Predicate(gate, spelled(term, value)))


def spelled(term: Term, value: str | bytes | float | None) -> str:
    """A compared value as gates print it: in lower case where case says nothing, or it is no text but a boolean."""
    shown = str(value)
    folds = FOLDED in term.read or term.gate.kind is not GateKind.ENV or not isinstance(value, str)
    return shown.lower() if folds and shown.lower() in _BOOLEAN else shown


def partly(conds: Conditions, term: Term, part: str, test: Callable[[str, str], bool | None]) -> Cond:
    """A test that the whole value passes and others may: that a text begins or ends with something, or has it in it."""
    gate = term.gate
    given = conds.atom(Predicate(gate, None))
    # of a list it is not known whether the part comes first or last
    apart = gate in conds.lists and test is not contains
    sure = FALSE if apart else conds.atom(Predicate(gate, spelled(term, part)))
    default = gate.default or ""
    if FOLDED in term.read:
        default, part = default.lower(), part.lower()
    if default and test(default, part):  # what is unset passes: only what is given may fail
        return Cond(1, conds.all(given, conds.negate(sure)).may, given.gist)
    return Cond(conds.any(given, sure).may, sure.may_not, given.gist)
