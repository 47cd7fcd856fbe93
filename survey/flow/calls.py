"""Calls: choosing the callee, binding arguments, running a body once per distinct call, and replaying its writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from survey.flow import (
    access,
    classes,
    delegation,
    evaluate,
    execute,
    holding,
    kinds,
    library,
    methods,
    passing,
    raising,
    shapes,
    sinks,
    wire,
)
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.machine import (
    MAX_APART,
    MAX_CALLS,
    MAX_CALLS_PER_ROOT,
    MAX_DEPTH,
    MAX_WORK,
    MAX_WORK_PER_PASS,
    MIN_WORK_PER_ROOT,
    PATIENCE,
    Frame,
    Machine,
    Remembered,
)
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
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
    Method,
    Opaque,
    Partial,
    Sequence,
    Site,
    Struct,
    Term,
    Value,
    of,
)
from survey.flow.writes import RawWrite
from survey.knowledge.engine import APPLIED
from survey.model import ir

_MAX_RECURSION = 2
"""How often one function may stand on the stack."""
_MAX_DESCENT = 8
"""The same for one that flattens attributes, at a container whose keys are known: going down those ends by itself."""
_MAX_TRACE = 8
_MAX_IMPLEMENTATIONS = 4


def call(m: Machine, func: Value, args: Arguments, site: Site) -> Value:
    """Call every alternative of `func` under its condition."""
    if len(func.alts) == 1:
        return call_atom(m, func.alts[0][1], args, site)
    frame = m.frame
    saved = frame.path
    parts = []
    for guard, atom in func.alts:
        if isinstance(atom, Const):
            continue
        frame.path = m.conds.all(saved, guard)
        if frame.path.possible:
            parts.append((guard, call_atom(m, atom, args, site)))
    frame.path = saved
    return m.join(parts) if parts else NOTHING


def call_atom(m: Machine, atom: Atom, args: Arguments, site: Site) -> Value:
    """Call one callee."""
    if isinstance(atom, BoundMethod):
        owner = atom.function.owner
        if (
            owner is not None
            and classes.is_interface(m, owner)
            and not (isinstance(atom.receiver, Instance) and not classes.is_interface(m, atom.receiver.cls))
            and (found := dispatched(m, atom.function.node.name, args, site)) is not None
        ):
            return found
        return call_function(m, atom.function, ((None, "", of(atom.receiver)), *args), site, atom.receiver)
    if isinstance(atom, FunctionValue):
        return call_function(m, atom, args, site, None)
    if isinstance(atom, ClassValue):
        return classes.construct(m, atom, args, site)
    if isinstance(atom, Partial):
        return call(m, atom.target, (*atom.args, *args), site)
    if isinstance(atom, External):
        return library.call(m, atom.name, args, site)
    if isinstance(atom, Method):
        return methods.call(m, atom, args, site)
    if isinstance(atom, Instance):
        found = classes.find(m, atom.cls, "__call__")
        if found is not None:
            for function in found.atoms:
                if isinstance(function, FunctionValue):
                    return call_function(m, function, ((None, "", of(atom)), *args), site, atom)
    return unknown_call(m, m.hints_of_atom(atom, 3), args, site)


def dispatched(m: Machine, name: str, args: Arguments, site: Site) -> Value | None:
    """Call what implements an interface's method; None where nothing does, or too much to tell."""
    candidates = classes.implementations(m, name)
    if not candidates or len(candidates) > _MAX_IMPLEMENTATIONS:
        return None
    parts = []
    for cls, fn in candidates:
        receiver = classes.shared(cls)
        parts.append((UNKNOWN, call_function(m, fn, ((None, "", of(receiver)), *args), site, receiver)))
    return m.join(parts)


