"""Abstract values: what a variable may hold, as alternatives, each under a condition.

Scalars compare by value and heap objects by identity. A value is never empty: what is not known is `Opaque` and carries
hints about the content it may hold (the words on its way: `messages`, `tool_calls`, …).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from survey.flow.conditions import TRUE, Cond, GateRef

if TYPE_CHECKING:
    from survey.model import ir
    from survey.program.modules import ModuleFile

HOLE = "\0"
"""Stands for an unknown part of a string pattern."""
SPAN = "span"
"""Type of the `Struct` that stands for a span."""
MAYBE = "?"
"""Ends the role that a sibling key told where it may as well have told none."""
WRAPPED = "__wrapped__"
"""The field in which a proxy keeps what it stands for."""


LOGGER = "logger"
"""Kind of an unknown that is an application's logger."""
FILE = "file"
"""Kind of an unknown that is an open file."""
EVENT_NAME = "event name"
"""Kind of an unknown that is the name of an event which another package records."""
EXCEPTION = "exception"
"""Kind of an unknown that was raised."""
QUEUE = "queue"
"""Kind of an unknown that is a queue."""
HTTP = "server"
"""Kind of an unknown that is a client of a server, or what that answered."""
SWALLOWING = "swallows"
"""Kind of an unknown that is a context manager which ends every exception."""
LASTING = frozenset((LOGGER, FILE, QUEUE, HTTP))
"""Kinds that a field keeps whatever else it may hold; their methods are told apart by name."""


class Site(NamedTuple):
    """A place in a source file."""

    path: str
    line: int
    end_line: int
    symbol: str = ""
    role: str = ""
    """What a sibling key told of the value that its key met here."""


NOWHERE = Site("", 0, 0)


@dataclass(frozen=True, slots=True)
class Const:
    """A known scalar."""

    value: str | bytes | int | float | bool | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string with unknown parts (`HOLE`); `hints` describe what may stand there."""

    text: str
    hints: frozenset[str] = frozenset()
    sites: tuple[tuple[Site, Cond], ...] = ()
    """Where this key met its value, when it was read back out of a mapping."""

    def __hash__(self) -> int:
        return hash(self.text)  # the sites are many, and hardly anything else tells two apart


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something unknown: `hints` are words from its origin, `kind` what is known of its type."""

    hints: frozenset[str] = frozenset()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A switch's value, as read; comparisons of it become conditions."""

    gate: GateRef
    read: frozenset[str] = frozenset()
    """How the code reads it (`switches`): without regard to case, as a list, ..."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean that is exactly a condition."""

    cond: Cond


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function with the environment it closes over."""

    node: ir.Function
    module: ModuleFile
    closure: Env | None
    owner: ClassValue | None = None
    marks: frozenset[str] = frozenset()
    """`property`, `static`, `class`, `context`: what its decorators made of it."""
    extra: list[FunctionValue] = field(default_factory=list)
    """Further implementations registered under the same name (single dispatch)."""


@dataclass(frozen=True, slots=True)
class BoundMethod:
    """A function with its receiver."""

    function: FunctionValue
    receiver: Atom


@dataclass(frozen=True, slots=True)
class Method:
    """A method, by name, of a receiver whose class is not source at hand."""

    receiver: Atom
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    """The receiver seen from above `owner` in its class order."""

    receiver: Atom
    owner: ClassValue


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A callable with some arguments already given."""

    target: Value
    args: tuple[tuple[str | None, str, Value], ...]


