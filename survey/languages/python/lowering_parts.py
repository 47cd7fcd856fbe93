"""What a reducer gets to see of one syntax node: its children, already lowered.

The walker in `lowering` visits the tree bottom-up, so no part of the lowering recurses and none of it can overflow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from tree_sitter import Node

from survey.model import ir

EXPRESSIONS: frozenset[type] = frozenset(get_args(ir.Expr))
STATEMENTS: frozenset[type] = frozenset(get_args(ir.Stmt))


class Parts:
    """One syntax node whose children are lowered; `items` are (kind, field, value), value None for tokens."""

    __slots__ = ("chain", "end_line", "is_generator", "items", "kind", "line", "nesting", "node", "scope", "source")

    def __init__(self, kind: str, node: Node, source: bytes, nesting: int, chain: int, scope: str) -> None:
        self.kind = kind
        self.node = node
        self.source = source
        self.nesting = nesting
        self.chain = chain
        self.scope = scope
        """Dotted prefix of what is defined here: '' or `Outer.`."""
        self.line = 0
        self.end_line = 0
        self.is_generator = False
        """A `yield` was seen in here, nested functions excluded."""
        self.items: list[tuple[str, str | None, Any]] = []

    def get(self, field: str) -> Any:  # the reducers of a grammar's children are as varied as the grammar
        """The value of the first child under `field`; None when there is none."""
        for _, name, value in self.items:
            if name == field and value is not None:
                return value
        return None

    def all(self, field: str) -> list[ir.Expr]:
        """The expressions under `field`, in order."""
        return [value for _, name, value in self.items if name == field and type(value) in EXPRESSIONS]

    def expr(self, field: str) -> ir.Expr:
        """The expression under `field`; an `Unknown` where the source lacks it."""
        return self.as_expr(self.get(field))

    def optional(self, field: str) -> ir.Expr | None:
        """The expression under `field`, if there is one."""
        value = self.get(field)
        return value if type(value) in EXPRESSIONS else None

    def exprs(self) -> list[ir.Expr]:
        """Every child that is an expression, in order."""
        return [value for _, _, value in self.items if type(value) in EXPRESSIONS]

    def first(self) -> ir.Expr | None:
        """The first child that is an expression, if there is one."""
        for _, _, value in self.items:
            if type(value) in EXPRESSIONS:
                return value  # type: ignore[no-any-return]
        return None

    def only(self) -> ir.Expr:
        """The first child that is an expression; an `Unknown` where the source lacks it."""
        return self.as_expr(self.first())

    def as_expr(self, value: object) -> ir.Expr:
        """`value` itself, or an `Unknown` in its place when it is no expression."""
        return value if type(value) in EXPRESSIONS else ir.Unknown(self.line, self.end_line, self.kind, ())  # type: ignore[return-value]

    def tuple_or_one(self, values: list[ir.Expr]) -> ir.Expr | None:
        """What a comma-separated list means: nothing, its one value, or a tuple (also for `a,`)."""
        if not values:
            return None
        if len(values) == 1 and not self.has(","):
            return values[0]
        return ir.Sequence(values[0].line, values[-1].end_line, "tuple", tuple(values))

    def block(self, field: str) -> tuple[ir.Stmt, ...]:
        """The statements of the block under `field`."""
        value = self.get(field)
        return value if isinstance(value, tuple) else ()

    def name(self, field: str = "name") -> str:
        """The identifier under `field`; '' where the source lacks it."""
        value = self.get(field)
        return value.id if isinstance(value, ir.Name) else ""

    def has(self, token: str) -> bool:
        """Whether a child of kind `token` is present."""
        return any(kind == token for kind, _, _ in self.items)

    def of_kind(self, kind: str) -> Iterator[Any]:
        """The values of the children of `kind`."""
        return (value for item, _, value in self.items if item == kind and value is not None)


Reducer = Callable[[Parts], Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """`key: value` of a dict display; a None key is `**value`, also among arguments and parameters."""

    key: ir.Expr | None
    value: ir.Expr


@dataclass(frozen=True, slots=True)
class Aliased:
    """`value as target`."""

    value: Any
    target: ir.Expr


@dataclass(frozen=True, slots=True)
class Hole:
    """`{value}` of an f-string with its byte offsets; `label` is the text that `{value=}` shows before it."""

    value: ir.Expr
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Broken:
    """What could be kept of an error node."""

    statements: tuple[ir.Stmt, ...]


def statements(parts: Parts) -> tuple[ir.Stmt, ...]:
    """The statements of a block; loose expressions, which only errors leave there, as statements of their own."""
    body: list[ir.Stmt] = []
    for _, _, value in parts.items:
        kind = type(value)
        if kind in STATEMENTS or kind is ir.Case:
            body.append(value)
        elif kind is tuple:
            body.extend(item for item in value if type(item) in STATEMENTS)
        elif kind is Broken:
            body.extend(value.statements)
        elif kind in EXPRESSIONS:
            body.append(ir.Evaluate(value.line, value.end_line, value))
    return tuple(body)


def broken(parts: Parts) -> Broken:
    """An error node: its statements stay statements, its expressions become one `Unknown`."""
    loose = tuple(parts.exprs())
    ids = {id(value) for value in loose}
    kept = tuple(statement for statement in statements(parts) if not (isinstance(statement, ir.Evaluate) and id(statement.value) in ids))
    if loose:
        unknown = ir.Unknown(loose[0].line, loose[-1].end_line, "ERROR", loose)
        kept = (*kept, ir.Evaluate(unknown.line, unknown.end_line, unknown))
    return Broken(kept)