def unknown_call(m: Machine, hints: frozenset[str], args: Arguments, site: Site, kind: str = "") -> Value:
    """A call into the unknown: callbacks handed over may be called; the result carries what went in."""
    mixed = False
    for _, _, value in args:
        escape(m, value, site)
        more = holding.without(m.hints(value, 4))
        mixed = mixed or (APPLIED not in more and any(sinks.carries(atom) for atom in value.atoms))
        hints |= more
    return of(Opaque(hints - {APPLIED} if mixed else hints, kind))


# --- functions -----------------------------------------------------------------------------------------------------


def call_function(m: Machine, fn: FunctionValue, args: Arguments, site: Site, receiver: Atom | None) -> Value:
    """Run a function's body, or replay what an equal call did."""
    if fn.extra:
        for other in fn.extra:
            call_function(m, other, args, site, receiver)
    node = fn.node
    m.callers.setdefault(node, {}).setdefault(site)
    wire.recorded(m, fn, args if receiver is None else args[1:], site)
    reason = _refused(m, fn, args)
    if reason is not None:
        if reason:
            m.cut("budget", reason)
        elif node.is_generator:
            return of(m.sequence("generator"))  # what a walker would find further down is left out, not guessed at
        return of(Opaque(_hints(m, args)))
    args = sinks.plain_value(m, node.name, args, receiver)
    if node.receiver is None:
        names = bind(m, fn, args)
    else:  # the object stands first among the arguments of a bound call, and is no parameter
        names = bind(m, fn, args if receiver is None else args[1:])
        names[node.receiver] = NOTHING if receiver is None else args[0][2]
    _narrow(m, fn, names)
    counted = _counted(fn)
    contexts = m.contexts.setdefault(counted, set())
    if len(contexts) >= MAX_APART:
        names = {name: shapes.widened(m, value) for name, value in names.items()}
    made = shapes.Key(m)
    key = (made.function(fn), m.active.get(counted, 0) > 0, tuple([made.of(value) for value in names.values()]))
    found = m.memo.get(key)
    if found is not None and all(mapping.version == version for mapping, version in found.held.items()):
        instead = {id(old): new for old, new in zip(found.heap, made.heap, strict=False)}
        _inherit(m, found, instead)
        replay(m, delegation.kept(m, fn, receiver, found.writes), names, site)
        raising.passed_on(m, found.raised)
        return shapes.fresh(m, found.result, found.since, instead)
    runs, usual = m.idle.get(counted, (0, None))
    if runs >= PATIENCE and not any(kinds.tells(m, value) for value in names.values()):
        return shapes.fresh(m, usual) if usual is not None else of(Opaque(_hints(m, args)))
    if m.spent.get(counted, 0) > MAX_WORK:
        m.cut("budget", f"{node.qualname} is called in too many ways")
        return of(Opaque(_hints(m, args)))
    contexts.add(key)
    writes, result, frame = run(m, fn, names, receiver)
    m.spent[counted] = m.spent.get(counted, 0) + frame.work
    m.work += frame.work
    m.total_work += frame.work
    _learn(m, counted, names, writes, result, frame)
    if not frame.impure:
        m.memo[key] = _remembered(m, writes, result, frame, made.heap)
    replay(m, delegation.kept(m, fn, receiver, writes), names, site)
    raising.passed_on(m, frame.raised)
    shapes.surface(result, len(m.frames) - 1)
    return result


def _counted(fn: FunctionValue) -> object:
    """What a function's runs are counted under: what a decorator made of each definition is a function of its own."""
    return (fn.node, id(fn.closure)) if fn.closure is not None and fn.closure.lasting else fn.node


def _remembered(m: Machine, writes: list[RawWrite], result: Value, frame: Frame, heap: list[Atom]) -> Remembered:
    since = frame.entry_serial
    old = {id(a) for a in result.atoms if isinstance(a, Mapping | Sequence | Struct | Instance) and a.serial < since}
    old |= {id(mapping) for mapping in frame.held}
    given = heap if any(id(atom) in old for atom in heap) else []
    # the caller may go on to change what it got
    return Remembered(writes, shapes.fresh(m, result, since), since, given, frame.effect, frame.raised, frame.held)


