"""Going through containers, and taking them apart into variables."""

from __future__ import annotations

from dataclasses import dataclass

from survey.flow import access, calls, classes, construction, elements, enums, evaluate, origins, places, presence, scopes, switches
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.values import NOTHING, Atom, ClassValue, Const, Instance, Mapping, Opaque, Sequence, Term, Value, of
from survey.model import ir


@dataclass(slots=True)
class Items:
    """What iterating yields: known elements with their conditions, and any number of further ones."""

    items: list[tuple[Cond, Value]]
    rest: Value | None = None


def iterate(m: Machine, value: Value) -> Items:
    """The elements of `value`."""
    result = Items([])
    rests: list[tuple[Cond, Value]] = []
    for guard, atom in value.alts:
        found = iterate_atom(m, atom)
        result.items += [(m.conds.all(guard, cond), item) for cond, item in found.items]
        if found.rest is not None:
            rests.append((guard, found.rest))
    # where it may be a container without further elements, the switch that says which one it is says whether there are any
    whole = len(rests) == len(value.alts)
    parts = [(guard if not whole and m.conds.gates(guard) else TRUE, rest) for guard, rest in rests]
    result.rest = m.join(parts) if parts else None
    result.items = [(cond, item) for cond, item in result.items if cond.possible]
    return result


def iterate_atom(m: Machine, atom: Atom) -> Items:
    """The elements of one atom."""
    found = _iterate_atom(m, atom)
    marks = atom.marks if isinstance(atom, (Sequence, Mapping, Instance)) else None
    if not marks:
        return found
    rest = places.marked(found.rest, marks) if found.rest is not None else None
    return Items([(cond, places.marked(item, marks)) for cond, item in found.items], rest)


def _iterate_atom(m: Machine, atom: Atom) -> Items:
    if isinstance(atom, Sequence):
        fillable = atom.kind not in ("tuple", "frozenset")
        if fillable and not atom.items and atom.rest is None and (atom.shared or not presence.is_local(m, atom)):
            return Items([], NOTHING)  # somebody fills it until then: what is done with each is done
        return Items(list(atom.items), atom.rest)
    if isinstance(atom, Mapping):
        items = []
        for name, pair in list(atom.pairs.items()):
            key = of(m.key_atom(name, pair))
            # where a key met its value at several places, each says for itself when; all together name no switch
            there = pair.cond if len(pair.sites) == 1 else m.conds.unnamed(pair.cond)
            items.append((there, of(m.sequence("tuple", [(TRUE, key), (TRUE, pair.value)])) if atom.is_sequence else key))
        rest = None
        if atom.rest is not None:
            rest = of(m.sequence("tuple", [(TRUE, of(Opaque())), (TRUE, atom.rest)])) if atom.is_sequence else NOTHING
        return Items(items, rest)
    if isinstance(atom, ClassValue) and enums.is_enum(m, atom):
        return Items([(TRUE, of(member)) for member in enums.members(m, atom)])
    if isinstance(atom, Instance):
        for method in ("__iter__", "__aiter__"):
            found = classes.find(m, atom.cls, method)
            if found is not None:
                got = calls.call(m, access.method_of(m, found, atom, atom.cls), (), m.site())
                if got.only is not atom:
                    return iterate(m, got)
                step = classes.find(m, atom.cls, "__next__" if method == "__iter__" else "__anext__")
                return (
                    Items([], calls.call(m, access.method_of(m, step, atom, atom.cls), (), m.site()))
                    if step is not None
                    else Items([], NOTHING)
                )
        if (parts := construction.tuple_items(m, atom)) is not None:
            return Items([(TRUE, part) for part in parts])
    if isinstance(atom, Const) and atom.value is None:
        return Items([])
    if isinstance(atom, Term):
        return Items([], switches.read(atom, switches.LISTED))
    return Items([], of(Opaque(m.hints_of_atom(atom, 3))))


def bind(m: Machine, target: ir.Expr, value: Value) -> None:
    """Assign `value` to a target: a name, an attribute, an element, or several of them."""
    if isinstance(target, ir.Name):
        scopes.assign(m, target.id, origins.named(m, value, target.id))
    elif isinstance(target, ir.Attr):
        access.store_attribute(m, evaluate.evaluate(m, target.obj), target.name, value)
    elif isinstance(target, ir.Index):
        elements.store_element(m, target, value)
    elif isinstance(target, ir.Sequence):
        _unpack(m, target, value)
    elif isinstance(target, ir.Spread):
        bind(m, target.value, value)


def _unpack(m: Machine, target: ir.Sequence, value: Value) -> None:
    count = len(target.items)
    starred = next((i for i, t in enumerate(target.items) if isinstance(t, ir.Spread)), None)
    columns: list[list[tuple[Cond, Value]]] = [[] for _ in range(count)]
    for guard, atom in value.alts:
        found = iterate_atom(m, atom)
        items = found.items
        if isinstance(atom, Mapping) and not atom.is_sequence:
            items = []
        if starred is None and len(items) == count and found.rest is None:
            for column, (_, item) in zip(columns, items, strict=True):
                column.append((guard, item))
        elif starred is not None and found.rest is None and len(items) >= count - 1:
            tail = count - 1 - starred
            for i in range(starred):
                columns[i].append((guard, items[i][1]))
            for i in range(tail):
                columns[count - 1 - i].append((guard, items[len(items) - 1 - i][1]))
            columns[starred].append((guard, of(m.sequence("list", items[starred : len(items) - tail]))))
        else:
            loose = (
                m.join([*items, *([(TRUE, found.rest)] if found.rest is not None else [])]) if items or found.rest is not None else NOTHING
            )
            for column in columns:
                column.append((guard, loose))
    for part, column in zip(target.items, columns, strict=True):
        bind(m, part, m.join(column) if column else NOTHING)
