"""The JSON contract `survey/v1`: what `survey.json` holds. Every model is frozen and rejects unknown fields."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from survey.model.vocabulary import (
    Channel,
    Confidence,
    Default,
    Effect,
    GateKind,
    KeyShape,
    Language,
    Outcome,
    Role,
    SourceKind,
    TargetStatus,
)

Condition = Annotated[
    Any, Field(description="true, false, {all}, {any}, {not}, {gate, in}, {gate, is: set|unset} or {unknown: {path, line}}")
]


class Model(BaseModel):
    """Base of every part of the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Model):
    """A line of the surveyed source; `path` is relative to the repository or the release's archive."""

    path: str
    line: int


class Step(Place):
    """One step of a write's way, from where content enters to where it is written."""

    note: str


class Evidence(Place):
    """The proof of a write or a gate."""

    end_line: int
    symbol: str = ""
    permalink: str | None = None
    steps: tuple[Step, ...] = ()


class Limit(Model):
    """A truncation the SDK itself applies, to the whole of what is written or to parts of it."""

    value: int | None
    """None where the number is set elsewhere."""
    unit: str
    """`characters`, `bytes` or `items`."""
    strategy: str
    """`truncate`, `placeholder` (something else stands in for what is too long) or `drop` (it is left out)."""
    switch: str | None = None
    """The variable or option that sets the number."""
    evidence: Evidence


class Redaction(Model):
    """A hook that content passes through before it leaves, and that may change it."""

    hook: str
    """The option it is handed over by, or the SDK's own function."""
    scope: str
    """`all`, or of how many of the package's writes it sees how many, and the channels and roles of those that it does not."""
    stage: str
    """`write` (before the write) or `export`."""
    evidence: Evidence


class Gate(Model):
    """A switch; `id` is unique within its package."""

    id: str
    kind: GateKind
    name: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """Values the code compares with."""
    default: str | None = None
    """The value it has when unset, as text; None when unset means absent."""
    effect: Effect = Effect.OMIT
    precedence: tuple[str, ...] = ()
    """Ids of gates that win over this one, strongest first."""
    evidence: Evidence | None = None


class Write(Model):
    """One place where content leaves."""

    key: str
    event: str | None = None
    field: str | None = None
    key_shape: KeyShape
    when: Condition
    gates: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    redaction: tuple[Redaction, ...] = ()
    rewriter: bool = False
    """Moves or rewrites another SDK's keys at export."""
    via: str | None = None
    """The package that holds the sink, where it is not this one."""
    evidence: Evidence


class RecordGate(Model):
    """A gate as a record repeats it for readers."""

    kind: GateKind
    name: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    default: str | None = None


class Record(Model):
    """All writes of one (package, channel, role); the fields after `writes` are derived from it."""

    channel: Channel
    role: Role
    nested: bool = False
    """The role only rides inside another role's value."""
    confidence: Confidence
    writes: tuple[Write, ...] = Field(min_length=1)
    keys: tuple[str, ...]
    default: Default
    gates: tuple[RecordGate, ...] = ()
    ungated: tuple[Place, ...] = ()


class Library(Model):
    """A package read as source for its constants and helpers."""

    name: str
    version: str
    sha256: str


class Unresolved(Place):
    """A sink that could not be closed, or a cut of the analysis."""

    sink: str
    reason: str


class Searched(Model):
    """What was looked at: the honest base of every `not_found`."""

    files: int
    sinks: int


class Package(Model):
    """One package of a target."""

    name: str
    version: str | None = None
    language: Language
    path: str
    status: TargetStatus = TargetStatus.ANALYSED
    libraries: tuple[Library, ...] = ()
    activation: tuple[Gate, ...] = ()
    outcomes: dict[Role, Outcome]
    gates: tuple[Gate, ...] = ()
    records: tuple[Record, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    searched: Searched


class Source(Model):
    """Where a target's source came from."""

    kind: SourceKind
    url: str
    ref: str | None = None
    commit: str | None = None
    committed_at: str | None = None
    fallback_reason: str | None = None
    releases: tuple[Library, ...] = ()
    """The exact registry releases, where the source is a registry."""


class Skipped(Model):
    """A file of the source that was not analysed, with the reason."""

    path: str
    reason: str


class TargetResult(Model):
    """One target, whatever became of it."""

    id: str
    name: str
    repo: str
    status: TargetStatus
    reason: str = ""
    source: Source | None = None
    packages: tuple[Package, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Finding(Model):
    """Something a reader should know, by a documented rule."""

    rule: str
    level: Literal["error", "warning", "note"]
    package: str
    params: dict[str, str] = {}
    evidence: Evidence


class Tool(Model):
    """What made the document."""

    version: str
    knowledge_sha256: str


class Document(Model):
    """The whole `survey.json`."""

    schema_: Literal["survey/v1"] = Field("survey/v1", alias="schema")
    tool: Tool
    generated_at: str
    targets: tuple[TargetResult, ...]
    findings: tuple[Finding, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)
