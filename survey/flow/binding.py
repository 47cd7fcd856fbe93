"""Parameters: what a call gives them, what they are declared to be, and their defaults."""

from __future__ import annotations

from survey.flow import classes, construction, evaluate, holding, kinds
from survey.flow.conditions import TRUE, UNKNOWN, Cond
from survey.flow.frames import Frame
from survey.flow.machine import Machine
from survey.flow.values import Arguments, Atom, Const, Env, FunctionValue, Mapping, Opaque, Sequence, Term, Value, of
from survey.model import ir


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


def narrow(m: Machine, fn: FunctionValue, names: dict[str, Value]) -> None:
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
            if construction.is_record(m, cls):
                classes.ensure_initialised(m, cls)
                for atom in value.atoms if m.is_public(cls) else ():
                    if isinstance(atom, Term) and _is_open(atom):
                        m.conds.objects.setdefault(atom.gate, set()).add(cls.node.name)
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
