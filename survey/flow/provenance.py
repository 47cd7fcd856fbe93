"""How content came to a write: from the value at the write back through variables, parameters and fields to where it entered.

Read off the source once the analysis is done, along the calls that the engine really followed (a write's trace, and who
called whom). The engine's values carry no provenance for it: that would make equal calls differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from survey.flow.callings import Callings
from survey.flow.definitions import Definition, Routine, Sources
from survey.flow.expressions import VERY, Words, argument_of, call_at, handing, is_blank, outward, read_from, tail
from survey.flow.shown import last_name, shown
from survey.flow.telling import Telling
from survey.flow.values import Site
from survey.knowledge.engine import EngineKnowledge
from survey.knowledge.loader import Serialiser
from survey.model import ir

_MOST_HOPS = 40
_MOST_CROSSINGS = 8
_CONSTANT = (ir.Const, ir.Lambda)
_ANSWERS = ("output", "reasoning", "tool_call")
_FORWARDS = {"enumerate": 0, "identity_sequence": 0, "zip": 0, "next": 0, "to_text": 0, "to_mapping": 0, "filter": 1, "map": 1}
"""Models of builtins whose result holds an argument's content, to the position of the first that does."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One place on the content's way; `kind` is `parameter`, `read`, `result`, `call` or `stored`."""

    path: str
    line: int
    kind: str
    text: str
    symbol: str
    detail: str = ""
    """What is stored, for `stored`."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to follow: an expression in a routine, as it stands at a line."""

    routine: Routine
    expr: ir.Expr
    line: int


class Provenance:
    """Follows values back through one finished analysis."""

    def __init__(
        self,
        sources: Sources,
        knowledge: EngineKnowledge,
        callers: Mapping[ir.Function, Mapping[Site, None]],
        serialiser: Callable[[str], Serialiser | None],
    ) -> None:
        self.sources = sources
        self.words = Words(knowledge)
        self.telling = Telling(knowledge, self.resolve)
        self.builtins = knowledge.builtins
        self.callers = callers
        self.serialiser = serialiser

    def of(self, routine: Routine, expr: ir.Expr, line: int, trace: tuple[Site, ...], role: str, *, shared: bool = False) -> list[Hop]:
        """From where content entered to `expr` at `line`, in that order; empty where nothing can be told.

        `shared`: what comes for several roles meets at the write, and `trace` is the way of one of them.
        """
        walk = _Walk(self, trace, role, shared=shared)
        walk.follow(_Wanted(routine, expr, line))
        return list(reversed(walk.hops))

    def key(self, routine: Routine, name: ir.Name, trace: tuple[Site, ...]) -> Hop | None:
        """Where the text that a variable brings to a key is put together or named."""
        walk = _Walk(self, trace, "")
        at: _Wanted | None = _Wanted(routine, name, name.line)
        for _ in range(_MOST_CROSSINGS):
            if at is None or not isinstance(at.expr, ir.Name):
                break
            at = walk.variable(at, at.expr.id)
        if at is None or not isinstance(at.expr, (ir.Template, ir.BinOp, ir.Attr, ir.Const)):
            return None
        return Hop(at.routine.file.path, at.expr.line, "key", shown(at.expr), at.routine.symbol)

    def resolve(self, routine: Routine, func: ir.Expr) -> Routine | None:
        """The function of the package that a call means, where its name alone tells."""
        name = last_name(func)
        found = [r for r in self.sources.named(name) if r.results]
        if isinstance(func, ir.Name):
            near = [r for r in found if r.file is routine.file and not r.holder]
            found = near or [r for r in found if not r.holder]
        elif isinstance(func, ir.Attr) and isinstance(func.obj, ir.Name) and _is_receiver(routine, func.obj.id):
            near = [r for r in found if r.file is routine.file and r.holder == routine.holder]
            found = near or found
        return found[0] if len(found) == 1 else None


