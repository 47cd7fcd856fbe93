"""One function being run, and what is remembered of one that was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from survey.flow.conditions import FALSE, TRUE, Cond
from survey.flow.values import Atom, ClassValue, Env, FunctionValue, Mapping, Sequence, Site, Value

if TYPE_CHECKING:
    from survey.flow.paths import Step
    from survey.flow.writes import RawWrite
    from survey.program.modules import ModuleFile

ENTRY_WORK = 5
"""What entering a function body costs, its statements aside."""


@dataclass(slots=True, eq=False)
class Frame:
    """One function being run. `path` is relative to the frame's entry."""

    module: ModuleFile
    env: Env
    symbol: str
    entry_serial: int
    path: Cond = TRUE
    steps: tuple[Step, ...] = ()
    """What narrowed the path, in order."""
    function: FunctionValue | None = None
    receiver: Atom | None = None
    stands_for: ClassValue | None = None
    """At the bottom of the stack: the class for whose objects a method is run as an entry point."""
    returns: list[tuple[Cond, Value]] = field(default_factory=list)
    yields: list[tuple[Cond, Value, Site]] = field(default_factory=list)
    loops: list[tuple[list[tuple[Cond, dict[str, Value]]], list[tuple[Cond, dict[str, Value]]]]] = field(default_factory=list)
    """Per enclosing loop: conditions under which it was left by break, and continued."""
    rounds: int = 0
    """Loop rounds that kept elements apart."""
    exits: int = 0
    """Returns and raises met so far."""
    raised: Cond = FALSE
    """Under which settings it raised so far, uncaught."""
    thrown: Cond = FALSE
    """Under what it raised so far at all, also where no switch decides."""
    outside: bool = False
    """Called what is not source at hand, and gave it more than switches: that may fail."""
    impure: bool = False
    """Changed something older than itself, be it only the object under construction."""
    effect: bool = False
    """Stored into something older than itself that others can see, be it what was there already."""
    held: dict[Mapping, int] = field(default_factory=dict)
    """Older mappings that already held what was put into them, as of this version of theirs."""
    refused: dict[object, int] = field(default_factory=dict)
    """Functions that were not entered again below it, with how often each ran when it began: what it does depends on that."""
    deep: bool = False
    """Something below it was given up for being too deep: less deep, it may do more."""
    cut: bool = False
    """Something below it was given up because its entry point had cost all that it may: another one has room for it."""
    arguments: dict[str, Value] = field(default_factory=dict)
    way: tuple[tuple[int, int], ...] = ()
    """The branches and loops that the frame is in, each with its arm or round."""
    told: dict[str, list[tuple[tuple[tuple[int, int], ...], str]]] = field(default_factory=dict)
    """Per stem of keys: where a key said by a literal what the others of the stem carry, and the role that it said."""
    untold: list[tuple[tuple[tuple[int, int], ...], str, Sequence, Site]] = field(default_factory=list)
    """Couples of a key and its value of which no sibling said anything yet, each with its way, its key's stem and where they met."""
    work: int = ENTRY_WORK
    """Statements run, elements gone through, alternatives joined or compared, and containers looked into here, calls aside."""
    line: int = 0
    end_line: int = 0


class Remembered(NamedTuple):
    """What a call did and gave back."""

    writes: list[RawWrite]
    result: Value
    since: int
    """The serial it began at."""
    heap: list[Atom]
    """The objects of its key, where its result or what it stored into is among them."""
    effect: bool
    """Whether it stored into something older, which held all of it already."""
    raised: Cond
    """Under which settings it ends in an exception."""
    outside: bool
    """Whether what it calls may fail as well."""
    held: dict[Mapping, int]
    """The mappings among that, as of these versions: when one has lost or replaced an entry since, the call has to run again."""
    refused: dict[object, int]
    """Functions that it would have entered again, with how often each ran when it began: where that differs, it has to run again."""
    depth: int
    """How many frames there were below it, where something was given up for being too deep; else 0."""
