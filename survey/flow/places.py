"""Places that travel with content: where it was handed to an object of another package, and where it was uploaded.

The key and the value of such a write meet in code that is not the package's. What the package itself has to show for it is
the line that gave the content away; that line rides along as a hint of everything the content is made into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.flow.values import Atom, Instance, Mapping, Opaque, Pattern, Sequence, Site, Struct, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

GIVEN = "given"
"""The content was assigned to a field of an object that another package's code then read."""
STORED = "stored"
"""The content was handed to an upload."""
_SEPARATOR = "\t"
_MAX_SITES = 6
"""Places that one field remembers."""


def hint(kind: str, site: Site) -> str:
    """The hint that content went through `site`."""
    return _SEPARATOR.join((kind, str(site.line), str(site.end_line), site.symbol, site.path))


def sites(hints: Iterable[str], kind: str) -> list[Site]:
    """The places of one kind among `hints`, in order."""
    parts = (text.split(_SEPARATOR, 4) for text in hints if text.startswith(kind + _SEPARATOR))  # a path may hold anything
    return sorted(Site(path, int(line), int(end), symbol) for _, line, end, symbol, path in parts)


def note(item: Instance, name: str, *given: Site) -> None:
    """Remember where the field `name` got its value; several places may have given it."""
    known = item.sites.get(name, ())
    item.sites[name] = (*known, *(site for site in given if site not in known))[:_MAX_SITES]


def of_field(item: Instance | Struct, name: str) -> tuple[Site, ...]:
    """Where the field `name` got its value, as far as that is known."""
    if isinstance(item, Struct):
        return ()
    return item.sites.get(name) or ((item.made,) if item.made is not None else ())


def marked(value: Value, marks: frozenset[str]) -> Value:
    """`value` carrying `marks`; containers are seen through a view of their own, so that others do not get them."""
    return Value(tuple((cond, _mark(atom, marks)) for cond, atom in value.alts))


def _mark(atom: Atom, marks: frozenset[str]) -> Atom:
    if isinstance(atom, Opaque):
        return Opaque(atom.hints | marks, atom.kind)
    if isinstance(atom, Pattern):
        return Pattern(atom.text, atom.hints | marks, atom.sites)
    if isinstance(atom, Mapping):
        return Mapping(atom.serial, atom.level, atom.pairs, atom.rest, atom.is_sequence, atom.name, atom.marks | marks, atom.shared)
    if isinstance(atom, Sequence):
        return Sequence(atom.serial, atom.level, atom.kind, atom.items, atom.rest, atom.marks | marks, atom.shared)
    if isinstance(atom, Instance):
        return Instance(atom.cls, atom.serial, atom.level, atom.fields, atom.constructing, atom.sites, atom.made, atom.marks | marks)
    return atom


def through(container: Mapping | Sequence | Instance, value: Value) -> Value:
    """What is read out of a container carries its marks on."""
    return marked(value, container.marks) if container.marks else value
