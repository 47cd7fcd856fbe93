"""Where names get their values in the source: per function, what a name is assigned, looped over, grown by, or given as.

Asked only for the few writes of a finished analysis, to tell a reader how content came there; the engine never reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from survey.flow.arms import Arms
from survey.flow.shown import last_name
from survey.flow.values import Site
from survey.model import ir
from survey.program.modules import ModuleFile, Program

_GROWING = ("append", "extend", "update", "add", "insert", "setdefault", "push")


@dataclass(frozen=True, slots=True)
class Definition:
    """One place where a name or a field gets (part of) its value."""

    line: int
    value: ir.Expr
    how: Literal["set", "part", "grow"]
    """The value itself, an element of it, or something added to it."""
    last: int = 0
    """Last line where the name is visible, for a comprehension's; 0 for no bound."""


@dataclass(slots=True, eq=False)
class Routine:
    """A function in its file, or a whole module's top level (`node` None)."""

    file: ModuleFile
    node: ir.Function | None
    parent: Routine | None
    names: dict[str, list[Definition]] = field(default_factory=dict)
    fields: dict[str, list[Definition]] = field(default_factory=dict)
    """By attribute name, of whatever object."""
    results: list[ir.Expr] = field(default_factory=list)
    parts: list[ir.Node] = field(default_factory=list)
    """Every node of the body, inner functions left out."""
    body: tuple[ir.Stmt, ...] = ()
    _arms: Arms | None = None

    @property
    def arms(self) -> Arms:
        """Which of its lines one run may pass."""
        if self._arms is None:
            self._arms = Arms(self.body)
        return self._arms

    @property
    def symbol(self) -> str:
        """The function's dotted path in its module."""
        return self.node.qualname if self.node is not None else "<module>"

    @property
    def holder(self) -> str:
        """The dotted path of what the function is defined in: its class, for a method."""
        return self.symbol.rpartition(".")[0]

    @property
    def is_method(self) -> bool:
        """Whether a class holds it and its first parameter is the object it is called on."""
        if self.node is None or not self.holder or (self.parent is not None and self.parent.symbol == self.holder):
            return False
        return self.receiver is not None and not any(isinstance(d, ir.Name) and d.id == "staticmethod" for d in self.node.decorators)

    @property
    def receiver(self) -> str | None:
        """The name of the object that a method is called on."""
        if self.node is None:
            return None
        return self.node.receiver or (self.node.params[0].name if self.node.params else None)

    def parameter(self, name: str) -> ir.Param | None:
        """The parameter of that name."""
        return next((p for p in self.node.params if p.name == name), None) if self.node is not None else None


class Sources:
    """The routines of a program's files, made when first asked for."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._by_path = {file.path: file for file in program.all_files()}
        self._routines: dict[str, list[Routine]] = {}
        self._at: dict[tuple[str, int], Routine | None] = {}
        self._named: dict[str, list[Routine]] | None = None
        self._calls: dict[str, list[Site]] | None = None

    def routines(self, path: str) -> list[Routine]:
        """Every routine of a file, the module's first; none for a file that is not at hand."""
        found = self._routines.get(path)
        if found is None:
            file = self._by_path.get(path)
            found = self._routines[path] = list(_routines(file, self._program.body(file))) if file is not None else []
        return found

    def at(self, path: str, line: int) -> Routine | None:
        """The innermost routine around a line."""
        if (path, line) not in self._at:
            self._at[path, line] = None
            for routine in self.routines(path):
                node = routine.node
                if node is None or node.line <= line <= node.end_line:
                    self._at[path, line] = routine  # inner ones come after those around them
        return self._at[path, line]

    def named(self, name: str) -> list[Routine]:
        """Functions of the package itself by their bare name."""
        if self._named is None:
            self._named = {}
            for file in self._program.own_files():
                for routine in self.routines(file.path):
                    if routine.node is not None:
                        self._named.setdefault(routine.node.name, []).append(routine)
        return self._named.get(name, [])

    def calls(self, name: str) -> list[Site]:
        """Where the package calls something by its bare name."""
        if self._calls is None:
            self._calls = {}
            for file in self._program.own_files():
                for routine in self.routines(file.path):
                    for part in routine.parts:
                        if isinstance(part, ir.Call):
                            site = Site(file.path, part.line, part.end_line, routine.symbol)
                            self._calls.setdefault(last_name(part.func), []).append(site)
        return self._calls.get(name, [])