def _inherit(m: Machine, found: Remembered, instead: dict[int, Atom]) -> None:
    """A remembered call stored nothing new; what it relies on for that, the running ones rely on as well."""
    frame = m.frame
    frame.effect = frame.effect or found.effect
    for mapping in found.held:
        other = instead.get(id(mapping), mapping)
        if isinstance(other, Mapping):
            m.held(other)


def _refused(m: Machine, fn: FunctionValue, args: Arguments) -> str | None:
    """Why a function is not entered: '' where that loses nothing but precision, a reason where it is a cut."""
    runs = m.active.get(_counted(fn), 0)
    if runs >= _MAX_RECURSION and (runs >= _MAX_DESCENT or not _flattens(m, fn, args)):
        return ""
    if len(m.frames) >= MAX_DEPTH:
        return "calls nest too deeply"
    if m.calls >= MAX_CALLS_PER_ROOT or m.work > max(MIN_WORK_PER_ROOT, MAX_WORK_PER_PASS - m.total_work):
        m.exhausted = True
        return "too many calls from one entry point"
    if m.total_calls >= MAX_CALLS:
        m.exhausted = True
        return "too many calls in one package"
    return None


def _flattens(m: Machine, fn: FunctionValue, args: Arguments) -> bool:
    """Whether `fn` was first called with attributes and has now come to a part of them whose keys are known."""
    counted = _counted(fn)
    first = next((frame.arguments for frame in m.frames if frame.function is not None and _counted(frame.function) == counted), {})
    return any(_is_attributes(atom) for value in first.values() for atom in value.atoms) and any(_is_literal(value) for _, _, value in args)


def _is_attributes(atom: Atom, depth: int = 1) -> bool:
    """Whether a mapping, or couples that may become one, have an attribute's key among them; also as one of rest arguments."""
    if isinstance(atom, Mapping):
        return any(isinstance(key, str) and "." in key for key in atom.pairs)
    inner = [a for _, item in atom.items for a in item.atoms] if isinstance(atom, Sequence) else []
    keys = (key for a in inner if _is_couple(a) for key in a.items[0][1].atoms)
    return any("." in (text_of(key) or "") for key in keys) or (depth > 0 and any(_is_attributes(a, depth - 1) for a in inner))


def _is_literal(value: Value) -> bool:
    return any(
        isinstance(atom, Mapping)
        and not atom.name
        and any((isinstance(key, str) and bool(key.strip(HOLE))) or _is_literal(pair.value) for key, pair in atom.pairs.items())
        for atom in value.atoms
    )


def is_walked(m: Machine, receiver: Atom) -> bool:
    """Whether the running function walks into `receiver` from what it was given: it calls itself with it, or was so called.

    There the entries of something unknown are left out: a walker would else give every value a key for each depth that it
    might have, although most values have none.
    """
    function = m.frame.function
    if function is None:
        return False
    if m.active.get(_counted(function), 0) > 1:
        return True
    return is_recursive(m, function.node) and not any(receiver in value.atoms for value in m.frame.arguments.values())


def is_recursive(m: Machine, node: ir.Function) -> bool:
    """Whether a function calls one of its own name."""
    found = m.recursive.get(node)
    if found is None:
        called = (part.func for part in ir.walk(node.body) if isinstance(part, ir.Call))
        found = m.recursive[node] = any(
            (isinstance(func, ir.Name) and func.id == node.name) or (isinstance(func, ir.Attr) and func.name == node.name)
            for func in called
        )
    return found


def _hints(m: Machine, args: Arguments) -> frozenset[str]:
    result: frozenset[str] = frozenset()
    for _, _, value in args:
        result |= m.hints(value, 2)
    return result


