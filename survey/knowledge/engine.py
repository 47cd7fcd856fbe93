"""The knowledge the engine runs on: sinks, words of origin, models of library callables. Validated on load."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from survey.knowledge.keys import KeyTable
from survey.knowledge.loader import load_knowledge, role_files
from survey.model.errors import KnowledgeError
from survey.model.vocabulary import Channel, Language, Role

TELEMETRY = "telemetry"
"""The hint of what was read back from a span or a log record."""
UPLOADED = "uploaded"
"""The hint of a reference to content that was put somewhere else."""
TOLD = "told:"
"""Begins the hint that a composed message tells content of the role that follows."""
ABOUT = "about:"
"""Begins the hint that a composed message tells the value of the key that follows."""
BUILT = "built"
"""The hint of a text whose value the package built itself, part by part."""
PART = "part:"
"""Begins the hint that a literal in the value types a part of the role that follows."""
VOICE = "voice:"
"""Begins the hint that a message in the value is said by whoever speaks for the role that follows."""
SETTER = "setter:"
"""Begins the hint that a span of the SDK's own make was given the value by the method that follows."""
RECORDED = "recorded"
"""The hint of what a field of a vendor's own record was given: its way to the server was not followed."""
FIELDS = "fields:"
"""Begins the hint of somebody's request or response taken apart, in which a part of the role that follows lies under the name
that follows that."""
FIELD = "field:"
"""Begins the hint that the field of a payload which holds the value is named for the role that follows."""
PENDING = "pending"
"""The hint of something that is still to be awaited: it is no content yet."""
APPLIED = "applied"
"""The hint of what the application itself put into the context."""
WHOLE = "whole"
"""The hint of the text of something that gave all of itself."""
HOLDS = "holds:"
"""Begins the hint that a request holds a part of the role that follows, under the name that follows that."""
LITERALS = "attributes_are_entries"
"""The trait of a language whose objects are mappings: `object.name` reads and writes an entry, a literal stands for a record."""
ArgSpec = tuple[int | str | None, ...]
"""[position or None, keyword names...]."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sink(_Entry):
    """A method through which content leaves."""

    method: str
    channel: Channel
    key: ArgSpec | None = None
    value: ArgSpec | None = None
    mapping: ArgSpec | None = None
    event: ArgSpec | None = None
    event_name: str | None = None
    record: ArgSpec | None = None
    gives: str = ""
    """What kind of object the call returns."""
    example: str


class Store(_Entry):
    """Writing an element of an attribute of a foreign object."""

    attribute: str
    channel: Channel
    example: str


class RecordType(_Entry):
    """A library's record object."""

    type: str
    names: tuple[str, ...]
    modules: tuple[str, ...]
    fields: dict[str, ArgSpec]
    example: str


class Logs(_Entry):
    """Application logging."""

    methods: dict[str, str]
    """Method of a logger to its level; '' where it is always shown."""
    modules: tuple[str, ...]
    """What has these methods itself."""
    file_methods: tuple[str, ...]
    words: dict[Role, tuple[str, ...]]
    tool_words: tuple[str, ...]
    names: dict[Role, tuple[str, ...]]
    loose: frozenset[str]
    measures: tuple[str, ...]
    example: str


class Payloads(_Entry):
    """What leaves in a vendor's own protocol."""

    transports: tuple[str, ...]
    """Modules that talk to servers."""
    otel: tuple[str, ...]
    """Modules whose import says that a module's unknown spans are OpenTelemetry's."""
    put: frozenset[str]
    """Methods of a queue."""
    send: frozenset[str]
    """Methods of an HTTP client."""
    bodies: frozenset[str]
    """Keyword arguments of those that hold the body."""
    paths: frozenset[str]
    fields: dict[Role, tuple[str, ...]]
    records: frozenset[str]
    """Words in the name of a class whose objects report what happened."""
    exporting: frozenset[str]
    """Further such words, where the objects have a method of their own to write themselves out."""
    exports: tuple[str, ...]
    """Further methods by which such objects write themselves out."""
    kinds: dict[str, dict[Role, Role]]
    """Words in such a name that tell what was called, and what its fields then hold."""
    media: frozenset[str]
    """Fields of a queued item that is an upload."""
    example: str


class SinkFile(_Entry):
    """`sinks.yaml`."""

    sinks: tuple[Sink, ...]
    stores: tuple[Store, ...]
    readbacks: tuple[str, ...]
    recording_tests: tuple[str, ...]
    event_names: tuple[str, ...]
    uploads: tuple[str, ...]
    masking: tuple[str, ...]
    logs: Logs
    attribute_types: tuple[str, ...]
    payloads: Payloads
    records: tuple[RecordType, ...]
    span_types: tuple[str, ...]
    span_names: tuple[str, ...]


