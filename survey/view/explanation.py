"""What `survey explain` shows: per record, the steps from where content enters to where it is written, each with its code."""

from dataclasses import dataclass

from survey.model.document import Gate, Package, Record, Write
from survey.model.vocabulary import Channel, Role


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of a frame."""

    number: int
    text: str
    """As it stands in the file, unescaped."""
    marked: bool


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step with the lines around it; no lines where the source is not at hand."""

    note: str
    path: str
    """Relative to the package's folder where it lies in it."""
    line: int
    link: str | None
    lines: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True)
class ExplainedWrite:
    """One write and its way."""

    write: Write
    link: str | None
    """A permalink to the evidence."""
    steps: tuple[ShownStep, ...]


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """One record: the writes that are explained, and those that are only named."""

    record: Record
    gates: tuple[Gate, ...]
    writes: tuple[ExplainedWrite, ...]
    others: tuple[Write, ...]
    above: tuple[Write, ...] = ()
    """Writes of a nested role that were explained with the role they ride in."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One package."""

    package: Package
    target: str
    revision: str
    """Commit or version that was read; '' where neither is known."""
    records: tuple[ExplainedRecord, ...]
    missing: tuple[Role, ...]
    """Roles that were asked for and not found at all."""
    elsewhere: tuple[tuple[Role, tuple[Channel, ...]], ...]
    """Roles found, but not in the channel that was asked for."""
    no_code: str
    """Why no code is shown; '' where it is."""
