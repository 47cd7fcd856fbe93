"""What a branch knows of a variable because of the tests that led there: fewer alternatives, or that something unknown is text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey.flow import compare, evaluate, scopes
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.values import EXCEPTION, HOLE, NOTHING, Atom, Const, Opaque, Pattern, Sequence, Value, of
from survey.knowledge.engine import PENDING
from survey.model import ir

_EQUAL = {"==": True, "!=": False, "in": True, "not in": False}
"""Comparisons with a literal or a list of them, and whether they hold where the variable is one."""
_SCALARS = frozenset({"str", "int", "float", "bool", "bytes", "NoneType"})


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed(Value):
    """A variable's value inside a branch; `whole` is what it was before and is again where the branches meet."""

    whole: Value = NOTHING


def whole(value: Value) -> Value:
    """The value before it was narrowed."""
    return value.whole if isinstance(value, Narrowed) else value


def narrow(m: Machine, test: ir.Expr, *, holds: bool) -> dict[str, Value]:
    """Narrow the running frame's variables to what they can be where `test` holds, or does not; their values before that."""
    before: dict[str, Value] = {}
    for name, kinds, positive in _tests(m, test, holds=holds):
        value = m.frame.env.names.get(name)
        if value is None or isinstance(value, scopes.Deferred):
            continue
        kind = evaluate.evaluate(m, kinds)
        if positive and all(m.external_name(k).endswith(tuple(m.knowledge.raised)) for k in kind.atoms):
            before.setdefault(name, value)
            m.frame.env.names[name] = Narrowed(of(Opaque(kind=EXCEPTION)).alts, value)
            continue
        kept = []
        for guard, atom in value.alts:
            answer = m.weigh((other, compare.is_a(m, atom, k)) for other, k in kind.alts)
            if answer.possible if positive else answer != TRUE:
                text = positive and isinstance(atom, Opaque) and not atom.kind and any(_is_scalar(m, k) for k in kind.atoms)
                kept.append((guard, Pattern(HOLE, atom.hints) if text and isinstance(atom, Opaque) else atom))
        if kept and tuple(kept) != value.alts:
            before.setdefault(name, value)
            m.frame.env.names[name] = Narrowed(tuple(kept), value)
    if not holds and (found := _members(m, test)) is not None:
        name, kinds = found
        value = m.frame.env.names.get(name)
        if value is not None and not isinstance(value, scopes.Deferred):
            kind = evaluate.evaluate(m, kinds)
            kept = [(guard, _without(m, atom, kind)) for guard, atom in value.alts]
            if any(atom is not old for (_, atom), old in zip(kept, value.atoms, strict=True)):
                before.setdefault(name, value)
                m.frame.env.names[name] = Narrowed(tuple(kept), whole(value))
    for name, literal, equal in _comparisons(test, holds=holds):
        value = m.frame.env.names.get(name)
        if value is None or isinstance(value, scopes.Deferred) or len(value.alts) == 1:
            continue
        left = _matching(m, value, literal, equal=equal)
        if left and len(left) < len(value.alts):
            before.setdefault(name, value)
            m.frame.env.names[name] = Narrowed(left, value)
    if (
        holds
        and (name := _awaited(m, test))
        and (value := m.frame.env.names.get(name)) is not None
        and not isinstance(value, scopes.Deferred)
    ):
        before.setdefault(name, value)
        m.frame.env.names[name] = Narrowed(tuple((g, Opaque(m.hints_of_atom(a, 3) | {PENDING})) for g, a in value.alts), value)
    return before


def _members(m: Machine, test: ir.Expr) -> tuple[str, ir.Expr] | None:
    """(variable, type) of a test that some member of a variable is of a type, alone or after tests of what the variable itself is."""
    *before, last = test.values if isinstance(test, ir.BoolOp) and test.op == "and" else (test,)
    if not isinstance(last, ir.Call) or not isinstance(last.func, ir.Name) or m.knowledge.builtins.get(last.func.id) != "any":
        return None
    given = last.args[0].value if len(last.args) == 1 else None
    if not isinstance(given, ir.Comprehension) or len(given.clauses) != 1 or not isinstance(clause := given.clauses[0], ir.ForClause):
        return None
    tests = list(_tests(m, given.value, holds=True))
    if len(tests) != 1 or not isinstance(clause.iterable, ir.Name) or not isinstance(clause.target, ir.Name):
        return None
    subject = clause.iterable.id
    if tests[0][0] != clause.target.id or not all({name for name, _, _ in _tests(m, part, holds=True)} == {subject} for part in before):
        return None
    return subject, tests[0][1]


