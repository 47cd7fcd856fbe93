"""Records of a vendor's own make: objects of classes named for what they report, that write themselves out field by field.

From where such an object is given content to where a thread sends it the way is rarely to be followed: caches, batches,
exporters that an application may exchange. So the place counts where a field is given content, and only where the class is
named for a span or a run, its instances write that very field out, the package talks to a server itself, and its content does
not reach OpenTelemetry: then such objects only stand for spans of that.
"""

from __future__ import annotations

from typing import TypeGuard

from survey.flow import classes, construction, origins, payloads, places, sinks
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.values import Arguments, ClassValue, FunctionValue, Instance, Mapping, Pattern, Site, Value, of
from survey.knowledge.engine import RECORDED, TELEMETRY
from survey.model import ir
from survey.model.vocabulary import Channel, Role

_DEPTH = 4
"""Mappings within each other that are flattened."""


def made(m: Machine, func: Value, expr: ir.Call, args: Arguments, result: Value) -> None:
    """Take note of the content that a record is made with."""
    if not m.frame.module.own or len(args) != len(expr.args):
        return
    for guard, cls in func.alts:
        fields = exported(m, cls) if isinstance(cls, ClassValue) else {}
        if not fields or not isinstance(cls, ClassValue):
            continue
        positions = iter(_parameters(m, cls))
        for arg, (word, spread, value) in zip(expr.args, args, strict=True):
            name = word or next(positions, "")
            if spread or name not in fields:
                continue
            site = Site(m.frame.module.path, arg.value.line, arg.value.end_line, m.frame.symbol)
            _write(m, cls, name, value, guard, site)
            for atom in result.atoms:
                if isinstance(atom, Instance) and atom.cls is cls:
                    places.note(atom, name, site)


def stored(m: Machine, item: Instance, name: str, value: Value, guard: Cond) -> None:
    """`record.name = value` after the record was made."""
    if m.frame.module.own and not item.constructing and name in exported(m, item.cls):
        _write(m, item.cls, name, value, guard, m.site())


def recorded(m: Machine, fn: FunctionValue, args: Arguments, site: Site) -> None:
    """An event with its fields is given to the package's own recorder, which is known by its name."""
    sink = m.knowledge.sinks.get(fn.node.name)
    if sink is not None and sink.channel is Channel.VENDOR_PAYLOAD and m.frame.module.own and fn.module.own:
        sinks.method(m, sink, None, args, site)


def exported(m: Machine, cls: ClassValue) -> dict[str, Role]:
    """The fields of a record class that instances of it write out and that are named for content, with what they hold."""
    found = m.wire.get(cls)
    if found is None:
        found = m.wire[cls] = _exported(m, cls)
    return found


def reports(m: Machine, cls: ClassValue) -> bool:
    """Whether instances report what happened: the class is named for that, or they write themselves out."""
    knowledge = m.knowledge.payloads
    named = any(_words(owner) & {*knowledge.records, *knowledge.exporting} for owner in classes.order(m, cls))
    return named or bool(_exporters(m, cls))


def flattened(m: Machine, entries: Value) -> Value:
    """Fields within fields under their dotted path, each with the place where it was put in."""
    parts = []
    for guard, atom in entries.alts:
        if isinstance(atom, Mapping):
            made = m.mapping()
            _flatten(m, made, atom, "", TRUE, _DEPTH)
            made.rest = atom.rest
            parts.append((guard, of(made)))
        else:
            parts.append((guard, of(atom)))
    return m.join(parts)


def _flatten(m: Machine, target: Mapping, source: Mapping, path: str, cond: Cond, depth: int) -> None:
    for name, pair in list(source.pairs.items()):
        if not isinstance(name, str):
            continue
        both = m.conds.all(cond, pair.cond)
        rest = []
        for guard, atom in pair.value.alts:
            if isinstance(atom, Mapping) and depth and atom.pairs:
                _flatten(m, target, atom, f"{path}{name}.", m.conds.all(both, guard), depth - 1)
            else:
                rest.append((guard, atom))
        if rest:
            key = Pattern(f"{path}{name}", frozenset(), tuple(pair.sites))
            m.put(target, key, Value(tuple(rest)), both, pair.sites[0][0], weak=True)


