"""What a reader sees on opening a row: each record's telling ways with their steps, its other places in brief, the rest of the package."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.document import Evidence, Finding, Package, Record, Step, Write
from survey.view.leaving import Leavings, leavings
from survey.view.matrix import within
from survey.view.model import Group, Row
from survey.view.text import safe_url

_BLOB = re.compile(r"https://[^#]*?/blob/[^/#]+/")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the source, short for people and whole for the script that links it."""

    path: str
    """Relative to the package's folder where it lies in it."""
    line: int
    outside: bool
    """Whether `path` is relative to the repository."""


@dataclass(frozen=True, slots=True)
class Way:
    """One write that is told in full."""

    write: Write
    spot: Spot
    url: str | None
    steps: tuple[tuple[Spot, Step], ...]
    escapes: bool


@dataclass(frozen=True, slots=True)
class RecordDrawer:
    """One record."""

    record: Record
    id: str
    """Names the record in the report: target, package, channel and role."""
    anchor: str
    ways: tuple[Way, ...]
    """The first write, and the first that escapes the switch."""
    others: tuple[tuple[str, tuple[Spot, ...]], ...]
    """Every other place, by key."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Everything below one row."""

    row: Row
    group: Group
    base: str | None
    """What a path of the repository is added to for a link; None where its host has none."""
    folder: str
    records: tuple[RecordDrawer, ...]
    leavings: Leavings
    findings: tuple[tuple[Finding, Spot], ...]


def drawer(row: Row, group: Group, findings: Iterable[Finding]) -> Drawer:
    """What `row` opens; `findings` are those of its package."""
    package = row.package
    return Drawer(
        row=row,
        group=group,
        base=_base(package),
        folder=f"{package.path}/" if package.path else "",
        records=tuple(_record(row, record) for record in package.records),
        leavings=leavings(package),
        findings=tuple((finding, spot(finding.evidence.path, finding.evidence.line, package)) for finding in findings),
    )


def spot(path: str, line: int, package: Package) -> Spot:
    """A place as seen from `package`."""
    short = within(path, package.path)
    return Spot(short, line, outside=short == path and bool(package.path))


def telling_writes(record: Record) -> tuple[Write, ...]:
    """The writes of `record` that are told with all their steps."""
    first = record.writes[0]
    escaping = next((write for write in record.writes if _escapes(record, write)), None)
    return (first,) if escaping is None or escaping is first or _escapes(record, first) else (first, escaping)


def told_steps(write: Write) -> tuple[Step, ...]:
    """The steps of a write; its evidence alone where there are none."""
    place = write.evidence
    return place.steps or (Step(path=place.path, line=place.line, note=write.event or write.key),)


def _escapes(record: Record, write: Write) -> bool:
    return any((write.evidence.path, write.evidence.line) == (place.path, place.line) for place in record.ungated)


def _record(row: Row, record: Record) -> RecordDrawer:
    package = row.package
    telling = telling_writes(record)
    others: dict[str, dict[Spot, None]] = {}
    for write in record.writes:
        if not any(write is told for told in telling):
            others.setdefault(write.key or write.event or "", {})[_spot_of(write.evidence, package)] = None
    return RecordDrawer(
        record=record,
        id=f"{row.target_id}/{package.name}/{record.channel}/{record.role}",
        anchor=f"{row.anchor}--{record.channel}--{record.role}".replace("_", "-"),
        ways=tuple(_way(record, write, package) for write in telling),
        others=tuple((key, tuple(sorted(spots, key=lambda each: (each.path, each.line)))) for key, spots in sorted(others.items())),
    )


def _way(record: Record, write: Write, package: Package) -> Way:
    steps = tuple((spot(step.path, step.line, package), step) for step in told_steps(write))
    return Way(write, _spot_of(write.evidence, package), safe_url(write.evidence.permalink), steps, _escapes(record, write))


def _spot_of(evidence: Evidence, package: Package) -> Spot:
    return spot(evidence.path, evidence.line, package)


def _base(package: Package) -> str | None:
    """The address below which every file of the package's repository stands at its commit, taken from a write's permalink."""
    for record in package.records:
        for write in record.writes:
            match = _BLOB.match(write.evidence.permalink or "")
            if match and write.evidence.path in (write.evidence.permalink or ""):
                return safe_url(match[0])
    return None
