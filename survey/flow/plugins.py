"""What packages offer for others to load by a name: entry points."""

from __future__ import annotations

from survey.flow import access, compare, scopes
from survey.flow.conditions import TRUE, Cond
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import NOTHING, Arguments, Const, Site, Struct, Value, of

ENTRY_POINT = "entry point"
"""Type of the `Struct` that stands for one."""
LOADING = ("load", "resolve")
"""Methods that give what an entry point names."""


def found(m: Machine, args: Arguments, site: Site) -> Value:
    """Those of a group, one name alone where one is given.

    Only what the asking code's own package offers, or the analysed one: what others may offer is content of theirs. Where neither
    offers anything, nobody knows what there is.
    """
    given = dict(zip(("group", "name"), [value for name, spread, value in args if name is None and not spread], strict=False))
    given |= {name: value for name, _, value in args if name is not None}
    group = text_of(given["group"].only) if "group" in given and given["group"].only is not None else None
    packages = dict.fromkeys((m.program.package.name, m.frame.module.package))
    offered = [point for package in packages for point in m.program.offered(package) if point.group == group]
    items: list[tuple[Cond, Value]] = []
    for point in offered:
        fields = {"name": point.name, "group": point.group, "value": point.target}
        made = Struct(ENTRY_POINT, m.next_serial(), len(m.frames) - 1, {key: of(Const(text)) for key, text in fields.items()}, site)
        items.append((compare.compare(m, "==", given["name"], of(Const(point.name))) if "name" in given else TRUE, of(made)))
    return of(m.sequence("list", items)) if items else NOTHING


def loaded(m: Machine, point: Struct) -> Value:
    """What an entry point names: a module's member, or something in that."""
    target = text_of(point.fields["value"].only or Const(None)) or ""
    module, _, path = target.partition(":")
    value = scopes.module_value(m, module)
    for name in path.split("."):
        value = access.attribute(m, value, name)
    return value