class _Walk:
    """One way back."""

    def __init__(self, provenance: Provenance, trace: tuple[Site, ...], role: str, *, shared: bool = False) -> None:
        self.callings = Callings(provenance.sources, provenance.telling, provenance.callers, trace, role, shared=shared)
        self.sources = provenance.sources
        self.provenance = provenance
        self.role = role
        self.hops: list[Hop] = []
        self.entered: list[tuple[Routine, ir.Call, _Wanted, int]] = []
        """Helpers whose results are being followed, each with its call and the hops before it."""
        self.doubt: tuple[_Wanted, ir.Call] | None = None
        """A call that was taken to hand its only argument on."""
        self.helpers: set[Routine] = set()
        """Helpers that were entered at all: each is gone through once."""
        self.crossings = 0
        self.seen: set[object] = set()

    def follow(self, wanted: _Wanted | None) -> None:
        """Until the way ends."""
        for _ in range(_MOST_HOPS):
            if wanted is not None and (wanted.expr, wanted.line) not in self.seen:
                self.seen.add((wanted.expr, wanted.line))
                wanted = self._step(wanted)
            elif self.entered and len(self.hops) == self.entered[-1][3]:  # nothing told in there: what went in then
                _, call, came, _ = self.entered.pop()
                wanted = self._handed_on(came, call, known=True)
            else:
                break
        if not self.hops and self.doubt is not None:
            self._note(self.doubt[0], "result", shown(self.doubt[1]))

    def score(self, expr: ir.Expr) -> int:
        """See `Provenance.score`, for the role of this write."""
        return self.provenance.words.score(expr, self.role)

    def _note(self, at: _Wanted, kind: str, text: str, line: int = 0, detail: str = "") -> None:
        self.hops.append(Hop(at.routine.file.path, line or at.expr.line, kind, text, at.routine.symbol, detail))

    def _best(self, exprs: list[ir.Expr], routine: Routine) -> ir.Expr | None:
        """The one made for the role, else that speaks most of content, the first of equals; None where they are all constants."""
        known = [expr for expr in exprs if not isinstance(expr, _CONSTANT)]
        return max(known, key=lambda expr: (self._fit(routine, expr), self.score(expr)), default=None)

    def _fit(self, routine: Routine, expr: ir.Expr, line: int = 0) -> int:
        return self.provenance.telling.fit(routine, expr, self.role, line)

    # --- one step ------------------------------------------------------------------------------------------------

    def _step(self, at: _Wanted) -> _Wanted | None:
        expr = at.expr
        match expr:
            case ir.Name():
                return self.variable(at, expr.id)
            case ir.Attr() | ir.Index():
                return self._read(at)
            case ir.Call():
                return self._call(at, expr)
            case ir.Await(value=value) | ir.Spread(value=value) | ir.Bind(value=value):
                return replace(at, expr=value)
            case ir.Conditional(then=then, other=other):
                parts: list[ir.Expr] = [then, other]
            case ir.BoolOp(values=values):
                parts = list(values)
            case ir.Template(parts=pieces):
                parts = list(pieces)
            case ir.BinOp(left=left, right=right):
                parts = [left, right]
            case ir.Dict(items=items):
                known = [(key, value) for key, value in items if not isinstance(value, _CONSTANT)]
                parts = [max(known, key=lambda item: (self._rank(item[0]), self.score(item[1])))[1]] if known else []
            case ir.Sequence(items=elements):
                parts = list(elements)
            case ir.Comprehension(value=value):
                return replace(at, expr=value, line=max(at.line, value.line))
            case _:
                return None
        chosen = self._best(parts, at.routine)
        return replace(at, expr=chosen) if chosen is not None else None

    def _rank(self, key: ir.Expr | None) -> int:
        """How likely an entry of that key holds the content: one named for the role, for content, for another role, for nothing."""
        return (0, 0, 2, 1, 3)[self.score(key)] if key is not None else 1

    def _read(self, at: _Wanted) -> _Wanted | None:
        """An attribute, element or `get` of something: told, then what it is read from."""
        field = base = at.expr
        while True:
            inner = base.obj if isinstance(base, (ir.Attr, ir.Index)) else read_from(base)
            if inner is None:
                break
            field, base = base, inner
        if isinstance(base, ir.Name) and isinstance(field, ir.Attr) and _is_receiver(at.routine, base.id):
            self._note(at, "read", shown(at.expr))
            return self._field(at, field.name, shown(field))
        if isinstance(base, ir.Name) and not self._is_local(at.routine, base):
            return None  # a constant's
        self._note(at, "read", shown(at.expr))
        return replace(at, expr=base)

    def variable(self, at: _Wanted, name: str) -> _Wanted | None:
        """To what a name stands for at a line: its definition, or the argument that a caller gave."""
        routine: Routine | None = at.routine
        line = at.line
        while routine is not None:
            found = self._definition(routine, name, line)
            if found is not None:
                return _Wanted(routine, found.value, found.line)
            if routine.parameter(name) is not None:
                return self._parameter(replace(at, routine=routine), name)
            line = routine.node.line if routine.node is not None else 0
            routine = routine.parent
            line = routine.node.end_line + 1 if routine is not None and routine.node is not None else line
        return None

    def _definition(self, routine: Routine, name: str, line: int) -> Definition | None:
        """The definition of a name that reaches `line`, by the order of the text; what fills it where it begins blank."""
        known = routine.names.get(name, [])
        around = [d for d in known if d.last and d.line <= line <= d.last]
        if around:
            return around[-1]
        before = [
            d
            for d in known
            if not d.last
            and (d.line < line or (d.how == "part" and d.line == line and (d.value, d.line) not in self.seen))
            and routine.arms.follows(d.line, line, grown=d.how == "grow")
        ]
        latest = max((d for d in before if d.how != "grow"), key=lambda d: d.line, default=None)
        if latest is not None and not is_blank(latest.value):
            held = [d for d in before if d.how != "grow" and not is_blank(d.value)]
            held = [d for d in held if d is latest or not routine.arms.certain(latest.line, d.line, line)]
            return max(held, key=lambda d: (self._fit(routine, d.value, d.line), d.line))
        since = latest.line if latest is not None else 0
        growing = [
            d
            for d in known
            if d.how == "grow" and d.line >= since and (d.value, d.line) not in self.seen and routine.arms.follows(d.line, line, grown=True)
        ]
        best = self._best([d.value for d in growing], routine)
        if best is not None:
            return next(d for d in growing if d.value is best)
        earlier = [d for d in before if d.how != "grow" and not is_blank(d.value)]
        return max(earlier, key=lambda d: d.line, default=None)

    # --- calls ---------------------------------------------------------------------------------------------------

    def _call(self, at: _Wanted, call: ir.Call) -> _Wanted | None:
        if read_from(call) is not None:
            return self._read(at)
        func = call.func
        helper = self.provenance.resolve(at.routine, func)
        if helper is not None and helper not in self.helpers:
            result = self._best(helper.results, helper)
            if result is not None:
                self.helpers.add(helper)
                self.entered.append((helper, call, at, len(self.hops)))
                return _Wanted(helper, result, result.end_line)
        if isinstance(func, ir.Name) and self._comes_from_parameter(at.routine, func.id):
            self._note(at, "result", shown(call))
            return None
        return self._handed_on(at, call, known=helper is not None)

    def _handed_on(self, at: _Wanted, call: ir.Call, *, known: bool) -> _Wanted | None:
        """To what a call makes its result of: an argument, or what it is a method of; else it is where the content comes from."""
        func = call.func
        serialiser = self.provenance.serialiser(last_name(func))
        named = [arg.value for arg in call.args if arg.name and self.provenance.words.speaks(arg.name) and self.score(arg.value)]
        model = self.provenance.builtins.get(func.id, "") if isinstance(func, ir.Name) else ""
        plain = [arg.value for arg in call.args]
        entries = [arg for arg in call.args if arg.name] if model == "to_mapping" else []
        if entries:
            return replace(at, expr=max(entries, key=lambda arg: self._rank(ir.Const(call.line, call.line, arg.name))).value)
        if serialiser is not None or model in _FORWARDS:
            first = serialiser.argument if serialiser is not None else _FORWARDS[model]
            plain = [arg.value for arg in call.args if not arg.name and not arg.spread][first:]
            named, plain = [], plain if model == "zip" else plain[:1]
        given = self._best(named or plain, at.routine)
        told = self.score(given) if given is not None else 0
        receiver = func.obj if isinstance(func, ir.Attr) and self._is_local(at.routine, func.obj) else None
        if receiver is not None and (given is None or self.score(receiver) > told):
            return replace(at, expr=receiver)
        passing = known or serialiser is not None or model in _FORWARDS
        other_way = self.role in _ANSWERS and told == VERY - 1 and not passing  # what is asked is not the answer
        alone = receiver is None and len([arg for arg in call.args if not isinstance(arg.value, ir.Const) and not arg.name]) == 1
        answers = self.role in _ANSWERS or self.role == "document"
        asked = answers and not passing and {"*", "**"} <= {arg.spread for arg in call.args}  # the wrapped call itself
        if given is None or other_way or asked or not (told or passing or alone):
            self._note(at, "result", shown(call))
            return None
        if not told:
            self.doubt = (at, call)
        return replace(at, expr=given)

    def _is_local(self, routine: Routine, expr: ir.Expr) -> bool:
        """Whether an expression begins with a variable or parameter, not with a module or a constant."""
        while isinstance(expr, (ir.Attr, ir.Index, ir.Call, ir.Await)):
            expr = expr.obj if isinstance(expr, (ir.Attr, ir.Index)) else expr.func if isinstance(expr, ir.Call) else expr.value
        if not isinstance(expr, ir.Name):
            return False
        return any(r.node is not None and (expr.id in r.names or r.parameter(expr.id) is not None) for r in outward(routine))

    def _comes_from_parameter(self, routine: Routine, name: str) -> bool:
        scope: Routine | None = routine
        while scope is not None:
            if scope.parameter(name) is not None:
                return True
            if name in scope.names:
                return False
            scope = scope.parent
        return False

    # --- parameters and fields -----------------------------------------------------------------------------------

    def _parameter(self, at: _Wanted, name: str) -> _Wanted | None:
        """To the argument that the caller gave."""
        routine = at.routine
        param = routine.parameter(name)
        if param is None or routine.node is None:
            return None
        for position in reversed(range(len(self.entered))):
            helper, call, came, _ = self.entered[position]
            if helper is routine:
                given = argument_of(call, routine, param)
                del self.entered[position:]
                if given is None:
                    break
                self._note(came, "call", handing(call, given), call.line)
                return replace(came, expr=given)
        self.crossings += 1
        if self.crossings <= _MOST_CROSSINGS and (given_at := self._argument(routine, param)) is not None:
            caller, found, given = given_at
            came = _Wanted(caller, given, found.line)
            if isinstance(given, ir.Name) and (through := caller.parameter(given.id)) is not None and through.kind in ("*", "**"):
                return self._through(came, routine, param)
            self._note(came, "call", handing(found, given), found.line)
            return came
        self._note(at, "parameter", f"{name} of {tail(routine.symbol)}", routine.node.line)
        return None

    def _argument(self, routine: Routine, param: ir.Param) -> tuple[Routine, ir.Call, ir.Expr] | None:
        """The caller, its call and what it gives for a parameter: of several calls the one that fits role and way best."""
        name = routine.node.name if routine.node is not None else ""
        found: list[tuple[int, Site, tuple[Routine, ir.Call, ir.Expr]]] = []
        for site in self.callings.sites(routine):
            caller = self.sources.at(site.path, site.line)
            call = call_at(caller, site, name) if caller is not None else None
            if caller is None or call is None or not self._calls_it(caller, call, name):
                continue
            given = argument_of(call, routine, param)
            if given is not None:
                fit = self._fit(caller, self._meant(caller, given, call.line), call.line)
                found.append((fit, site, (caller, call, given)))
        best = max((fit for fit, _, _ in found), default=0)
        fitting = [(site, given_at) for fit, site, given_at in found if fit == best]
        if len(fitting) > 1:
            return max(fitting, key=lambda item: self.callings.rank(item[0], item[1][0]))[1]
        return fitting[0][1] if fitting else None

    def _calls_it(self, caller: Routine, call: ir.Call, name: str) -> bool:
        """Whether a call gives its arguments to the function of that name, and is none that only registers it somewhere."""
        known = last_name(call.func)
        registers = name not in (known, "__init__") and not self.sources.named(known) and not any(arg.spread for arg in call.args)
        return not registers or self._is_local(caller, call.func)

    def _meant(self, routine: Routine, expr: ir.Expr, line: int) -> ir.Expr:
        """What a variable was given, where it is one."""
        found = self._definition(routine, expr.id, line) if isinstance(expr, ir.Name) else None
        return found.value if found is not None and found.how == "set" else expr

    def _through(self, at: _Wanted, callee: Routine, param: ir.Param) -> _Wanted | None:
        """A decorator's wrapper hands on what it was given: the argument is looked for in the call that names the callee."""
        name = callee.node.name if callee.node is not None else ""
        for site in (*self.callings.sites(at.routine), *self.callings.by_name(callee)):
            caller = self.sources.at(site.path, site.line)
            call = call_at(caller, site, name, exactly=True) if caller is not None else None
            given = argument_of(call, callee, param) if call is not None else None
            if caller is not None and call is not None and given is not None:
                came = _Wanted(caller, given, call.line)
                self._note(came, "call", handing(call, given), call.line)
                return came
        if callee.node is not None:
            self._note(replace(at, routine=callee), "parameter", f"{param.name} of {tail(callee.symbol)}", callee.node.line)
        return None

    def _field(self, at: _Wanted, name: str, text: str) -> _Wanted | None:
        """To where a method of the same class stored the field."""
        holder = next((r.holder for r in outward(at.routine) if r.is_method), "")
        stores = [
            (routine, definition)
            for routine in self.sources.routines(at.routine.file.path)
            if routine.symbol.startswith(f"{holder}.")
            for definition in routine.fields.get(name, ())
            if not is_blank(definition.value) and (definition.value, definition.line) not in self.seen
        ]
        top = max(((self._fit(routine, d.value, d.line), self.score(d.value)) for routine, d in stores), default=(0, 0))
        for routine, definition in stores:
            if top == (self._fit(routine, definition.value, definition.line), self.score(definition.value)):
                came = _Wanted(routine, definition.value, definition.line)
                self._note(came, "stored", text, definition.line, shown(definition.value))
                return came
        return None


def _is_receiver(routine: Routine, name: str) -> bool:
    """Whether `name` is the object that the method around belongs to."""
    for scope in outward(routine):
        if scope.parameter(name) is not None or (scope.node is not None and scope.node.receiver == name):
            return scope.is_method and scope.receiver == name
    return False
