"""Where evaluation starts: constructors and entry points with their options, then whatever nothing else reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from survey.flow import (
    binding,
    builders,
    calls,
    classes,
    construction,
    enums,
    escaping,
    evaluate,
    existence,
    kinds,
    payloads,
    reach,
    scopes,
    uncalled,
)
from survey.flow.conditions import FALSE, TRUE, Cond, Predicate
from survey.flow.frames import Frame
from survey.flow.machine import MAX_WORK_PER_PASS, MIN_WORK_PER_ROOT, Machine
from survey.flow.values import (
    NONE,
    NOTHING,
    Arguments,
    Atom,
    BoundMethod,
    ClassValue,
    Const,
    Env,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Opaque,
    Sequence,
    Site,
    Term,
    Value,
    of,
)
from survey.model import ir
from survey.model.vocabulary import GateKind
from survey.program.modules import ModuleFile, definitions

_TEXTS = frozenset(("str", "LiteralString", "AnyStr"))
"""Names of types in annotations of what takes text."""


class Roots:
    """Runs one package from all its entry points, in a fixed order."""

    def __init__(self, machine: Machine) -> None:
        self.m = machine
        machine.run_root = self.run_root
        machine.root_arguments = self.arguments
        machine.root_parameter = self.field_parameter
        machine.load_package = self.load_package
        machine.is_public = self.is_public
        machine.annotated = self.annotated_parameter
        machine.is_made_within = partial(uncalled.is_made_within, machine)
        self.public: set[ClassValue | ir.Function] = set()
        self._exported: dict[ClassValue, bool] = {}
        self._annotated: dict[ir.Param, ClassValue | None] = {}

    # --- order ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Everything: public constructors and entry points first, then functions that nothing reached."""
        m = self.m
        files = m.program.own_files()
        for file in files:
            with self._root(file, "<module>", 1):
                scopes.module_env(m, file)
        for file in files:
            if file.is_package:
                self._publish(file)
        m.least_work = max(MIN_WORK_PER_ROOT, MAX_WORK_PER_PASS // max(1, sum(1 for _ in self._functions(files))))
        for cls in self._classes(files):
            if cls in self.public and any(m.knowledge.is_entry(name) for name in self._method_names(cls)):
                self._run_entry_class(cls)
        for cls in self._classes(files):
            if cls in self.public:
                classes.ensure_initialised(m, cls)
        for fn, receiver in self._functions(files):
            if receiver is None and fn.node in self.public and builders.builds_attributes(m, fn):
                with self._root(fn.module, fn.node.qualname, fn.node.line):
                    builders.write_result(m, calls.call_function(m, fn, self.arguments(fn, ()), m.site(), None))
        called = m.named = m.named or self._called_names(files)
        for only_uncalled in (True, False):
            for fn, receiver in self._by_reach(files) if m.exhausted else self._functions(files):
                if fn.node in m.entered or (only_uncalled and fn.node.name in called):
                    continue
                if not uncalled.is_made_by_package(m, fn, receiver) and not uncalled.is_dead(m, fn, receiver, called):
                    when = self._there(fn, receiver)
                    self._escape_result(fn, self.run_root(fn, receiver, when), receiver, when)

    def _there(self, fn: FunctionValue, receiver: Instance | None) -> Cond:
        """When there is an object that the method `fn` may be called on."""
        if receiver is None or "class" in fn.marks or fn.node.name in self.m.knowledge.constructors:
            return TRUE
        return existence.condition(self.m, receiver.cls)

    def _publish(self, file: ModuleFile) -> None:
        """Classes and functions that a package module defines or exports are its public surface."""
        m = self.m
        for name in list(scopes.module_env(m, file).names):
            if not name.startswith("_"):
                found = scopes.member_of_file(m, file, name)
                for atom in found.atoms if found is not None else ():
                    if isinstance(atom, ClassValue) and atom.module.own:
                        self.public.add(atom)
                    elif isinstance(atom, FunctionValue) and atom.module.own:
                        self.public.add(atom.node)
                    elif isinstance(atom, BoundMethod) and atom.function.module.own:
                        self.public.add(atom.function.node)

    def is_public(self, cls: ClassValue) -> bool:
        """Whether a package above the class's module exports it, or defines it itself."""
        if cls in self.public:
            return True
        if cls not in self._exported:
            self._exported[cls] = False
            parts = cls.module.name.split(".")
            for length in range(1, len(parts) + 1):
                file = self.m.program.file(".".join(parts[:length]))
                if file is not None and file.is_package and not cls.node.name.startswith("_"):
                    found = scopes.member_of_file(self.m, file, cls.node.name)
                    self._exported[cls] = self._exported[cls] or (found is not None and cls in found.atoms)
        return self._exported[cls]

    def annotated_parameter(self, fn: FunctionValue, param: ir.Param) -> ClassValue | None:
        """The class with source at hand that a parameter is declared to be, enumerations and interfaces aside."""
        if param not in self._annotated:
            self._annotated[param] = None
            cls = self.annotated(fn, param.annotation)
            if cls is not None and not enums.is_enum(self.m, cls) and not classes.is_interface(self.m, cls):
                self._annotated[param] = cls
        return self._annotated[param]

    def _method_names(self, cls: ClassValue) -> Iterator[str]:
        for c in classes.order(self.m, cls):
            yield from c.fields

    @contextmanager
    def _root(self, module: ModuleFile, symbol: str, line: int, owner: Instance | None = None, when: Cond = TRUE) -> Iterator[None]:
        """Run a root on a stack of its own; whatever happens in it, the outer one goes on as it was.

        A method is run for any object of its class, `owner`, and only where there is one.
        """
        m = self.m
        saved, escaping = (m.frames, m.writes, m.active, m.calls, m.steps, m.work), len(m.escaping)
        m.frames = [Frame(module, Env(None, module), symbol, m.next_serial(), path=when, line=line, end_line=line)]
        m.frame.stands_for = owner.cls if owner is not None else None
        m.writes, m.active, m.calls, m.steps, m.work = m.root_writes, {}, 0, 0, 0
        try:
            yield
        except RecursionError:
            m.frames = m.frames[:1]
            m.cut("budget", "nests too deeply to be followed")
        finally:
            m.frames, m.writes, m.active, m.calls, m.steps, m.work = saved
            del m.escaping[escaping:]

    def _run_entry_class(self, cls: ClassValue) -> None:
        """Construct it with its options, then call its entry methods with theirs."""
        m = self.m
        init = classes.find(m, cls, "__init__")
        with self._root(cls.module, cls.node.qualname, cls.node.line):
            args: Arguments = ()
            for atom in init.atoms if init is not None else ():
                if isinstance(atom, FunctionValue):
                    args = self.arguments(atom, ((None, "", of(Opaque())),), owner=cls)
            made = construction.construct(m, cls, args, m.site())
            m.frame.path = TRUE  # an error tells its user: that the constructor refuses a setting switches nothing off
            names = sorted({name for name in self._method_names(cls) if m.knowledge.is_entry(name)})
            for name in (name for name in names if name in m.knowledge.entry_functions):
                self._enter(cls, made, name)
        for name in (name for name in names if name not in m.knowledge.entry_functions):
            with self._root(cls.module, f"{cls.node.qualname}.{name}", cls.node.line):
                self._enter(cls, made, name)

    def _enter(self, cls: ClassValue, made: Value, name: str) -> None:
        """Call one entry method of what was constructed, with its options; its user calls what that gives, a decorator for one."""
        m = self.m
        found = classes.find(m, cls, name)
        for receiver in made.atoms:
            for atom in found.atoms if found is not None else ():
                if isinstance(atom, FunctionValue) and isinstance(receiver, Instance) and atom.node not in m.entered:
                    given = ((None, "", of(receiver)),)
                    result = calls.call_function(m, atom, (*given, *self.arguments(atom, given, owner=cls)), m.site(), receiver)
                    escaping.escape(m, result, m.site())

    def _classes(self, files: list[ModuleFile]) -> list[ClassValue]:
        own = {file.name for file in files}
        return [cls for cls in list(self.m.classes.values()) if cls.module.name in own]

    def _called_names(self, files: list[ModuleFile]) -> set[str]:
        """Names that are read somewhere in the package: called there, handed on, or offered for loading."""
        found = {point.target.rpartition(":")[2].rpartition(".")[2] for point in self.m.program.offered(self.m.program.package.name)}
        for file in files:
            for node in ir.walk(self.m.program.body(file)):
                if isinstance(node, ir.Name):
                    found.add(node.id)
                elif isinstance(node, ir.Attr):
                    found.add(node.name)
        return found

    def _functions(self, files: list[ModuleFile]) -> Iterator[tuple[FunctionValue, Instance | None]]:
        """Every function and method of the package, by file and line."""
        m = self.m
        for file in files:
            env = scopes.module_env(m, file)
            for item in definitions(m.program.body(file)):
                if isinstance(item, ir.Function):
                    yield m.functions.get((id(item), id(env))) or FunctionValue(item, file, env), None
        for cls in self._classes(files):
            for value in list(cls.fields.values()):
                for atom in value.atoms:
                    if isinstance(atom, FunctionValue) and atom.module.own:
                        yield atom, None if "static" in atom.marks else classes.shared(cls)

    def _by_reach(self, files: list[ModuleFile]) -> list[tuple[FunctionValue, Instance | None]]:
        """The same, those next to a sink first: a pass that will be cut short loses least at its end."""
        functions = list(self._functions(files))
        distance = reach.distances(self.m, [fn.node for fn, _ in functions])
        return sorted(functions, key=lambda item: distance[item[0].node])

    def _escape_result(self, fn: FunctionValue, result: Value, receiver: Instance | None, when: Cond) -> None:
        """What a root gives to its caller may be called by it."""
        with self._root(fn.module, fn.node.qualname, fn.node.line, receiver, when):
            self.m.frame.receiver = receiver
            escaping.escape(self.m, result, self.m.site())

    def load_package(self, package: str) -> None:
        """Load every module of a package whose classes may implement an interface."""
        for file in self.m.program.all_files():
            if file.package == package:
                scopes.module_env(self.m, file)

    # --- one root ------------------------------------------------------------------------------------------------

    def run_root(self, fn: FunctionValue, receiver: Instance | None, when: Cond = TRUE) -> Value:
        """Run `fn` as its own entry point: arguments unknown, or options where it is one; `when` there is something to call it on."""
        m = self.m
        given: Arguments = ()
        if receiver is not None:
            given = ((None, "", of(receiver.cls if "class" in fn.marks else receiver)),)
        owner = receiver.cls if receiver is not None else None
        if fn.node.name == "__init__" and receiver is not None:
            receiver.constructing = True
        result = NOTHING
        with self._root(fn.module, fn.node.qualname, fn.node.line, receiver, when):
            args = (*given, *self.arguments(fn, given, owner=owner))
            result = calls.call_function(m, fn, args, m.site(), receiver)
        if receiver is not None:
            receiver.constructing = False
        return result

    def arguments(self, fn: FunctionValue, given: Arguments, owner: ClassValue | None = None) -> Arguments:
        """Arguments for every parameter that `given` leaves open."""
        exported = fn.node in self.public
        by_class = owner is not None and owner in self.public
        entry = (by_class or exported) and self.m.knowledge.is_entry(fn.node.name)
        public = entry or (by_class and fn.node.name == "__init__" and self._has_switches(fn, owner))
        named_for = entry and fn.node.name not in self.m.knowledge.entry_functions
        label = owner.node.name if owner is not None and not exported else fn.node.name
        taken = len([1 for name, _, _ in given if name is None]) - (fn.node.receiver is not None)
        named = {name for name, _, _ in given}
        result: list[tuple[str | None, str, Value]] = []
        for param in fn.node.params:
            if param.kind == "positional" and taken > 0:
                taken -= 1
                continue
            if param.name in named:
                continue
            if param.kind == "*":
                result.append((None, "*", of(Sequence(self.m.next_serial(), 0, "tuple", [], of(Opaque(self.m.word(param.name)))))))
            elif param.kind == "**":
                rest = of(Opaque(self.m.word(param.name)))
                result.append((None, "**", of(Mapping(self.m.next_serial(), 0, {}, rest, name=label if public else ""))))
            else:
                instrumented = named_for and param.kind == "positional"  # what its name says
                option = public and not instrumented and param.name not in self.m.knowledge.kind_parameters
                result.append((param.name, "", self._parameter(fn, param, label if option else "")))
        return tuple(result)

    def _has_switches(self, fn: FunctionValue, owner: ClassValue | None) -> bool:
        """Whether a constructor takes settings: one that has no switch among its parameters takes data."""
        if owner is not None and any(self.m.knowledge.is_entry(name) for name in self._method_names(owner)):
            return True
        if any(param.kind == "**" or param.options or _is_switch(param) for param in fn.node.params):
            return True
        declared = (self.annotated(fn, param.annotation) for param in fn.node.params)
        return any(cls is not None and classes.is_interface(self.m, cls) for cls in declared)  # a part that does something

    def _parameter(self, fn: FunctionValue, param: ir.Param, owner: str) -> Value:
        m = self.m
        if owner and param.options:
            return of(Mapping(m.next_serial(), 0, {}, of(Opaque(m.word(param.name))), name=owner))
        cls = self.annotated(fn, param.annotation)
        if cls is not None and _is_none(param.default) and self.is_public(cls) and construction.is_record(m, cls):
            return self._settings(cls)
        if owner and isinstance(param.default, ir.Const):
            if _is_boolean(param.annotation):
                m.flags.add((owner, param.name))
            if _names(param.annotation) & _TEXTS:
                m.worded.add((owner, param.name))
            return of(self._option(param.name, param.default.value, owner, fn, param.line))
        if owner and param.default is not None and (usual := self._callable(fn, param)) is not None:
            given = of(self._option(param.name, None, owner, fn, param.line))
            whether = m.truth(given)
            return m.join([(whether, given), (m.conds.negate(whether), usual)])
        if cls is not None and not enums.is_enum(m, cls):
            return of(classes.shared(cls))
        if kinds.is_span(m, param):
            return of(kinds.new_span(m))
        named = self._annotation(fn, param.annotation)
        kind = payloads.kind_of(m, named.name) if isinstance(named, External) else ""
        return of(Opaque(kind=kind) if kind else Opaque(m.word(param.name)))

    def _callable(self, fn: FunctionValue, param: ir.Param) -> Value | None:
        """The function that stands in for a callback which is not given; None where the default is something else."""
        usual = binding.default_of(self.m, fn, param) if isinstance(param.default, (ir.Lambda, ir.Name, ir.Attr)) else None
        return usual if usual is not None and isinstance(usual.only, FunctionValue) else None

    def _settings(self, cls: ClassValue) -> Value:
        """A settings object that may be left out: it is given where one of its options is."""
        m = self.m
        classes.ensure_initialised(m, cls)
        stand_in = classes.shared(cls)
        given = FALSE
        for name, _ in construction.record_fields(m, cls):
            for gate in (a.gate for a in stand_in.fields.get(name, NONE).atoms if isinstance(a, Term)):
                if gate.kind is GateKind.OPTION and gate.owner == cls.node.name:
                    given = m.conds.any(given, m.conds.atom(Predicate(gate, None)))
        given = m.conds.unnamed(given)
        return m.join([(given, of(stand_in)), (m.conds.negate(given), NONE)]) if given.possible else of(stand_in)

    def _option(self, name: str, default: object, owner: str, fn: FunctionValue, line: int) -> Atom:
        m = self.m
        m.gate_sites.setdefault((GateKind.OPTION, owner + name), Site(fn.module.path, line, line, fn.node.qualname))
        return Term(m.gate(GateKind.OPTION, name, None if default is None else str(default), owner))

    def field_parameter(self, cls: ClassValue, name: str, default: Value | None) -> Value:
        """A field of a settings class that its user may set."""
        m = self.m
        known = construction.field_default(m, default) if m.frames else None
        only = known.only if known is not None else None
        if self.is_public(cls) and isinstance(only, Const):
            if _is_boolean(cls.annotations.get(name)):
                m.flags.add((cls.node.name, name))
            return of(Term(m.gate(GateKind.OPTION, name, None if only.value is None else str(only.value), cls.node.name)))
        return m.join([(TRUE, known), (TRUE, of(Opaque(m.word(name))))]) if known is not None else of(Opaque(m.word(name)))

    def annotated(self, fn: FunctionValue, expr: ir.Expr | None) -> ClassValue | None:
        """The class with source at hand that an annotation names."""
        found = self._annotation(fn, expr)
        return found if isinstance(found, ClassValue) else None

    def _annotation(self, fn: FunctionValue, expr: ir.Expr | None) -> Atom | None:
        """What an annotation names; of several, the class with source at hand."""
        m = self.m
        if isinstance(expr, ir.Index):
            head = expr.obj.id if isinstance(expr.obj, ir.Name) else expr.obj.name if isinstance(expr.obj, ir.Attr) else ""
            return self._annotation(fn, expr.index) if head in ("Optional", "Annotated", "Type") else None
        if isinstance(expr, ir.BinOp):
            return self.annotated(fn, expr.left) or self.annotated(fn, expr.right) or self._annotation(fn, expr.left)
        env = fn.closure if fn.closure is not None else Env(None, fn.module)
        if isinstance(expr, ir.Const) and isinstance(expr.value, str) and expr.value.isidentifier():
            expr = ir.Name(expr.line, expr.end_line, expr.value)
        if not isinstance(expr, (ir.Name, ir.Attr)):
            return None
        m.frames.append(Frame(fn.module, env, fn.node.qualname, m.next_serial()))
        only = evaluate.evaluate(m, expr).only
        m.frames.pop()
        return only


def _is_none(default: ir.Expr | None) -> bool:
    return isinstance(default, ir.Const) and default.value is None


def _is_switch(param: ir.Param) -> bool:
    """Whether a parameter is true or false, a number or something to be called, or may be, for all that is declared."""
    if not isinstance(param.default, ir.Const):
        return False
    return (
        isinstance(param.default.value, (int, float)) or param.annotation is None or bool(_names(param.annotation) & {"bool", "Callable"})
    )


def _is_boolean(annotation: ir.Expr | None) -> bool:
    """Whether an annotation names the type of true and false, alone or among others."""
    return "bool" in _names(annotation)


def _names(annotation: ir.Expr | None) -> set[str]:
    """Every name in an annotation."""
    return {part.id for part in ir.walk((annotation,)) if isinstance(part, ir.Name)} if annotation is not None else set()
