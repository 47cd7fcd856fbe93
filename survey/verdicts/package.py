"""Turns the writes of one package into its part of the document: one record per (channel, role), outcomes, gates."""

import json
from collections import defaultdict

from survey.languages.base import PackageSource
from survey.model.analysis import ContentWrite, PackageAnalysis
from survey.model.document import Library, Package, Place, Record, RecordGate, Write
from survey.model.snapshot import Snapshot
from survey.model.vocabulary import Channel, Confidence, GateKind, KeyShape, Outcome, Role, TargetStatus
from survey.verdicts.conditions import Lookup
from survey.verdicts.defaults import content_switches, default_of_writes, escapes, gates_of, nothing_set

_CHANNELS = list(Channel)
_ROLES = list(Role)
_CONFIDENCE = list(Confidence)  # best first


def package_result(package: PackageSource, snapshot: Snapshot, analysis: PackageAnalysis, libraries: tuple[Library, ...]) -> Package:
    """The answers about one package; `partial` when the analysis was cut.

    Writes of rewriters carry other SDKs' content and make no record. The result does not depend on the order of the writes.
    """
    own = [found for found in analysis.writes if not found.write.rewriter]
    groups: dict[tuple[Channel, Role], list[ContentWrite]] = defaultdict(list)
    for found in own:
        groups[found.channel, found.role].append(found)
    lookup = nothing_set(analysis.gates, analysis.activation)
    switches = content_switches(tuple(found.write for found in own), analysis.gates, analysis.activation)
    records = tuple(
        _record(channel, role, groups[channel, role], analysis, lookup, switches)
        for channel, role in sorted(groups, key=lambda cell: (_CHANNELS.index(cell[0]), _ROLES.index(cell[1])))
    )
    distribution = snapshot.distribution_of(f"{package.path}/")
    return Package(
        name=package.name,
        version=package.version or (distribution.version if distribution else None),
        language=package.language,
        path=snapshot.shown_path(f"{package.path}/").strip("/"),
        status=TargetStatus.PARTIAL if analysis.cut else TargetStatus.ANALYSED,
        libraries=tuple(sorted(libraries, key=lambda library: (library.name, library.version))),
        activation=tuple(sorted(analysis.activation, key=lambda gate: gate.id)),
        outcomes=_outcomes(records),
        gates=tuple(sorted(analysis.gates, key=lambda gate: gate.id)),
        records=records,
        unresolved=tuple(sorted(set(analysis.unresolved), key=lambda u: (u.path, u.line, u.sink, u.reason))),
        searched=analysis.searched,
    )


def key_of(write: Write) -> str:
    """The key a record lists for `write`: the event's name where the content is the event's body, `event#key` where a span

    event's attribute has a name that says nothing without the event.
    """
    if not write.event:
        return write.key
    if write.key_shape is KeyShape.EVENT_BODY or not write.key:
        return write.event
    return f"{write.event}#{write.key}" if write.field is None and "." not in write.key else write.key


def _record(
    channel: Channel, role: Role, found: list[ContentWrite], analysis: PackageAnalysis, lookup: Lookup, switches: frozenset[str]
) -> Record:
    writes = _distinct([one.write for one in found])
    mentioned = frozenset().union(*(gates_of(write, analysis.activation) for write in writes))
    gates = {
        RecordGate(kind=gate.kind, name=gate.name, aliases=gate.aliases, values=gate.values, default=gate.default): None
        for gate in sorted(analysis.gates, key=lambda gate: (gate.kind, gate.name, gate.id))
        if gate.id in mentioned and gate.kind is not GateKind.CONTEXT  # what code says call by call is no setting
    }
    ungated = sorted({(write.evidence.path, write.evidence.line) for write in writes if escapes(write, switches)})
    own = any(not one.nested for one in found)
    return Record(
        channel=channel,
        role=role,
        nested=all(one.nested for one in found),
        confidence=min((one.confidence for one in found), key=_CONFIDENCE.index),
        writes=writes,
        keys=tuple(sorted({key_of(one.write) for one in found if not (own and one.nested and one.repeats)})),
        default=default_of_writes(writes, lookup),
        gates=tuple(gates),
        ungated=tuple(Place(path=path, line=line) for path, line in ungated),
    )


def _distinct(writes: list[Write]) -> tuple[Write, ...]:
    """Sorted, one per (path, line, key, event, field, condition); of equal ones the first in the order of their text."""
    first: dict[tuple[str, int, str, str, str, str], Write] = {}
    for write in sorted(writes, key=lambda write: (_identity(write), write.model_dump_json())):
        first.setdefault(_identity(write), write)
    return tuple(first.values())


def _identity(write: Write) -> tuple[str, int, str, str, str, str]:
    place = write.evidence
    return place.path, place.line, write.key, write.event or "", write.field or "", json.dumps(write.when, sort_keys=True)


def _outcomes(records: tuple[Record, ...]) -> dict[Role, Outcome]:
    found = {record.role for record in records}
    return {role: Outcome.FOUND if role in found else Outcome.NOT_FOUND for role in Role if role is not Role.UNKNOWN}