class Limits(_Entry):
    """`limits.yaml`."""

    limits: frozenset[str]
    smallest: int
    identifier: int
    bytes: frozenset[str]
    items: frozenset[str]
    sizes: frozenset[str]
    masks: frozenset[str]
    no_masks: frozenset[str]
    other: frozenset[str]
    hooks: frozenset[str]
    exporting: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """Words that make a number a limit."""
        return self.limits


class OriginFile(_Entry):
    """`origins.yaml`."""

    words: dict[str, tuple[str, ...]]
    certain: tuple[str, ...]
    parts: dict[Role, tuple[str, ...]]
    figures: frozenset[str]
    labels: frozenset[str]
    discriminators: tuple[str, ...]
    speakers: tuple[str, ...]
    operations: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class EngineKnowledge:
    """Look-up tables over the three files."""

    sinks: Mapping[str, Sink]
    stores: Mapping[str, Store]
    readbacks: frozenset[str]
    recording_tests: frozenset[str]
    event_names: frozenset[str]
    uploads: tuple[str, ...]
    masking: frozenset[str]
    logs: Logs
    attribute_types: frozenset[str]
    """Dotted names of the types that an attribute's value, or a whole mapping of attributes, is annotated with."""
    payloads: Payloads
    records: tuple[RecordType, ...]
    words: Mapping[str, str]
    """Lower-case word to hint."""
    certain_words: frozenset[str]
    """Of these, the words that hardly anything but a conversation with a model goes by."""
    parts: Mapping[str, str]
    """Literal that types a message part to the role of that."""
    figures: frozenset[str]
    """Keys under which a value says something about a call, and no content."""
    labels: frozenset[str]
    """Those and the keys under which something is only named or told apart."""
    discriminators: frozenset[str]
    """Names of the fields that such a literal stands in."""
    speakers: frozenset[str]
    """Those of them that name who speaks."""
    operations: Mapping[str, str]
    """Lower-case word in a function's name to the kind of operation that the function is about."""
    models: Mapping[str, str]
    """Dotted name of a callable to the name of its model."""
    builtins: Mapping[str, str]
    """Bare builtin to the name of its model."""
    enum_bases: frozenset[str]
    mapping_bases: frozenset[str]
    record_bases: frozenset[str]
    record_decorators: frozenset[str]
    tuple_bases: frozenset[str]
    entry_functions: frozenset[str]
    kind_parameters: frozenset[str]
    entering_methods: frozenset[str]
    element_methods: frozenset[str]
    protocol_methods: frozenset[str]
    interface_bases: frozenset[str]
    constructors: frozenset[str]
    mapping_methods: frozenset[str]
    """Methods that give an object's fields as a mapping."""
    mapping_texts: frozenset[str]
    """Methods that give the same as text."""
    copying_methods: frozenset[str]
    mapping_attributes: frozenset[str]
    """Attributes that hold the fields of their object."""
    raised: frozenset[str]
    """Ends of the names of classes whose objects are raised."""
    marks: Mapping[str, str]
    """Dotted name of a decorator to how the function is called that it marks."""
    text_methods: frozenset[str]
    """Methods that give text whatever they are called on."""
    traits: frozenset[str]
    """What sets the language apart, such as `LITERALS`."""
    methods: Mapping[str, str]
    """Method of a container to the name of its model: what it does with a function it is given."""
    aliases: Mapping[str, str]
    """Method of a container or a string to the name the engine knows it by."""
    proxy_bases: frozenset[str]
    """Foreign classes whose objects stand for the one they are made with."""
    null_objects: frozenset[str]
    null_classes: frozenset[str]
    """Foreign classes whose objects do nothing of what they are told."""
    makers: Mapping[str, str]
    """Dotted name of a function to the bare name of the class of which it gives an object, whatever happens."""
    kind_keys: frozenset[str]
    """Attributes that tell a span's kind."""
    kind_words: frozenset[str]
    """Kinds, in lower case, that decide about some key's or event's role."""
    span_types: frozenset[str]
    span_names: frozenset[str]
    keys: KeyTable
    limits: Limits

    def asks_kind(self, key: str, event: str | None) -> bool:
        """Whether the kind of the span decides about the role of a key or an event; both with `*` for holes."""
        by_key = self.keys.lookup(key)
        by_event = self.keys.event(event) if event is not None else None
        return bool((by_key and by_key.by_kind) or (by_event and by_event.by_kind))

    def null_object(self, name: str) -> str | None:
        """The class whose object does nothing, where `name` is its constructor, or what one of its objects is told."""
        return next((cls for cls in self.null_classes if name == cls or name.startswith(f"{cls}.")), None)

    def is_entry(self, name: str) -> bool:
        """Whether the parameters of a public function of this name are options of the package."""
        return name in self.entry_functions or any(name.startswith(start) for start in self._entry_prefixes)

    @cached_property
    def _entry_prefixes(self) -> tuple[str, ...]:
        return tuple(sorted(name.removesuffix("*") for name in self.entry_functions if name.endswith("*")))

    @cached_property
    def record_names(self) -> Mapping[str, RecordType]:
        """Last name of a record's constructor to its type."""
        return {name: record for record in self.records for name in record.names}

    @cached_property
    def whole_methods(self) -> frozenset[str]:
        """Methods by which an object gives all of itself in another form."""
        return self.mapping_methods | self.mapping_texts | self.copying_methods

    @cached_property
    def exports(self) -> tuple[str, ...]:
        """Methods by which objects that report what happened write themselves out."""
        return (*self.payloads.exports, *sorted(self.mapping_methods | self.mapping_texts))

    @cached_property
    def payload_fields(self) -> Mapping[str, Role]:
        """Field of a vendor's payload, in lower case, to what it holds."""
        return {name: role for role, names in self.payloads.fields.items() for name in names}

    @cached_property
    def pending_tests(self) -> frozenset[str]:
        """Last names of what tests that something is still to be awaited."""
        return frozenset(name.rpartition(".")[2] for name, model in self.models.items() if model == "is_pending")


