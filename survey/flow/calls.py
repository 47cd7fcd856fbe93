"""Calls: choosing the callee, binding arguments, running a body once per distinct call, and replaying its writes."""

from __future__ import annotations

from dataclasses import replace

from survey.flow import (
    binding,
    classes,
    construction,
    delegation,
    escaping,
    execute,
    existence,
    generating,
    holding,
    idling,
    library,
    methods,
    passing,
    paths,
    presence,
    raising,
    recursion,
    shapes,
    sinks,
    switched,
    wire,
)
from survey.flow.conditions import UNKNOWN
from survey.flow.frames import Frame, Remembered
from survey.flow.machine import (
    MAX_APART,
    MAX_CALLS_PER_ROOT,
    MAX_DEPTH,
    MAX_WORK,
    MAX_WORK_PER_PASS,
    Machine,
)
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

_KEYED_PER_WORK = 4
"""Containers in the keys of calls that cost about as much as one unit of work elsewhere."""
_MAX_TRACE = 8
_MAX_IMPLEMENTATIONS = 4
_MAX_EDITIONS = 3
"""How often a call is run again because something deep in its arguments changed, once its entry point has made so many:"""
_MANY_CALLS = 600


def call(m: Machine, func: Value, args: Arguments, site: Site) -> Value:
    """Call every alternative of `func` under its condition."""
    if len(func.alts) == 1:
        return call_atom(m, func.alts[0][1], args, site)
    frame = m.frame
    saved, steps = frame.path, frame.steps
    parts = []
    for guard, atom in func.alts:
        if isinstance(atom, Const):
            continue
        frame.path, frame.steps = saved, steps
        paths.narrowed(m, frame, guard, of(atom))
        if frame.path.possible:
            parts.append((guard, call_atom(m, atom, args, site)))
    frame.path, frame.steps = saved, steps
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
        return construction.construct(m, atom, args, site)
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
    if isinstance(atom, (Opaque, Term)) and args and all(value.only == Const(None) for _, _, value in args):
        return of(Const(""))  # a callback that is given nothing has no content to give back
    return unknown_call(m, m.hints_of_atom(atom, 3), args, site, given=isinstance(atom, Term))


def dispatched(m: Machine, name: str, args: Arguments, site: Site, *, given: bool = False) -> Value | None:
    """Call what implements an interface's method; None where nothing does, or too much to tell.

    An object that an option was `given` may be of any class; another one of the package's own only where the package makes such.
    """
    candidates = classes.implementations(m, name)
    if not candidates or len(candidates) > _MAX_IMPLEMENTATIONS:
        return None
    frame = m.frame
    saved = frame.path
    parts = []
    for cls, fn in candidates:
        receiver = classes.shared(cls)
        frame.path = saved if given else m.conds.all(saved, existence.condition(m, cls))
        if frame.path.possible:
            parts.append((UNKNOWN, call_function(m, fn, ((None, "", of(receiver)), *args), site, receiver)))
    frame.path = saved
    return m.join(parts) if parts else NOTHING


def unknown_call(
    m: Machine, hints: frozenset[str], args: Arguments, site: Site, kind: str = "", *, reads: bool = False, given: bool = False
) -> Value:
    """A call into the unknown: callbacks handed over may be called; the result carries what went in.

    What only reads what it is given puts nothing into it. What a callback that the user has `given` asks of objects is the user's doing.
    """
    raising.left(m, args)
    mixed = False
    for _, _, value in args:
        escaping.escape(m, value, site, objects=not given)
        if not reads:
            presence.share(m, value)
        more = holding.without(m.hints(value, 4))
        mixed = mixed or (APPLIED not in more and any(sinks.carries(atom) for atom in value.atoms))
        hints |= more
    return switched.result(m, args if hints else (), hints - {APPLIED} if mixed else hints, kind)


# --- functions -----------------------------------------------------------------------------------------------------


