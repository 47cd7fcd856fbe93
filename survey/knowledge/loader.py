"""Reads the knowledge files: key and event roles of every dialect, libraries read as source, serialisers.

Each file is checked against its model before anything uses it; a mistake is a KnowledgeError that names file and field.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from survey.knowledge.keys import EventMatch, KeyMatch, KeyTable
from survey.knowledge.switches import SwitchNames
from survey.model.errors import KnowledgeError
from survey.model.vocabulary import Channel, KeyShape, Language, Role

_T = TypeVar("_T")
_RoleOrNone = Role | Literal["none"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class KeyEntry(_Entry):
    """One key or family of keys of a dialect."""

    key: str
    role: _RoleOrNone
    nested: tuple[Role, ...] = ()
    whole: tuple[Role, ...] = ()
    shape: KeyShape | None = None
    by_kind: dict[str, Role] = {}
    by_origin: tuple[Role, ...] = ()
    loose: bool = False
    channel: Channel | None = None
    refers: str = ""
    opt_in: bool = False
    repeats: bool = False
    deprecated: str | None = None
    cite: str


class EventEntry(_Entry):
    """One event or family of events of a dialect."""

    event: str
    role: _RoleOrNone
    nested: tuple[Role, ...] = ()
    fields: dict[str, _RoleOrNone] = {}
    by_kind: dict[str, Role] = {}
    deprecated: str | None = None
    cite: str


class Example(_Entry):
    """What the table as a whole must answer; checked by the tests."""

    key: str | None = None
    event: str | None = None
    field: str | None = None
    kind: str | None = None
    role: _RoleOrNone


class RoleFile(_Entry):
    """One file of `roles/`."""

    dialect: str
    cites: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    """Attributes that say what kind of operation a span stands for."""
    keys: tuple[KeyEntry, ...] = ()
    events: tuple[EventEntry, ...] = ()
    examples: tuple[Example, ...]


class LibraryPattern(_Entry):
    """Names of distributions that are read as source."""

    name: str
    why: str


class Serialiser(_Entry):
    """A callable whose result is its argument's content in another form."""

    name: str
    argument: int = 0


@dataclass(frozen=True, slots=True)
class Libraries:
    """Which dependencies are read as source."""

    patterns: dict[Language, tuple[LibraryPattern, ...]]

    def wants(self, language: Language, name: str) -> bool:
        """Whether the distribution `name` (normalised) is one."""
        return any(fnmatchcase(name, pattern.name) for pattern in self.patterns.get(language, ()))


@dataclass(frozen=True, slots=True)
class Serialisers:
    """Which callables pass content through."""

    entries: dict[Language, tuple[Serialiser, ...]]

    def named(self, language: Language, name: str) -> Serialiser | None:
        """The first entry for callables whose last name is `name`."""
        return next((entry for entry in self.entries.get(language, ()) if fnmatchcase(name, entry.name.rpartition(".")[2])), None)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the knowledge files say about keys, libraries, serialisers and the names of switches."""

    keys: KeyTable
    libraries: Libraries
    serialisers: Serialisers
    switches: SwitchNames
    sha256: str
    """Over every YAML file of the knowledge, names and bytes, sorted by name."""


def role_files() -> tuple[RoleFile, ...]:
    """Every dialect, sorted by file name; raises KnowledgeError."""
    return tuple(parse_file(TypeAdapter(RoleFile), name, data) for name, data in _yaml_files() if name.startswith("roles/"))


@cache
def load_knowledge() -> Knowledge:
    """All of it, read once a process; raises KnowledgeError for an invalid file."""
    data = dict(_yaml_files())
    dialects = role_files()
    digest = hashlib.sha256()
    for name, content in sorted(data.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return Knowledge(
        keys=KeyTable(
            [_key(dialect.dialect, entry) for dialect in dialects for entry in dialect.keys],
            [_event(dialect.dialect, entry) for dialect in dialects for entry in dialect.events],
        ),
        libraries=Libraries(parse_file(TypeAdapter(dict[Language, tuple[LibraryPattern, ...]]), "libraries.yaml", data["libraries.yaml"])),
        serialisers=Serialisers(
            parse_file(TypeAdapter(dict[Language, tuple[Serialiser, ...]]), "serialisers.yaml", data["serialisers.yaml"])
        ),
        switches=parse_file(TypeAdapter(SwitchNames), "switches.yaml", data["switches.yaml"]),
        sha256=digest.hexdigest(),
    )


def _yaml_files() -> Iterator[tuple[str, bytes]]:
    def walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.is_dir():
                yield from walk(item, f"{prefix}{item.name}/")
            elif item.name.endswith(".yaml"):
                yield prefix + item.name, item.read_bytes()

    return walk(files("survey.knowledge"), "")


def parse_file(adapter: TypeAdapter[_T], name: str, data: bytes) -> _T:
    """The YAML `data` as the adapter's type; raises KnowledgeError with `name` and every field at fault."""
    # By way of JSON, where pydantic's strict mode takes enum values as text and lists as tuples but coerces nothing else.
    try:
        return adapter.validate_json(json.dumps(yaml.safe_load(data)), strict=True)
    except (yaml.YAMLError, ValidationError) as error:
        raise KnowledgeError(
            f"knowledge file {name}: {error}", hint="Correct the file, or reinstall survey if you did not change it."
        ) from error


def _role(role: _RoleOrNone) -> Role | None:
    return role if isinstance(role, Role) else None


def _key(dialect: str, entry: KeyEntry) -> KeyMatch:
    return KeyMatch(
        role=_role(entry.role),
        nested=tuple(dict.fromkeys((*entry.nested, *entry.whole))),
        whole=entry.whole,
        repeats=entry.repeats,
        shape=entry.shape,
        dialect=dialect,
        by_kind={kind.lower(): role for kind, role in entry.by_kind.items()},
        entry=entry.key,
        channel=entry.channel,
        refers=entry.refers,
        by_origin=entry.by_origin,
        loose=entry.loose,
        opt_in=entry.opt_in,
        deprecated=entry.deprecated,
    )


def _event(dialect: str, entry: EventEntry) -> EventMatch:
    return EventMatch(
        role=_role(entry.role),
        nested=entry.nested,
        dialect=dialect,
        by_kind={kind.lower(): role for kind, role in entry.by_kind.items()},
        entry=entry.event,
        fields={path: _role(role) for path, role in entry.fields.items()},
        deprecated=entry.deprecated,
    )