def _learn(m: Machine, counted: object, names: dict[str, Value], writes: list[RawWrite], result: Value, frame: Frame) -> None:
    """A function that again and again writes nothing, changes nothing and returns nothing telling is left alone in the end.

    This is what keeps serialisers and walkers of arbitrary data, which call themselves for every type there is, from
    eating the whole analysis. A function that is given keys is never left alone: its next key may be the telling one;
    nor is a constructor that is given a mapping of them, nor what is given a switch: it says what that means.
    """
    known = m.idle.get(counted)
    given_keys = any(shapes.is_key(value) or (frame.impure and shapes.holds_keys(value)) for value in names.values())
    given_keys = given_keys or any(isinstance(atom, Term) for value in names.values() for atom in value.atoms)
    if writes or frame.effect or (known is not None and known[0] < 0) or given_keys:
        m.idle[counted] = (-1, None)
        return
    runs, usual = known if known is not None else (0, result)
    same = usual is not None and (usual is result or shapes.key_of(m, usual) == shapes.key_of(m, result))
    if not same and (shapes.is_telling(result) or (usual is not None and shapes.is_telling(usual))):
        m.idle[counted] = (-1, None)
        return
    m.idle[counted] = (runs + 1, usual if same else None)


def run(m: Machine, fn: FunctionValue, names: dict[str, Value], receiver: Atom | None) -> tuple[list[RawWrite], Value, Frame]:
    """Run the body in a new frame; its writes are relative to its entry."""
    m.calls += 1
    m.total_calls += 1
    m.entered.add(fn.node)
    env = Env(fn.closure, fn.module)
    env.names = dict(names)
    frame = Frame(
        fn.module,
        env,
        fn.node.qualname,
        m.next_serial(),
        function=fn,
        receiver=receiver,
        arguments=names,
        line=fn.node.line,
        end_line=fn.node.line,
    )
    outer, m.writes = m.writes, {}
    m.frames.append(frame)
    counted = _counted(fn)
    m.active[counted] = m.active.get(counted, 0) + 1
    execute.block(m, fn.node.body)
    m.active[counted] -= 1
    if fn.node.is_generator:
        result = _generated(m, frame, "context" if "context" in fn.marks else "generator")
    else:
        if frame.path.possible:
            frame.returns.append((frame.path, NONE))
        result = m.join(frame.returns) if frame.returns else NOTHING
    m.frames.pop()
    writes = list(m.writes.values())
    m.writes = outer
    return writes, result, frame


def replay(m: Machine, writes: list[RawWrite], names: dict[str, Value], site: Site) -> None:
    """Take over a callee's writes: under the caller's path, with the call as one more step."""
    frame = m.frame
    for write in writes:
        cond = m.conds.all(frame.path, write.cond)
        if not cond.possible:
            continue
        where, argument = write.site, write.argument
        if argument is not None:
            where = site
            given = passing.at(names, argument)
            argument = passing.brought_by(frame.arguments, given) if given is not None else None
        trace = write.trace if len(write.trace) >= _MAX_TRACE else (*write.trace, site)
        m.add_write(replace(write, cond=cond, site=where, argument=argument, trace=trace))


def _generated(m: Machine, frame: Frame, kind: str) -> Value:
    """What a generator yields: pairs merged by key where it yields pairs, else the elements."""
    if kind == "generator" and any(_is_pair(value) for _, value, _ in frame.yields) and all(_may_pair(v) for _, v, _ in frame.yields):
        pairs = m.mapping(is_sequence=True)
        for cond, value, site in frame.yields:
            for guard, atom in value.alts:
                both = m.conds.all(cond, guard)
                if isinstance(atom, Mapping):
                    m.merge(pairs, atom, both)
                elif isinstance(atom, Sequence):
                    for other, key in atom.items[0][1].alts:
                        m.put(pairs, key, atom.items[1][1], m.conds.all(both, other), site)
                else:
                    access.spread_into(m, pairs, of(atom), both)
        return of(pairs)
    result = m.sequence(kind)
    for cond, value, _ in frame.yields:
        m.append(result, cond, value)
    return of(result)