@dataclass(slots=True, eq=False)
class ClassValue:
    """A class; `fields` are its attributes, `bases` resolved values in order."""

    node: ir.Class
    module: ModuleFile
    bases: tuple[Atom, ...]
    fields: dict[str, Value]
    annotations: dict[str, ir.Expr]
    marks: frozenset[str] = frozenset()
    stored: set[str] = field(default_factory=set)
    """Names of attributes that code outside the class body assigned."""
    shared: Instance | None = None
    """The stand-in for any instance of this class."""


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enumeration; where text is wanted it is its value."""

    owner: ClassValue
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module whose source is at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class External:
    """Something of a module whose source is not read, by its dotted name."""

    name: str


@dataclass(slots=True, eq=False)
class Pair:
    """One entry of a mapping: the value, when it is there, and where key and value met."""

    value: Value
    cond: Cond
    sites: list[tuple[Site, Cond]]


@dataclass(slots=True, eq=False)
class Mapping:
    """A dict, or a sequence of pairs (what a generator of pairs yields). Keys are text with `HOLE`s or other constants."""

    serial: int
    level: int
    pairs: dict[object, Pair] = field(default_factory=dict)
    rest: Value | None = None
    """What spreading something unknown put in."""
    is_sequence: bool = False
    name: str = ""
    """Set for the options of an entry point: reading a key reads an option of this owner."""
    marks: frozenset[str] = frozenset()
    """Hints that everything read out of it carries."""
    shared: bool = False
    """Others may fill it: that it looks empty proves nothing."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, tuple, set or generator result: elements in order, each with the condition that it is there."""

    serial: int
    level: int
    kind: str
    items: list[tuple[Cond, Value]] = field(default_factory=list)
    rest: Value | None = None
    """Any number of further elements."""
    marks: frozenset[str] = frozenset()
    """Hints that everything read out of it carries."""
    shared: bool = False
    """Others may fill it: that it looks empty proves nothing."""


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class whose source is at hand."""

    cls: ClassValue
    serial: int
    level: int
    fields: dict[str, Value] = field(default_factory=dict)
    constructing: bool = False
    sites: dict[str, tuple[Site, ...]] = field(default_factory=dict)
    """Where assignments gave a field its value after the object was made."""
    made: Site | None = None
    """Where a constructor that only fills fields was called."""
    marks: frozenset[str] = frozenset()
    """Hints that everything read out of it carries."""


@dataclass(slots=True, eq=False)
class Struct:
    """A record object of a library (a log record, an event): only its fields matter. `type` is the knowledge name."""

    type: str
    serial: int
    level: int
    fields: dict[str, Value] = field(default_factory=dict)
    site: Site = NOWHERE


Atom = (
    Const
    | Pattern
    | Opaque
    | Term
    | Truth
    | FunctionValue
    | BoundMethod
    | Method
    | Super
    | Partial
    | ClassValue
    | EnumMember
    | ModuleValue
    | External
    | Mapping
    | Sequence
    | Instance
    | Struct
)


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """Alternatives with their conditions; conditions may overlap."""

    alts: tuple[tuple[Cond, Atom], ...]

    @property
    def only(self) -> Atom | None:
        """The atom, where there is just one alternative."""
        return self.alts[0][1] if len(self.alts) == 1 else None

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """All atoms, conditions aside."""
        alts = self.alts
        return (alts[0][1],) if len(alts) == 1 else tuple([atom for _, atom in alts])


Arguments = tuple[tuple[str | None, str, Value], ...]
"""Of a call: (keyword name, '' | '*' | '**', value) each."""


class Env:
    """Variables of one scope; `parent` is the scope it closes over: never a class, whose names are for its own body only."""

    __slots__ = ("lasting", "module", "names", "of_class", "outer", "parent")

    def __init__(self, parent: Env | None, module: ModuleFile, *, of_class: bool = False) -> None:
        self.names: dict[str, Value] = {}
        self.parent: Env | None = parent.parent if parent is not None and parent.of_class else parent
        self.module = module
        self.outer: dict[str, str] = {}
        """Names declared `global` or `nonlocal`."""
        self.of_class: bool = of_class
        self.lasting = False
        """Made once, by a decorator of a definition in a module or class: what closes over it is a function of its own."""


def of(atom: Atom) -> Value:
    """The value that is certainly `atom`."""
    return Value(((TRUE, atom),))


NONE = of(Const(None))
NOTHING = of(Opaque())


def text(value: str) -> Value:
    """A known string."""
    return of(Const(value))
