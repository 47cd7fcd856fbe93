"""The language-neutral tree that every grammar is lowered to and that program and flow read.

One small vocabulary for Python and TypeScript alike: what a grammar writes in its own way (f-strings and template
literals, `with` and `using`, keyword arguments and option objects) arrives here in one form. Every node carries the
1-based line where it starts and ends. Nodes compare by identity, so that they can key memo tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Literal, TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(eq_default=False, frozen_default=True)
def _node(cls: type[_Class]) -> type[_Class]:
    return dataclass(frozen=True, slots=True, eq=False)(cls)


@_node
class Node:
    """Anything with a place in the source."""

    line: int
    end_line: int


# --- expressions ---------------------------------------------------------------------------------------------------


@_node
class Const(Node):
    """A literal; `value` is None also for the languages' undefined and ellipsis."""

    value: str | bytes | int | float | bool | None


@_node
class Name(Node):
    """A bare name."""

    id: str


@_node
class Attr(Node):
    """`obj.name`, also optional chaining."""

    obj: "Expr"
    name: str


@_node
class Index(Node):
    """`obj[index]`."""

    obj: "Expr"
    index: "Expr"


@_node
class Slice(Node):
    """`lower:upper:step` inside an `Index`."""

    lower: "Expr | None"
    upper: "Expr | None"
    step: "Expr | None"


@_node
class Arg:
    """One argument of a call; `name` of a keyword argument; `spread` is '*' or '**' for spread arguments."""

    value: "Expr"
    name: str | None = None
    spread: Literal["", "*", "**"] = ""


@_node
class Call(Node):
    """A call, also of a constructor."""

    func: "Expr"
    args: tuple[Arg, ...]


@_node
class Template(Node):
    """A string with holes; literal parts are `Const` strings. Format specs are dropped, conversions too."""

    parts: tuple["Expr", ...]


@_node
class BinOp(Node):
    """`left op right`; op as written: + - * / // % ** | & ^ << >> @."""

    op: str
    left: "Expr"
    right: "Expr"


@_node
class BoolOp(Node):
    """Short-circuit `and`, `or`, or `??` (null coalescing) over two or more values."""

    op: Literal["and", "or", "??"]
    values: tuple["Expr", ...]


@_node
class UnaryOp(Node):
    """`not`, `-`, `+`, `~`."""

    op: str
    operand: "Expr"


@_node
class Compare(Node):
    """One comparison: == != < <= > >= in, not in, is, is not. Chains are lowered to a `BoolOp` of these."""

    op: str
    left: "Expr"
    right: "Expr"


@_node
class Conditional(Node):
    """`then if test else other`."""

    test: "Expr"
    then: "Expr"
    other: "Expr"


@_node
class Dict(Node):
    """A dict or object literal; a None key spreads its value."""

    items: tuple[tuple["Expr | None", "Expr"], ...]


@_node
class Sequence(Node):
    """A list, tuple or set display; items may be `Spread`."""

    kind: Literal["list", "tuple", "set"]
    items: tuple["Expr", ...]


@_node
class Spread(Node):
    """`*value` inside a sequence or an assignment target."""

    value: "Expr"


@_node
class ForClause(Node):
    """`for target in iterable` of a comprehension."""

    target: "Expr"
    iterable: "Expr"
    is_async: bool


@_node
class IfClause(Node):
    """`if test` of a comprehension."""

    test: "Expr"


@_node
class Comprehension(Node):
    """`key` is None but for dicts."""

    kind: Literal["list", "set", "dict", "generator"]
    key: "Expr | None"
    value: "Expr"
    clauses: tuple[ForClause | IfClause, ...]


@_node
class Lambda(Node):
    """An anonymous function."""

    function: "Function"


@_node
class Await(Node):
    """`await value`."""

    value: "Expr"


@_node
class Yield(Node):
    """`yield value`; `each` for `yield from`."""

    value: "Expr | None"
    each: bool


@_node
class Bind(Node):
    """An assignment used as an expression (walrus)."""

    target: "Expr"
    value: "Expr"


@_node
class Unknown(Node):
    """Syntax the lowering does not know, or an error node; `children` are its lowered parts."""

    kind: str
    children: tuple["Expr", ...]


Expr = (
    Const
    | Name
    | Attr
    | Index
    | Slice
    | Call
    | Template
    | BinOp
    | BoolOp
    | UnaryOp
    | Compare
    | Conditional
    | Dict
    | Sequence
    | Spread
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Bind
    | Unknown
)


# --- statements ----------------------------------------------------------------------------------------------------


@_node
class Evaluate(Node):
    """An expression statement."""

    value: Expr


