"""The words of the field, once: every enum value is the word printed in reports and stored in JSON."""

from enum import StrEnum


class Channel(StrEnum):
    """Where content leaves the instrumented process."""

    SPAN_ATTRIBUTE = "span_attribute"
    SPAN_EVENT = "span_event"
    LOG_RECORD = "log_record"
    """The OTel Logs or Events API."""
    METRIC = "metric"
    """Content in a metric attribute."""
    VENDOR_PAYLOAD = "vendor_payload"
    """A vendor's own wire format."""
    EXTERNAL_STORAGE = "external_storage"
    """Content uploaded elsewhere, a reference kept."""
    APP_LOG = "app_log"
    """Ordinary application logging that receives content."""


class Role(StrEnum):
    """What kind of content is written."""

    INPUT = "input"
    SYSTEM = "system"
    """Only where it has a key of its own."""
    OUTPUT = "output"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    TOOL_DEFINITION = "tool_definition"
    REASONING = "reasoning"
    EMBEDDING = "embedding"
    """Text given to an embedding model; vectors are not content."""
    DOCUMENT = "document"
    UNKNOWN = "unknown"
    """Content is certain, its role is not."""


class KeyShape(StrEnum):
    """How the content lies under its key."""

    FLATTENED = "flattened"
    JSON = "json"
    STRUCTURED = "structured"
    EVENT_BODY = "event_body"
    BLOB = "blob"
    """A whole request or response under one key."""


class GateKind(StrEnum):
    """What kind of switch decides about a write."""

    ENV = "env"
    OPTION = "option"
    CONTEXT = "context"


class Effect(StrEnum):
    """What a write becomes when its gate is off."""

    OMIT = "omit"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    NONE = "none"
    """Nothing: the code reads or declares it and never looks at it again."""


class Default(StrEnum):
    """Is the content written once the SDK is activated as its quickstart says, with nothing else set?"""

    ON = "on"
    OFF = "off"
    DEPENDS = "depends"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """The answer for one (package, role); never a blank."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_SUPPORTED = "not_supported"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Confidence(StrEnum):
    """How sure the analysis is of a record."""

    HIGH = "high"
    """Key, value and sink were resolved on one path."""
    MEDIUM = "medium"
    """The key holds a dynamic segment, or the role comes from the value's origin."""
    LOW = "low"
    """The value's content is inferred from names only."""


class TargetStatus(StrEnum):
    """How far the survey of one target came."""

    ANALYSED = "analysed"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    FAILED = "failed"


class SourceKind(StrEnum):
    """Where a target's source came from."""

    GIT = "git"
    PYPI = "pypi"
    NPM = "npm"
    PATH = "path"


class TargetKind(StrEnum):
    """What a surveyed project is."""

    SDK = "sdk"
    INSTRUMENTATION = "instrumentation"
    FRAMEWORK = "framework"


class Language(StrEnum):
    """The languages a target may be written in."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"