def _is_pair(value: Value) -> bool:
    """A known key with its value, or several of them."""
    return all(
        (isinstance(a, Mapping) and a.is_sequence) or (_is_couple(a) and any(text_of(k) is not None for k in a.items[0][1].atoms))
        for a in value.atoms
    )


def _may_pair(value: Value) -> bool:
    """Pairs, couples whose key is not known, or something of which nothing is known."""
    return all((isinstance(a, Mapping) and a.is_sequence) or _is_couple(a) or (isinstance(a, Opaque) and not a.kind) for a in value.atoms)


def _is_couple(atom: Atom) -> TypeGuard[Sequence]:
    return isinstance(atom, Sequence) and atom.kind == "tuple" and len(atom.items) == 2 and atom.rest is None


# --- arguments -----------------------------------------------------------------------------------------------------


def bind(m: Machine, fn: FunctionValue, args: Arguments) -> dict[str, Value]:
    """Parameters to values, as the call gives them; defaults are evaluated where the function stands."""
    positional: list[tuple[Cond, Value]] = []
    keywords: dict[str, tuple[Cond, Value]] = {}
    spread_in = m.mapping()
    loose_positional: Value | None = None
    loose_keywords: Value | None = None
    options = ""
    for name, spread, value in args:
        if name is not None:
            keywords[name] = (TRUE, value)
        elif not spread:
            positional.append((TRUE, value))
        elif spread == "*":
            only = value.only
            if isinstance(only, Sequence):
                positional += only.items
                loose_positional = only.rest or loose_positional
            else:
                loose_positional = of(Opaque(m.hints(value, 3)))
        else:
            for guard, atom in value.alts:
                if isinstance(atom, Mapping):
                    m.merge(spread_in, atom, guard)
                    loose_keywords = atom.rest or loose_keywords
                    options = atom.name or options
                elif not isinstance(atom, Const):
                    loose_keywords = of(Opaque(m.hints_of_atom(atom, 3)))
    keywords |= {key: (pair.cond, pair.value) for key, pair in spread_in.pairs.items() if isinstance(key, str)}
    result: dict[str, Value] = {}
    index = 0
    for param in fn.node.params:
        if param.kind == "*":
            result[param.name] = of(m.sequence("tuple", positional[index:], loose_positional))
            index = len(positional)
        elif param.kind == "**":
            taken = {p.name for p in fn.node.params if p.kind in ("positional", "keyword")}
            extra = m.mapping()
            for key, (cond, value) in keywords.items():
                if key not in taken:  # what a dict brought along met its key where the dict was made
                    pair = spread_in.pairs.get(key)
                    m.put(extra, Const(key) if pair is None else m.key_atom(key, pair), value, cond, m.site())
            extra.rest, extra.name = loose_keywords, options
            result[param.name] = of(extra)
        elif param.kind == "positional" and index < len(positional):
            cond, value = positional[index]
            index += 1
            result[param.name] = value if cond == TRUE else m.join([(cond, value), (m.conds.negate(cond), default_of(m, fn, param))])
        elif param.name in keywords:
            cond, value = keywords[param.name]
            result[param.name] = value if cond == TRUE else m.join([(cond, value), (m.conds.negate(cond), default_of(m, fn, param))])
        else:
            loose = loose_positional if param.kind == "positional" and loose_positional is not None else loose_keywords
            if loose is None:
                result[param.name] = default_of(m, fn, param)
            else:
                guess = of(Opaque(holding.without(m.hints(loose, 2)) | m.word(param.name)))
                result[param.name] = guess if param.default is None else m.join([(UNKNOWN, guess), (UNKNOWN, default_of(m, fn, param))])
    return result