def _read(name: str) -> Any:
    try:
        return yaml.safe_load(files("survey.knowledge").joinpath(name).read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise KnowledgeError(f"knowledge file {name}: {error}") from error


def _by_name(table: Any) -> Mapping[str, str]:
    """A table of lists turned round: each name to the entry it stands in."""
    return {name: entry for entry, names in table.items() for name in names}


def _by_kind() -> Iterator[Mapping[str, Role]]:
    for dialect in role_files():
        yield from (entry.by_kind for entry in dialect.keys)
        yield from (entry.by_kind for entry in dialect.events)


@cache
def load_engine_knowledge(language: Language) -> EngineKnowledge:
    """The engine's tables for `language`, read once a process; raises KnowledgeError where a file is invalid."""
    try:
        sinks = TypeAdapter(SinkFile).validate_python(_read("sinks.yaml"))
        limits = TypeAdapter(Limits).validate_python(_read("limits.yaml"))
        origins = TypeAdapter(OriginFile).validate_python(_read("origins.yaml"))
        models = TypeAdapter(dict[str, tuple[str, ...] | dict[str, tuple[str, ...]]]).validate_python(_read(f"models_{language}.yaml"))
    except ValidationError as error:
        raise KnowledgeError(str(error)) from error
    plain = {key: value for key, value in models.items() if isinstance(value, tuple)}
    special = {
        key: frozenset(plain.pop(key, ()))
        for key in (
            "enum_bases",
            "mapping_bases",
            "record_bases",
            "record_decorators",
            "tuple_bases",
            "entry_functions",
            "kind_parameters",
            "entering_methods",
            "element_methods",
            "protocol_methods",
            "interface_bases",
            "constructors",
            "mapping_methods",
            "mapping_texts",
            "copying_methods",
            "mapping_attributes",
            "raised",
            "text_methods",
            "traits",
            "proxy_bases",
            "null_objects",
            "null_classes",
        )
    }
    return EngineKnowledge(
        sinks={sink.method: sink for sink in sinks.sinks},
        stores={store.attribute: store for store in sinks.stores},
        readbacks=frozenset(sinks.readbacks),
        recording_tests=frozenset(sinks.recording_tests),
        event_names=frozenset(sinks.event_names),
        uploads=sinks.uploads,
        masking=frozenset(sinks.masking),
        logs=sinks.logs,
        attribute_types=frozenset(sinks.attribute_types),
        payloads=sinks.payloads,
        records=sinks.records,
        words={
            form: hint for hint, words in origins.words.items() for word in words for form in (word, word.replace("_", ""))
        },  # also as it is written in lower camel case, of which only the letters are compared
        certain_words=frozenset(form for word in origins.certain for form in (word, word.replace("_", ""))),
        parts={word: str(role) for role, words in origins.parts.items() for word in words},
        figures=origins.figures,
        labels=origins.figures | origins.labels | frozenset(origins.discriminators),
        discriminators=frozenset(origins.discriminators),
        speakers=frozenset(origins.speakers),
        operations={word: kind for kind, words in origins.operations.items() for word in words},
        models={name: model for model, names in plain.items() for name in names},
        builtins=_by_name(models["builtins"]),
        methods=_by_name(models["methods"]),
        aliases=_by_name(models["aliases"]),
        makers=_by_name(models["makers"]),
        marks=_by_name(models["marks"]),
        **special,
        kind_keys=frozenset(key for dialect in role_files() for key in dialect.kinds),
        kind_words=frozenset(kind.lower() for entry in _by_kind() for kind in entry),
        span_types=frozenset(sinks.span_types),
        span_names=frozenset(sinks.span_names),
        keys=load_knowledge().keys,
        limits=limits,
    )