def call_function(m: Machine, fn: FunctionValue, args: Arguments, site: Site, receiver: Atom | None) -> Value:
    """Run a function's body, or replay what an equal call did."""
    if fn.extra:
        for other in fn.extra:
            call_function(m, other, args, site, receiver)
    node = fn.node
    m.callers.setdefault(node, {}).setdefault(site)
    existence.reached(m, node)
    wire.recorded(m, fn, args if receiver is None else args[1:], site)
    given = args if receiver is None else args[1:]
    reason = _refused(m, fn, args)
    if reason is not None:
        if reason:
            m.cut("budget", reason)
        elif node.is_generator:
            return of(m.sequence("generator"))  # what a walker would find further down is left out, not guessed at
        return switched.result(m, given, hints_of(m, args))
    args = sinks.plain_value(m, node.name, args, receiver)
    if node.receiver is None:
        names = binding.bind(m, fn, args)
    else:  # the object stands first among the arguments of a bound call, and is no parameter
        names = binding.bind(m, fn, args if receiver is None else args[1:])
        names[node.receiver] = NOTHING if receiver is None else args[0][2]
    binding.narrow(m, fn, names)
    counted = recursion.counted_under(fn)
    contexts = m.contexts.setdefault(counted, set())
    if len(contexts) >= MAX_APART:
        names = {name: shapes.widened(m, value) for name, value in names.items()}
    made = shapes.Key(m)
    values = (made.function(fn), m.active.get(counted, 0) > 0, tuple([made.of(value) for value in names.values()]))
    key = (values, _edition(m, values, made.version()))
    m.frame.work += made.size // _KEYED_PER_WORK
    found = m.memo.get(key)
    if found is not None and _still_holds(m, found):
        instead = {id(old): new for old, new in zip(found.heap, made.heap, strict=False)}
        _inherit(m, found, instead)
        replay(m, delegation.kept(m, fn, receiver, found.writes), names, site)
        raising.passed_on(m, found.raised, outside=found.outside)
        return shapes.fresh(m, found.result, found.since, instead)
    if idling.is_idle(m, counted, names):
        usual = m.idle[counted][1]
        return shapes.fresh(m, usual) if usual is not None else switched.result(m, given, hints_of(m, args))
    if m.spent.get(counted, 0) > MAX_WORK:
        m.cut("budget", f"{node.qualname} is called in too many ways")
        return of(Opaque(hints_of(m, args)))
    contexts.add(key)
    writes, result, frame = run(m, fn, names, receiver)
    m.spent[counted] = m.spent.get(counted, 0) + frame.work
    m.work += frame.work
    m.total_work += frame.work
    idling.learn(m, counted, names, writes, result, frame)
    if not frame.impure and not frame.cut:
        m.memo[key] = _remembered(m, writes, result, frame, made.heap)
    replay(m, delegation.kept(m, fn, receiver, writes), names, site)
    raising.passed_on(m, frame.raised, outside=frame.outside)
    shapes.surface(result, len(m.frames) - 1)
    return result


def _edition(m: Machine, values: object, version: int) -> int:
    """Which version of what went into a call by identity it is remembered by: where much was called already, one of the first few."""
    known = m.editions.setdefault(values, [])
    if version not in known:
        if len(known) >= _MAX_EDITIONS and m.calls > _MANY_CALLS:
            return known[-1]
        known.append(version)
    return version


def _remembered(m: Machine, writes: list[RawWrite], result: Value, frame: Frame, heap: list[Atom]) -> Remembered:
    since = frame.entry_serial
    old = {id(a) for a in result.atoms if isinstance(a, (Mapping, Sequence, Struct, Instance)) and a.serial < since}
    old |= {id(mapping) for mapping in frame.held}
    given = heap if any(id(atom) in old for atom in heap) else []
    # the caller may go on to change what it got
    return Remembered(
        writes,
        shapes.fresh(m, result, since),
        since,
        given,
        frame.effect,
        frame.raised,
        frame.outside,
        frame.held,
        frame.refused,
        len(m.frames) if frame.deep else 0,
    )


def _still_holds(m: Machine, found: Remembered) -> bool:
    """Whether what a remembered call found is so still: what the mappings hold, how deep it is, how often the functions run."""
    if found.depth > len(m.frames):
        return False
    if any(m.versions.replaced(mapping) != version for mapping, version in found.held.items()):
        return False
    return all(m.active.get(counted, 0) == runs for counted, runs in found.refused.items())


def _inherit(m: Machine, found: Remembered, instead: dict[int, Atom]) -> None:
    """A remembered call stored nothing new; what it relies on for that, the running ones rely on as well."""
    frame = m.frame
    frame.effect = frame.effect or found.effect
    for counted in found.refused:
        recursion.relied(m, counted)
    if found.depth:
        m.went_deep()
    for mapping in found.held:
        other = instead.get(id(mapping), mapping)
        if isinstance(other, Mapping):
            m.held(other)


def _refused(m: Machine, fn: FunctionValue, args: Arguments) -> str | None:
    """Why a function is not entered: '' where that loses nothing but precision, a reason where it is a cut."""
    runs = m.active.get(recursion.counted_under(fn), 0)
    if runs >= recursion.MAX_RECURSION and (runs >= recursion.MAX_DESCENT or not recursion.ends(m, fn, args)):
        m.recursed.setdefault(fn.node, (fn.module.path, m.site()))
        recursion.relied(m, recursion.counted_under(fn))
        return ""
    if len(m.frames) >= MAX_DEPTH:
        m.went_deep()
        return "calls nest too deeply"
    if m.calls >= MAX_CALLS_PER_ROOT or m.work > max(m.least_work, MAX_WORK_PER_PASS - m.total_work):
        m.exhausted = True
        m.left_out()
        return "too many calls from one entry point"
    return None


def hints_of(m: Machine, args: Arguments, depth: int = 2) -> frozenset[str]:
    """What is known of the origins of all arguments together."""
    result: frozenset[str] = frozenset()
    for _, _, value in args:
        result |= m.hints(value, depth)
    return result


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
    counted = recursion.counted_under(fn)
    m.active[counted] = m.active.get(counted, 0) + 1
    execute.block(m, fn.node.body)
    m.active[counted] -= 1
    if fn.node.is_generator:
        result = generating.generated(m, frame, "context" if "context" in fn.marks else "generator")
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


# --- arguments -----------------------------------------------------------------------------------------------------


# --- decorators and context managers -------------------------------------------------------------------------------


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