def _narrow(m: Machine, fn: FunctionValue, names: dict[str, Value]) -> None:
    """What is not known of an argument, its parameter's annotation may tell: then it is any instance of that class."""
    for param in fn.node.params:
        if param.kind not in ("positional", "keyword"):
            continue
        value = names[param.name]
        if any(isinstance(atom, Opaque) and not atom.kind for atom in value.atoms) and kinds.is_span(m, param):
            span = of(kinds.new_span(m))
            names[param.name] = m.join((guard, span if _is_open(atom) else of(atom)) for guard, atom in value.alts)
        elif param.annotation is not None and any(_is_open(atom) for atom in value.atoms) and (cls := m.annotated(fn, param)) is not None:
            stand_in = classes.shared(cls)
            if classes.is_record(m, cls):
                classes.ensure_initialised(m, cls)
            names[param.name] = m.join((guard, of(stand_in if _is_open(atom) else atom)) for guard, atom in value.alts)


def _is_open(atom: Atom) -> bool:
    return (isinstance(atom, Opaque) and not atom.kind) or (isinstance(atom, Term) and atom.gate.default is None)


def default_of(m: Machine, fn: FunctionValue, param: ir.Param) -> Value:
    """A parameter's default, or something unknown named after it."""
    if param.default is None:
        return of(Opaque(m.word(param.name)))
    if isinstance(param.default, ir.Const):
        return of(Const(param.default.value))
    env = fn.closure if fn.closure is not None else Env(None, fn.module)
    m.frames.append(Frame(fn.module, env, fn.node.qualname, m.next_serial()))
    value = evaluate.evaluate(m, param.default)
    m.frames.pop()
    return value


# --- decorators and context managers -------------------------------------------------------------------------------

_MARKS = {
    "property": "property",
    "functools.cached_property": "property",
    "cached_property": "property",
    "staticmethod": "static",
    "classmethod": "class",
    "typing.overload": "overload",
}


def decorate(m: Machine, fn: FunctionValue, decorators: tuple[ir.Expr, ...]) -> Value:
    """Apply decorators from the inside out; one that is not source at hand leaves the function as it is."""
    value = of(fn)
    for expr in reversed(decorators):
        m.frame.line, m.frame.end_line = expr.line, expr.end_line
        decorator = evaluate.evaluate(m, expr).only
        only = value.only
        if isinstance(decorator, External) and isinstance(only, FunctionValue):
            mark = _MARKS.get(decorator.name) or ("context" if m.knowledge.models.get(decorator.name) == "mark_context" else None)
            if mark:
                value = of(marked(m, only, mark))
        elif isinstance(decorator, Method) and isinstance(decorator.receiver, FunctionValue):
            if decorator.name in ("setter", "deleter", "getter"):
                return of(decorator.receiver)
            if decorator.name == "register" and isinstance(only, FunctionValue):
                decorator.receiver.extra.append(only)
        elif isinstance(decorator, FunctionValue | BoundMethod | Partial | ClassValue | Instance):
            made = call_atom(m, decorator, ((None, "", value),), m.site())
            if any(isinstance(a, FunctionValue | BoundMethod | Partial | Instance) for a in made.atoms):
                value = Value(tuple((g, a) for g, a in made.alts if isinstance(a, FunctionValue | BoundMethod | Partial | Instance)))
                if m.frame.function is None:
                    for atom in value.atoms:
                        if isinstance(atom, FunctionValue) and atom.closure is not None:
                            atom.closure.lasting = True
    return value


def marked(m: Machine, fn: FunctionValue, mark: str) -> FunctionValue:
    """The same function with one more mark."""
    made = replace(fn, marks=fn.marks | {mark})
    m.functions[id(fn.node), id(fn.closure)] = made
    return made


