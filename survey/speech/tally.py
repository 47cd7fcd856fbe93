"""The numbers of the script, each with the records it is counted from."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.document import Record
from survey.model.vocabulary import Channel, Default, TargetStatus
from survey.view.answer import undecided
from survey.view.matrix import own_records
from survey.view.model import Group, ReportView, Row


def record_id(row: Row, record: Record) -> str:
    """`target/package/channel/role`: there is one record of each."""
    return f"{row.target_id}/{row.package.name}/{record.channel}/{record.role}"


@dataclass(frozen=True, slots=True)
class Guess:
    """One hypothesis, counted: of the packages that write content, how many use its channel, and how many of these by default."""

    name: str
    of: int
    yes: int
    default: int
    open: bool
    """Whether some default could not be decided."""
    records: tuple[str, ...]
    """Of the channel; those of every writer where none uses it, since these are what was looked through."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One survey in numbers."""

    asked: int
    """Projects."""
    failed: tuple[str, ...]
    """Ids of projects that could not be read."""
    projects: tuple[Group, ...]
    """Those with packages that were analysed."""
    rows: tuple[Row, ...]
    """Packages that were analysed, wholly or in part."""
    writers: tuple[Row, ...]
    guesses: tuple[Guess, Guess]
    """Span attributes, log records."""
    escaping: tuple[tuple[Row, tuple[str, ...]], ...]
    """Packages in which something escapes the switch for content, with these records."""
    undecided: tuple[Row, ...]


def count(view: ReportView) -> Tally:
    """The tally of a survey."""
    rows = tuple(row for group in view.groups for row in group.rows)
    analysed = tuple(row for row in rows if _is_analysed(row))
    writers = tuple(row for row in rows if own_records(row.package.records))
    loose = ((row, tuple(record_id(row, record) for record in own_records(row.package.records) if record.ungated)) for row in writers)
    return Tally(
        asked=len(view.groups),
        failed=tuple(group.target_id for group in view.groups if group.status is TargetStatus.FAILED),
        projects=tuple(group for group in view.groups if any(map(_is_analysed, group.rows))),
        rows=analysed,
        writers=writers,
        guesses=(_guess("span", Channel.SPAN_ATTRIBUTE, writers), _guess("log", Channel.LOG_RECORD, writers)),
        escaping=tuple((row, records) for row, records in loose if records),
        undecided=tuple(row for row in rows if undecided(row)),
    )


def _is_analysed(row: Row) -> bool:
    return row.package.status is not TargetStatus.FAILED


def _guess(name: str, channel: Channel, writers: tuple[Row, ...]) -> Guess:
    using = [(row, tuple(record for record in own_records(row.package.records) if record.channel is channel)) for row in writers]
    using = [(row, records) for row, records in using if records]
    defaults = [{record.default for record in records} for _, records in using]
    looked = using or [(row, own_records(row.package.records)) for row in writers]
    return Guess(
        name=name,
        of=len(writers),
        yes=len(using),
        default=sum(Default.ON in each for each in defaults),
        open=any(Default.ON not in each and each != {Default.OFF} for each in defaults),
        records=ids((row, record) for row, records in looked for record in records),
    )


def ids(pairs: Iterable[tuple[Row, Record]]) -> tuple[str, ...]:
    """The ids of records, each once, in order."""
    return tuple(dict.fromkeys(record_id(row, record) for row, record in pairs))
