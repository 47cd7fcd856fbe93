"""What a request as a whole holds: the parts that the code around reads from it by their names, less those it takes out.

A function that is given a request and reads `tools` from it shows what rides along where it passes the request on. The
hint of that is dropped as soon as something is read out of the request by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from survey.flow import evaluate, iterating, scopes
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import HOLE, NOTHING, Arguments, FunctionValue, Mapping, Opaque, Pattern, Sequence, Value
from survey.knowledge.engine import FIELDS, HOLDS, WHOLE
from survey.model import ir

_READS = ("get", "pop", "setdefault")
_BESIDE = ("system", "tool_definition")
"""Those of them that a response gives back as they were given."""
_TELLING = ("input", "system", "tool_definition")
"""Roles that a request has parts for."""


def given(m: Machine, expr: ir.Expr, value: Value) -> Value:
    """`value`, which `expr` stands for where it is passed on as a whole, with what the running function shows that it holds."""
    if not any(isinstance(atom, (Opaque, Mapping)) for atom in value.atoms):
        return value
    held = _shown(m, expr)
    if not held:
        return value
    alts = tuple((guard, _holding(atom, held) if isinstance(atom, (Opaque, Mapping)) else atom) for guard, atom in value.alts)
    return value if all(atom is old for (_, atom), old in zip(alts, value.atoms, strict=True)) else Value(alts)


def in_another_form(m: Machine, call: ir.Call, args: Arguments, result: Value) -> Value:
    """`result` of a call: where an object gives all of itself in another form, it holds the same, less what `exclude` names."""
    func = call.func
    whole = m.knowledge.whole_methods
    if not isinstance(func, ir.Attr) or (func.name not in whole and func.name != "items") or not _path(func.obj):
        return result
    receiver = evaluate.evaluate(m, func.obj) if isinstance(func.obj, ir.Name) else NOTHING
    given = receiver is not NOTHING and func.name in m.knowledge.mapping_texts and all(isinstance(a, Opaque) for a in receiver.atoms)
    out = {text for name, _, value in args if name == "exclude" for text in _texts(m, value)}
    told = _shown(m, func.obj) | _held(m.hints(receiver, 1) if all(isinstance(a, Opaque) for a in receiver.atoms) else frozenset())
    held = frozenset(hint for hint in told if hint.rpartition(":")[2] not in out) | ({WHOLE} if given else set())
    if not held:
        return result
    return Value(tuple((guard, replace(a, hints=a.hints | held) if isinstance(a, (Opaque, Pattern)) else a) for guard, a in result.alts))


def filtered(m: Machine, expr: ir.Comprehension, result: Mapping) -> None:
    """What is left in a dict that was made of the unknown entries of another, after the names that its tests leave out."""
    first = expr.clauses[0]
    rest = result.pairs.get(HOLE)
    if rest is None or not isinstance(first, ir.ForClause) or not isinstance(expr.key, ir.Name):
        return
    source = first.iterable
    if isinstance(source, ir.Call) and isinstance(source.func, ir.Attr) and source.func.name == "items":
        source = source.func.obj
    out = {name for clause in expr.clauses if isinstance(clause, ir.IfClause) for name in _left_out(m, clause.test, expr.key.id)}
    held = frozenset(hint for hint in _shown(m, source) | _held(m.hints(rest.value, 1)) if hint.rpartition(":")[2] not in out)
    rest.value = Value(
        tuple(
            (guard, replace(atom, hints=without(atom.hints) | held) if isinstance(atom, Opaque) else atom)
            for guard, atom in rest.value.alts
        )
    )


def taken(m: Machine, mapping: Mapping, name: str) -> None:
    """`name` was taken out of a dict whose entries are not all known, unless a switch decides that."""
    if mapping.rest is None or m.is_state(mapping) or m.reach(mapping).gist > 1:
        return
    left = tuple((guard, _less(atom, (name,)) if isinstance(atom, Opaque) else atom) for guard, atom in mapping.rest.alts)
    if any(atom is not old for (_, atom), old in zip(left, mapping.rest.atoms, strict=True)):
        mapping.rest = Value(left)
        m.changed(mapping)


def without(hints: frozenset[str]) -> frozenset[str]:
    """Hints of what was read out of a request by name."""
    whole = frozenset(hint for hint in hints if hint == WHOLE or hint.startswith(HOLDS))
    return hints - whole if whole else hints


def _held(hints: frozenset[str]) -> frozenset[str]:
    return frozenset(hint for hint in hints if hint.startswith(HOLDS))


def _holding(atom: Opaque | Mapping, held: frozenset[str]) -> Opaque | Mapping:
    if isinstance(atom, Opaque):
        return replace(atom, hints=atom.hints | held) if not atom.kind and not held <= atom.hints else atom
    if atom.rest is None or atom.name:
        return atom
    rest = Value(tuple((guard, _holding(inner, held) if isinstance(inner, Opaque) else inner) for guard, inner in atom.rest.alts))
    return Mapping(atom.serial, atom.level, atom.pairs, rest, atom.is_sequence, atom.name, atom.marks)


def _less(atom: Opaque, names: Iterable[str]) -> Opaque:
    gone = frozenset(hint for hint in atom.hints if hint.startswith(HOLDS) and hint.rpartition(":")[2] in names)
    return replace(atom, hints=atom.hints - gone) if gone else atom


def _left_out(m: Machine, test: ir.Expr, key: str) -> Iterator[str]:
    """Names that a key which passes `test` is not."""
    if isinstance(test, ir.BoolOp) and test.op == "and":
        for part in test.values:
            yield from _left_out(m, part, key)
    elif isinstance(test, ir.Compare) and test.op in ("not in", "!=") and isinstance(test.left, ir.Name) and test.left.id == key:
        yield from _texts(m, evaluate.evaluate(m, test.right))


def _texts(m: Machine, value: Value) -> Iterator[str]:
    for atom in value.atoms:
        parts = [part for _, item in iterating.iterate_atom(m, atom).items for part in item.atoms] if isinstance(atom, Sequence) else [atom]
        yield from (text for text in map(text_of, parts) if text is not None)


def named_in_module(m: Machine) -> frozenset[str]:
    """The hints of the parts that the running module reads by their names, whatever from."""
    module = m.frame.module
    if module.path not in m.named_fields:
        reads = (_read(node) for node in ir.walk(m.program.body(module)) if not isinstance(node, ir.Attr))
        names = {name for read in reads if read is not None for name in (read[1],)}
        m.named_fields[module.path] = frozenset(f"{FIELDS}{role}:{name}" for name in names for role in m.word(name) & set(_BESIDE))
    return m.named_fields[module.path]


def _shown(m: Machine, expr: ir.Expr) -> frozenset[str]:
    """The hints of what the running function reads by name from what `expr` stands for."""
    function = m.frame.function
    path = _path(expr)
    if function is None or not path:
        return frozenset()
    return _known(m, function).get(path, frozenset())


def _known(m: Machine, function: FunctionValue) -> dict[str, frozenset[str]]:
    known = m.reads.get(function.node)
    if known is None:
        m.reads[function.node] = {}  # a function that calls itself shows nothing more by that
        known = m.reads[function.node] = _reads(m, function)
    return known


def _path(expr: ir.Expr) -> str:
    """A variable, or an attribute of one; '' for anything else."""
    if isinstance(expr, ir.Name):
        return expr.id
    base = _path(expr.obj) if isinstance(expr, ir.Attr) else ""
    return f"{base}.{expr.name}" if base and isinstance(expr, ir.Attr) else ""


def _reads(m: Machine, function: FunctionValue) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    gone: dict[str, set[str]] = {}
    stored: set[ir.Expr] = set()
    for node in ir.walk(function.node.body):
        if isinstance(node, ir.Assign):
            stored.update(target for target in node.targets if isinstance(target, (ir.Index, ir.Attr)))
        elif isinstance(node, ir.Delete):
            stored.update(target for target in node.targets if isinstance(target, (ir.Index, ir.Attr)))
            for target in node.targets:
                if isinstance(target, ir.Index) and isinstance(target.index, ir.Const):
                    gone.setdefault(_path(target.obj), set()).add(str(target.index.value))
        elif isinstance(node, ir.Call) and isinstance(node.func, ir.Name):
            for path, hints in _read_by(m, function, node, node.func.id):
                found.setdefault(path, set()).update(hints)
        elif (read := _read(node)) is not None and node not in stored:
            path, name, popped = read
            roles = m.word(name) & set(_TELLING)
            if path and roles:
                found.setdefault(path, set()).update(f"{HOLDS}{role}:{name}" for role in roles)
            if path and popped:
                gone.setdefault(path, set()).add(name)
    return {path: frozenset(hint for hint in hints if hint.rpartition(":")[2] not in gone.get(path, ())) for path, hints in found.items()}


def _read_by(m: Machine, function: FunctionValue, call: ir.Call, name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(what is handed over, hints of what it is read for) where a function that the module knows is called by its name."""
    handed = [(position, arg, path) for position, arg in enumerate(call.args) if not arg.spread and (path := _path(arg.value))]
    callee = scopes.module_name(m, function.module, name).only if handed else None
    if not isinstance(callee, FunctionValue):
        return
    params = callee.node.params
    known = _known(m, callee)
    for position, arg, path in handed:
        taking = arg.name or (params[position].name if position < len(params) else "")
        if hints := known.get(taking):
            yield path, hints


def _read(node: object) -> tuple[str, str, bool] | None:
    """(of what, which name, whether it is taken out) where a node reads a part by its name."""
    if isinstance(node, ir.Call) and isinstance(node.func, ir.Attr) and node.func.name in _READS and node.args:
        key = node.args[0].value
        return (
            (_path(node.func.obj), key.value, node.func.name == "pop") if isinstance(key, ir.Const) and isinstance(key.value, str) else None
        )
    if isinstance(node, ir.Index) and isinstance(node.index, ir.Const) and isinstance(node.index.value, str):
        return _path(node.obj), node.index.value, False
    return (_path(node.obj), node.name, False) if isinstance(node, ir.Attr) else None