def enter_context(m: Machine, value: Value) -> Value:
    """What `with value as x` binds to x."""
    parts = []
    for guard, atom in value.alts:
        if isinstance(atom, Sequence) and atom.kind == "context":
            parts.append((guard, m.join(atom.items) if atom.items else NOTHING))
        elif isinstance(atom, Instance):
            found = next((f for f in (classes.find(m, atom.cls, n) for n in ("__enter__", "__aenter__")) if f is not None), None)
            functions = [f for f in found.atoms if isinstance(f, FunctionValue)] if found is not None else []
            parts.append((guard, call_function(m, functions[0], ((None, "", of(atom)),), m.site(), atom) if functions else of(atom)))
        else:
            parts.append((guard, of(atom)))
    return m.join(parts)


# --- callbacks -----------------------------------------------------------------------------------------------------


def escape(m: Machine, value: Value, site: Site, depth: int = 3) -> None:
    """`value` left for code that is not source at hand: functions in it, containers included, may be called with anything."""
    if depth <= 0:
        return
    for guard, atom in value.alts:
        if isinstance(atom, FunctionValue | BoundMethod | Partial | Instance):
            saved = m.frame.path
            m.frame.path = m.conds.all(saved, guard)
            if m.frame.path.possible:
                _escape_atom(m, atom, site)
            m.frame.path = saved
        elif isinstance(atom, Sequence):
            for _, item in atom.items[:8]:
                escape(m, item, site, depth - 1)
        elif isinstance(atom, Mapping):
            for pair in list(atom.pairs.values())[:24]:
                if any(isinstance(a, FunctionValue | BoundMethod | Partial | Instance) for a in pair.value.atoms):
                    escape(m, pair.value, site, depth - 1)


def _escape_atom(m: Machine, atom: FunctionValue | BoundMethod | Partial | Instance, site: Site) -> None:
    if isinstance(atom, Instance):
        _escape_instance(m, atom, site)
        return
    fn, given = unwrap(atom)
    if fn is None:
        return
    key = (fn.node, id(fn.closure), tuple(shapes.key_of(m, v) for _, _, v in given))
    if key in m.escaped or len(m.frames) > MAX_DEPTH // 2 or m.escaping.count(fn.node) >= _MAX_RECURSION:
        return
    m.escaped.add(key)
    args = (*given, *m.root_arguments(fn, given))
    result = call_function(m, fn, args, site, given[0][2].only if isinstance(atom, BoundMethod) else None)
    m.escaping.append(fn.node)  # what it gives back may be made anew, for ever, by what that gives back
    escape(m, result, site)
    m.escaping.pop()


def unwrap(atom: Atom) -> tuple[FunctionValue | None, Arguments]:
    """The function at the bottom of bound methods and partials, with the arguments already given."""
    if isinstance(atom, FunctionValue):
        return atom, ()
    if isinstance(atom, BoundMethod):
        return atom.function, ((None, "", of(atom.receiver)),)
    if isinstance(atom, Partial) and atom.target.only is not None:
        fn, given = unwrap(atom.target.only)
        return fn, (*given, *atom.args)
    return None, ()


def _escape_instance(m: Machine, item: Instance, site: Site) -> None:
    key = (item.cls, item.serial)
    callback = classes.find(m, item.cls, "__call__") is not None
    # what a library's own object may be asked to write is that library's answer, unless it is a callback made here
    if key in m.escaped or not (callback or (item.cls.module.own and classes.has_foreign_base(m, item.cls))):
        return
    m.escaped.add(key)
    for cls in reversed(classes.order(m, item.cls)):
        for name, value in list(cls.fields.items()):
            if name.startswith("_") and name not in m.knowledge.protocol_methods:
                continue
            for atom in value.atoms:
                if isinstance(atom, FunctionValue) and not atom.marks & {"static", "class", "property"}:
                    receiver = of(item)
                    args = ((None, "", receiver), *m.root_arguments(atom, ((None, "", receiver),)))
                    escape(m, call_function(m, atom, args, site, item), site)
