"""Document -> matrix: one row a package, one cell a role, with the switch, the key and the proof beside it."""

import re
from collections import Counter
from collections.abc import Iterable

from survey.model.document import Document, Evidence, Package, Record, RecordGate, Source, TargetResult
from survey.model.vocabulary import Channel, Default, GateKind, Outcome, Role
from survey.verdicts.trials import one_by_one
from survey.view.effects import strongest_first
from survey.view.leaving import HEADLINE, leavings
from survey.view.model import Cell, Entry, Group, Link, Row
from survey.view.telling import Telling
from survey.view.text import clean, safe_url

_ALWAYS = (
    Role.INPUT,
    Role.OUTPUT,
    Role.SYSTEM,
    Role.TOOL_CALL,
    Role.TOOL_RESULT,
    Role.TOOL_DEFINITION,
    Role.REASONING,
    Role.EMBEDDING,
    Role.DOCUMENT,
)
_ORDER = (*HEADLINE, *(role for role in Role if role not in HEADLINE))
_CHANNELS = tuple(Channel)


def link(evidence: Evidence, folder: str = "") -> Link:
    """The place of `evidence`, for people; `folder` is not repeated where the reader is told it once."""
    return Link(clean(f"{within(evidence.path, folder)}:{evidence.line}"), safe_url(evidence.permalink))


def within(path: str, folder: str) -> str:
    """`path` relative to `folder`; unchanged where it lies elsewhere."""
    return path.removeprefix(f"{folder}/") if folder else path


def shown_roles(document: Document) -> tuple[Role, ...]:
    """The matrix's columns: every role with a name, and `unknown` where something was found of it."""
    unknown = any(record.role is Role.UNKNOWN for target in document.targets for package in target.packages for record in package.records)
    return (*_ALWAYS, Role.UNKNOWN) if unknown else _ALWAYS


def build_groups(document: Document, roles: tuple[Role, ...]) -> tuple[Group, ...]:
    """Every target with its packages, in the document's order."""
    anchors: Counter[str] = Counter()
    return tuple(_group(target, roles, anchors) for target in document.targets)


def _group(target: TargetResult, roles: tuple[Role, ...], anchors: Counter[str]) -> Group:
    source = target.source
    return Group(
        target_id=target.id,
        name=target.name,
        repo=target.repo,
        status=target.status,
        reason=target.reason,
        source_kind=source.kind if source else None,
        source_url=source.url if source else "",
        source_link=safe_url(source.url) if source else None,
        revision=_revision(source),
        committed_at=(source.committed_at or "") if source else "",
        fallback_reason=(source.fallback_reason or "") if source else "",
        rows=tuple(_row(target.id, package, roles, anchors) for package in target.packages),
        skipped=target.skipped,
    )


def _revision(source: Source | None) -> str:
    if source is None:
        return ""
    return source.commit or ", ".join(f"{release.name} {release.version}" for release in source.releases)


def _row(target_id: str, package: Package, roles: tuple[Role, ...], anchors: Counter[str]) -> Row:
    stem = re.sub(r"[^a-z0-9]+", "-", f"{target_id}-{package.name}".lower()).strip("-")[:100] or "package"
    anchors[stem] += 1
    own = own_records(package.records)
    defaults = {record.default for record in own if record.role in HEADLINE}
    headline = tuple(record for record in own if record.role in HEADLINE) or own
    telling = Telling(package)
    leading = _leading(headline, telling)
    tried = one_by_one(package)
    found = leavings(package, tried, telling)
    return Row(
        anchor=stem if anchors[stem] == 1 else f"{stem}--{anchors[stem]}",
        target_id=target_id,
        package=package,
        cells=tuple(_cell(package, role) for role in roles),
        default=defaults.pop() if len(defaults) == 1 else None,
        mixed=len(defaults) > 1,
        telling=telling,
        tried=tried,
        leavings=found,
        switches=strongest_first(_switches(package.records), found),
        leading=leading,
        keys=tuple(dict.fromkeys((*(key for _, key in leading), *(key for role in _ORDER for key in telling.keys(_of(headline, role)))))),
        evidence=_evidence(own or package.records, telling),
        files=len({write.evidence.path for record in headline for write in record.writes}),
    )


def _cell(package: Package, role: Role) -> Cell:
    records = sorted((record for record in package.records if record.role is role), key=lambda record: _CHANNELS.index(record.channel))
    return Cell(role, package.outcomes.get(role, Outcome.NOT_SUPPORTED), tuple(_entry(record) for record in records))


def only_rewrites(record: Record) -> bool:
    """Whether every write of the record only moves other SDKs' keys."""
    return all(write.rewriter for write in record.writes)


def own_records(records: Iterable[Record]) -> tuple[Record, ...]:
    """What counts as a write of content of the package's own."""
    return tuple(record for record in records if _entry(record).counts)


def _entry(record: Record) -> Entry:
    return Entry(record.channel, record.default, record.nested, only_rewrites(record), len(record.ungated), record.keys)


def _switches(records: Iterable[Record]) -> tuple[RecordGate, ...]:
    weight: Counter[RecordGate] = Counter()
    for record in records:
        for gate in record.gates:
            weight[gate] += 10 if record.role in HEADLINE else 1
    kinds = tuple(GateKind)
    return tuple(sorted(weight, key=lambda gate: (-weight[gate], kinds.index(gate.kind), gate.name)))


def _of(records: tuple[Record, ...], role: Role) -> tuple[Record, ...]:
    return tuple(record for record in records if record.role is role)


def _leading(records: tuple[Record, ...], telling: Telling) -> tuple[tuple[Role, str], ...]:
    """The first key of input and of output; where there is neither, of the first other role."""
    first = [(role, keys[0]) for role in _ORDER if (keys := telling.keys(_of(records, role)))]
    return tuple((role, key) for role, key in first if role in HEADLINE) or tuple(first[:1])


def _evidence(records: tuple[Record, ...], telling: Telling) -> Link | None:
    first = next((found for role in _ORDER if (found := _of(records, role))), ())
    return link(telling.writes(first)[0][1].evidence) if first else None


def default_of(row: Row) -> str:
    """The id suffix of the word for a row's default: a default's value, `mixed` or `none`."""
    if row.mixed:
        return "mixed"
    return row.default.value if isinstance(row.default, Default) else "none"
