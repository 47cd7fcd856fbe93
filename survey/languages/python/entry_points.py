"""What a package offers under a name for others to load: PEP 621, poetry, flit, setuptools, and the lists of built releases."""

import configparser
from collections.abc import Iterable, Mapping

from survey.languages.base import EntryPoint
from survey.languages.python.static_values import Value, strings, table

_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
"""Groups that a shell loads from, not code."""


def of_groups(groups: Mapping[str, Value]) -> tuple[EntryPoint, ...]:
    """Group to a table of name and `module:attribute`, or to a list of `name = module:attribute`."""
    found: list[EntryPoint] = []
    for group, entries in groups.items():
        lines = [pair for line in _lines(entries) if (pair := _pair(line)) is not None]
        found += _entries(group, [*((name, text) for name, value in table(entries).items() for text in strings(value)), *lines])
    return tuple(found)


def of_text(text: str) -> tuple[EntryPoint, ...]:
    """`entry_points.txt` of a built release, or the same as one text. Raises ValueError where it cannot be read."""
    config = configparser.RawConfigParser(delimiters=("=",))
    config.optionxform = str  # type: ignore[method-assign, assignment] # names keep their case
    try:
        config.read_string(text)
    except configparser.Error as error:
        raise ValueError(type(error).__name__) from None
    return tuple(point for group in config.sections() for point in _entries(group, config.items(group)))


def _lines(entries: Value) -> list[str]:
    return [line for text in strings(entries) for line in text.splitlines()]


def _pair(line: str) -> tuple[str, str] | None:
    name, sign, target = line.partition("=")
    return (name, target) if sign else None


def _entries(group: str, pairs: Iterable[tuple[str, str]]) -> list[EntryPoint]:
    """The entries that say a module and something in it; extras in brackets are left out."""
    group = group.strip()
    known = [(name.strip(), target.partition("[")[0].strip()) for name, target in pairs]
    return [EntryPoint(group, name, target) for name, target in known if name and ":" in target and group not in _SCRIPTS]