def role_of(m: Machine, holder: object, name: str) -> Role | None:
    """What a field of something on its way to a server holds; None where it is no content, or is left out on the way."""
    role = m.knowledge.payload_fields.get(name.lower())
    if role is None or not isinstance(holder, Instance):
        return role
    known = exported(m, holder.cls)
    if name in known:
        return known[name]
    methods = _exporters(m, holder.cls)
    return role if not methods or any(name in _written_out(method) for method in methods) else None


def _words(cls: ClassValue) -> set[str]:
    return set(origins.words_of(cls.node.name))


def _exporters(m: Machine, cls: ClassValue) -> list[ir.Function]:
    """The methods by which instances write themselves out."""
    found = [owner.fields[name] for owner in classes.order(m, cls) for name in m.knowledge.exports if name in owner.fields]
    return [atom.node for value in found for atom in value.atoms if isinstance(atom, FunctionValue)]


def _exported(m: Machine, cls: ClassValue) -> dict[str, Role]:
    knowledge = m.knowledge.payloads
    words = _words(cls)
    if not cls.module.own or not words & {*knowledge.records, *knowledge.exporting}:
        return {}
    plain = bool(words & knowledge.records) and _is_plain(m, cls)
    names = {name for name, _ in construction.record_fields(m, cls)} if plain else set()
    names = names.union(*map(_written_out, _exporters(m, cls)))
    kinds = [roles for kind, roles in knowledge.kinds.items() if kind in words]
    result = {}
    for name in names:
        role = m.knowledge.payload_fields.get(name.lower())
        if role is not None:
            result[name] = next((roles[role] for roles in kinds if role in roles), role)
    return result


def _written_out(function: ir.Function) -> set[str]:
    """Fields that stand under their own name: `{"input": self.input}`, `result["input"] = str(self._input)`."""
    found: set[str] = set()
    for node in ir.walk(function.body):
        entries: list[tuple[ir.Expr | None, ir.Expr | None]] = []
        if isinstance(node, ir.Dict):
            entries += node.items
        elif isinstance(node, ir.Assign):
            entries += [(target.index, node.value) for target in node.targets if isinstance(target, ir.Index)]
        for key, value in entries:
            name = key.value if isinstance(key, ir.Const) else None
            if isinstance(name, str) and any(part.name.lstrip("_") == name for part in ir.walk((value,)) if _is_own_field(part)):
                found.add(name)
    return found


def _is_own_field(node: ir.Node | ir.Arg) -> TypeGuard[ir.Attr]:
    return isinstance(node, ir.Attr) and isinstance(node.obj, ir.Name)


def _is_plain(m: Machine, cls: ClassValue) -> bool:
    """Whether the class is nothing but its fields: all of them are written out."""
    bases = classes.foreign_bases(m, cls)
    return any("record" in owner.marks for owner in classes.order(m, cls)) or any(name in m.knowledge.record_bases for name in bases)


def _parameters(m: Machine, cls: ClassValue) -> list[str]:
    init = classes.find(m, cls, "__init__")
    for atom in init.atoms if init is not None else ():
        if isinstance(atom, FunctionValue):
            return [param.name for param in atom.node.params if param.kind == "positional"][1:]
    return [name for name, _ in construction.record_fields(m, cls)]


def _write(m: Machine, cls: ClassValue, name: str, value: Value, guard: Cond, site: Site) -> None:
    hints = m.hints(value, 4)
    if not hints or TELEMETRY in hints or not any(sinks.carries(atom) for atom in value.atoms):
        return
    m.sinks_seen.add((site.path, site.line))
    role = exported(m, cls)[name]
    payloads.add(m, Channel.VENDOR_PAYLOAD, name, role, value, guard, site, m.site(), frozenset((RECORDED,)))
