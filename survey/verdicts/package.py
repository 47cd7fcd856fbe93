"""Turns the writes of one package into its part of the document: one record per (channel, role), outcomes, gates."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace

from survey.languages.base import PackageSource
from survey.model.analysis import ContentWrite, PackageAnalysis
from survey.model.document import Gate, Library, Package, Place, Record, RecordGate, Write
from survey.model.snapshot import Snapshot
from survey.model.vocabulary import Channel, Confidence, GateKind, KeyShape, Outcome, Role, TargetStatus
from survey.verdicts.conditions import Lookup
from survey.verdicts.defaults import content_switches, default_of_writes, escapes, gates_of, nothing_set
from survey.verdicts.gates import activation, choosing, described

_CHANNELS = list(Channel)
_ROLES = list(Role)
_CONFIDENCE = list(Confidence)  # best first


def package_result(package: PackageSource, snapshot: Snapshot, analysis: PackageAnalysis, libraries: tuple[Library, ...]) -> Package:
    """The answers about one package; `partial` when the analysis was cut.

    Writes of rewriters carry other SDKs' content and make no record. The result does not depend on the order of the writes.
    """
    own = [found for found in analysis.writes if not found.write.rewriter]
    groups: dict[tuple[Channel, Role], list[ContentWrite]] = defaultdict(list)
    tabled = {(found.channel, found.role) for found in own if not found.nested}
    for found in own:
        if not found.assumed or (found.channel, found.role) in tabled:
            groups[found.channel, found.role].append(found)
    gates = described(analysis.gates, [found.write.when for found in analysis.writes])
    active = activation(replace(analysis, gates=gates))
    switches = content_switches(tuple(found.write for found in own), gates, active)
    known = _Switches(gates, active, nothing_set(gates, active), switches)
    records = tuple(
        _record(channel, role, groups[channel, role], known)
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
        activation=tuple(sorted(active, key=lambda gate: gate.id)),
        outcomes=_outcomes(records),
        gates=tuple(sorted(gates, key=lambda gate: gate.id)),
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


@dataclass(frozen=True, slots=True)
class _Switches:
    """A package's gates, and what is known of them all together."""

    gates: tuple[Gate, ...]
    activation: tuple[Gate, ...]
    nothing_set: Lookup
    content: frozenset[str]


def _record(channel: Channel, role: Role, found: list[ContentWrite], known: _Switches) -> Record:
    writes = _distinct([one.write for one in found])
    telling = _distinct([one.write for one in found if not one.assumed])
    mentioned = frozenset[str]().union(*(gates_of(write, known.activation) for write in telling))
    mentioned -= choosing((write.when for write in telling), (gate for gate in known.gates if gate.id in mentioned))
    gates = {
        RecordGate(kind=gate.kind, name=gate.name, aliases=gate.aliases, values=gate.values, default=gate.default): None
        for gate in sorted(known.gates, key=lambda gate: (gate.kind, gate.name, gate.id))
        if gate.id in mentioned and gate.kind is not GateKind.CONTEXT  # what code says call by call is no setting
    }
    ungated = sorted({(write.evidence.path, write.evidence.line) for write in telling if escapes(write, known.content)})
    own = any(not one.nested for one in found)
    return Record(
        channel=channel,
        role=role,
        nested=all(one.nested for one in found),
        confidence=min((one.confidence for one in found if not one.assumed), key=_CONFIDENCE.index),
        writes=writes,
        keys=tuple(sorted({key_of(one.write) for one in found if not (own and one.nested and one.repeats)})),
        default=default_of_writes(telling, known.nothing_set),
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