def _without(m: Machine, atom: Atom, kind: Value) -> Atom:
    """A sequence less the members that are of the type for certain."""
    if not isinstance(atom, Sequence):
        return atom
    kept = [(cond, item) for cond, item in atom.items if not all(_is_one(m, a, kind) for a in item.atoms)]
    return atom if len(kept) == len(atom.items) else m.sequence(atom.kind, kept, atom.rest)


def _is_one(m: Machine, atom: Atom, kind: Value) -> bool:
    return any(compare.is_a(m, atom, k) == TRUE for k in kind.atoms)


def _awaited(m: Machine, test: ir.Expr) -> str:
    """The variable that `test` says is still to be awaited; '' for none."""
    if not isinstance(test, ir.Call) or len(test.args) != 1 or not isinstance(test.func, (ir.Name, ir.Attr)):
        return ""
    subject, name = test.args[0].value, test.func.id if isinstance(test.func, ir.Name) else test.func.name
    if not isinstance(subject, ir.Name) or name not in m.knowledge.pending_tests:
        return ""
    only = evaluate.evaluate(m, test.func).only
    return subject.id if only is not None and m.knowledge.models.get(m.external_name(only)) == "is_pending" else ""


def _tests(m: Machine, test: ir.Expr, *, holds: bool) -> Iterator[tuple[str, ir.Expr, bool]]:
    """(variable, type or types, whether it is of one) of every type test that is decided where `test` is."""
    if isinstance(test, ir.UnaryOp) and test.op == "not":
        yield from _tests(m, test.operand, holds=not holds)
    elif isinstance(test, ir.BoolOp) and test.op == ("and" if holds else "or"):
        for part in test.values:
            yield from _tests(m, part, holds=holds)
    elif isinstance(test, ir.Call) and len(test.args) == 2 and isinstance(test.func, ir.Name):
        if m.knowledge.builtins.get(test.func.id) != "isinstance":
            return
        subject, kinds = test.args[0].value, test.args[1].value
        if isinstance(subject, ir.Bind):
            subject = subject.target
        if isinstance(subject, ir.Name):
            yield subject.id, kinds, holds


def _comparisons(test: ir.Expr, *, holds: bool) -> Iterator[tuple[str, ir.Expr, bool]]:
    """(variable, what it is compared with, whether it is that or one of those) of every comparison that is decided where `test` is."""
    if isinstance(test, ir.UnaryOp) and test.op == "not":
        yield from _comparisons(test.operand, holds=not holds)
    elif isinstance(test, ir.BoolOp) and test.op == ("and" if holds else "or"):
        for part in test.values:
            yield from _comparisons(part, holds=holds)
    elif isinstance(test, ir.Compare) and test.op in _EQUAL:
        positive = _EQUAL[test.op] == holds
        if isinstance(test.left, ir.Name):
            yield test.left.id, test.right, positive
        elif isinstance(test.right, ir.Name) and test.op in ("==", "!="):
            yield test.right.id, test.left, positive


def _matching(m: Machine, value: Value, literal: ir.Expr, *, equal: bool) -> tuple[tuple[Cond, Atom], ...]:
    """The alternatives of a variable that are among the literals it is compared with, or are not; all where that is not known."""
    if not any(isinstance(atom, Const) for atom in value.atoms) or not isinstance(literal, (ir.Const, ir.Name, ir.Attr, ir.Sequence)):
        return value.alts
    known = _constants(evaluate.evaluate(m, literal))
    if known is None:
        return value.alts
    return tuple((guard, atom) for guard, atom in value.alts if not isinstance(atom, Const) or (atom in known) == equal)


def _constants(value: Value) -> list[Const] | None:
    """The constants that a value certainly is, or holds as a list of them; None where it may be more."""
    only = value.only
    atoms = [only] if not isinstance(only, Sequence) else [item.only for _, item in only.items] if only.rest is None else [None]
    known = [atom for atom in atoms if isinstance(atom, Const) and isinstance(atom.value, str | None)]
    return known if known and len(known) == len(atoms) else None


def _is_scalar(m: Machine, kind: Atom) -> bool:
    if isinstance(kind, Sequence):
        return bool(kind.items) and kind.rest is None and all(_is_scalar(m, a) for _, item in kind.items for a in item.atoms)
    return m.external_name(kind).rsplit(".", 1)[-1] in _SCALARS