def _routines(file: ModuleFile, body: tuple[ir.Stmt, ...]) -> Iterator[Routine]:
    waiting: list[tuple[ir.Function | None, tuple[ir.Stmt, ...], Routine | None]] = [(None, body, None)]
    while waiting:
        node, stmts, parent = waiting.pop()
        routine = Routine(file, node, parent, body=stmts)
        inner = list(_collect(routine, stmts))
        yield routine
        waiting += [(function, function.body, routine) for function in reversed(inner)]


def _collect(routine: Routine, body: tuple[ir.Stmt, ...]) -> Iterator[ir.Function]:
    """Note what the body defines; the functions inside it."""
    stack: list[object] = [body]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
            continue
        if isinstance(item, ir.Function):
            yield item
            stack.extend(item.decorators)
            continue
        if isinstance(item, ir.Node):
            routine.parts.append(item)
            _note(routine, item)
        if isinstance(item, (ir.Node, ir.Arg)):
            stack.extend(reversed(ir.children(item)))


def _note(routine: Routine, node: ir.Node) -> None:
    match node:
        case ir.Assign(targets=targets, value=value) if value is not None:
            for target in targets:
                _set(routine, target, value, node.line)
        case ir.Bind(target=target, value=value):
            _set(routine, target, value, node.line)
        case ir.Augment(target=target, value=value):
            _grow(routine, target, value, node.line)
        case ir.For(target=target, iterable=iterable):
            _part(routine, target, iterable, node.line)
        case ir.With(items=items):
            for item, bound in items:
                if bound is not None:
                    _part(routine, bound, item, node.line)
        case ir.Comprehension(clauses=clauses):
            for clause in clauses:
                if isinstance(clause, ir.ForClause):
                    _part(routine, clause.target, clause.iterable, node.line, node.end_line)
        case ir.Call(func=ir.Attr(obj=obj, name=name), args=args) if name in _GROWING and args:
            _grow(routine, obj, args[-1].value, node.line)
        case ir.Return(value=result) | ir.Yield(value=result) if result is not None:
            routine.results.append(result)
        case _:
            return


def _set(routine: Routine, target: ir.Expr, value: ir.Expr, line: int) -> None:
    match target:
        case ir.Sequence(items=items):
            same = isinstance(value, ir.Sequence) and len(value.items) == len(items)
            for position, item in enumerate(items):
                if same and isinstance(value, ir.Sequence):
                    _set(routine, item, value.items[position], line)
                else:
                    _part(routine, item, value, line)
        case ir.Index(obj=obj):
            _grow(routine, obj, value, line)
        case _:
            _define(routine, target, Definition(line, value, "set"))


def _part(routine: Routine, target: ir.Expr, value: ir.Expr, line: int, last: int = 0) -> None:
    match target:
        case ir.Sequence(items=items):
            for item in items:
                _part(routine, item, value, line, last)
        case ir.Spread():
            _part(routine, target.value, value, line, last)
        case _:
            _define(routine, target, Definition(line, value, "part", last))


def _grow(routine: Routine, target: ir.Expr, value: ir.Expr, line: int) -> None:
    place = target
    while isinstance(place, ir.Index):
        place = place.obj
    _define(routine, place, Definition(line, value, "grow"))


def _define(routine: Routine, target: ir.Expr, definition: Definition) -> None:
    if isinstance(target, ir.Name):
        routine.names.setdefault(target.id, []).append(definition)
    elif isinstance(target, ir.Attr):
        routine.fields.setdefault(target.name, []).append(definition)
