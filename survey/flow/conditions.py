"""Conditions of writes: what may be true, what may be false, and which switches were meant to decide.

A condition is three BDDs over atomic predicates (gate comparisons). Keeping *may be true* and *may be false* apart makes
negation sound when part of a condition is unknown; the third, the *gist*, drops the unknowns and only names gates.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from survey.flow.bdd import Bdd, TooLarge
from survey.model.vocabulary import GateKind

_SWITCHES = 24
"""Comparisons of switches that one stored condition may name where it decides nothing."""
_STEM = 1 << 10
"""Variables of switches that share a name; further ones go behind all others."""
_FAR = 1 << 30
_GIST_NODES = 500
"""Nodes that a gist may grow by at once."""
_NEUTRAL = -1
"""The gist of something unknown: the neutral element of both `all` and `any`."""


class Cond(NamedTuple):
    """One condition; ids are canonical within one `Conditions` space, so equality is identity."""

    may: int
    may_not: int
    gist: int

    @property
    def possible(self) -> bool:
        """Whether it can be true at all."""
        return self.may != 0

    @property
    def certain(self) -> bool:
        """Whether it cannot be false."""
        return self.may_not == 0


TRUE = Cond(1, 0, 1)
FALSE = Cond(0, 1, 0)
UNKNOWN = Cond(1, 1, _NEUTRAL)
RARE = Cond(1, 1, 0)
"""Possible, but not what anybody means to happen: an exception."""


@dataclass(frozen=True, slots=True)
class GateRef:
    """A switch as the code reads it. `default` is its text when unset; None when unset means absent."""

    kind: GateKind
    name: str
    default: str | None = None
    owner: str = ""
    """Where an option is declared (`Class` or `function`); '' for environment and context."""
    place: tuple[str, int] = ("", 0)
    """Path and line of the read or the declaration."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """An atomic comparison of one gate: equal to `value`, or set at all when `value` is None."""

    gate: GateRef
    value: str | None


class Conditions:
    """The space of conditions of one package's analysis."""

    def __init__(self) -> None:
        self.bdd = Bdd()
        self.given_up = False
        """Whether some condition was too large to keep and became unknown."""
        self._predicates: dict[int, Predicate] = {}
        """By variable."""
        self._stems: dict[str, int] = {}
        """Name that switches share to how many comparisons of them there are; in order, each has a range of variables of its own."""
        self._places: dict[str, int] = {}
        """Those names to their place in that order."""
        self._by_tail: dict[str, str] = {}
        """What such a name is, or ends in after an underscore, to the first that does."""
        self._vars: dict[tuple[GateKind, str, str, str | None, str | None], int] = {}
        self._compared: set[int] = set()
        """Variables for values that some code compares a switch with, and does not only take for one that is refused."""
        self.lists: set[GateRef] = set()
        """Switches that may have several values at once: the code asks what is among them."""
        self.objects: dict[GateRef, set[str]] = {}
        """Options that take an object of a settings class, with those that declare what can be set on it."""
        self._all: dict[tuple[Cond, Cond], Cond] = {}
        self._any: dict[tuple[Cond, Cond], Cond] = {}

    def atom(self, predicate: Predicate, *, compared: bool = True) -> Cond:
        """The condition that `predicate` holds; its value is one that the code compares the switch with, unless it says otherwise."""
        gate = predicate.gate
        key = (gate.kind, gate.name, gate.owner, gate.default, predicate.value)
        index = self._vars.get(key)
        if index is None:
            index = self._vars[key] = self._variable(gate.name)
            self._predicates[index] = predicate
        if compared:
            self._compared.add(index)
        node = self.bdd.var(index)
        return Cond(node, self.bdd.neg(node), node)

    def _variable(self, name: str) -> int:
        """A new variable beside those of switches that go by the same name, be it with a prefix.

        An option and the environment variable behind it decide together. Were they far apart, a condition over several such
        pairs would be exponential in their number.
        """
        name = name.lower()
        tails = [name[at + 1 :] for at, letter in enumerate(name) if letter == "_"]
        known = [stem for stem in (self._by_tail.get(name), *tails) if stem in self._stems]
        near = min(known, key=self._places.__getitem__, default=name)
        if near not in self._stems:
            self._places[near] = len(self._places)
            for tail in (near, *tails):
                self._by_tail.setdefault(tail, near)
        count = self._stems[near] = self._stems.get(near, 0) + 1
        return self._places[near] * _STEM + count if count < _STEM else (len(self._vars) + 1) * _FAR

    def one_of(self, gate: GateRef, values: Iterable[str]) -> Cond:
        """The gate has one of these values."""
        result = FALSE
        for value in values:
            result = self.any(result, self.atom(Predicate(gate, value)))
        return result

    def all(self, a: Cond, b: Cond) -> Cond:
        """Both hold."""
        if a is TRUE:
            return b
        if b is TRUE:
            return a
        if a in (TRUE, b) or b == FALSE:
            return b
        if b == TRUE or a == FALSE:
            return a
        found = self._all.get((a, b))
        if found is None:
            bdd = self.bdd
            try:
                gist = self._gist(bdd.conj, a.gist, b.gist)
                found = Cond(bdd.conj(a.may, b.may), bdd.disj(a.may_not, b.may_not), gist)
            except TooLarge:
                found = self.give_up()
            self._all[a, b] = self._all[b, a] = found
        return found

    def any(self, a: Cond, b: Cond) -> Cond:
        """At least one holds."""
        if a in (FALSE, b) or b == TRUE:
            return b
        if b == FALSE or a == TRUE:
            return a
        found = self._any.get((a, b))
        if found is None:
            bdd = self.bdd
            try:
                # what nobody means takes nothing from what is unknown
                gist = _NEUTRAL if {a.gist, b.gist} == {_NEUTRAL, 0} else self._gist(bdd.disj, a.gist, b.gist)
                found = Cond(bdd.disj(a.may, b.may), bdd.conj(a.may_not, b.may_not), gist)
            except TooLarge:
                found = self.give_up()
            self._any[a, b] = self._any[b, a] = found
        return found

    def _gist(self, combine: Callable[[int, int, int], int], a: int, b: int) -> int:
        """What is left of two gists; where so much decides that nothing does, no switch is named."""
        if _NEUTRAL in (a, b):
            return b if a == _NEUTRAL else a
        try:
            return combine(a, b, _GIST_NODES)
        except TooLarge:
            return _NEUTRAL

    def settled(self, old: Cond, new: Cond) -> Cond:
        """`new`, that `old` was widened to; or `old` where nothing but the list of switches got longer, and is long already."""
        if old[:2] != new[:2] or old.gist in (new.gist, _NEUTRAL):
            return new
        return old if new.gist == _NEUTRAL or len(self.bdd.support(new.gist)) > _SWITCHES else new

    def weigh(self, parts: Iterable[tuple[Cond, Cond]]) -> Cond:
        """The truth of something that is the second condition under the first, for guards that may overlap."""
        bdd = self.bdd
        may = may_not = 0
        for_it: Cond | None = None
        try:
            for guard, cond in parts:
                may = bdd.disj(may, bdd.conj(guard.may, cond.may))
                may_not = bdd.disj(may_not, bdd.conj(guard.may, cond.may_not))
                holds = self.all(guard, cond)
                for_it = holds if for_it is None else self.any(for_it, holds)
        except TooLarge:
            return self.give_up()
        if for_it is None:
            return UNKNOWN
        # where nothing but the unknown decides, no switch was meant to
        undecided = for_it.gist in (0, 1) and may != 0 and may_not != 0
        return Cond(may, may_not, _NEUTRAL if undecided else for_it.gist)

    def give_up(self) -> Cond:
        """A condition too large to keep: unknown, and noted as such."""
        self.given_up = True
        return UNKNOWN

    def negate(self, a: Cond) -> Cond:
        """It does not hold."""
        return Cond(a.may_not, a.may, a.gist if a.gist == _NEUTRAL else self.bdd.neg(a.gist))

    def implies(self, a: Cond, b: Cond) -> bool:
        """Whether `b` may be true wherever `a` may; no where that is too much to tell."""
        try:
            return self.bdd.conj(a.may, self.bdd.neg(b.may)) == 0
        except TooLarge:
            return False

    def asks_more(self, one: Cond, other: Cond) -> bool:
        """Whether of two ways to the same thing one goes by some switches of the other only, and leads there wherever that does.

        That an object is given for an option is no switch.
        """
        if one == other:
            return False
        few, many = frozenset(self.gates(one)), frozenset(self.gates(other))
        if few > many:
            one, other, few, many = other, one, many, few
        return bool(few) and few < many and any(map(self.values_of, many - few)) and self.implies(other, one)

    def decided(self, cond: Cond) -> bool:
        """Whether switches alone decide, and some do."""
        return cond.may > 1 and cond.may_not == self.bdd.neg(cond.may)

    def gates(self, cond: Cond) -> tuple[GateRef, ...]:
        """The switches that were meant to decide, in a stable order."""
        if cond.gist in (_NEUTRAL, 0, 1):
            return ()
        found = {self._predicates[v].gate for v in self.bdd.support(cond.gist)}
        return tuple(sorted(found, key=lambda g: (g.kind, g.name, g.owner, g.default or "")))

    def closable(self, cond: Cond) -> bool:
        """Whether some setting of variables and options keeps it from being true."""
        return cond.may > 1 and any(self._predicates[v].gate.kind is not GateKind.CONTEXT for v in self.bdd.support(cond.may))

    def unnamed(self, cond: Cond) -> Cond:
        """The same condition, which nobody means as a switch."""
        return Cond(cond.may, cond.may_not, _NEUTRAL)

    def known(self, cond: Cond) -> Cond:
        """What switches say of a condition that is possible."""
        return Cond(cond.may, self.bdd.neg(cond.may), cond.gist)

    def predicate(self, variable: int) -> Predicate:
        """What a variable of the diagrams stands for."""
        return self._predicates[variable]

    def support(self, cond: Cond) -> tuple[GateRef, ...]:
        """Every gate that the serialised condition mentions."""
        indices = self.bdd.support(cond.may) | self.bdd.support(cond.may_not)
        return tuple(sorted({self._predicates[v].gate for v in indices}, key=lambda g: (g.kind, g.name, g.owner, g.default or "")))

    def values_of(self, gate: GateRef) -> tuple[str, ...]:
        """Every value the code compares this gate with; that it is not empty is no value.

        One that it only takes for refused, as a boolean would be, is none where the code knows others.
        """
        every = {index: p.value for index, p in self._predicates.items() if p.gate == gate and p.value}
        compared = {value for index, value in every.items() if index in self._compared}
        return tuple(sorted(compared or every.values()))
