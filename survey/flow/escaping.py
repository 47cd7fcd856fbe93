"""What is handed to code that is not read: functions among it may be called, objects asked for their methods."""

from __future__ import annotations

from dataclasses import replace

from survey.flow import calls, classes, decorating, existence, recursion, shapes
from survey.flow.conditions import FALSE
from survey.flow.machine import MAX_DEPTH, Machine
from survey.flow.values import BoundMethod, ClassValue, FunctionValue, Instance, Mapping, Partial, Sequence, Site, Value, of

_MAX_WAYS = 4
"""How often the same is handed over anew because it is under other conditions."""


def escape(m: Machine, value: Value, site: Site, depth: int = 3, *, objects: bool = True) -> None:
    """`value` left for code that is not source at hand: functions in it, containers included, may be called with anything.

    So may the methods of `objects`.
    """
    if depth <= 0:
        return
    for guard, atom in value.alts:
        if isinstance(atom, ClassValue):
            m.existence.handed_out.add(atom)
        elif isinstance(atom, (FunctionValue, BoundMethod, Partial)) or (objects and isinstance(atom, Instance)):
            saved = m.frame.path
            m.frame.path = m.conds.all(saved, guard)
            if m.frame.path.possible:
                _escape_atom(m, atom, site)
            m.frame.path = saved
        elif isinstance(atom, Sequence):
            for _, item in atom.items[:8]:
                escape(m, item, site, depth - 1, objects=objects)
        elif isinstance(atom, Mapping):
            for pair in list(atom.pairs.values())[:24]:
                if any(isinstance(a, (FunctionValue, BoundMethod, Partial, Instance)) for a in pair.value.atoms):
                    escape(m, pair.value, site, depth - 1, objects=objects)


def _is_news(m: Machine, key: object) -> bool:
    """Whether something was not handed over before where the way here may come to pass: one branch may do so, and the other as well."""
    before, times = m.escaped.get(key, (FALSE, 0))
    under = m.conds.any(before, m.way)
    if times and (under.may == before.may or times >= _MAX_WAYS):
        return False
    m.escaped[key] = under, times + 1
    return True


def _escape_atom(m: Machine, atom: FunctionValue | BoundMethod | Partial | Instance, site: Site) -> None:
    if isinstance(atom, Instance):
        _escape_instance(m, atom, site)
        return
    fn, given = decorating.unwrap(atom)
    if fn is None:
        if isinstance(atom, Partial):
            escape(m, atom.target, site, 1)
        return
    existence.reached(m, fn.node)
    key = (fn.node, id(fn.closure), tuple(shapes.key_of(m, v) for _, _, v in given))
    if len(m.frames) > MAX_DEPTH // 2 or m.escaping.count(fn.node) >= recursion.MAX_RECURSION or not _is_news(m, key):
        return
    args = (*given, *m.root_arguments(fn, given))
    outer, m.writes = m.writes, {}
    result = calls.call_function(m, fn, args, site, given[0][2].only if isinstance(atom, BoundMethod) else None)
    made, m.writes = m.writes, outer
    for write in made.values():
        m.add_write(write if write.entry else replace(write, entry=fn.node.qualname))
    m.escaping.append(fn.node)  # what it gives back may be made anew, for ever, by what that gives back
    escape(m, result, site)
    m.escaping.pop()


def _escape_instance(m: Machine, item: Instance, site: Site) -> None:
    key = (item.cls, item.serial)
    callback = classes.find(m, item.cls, "__call__") is not None
    # what a library's own object may be asked to write is that library's answer, unless it is a callback made here
    if not (callback or (item.cls.module.own and classes.has_foreign_base(m, item.cls))) or not _is_news(m, key):
        return
    for cls in reversed(classes.order(m, item.cls)):
        for name, value in list(cls.fields.items()):
            if name.startswith("_") and name not in m.knowledge.protocol_methods:
                continue
            for atom in value.atoms:
                if isinstance(atom, FunctionValue) and not atom.marks & {"static", "class", "property"}:
                    receiver = of(item)
                    args = ((None, "", receiver), *m.root_arguments(atom, ((None, "", receiver),)))
                    escape(m, calls.call_function(m, atom, args, site, item), site)