@_node
class Assign(Node):
    """`targets[0] = targets[1] = … = value`; `value` is None for a bare annotation. Targets: Name, Attr, Index, Sequence, Spread."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


@_node
class Augment(Node):
    """`target op= value`; op as in `BinOp`."""

    target: Expr
    op: str
    value: Expr


@_node
class Return(Node):
    """`return value`."""

    value: Expr | None


@_node
class Raise(Node):
    """`raise value from cause`; also a failed `throw`."""

    value: Expr | None


@_node
class Break(Node):
    """Leave the loop."""


@_node
class Continue(Node):
    """Next round of the loop."""


@_node
class If(Node):
    """A branch; `elif` is nested in `orelse`."""

    test: Expr
    body: tuple["Stmt", ...]
    orelse: tuple["Stmt", ...]


@_node
class For(Node):
    """`for target in iterable`."""

    target: Expr
    iterable: Expr
    body: tuple["Stmt", ...]
    orelse: tuple["Stmt", ...]
    is_async: bool


@_node
class While(Node):
    """`while test`."""

    test: Expr
    body: tuple["Stmt", ...]
    orelse: tuple["Stmt", ...]


@_node
class Handler(Node):
    """One except/catch arm; `type` None catches all."""

    type: Expr | None
    name: str | None
    body: tuple["Stmt", ...]


@_node
class Try(Node):
    """try / handlers / else / finally."""

    body: tuple["Stmt", ...]
    handlers: tuple[Handler, ...]
    orelse: tuple["Stmt", ...]
    final: tuple["Stmt", ...]


@_node
class With(Node):
    """Context managers, in order, each with an optional target."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple["Stmt", ...]
    is_async: bool


@_node
class Case(Node):
    """One arm of a match: `tests` are the constants or classes compared with (empty: anything), `binds` the captured names."""

    tests: tuple[Expr, ...]
    binds: tuple[str, ...]
    guard: Expr | None
    body: tuple["Stmt", ...]


@_node
class Match(Node):
    """match / switch."""

    subject: Expr
    cases: tuple[Case, ...]


@_node
class Delete(Node):
    """`del a, b[k]`."""

    targets: tuple[Expr, ...]


@_node
class ImportedName:
    """`member` of the module under the local name `alias`; member '*' for all of it."""

    member: str
    alias: str


@_node
class Import(Node):
    """`import module as alias`, or names out of a module when `names` is not empty.

    `module` is as written, without leading dots; `level` counts them (0: absolute). A bare `import a.b` binds `a`:
    alias is None then.
    """

    module: str
    level: int
    alias: str | None
    names: tuple[ImportedName, ...]


@_node
class Scope(Node):
    """`global` or `nonlocal` names."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


@_node
class Param(Node):
    """A parameter. kinds: positional (also positional-only), keyword (keyword-only), '*' and '**' collectors.

    `options`: its argument is an object whose entries are named arguments (TypeScript's options objects).
    """

    name: str
    kind: Literal["positional", "keyword", "*", "**"]
    default: Expr | None
    annotation: Expr | None
    options: bool = False


@_node
class Function(Node):
    """A function or method; a lambda is one with a single `Return` and the name '<lambda>'.

    `line` is that of the `def`, decorators excluded. Methods that a language calls by protocol have one name whatever the
    language: a constructor is `__init__`.
    """

    name: str
    qualname: str
    """Dotted path inside the module; inner functions as `outer.inner`."""
    params: tuple[Param, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    is_generator: bool
    doc: str | None = None
    receiver: str | None = None
    """Name under which the body finds the object it is called on, where that is no parameter (`this`)."""


@_node
class Class(Node):
    """A class; `bases` as call arguments (keywords such as metaclass carry a name)."""

    name: str
    qualname: str
    bases: tuple[Arg, ...]
    body: tuple["Stmt", ...]
    decorators: tuple[Expr, ...]


@_node
class Define(Node):
    """A statement that defines a function or class."""

    item: Function | Class


Stmt = (
    Evaluate
    | Assign
    | Augment
    | Return
    | Raise
    | Break
    | Continue
    | If
    | For
    | While
    | Try
    | With
    | Match
    | Delete
    | Import
    | Scope
    | Define
)


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One lowered file."""

    path: str
    """Path in the snapshot."""
    body: tuple[Stmt, ...]
    problems: tuple[str, ...] = field(default=())
    """Syntax the parser could not read, as `LINE: what`."""


_PLAIN = ("line", "end_line", "id", "op", "name", "kind", "qualname", "doc", "receiver", "options")


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """Names of the fields of a node type that may hold further nodes."""
    return tuple(f.name for f in fields(kind) if f.name not in _PLAIN)


def children(item: Node | Arg) -> list[object]:
    """The fields of `item` that may hold further nodes: nodes, tuples of them, and what is neither."""
    kind: type = type(item)
    return [getattr(item, name) for name in _parts(kind)]


def walk(root: object) -> Iterator[Node | Arg]:
    """Every node below `root` (a node or a tuple of them), in no particular order; never recursive."""
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, (Node, Arg)):
            yield item
            stack.extend(children(item))
