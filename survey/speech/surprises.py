"""What in a survey is most surprising, found and ranked the same way every time.

A candidate is one fact about one package. Of every form, project and channel the heaviest candidate stays; then three of different forms
are chosen that, in this order, are of most kinds, come from most projects, weigh most, do not tell of the same package and channel twice,
are strongest (prompt and answer before other content), and stand first in the survey. A fact without a record to show for it is no
candidate; where three forms cannot be had, there are fewer facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, takewhile

from survey.model.document import Evidence, Finding, Record
from survey.model.vocabulary import Channel, Default, Role
from survey.view.leaving import HEADLINE
from survey.view.matrix import own_records
from survey.view.model import Group, ReportView, Row

WEIGHTS = {
    "leak.channel": 9,  # a switch moves content off a channel, and some stays there
    "leak.mask": 7,  # content that the masking hook never sees
    "leak.role": 6,  # a kind of content that no switch stops
    "leak.path": 4,  # a write that no switch stops, beside others that one does
    "against.home": 9,  # on by default in a project of those who wrote the convention
    "against": 7,  # on by default where the convention says opt in
    "hidden.app_log": 9,  # by default in the ordinary log of the application
    "hidden.metric": 9,
    "hidden.external_storage": 8,
    "hidden.later": 5,  # one of these three, after a switch is set
    "dead": 8,  # a switch for content that does nothing
    "limit": 4,  # more attributes than a span keeps
}
"""How surprising each form of a fact is; the part before the dot is its kind."""
KINDS = ("leak", "against", "hidden", "dead", "limit")
"""Also the order in which they are told."""

_RULES = {
    "channel-switch-leaks": "leak.channel",
    "mask-scope": "leak.mask",
    "role-without-gate": "leak.role",
    "ungated-path": "leak.path",
    "default-on-contradicts-semconv": "against",
    "gate-unused": "dead",
    "flattened-keys-attribute-limit": "limit",
}
_HIDDEN = (Channel.APP_LOG, Channel.METRIC, Channel.EXTERNAL_STORAGE)
_CONVENTION_HOME = "open-telemetry/"
"""Whoever publishes the conventions that `against` measures by."""
_MOST = 3
_PER_KIND = 9
"""Facts considered of each kind; beyond that the choice would be among too many combinations, all alike."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """One fact: what a sentence says, and the records that show it."""

    form: str
    """A key of `WEIGHTS`."""
    group: Group
    row: Row
    records: tuple[Record, ...]
    roles: tuple[Role, ...]
    channel: Channel
    switch: str = ""
    """The name of the switch or hook that the fact is about."""
    value: str = ""
    limit: str = ""
    unmasked: bool = False
    """Whether the package has a masking hook that none of it passes."""
    rule: str = ""
    """The finding's rule; '' for what the records alone show."""
    evidence: Evidence | None = None

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return self.form.partition(".")[0]

    @property
    def weight(self) -> int:
        """How surprising it is; content that is hidden and passes no mask is so twice."""
        return WEIGHTS[self.form] + self.unmasked

    @property
    def strength(self) -> int:
        """More for prompt and answer than for anything else."""
        return sum(10 if role in HEADLINE else 1 for role in self.roles)


def most_surprising(view: ReportView) -> tuple[Surprise, ...]:
    """At most three facts, in the order in which they are told."""
    best: dict[tuple[str, str, str], Surprise] = {}
    for fact in candidates(view):
        place = (fact.form, fact.group.target_id, fact.channel)
        if place not in best or _rank(fact) > _rank(best[place]):
            best[place] = fact
    kept = [
        fact
        for kind in KINDS
        for fact in sorted((each for each in best.values() if each.kind == kind), key=_rank, reverse=True)[:_PER_KIND]
    ]
    choices = (
        each
        for size in range(min(_MOST, len(kept)), -1, -1)
        for each in combinations(kept, size)
        if len({fact.form for fact in each}) == size
    )
    first = next(choices)
    chosen = max((first, *(takewhile(lambda each: len(each) == len(first), choices))), key=_worth)
    return tuple(sorted(chosen, key=lambda fact: KINDS.index(fact.kind)))


def candidates(view: ReportView) -> Iterator[Surprise]:
    """Every fact that could be told, in the order of the survey."""
    told = list(_from_findings(view))
    yield from told
    unmasked = [fact for fact in told if fact.form == "leak.mask"]
    for group in view.groups:
        for row in group.rows:
            yield from (_with_its_mask(fact, unmasked) for fact in _hidden(group, row))


def _rank(fact: Surprise) -> tuple[int, int]:
    return fact.weight, fact.strength


def _worth(facts: tuple[Surprise, ...]) -> tuple[int, ...]:
    kinds, projects = {fact.kind for fact in facts}, {fact.group.target_id for fact in facts}
    weight, strength = sum(fact.weight for fact in facts), sum(fact.strength for fact in facts)
    places = {(fact.row.anchor, fact.channel) for fact in facts}
    return len(kinds), len(projects), weight, len(places), strength


def _hidden(group: Group, row: Row) -> Iterator[Surprise]:
    own = own_records(row.package.records)
    for channel in _HIDDEN:
        there = [record for record in own if record.channel is channel]
        asked = [record for record in there if record.default is Default.ON and _is_decided(record)]
        if there:
            records = tuple(asked or there)
            form = f"hidden.{channel}" if asked else "hidden.later"
            if asked or all(record.default is Default.OFF for record in there):
                yield Surprise(form, group, row, records, tuple(record.role for record in records), channel)


def _with_its_mask(fact: Surprise, unmasked: list[Surprise]) -> Surprise:
    """`fact`, saying so where none of its records passes a masking hook of the package."""
    for leak in unmasked:
        if leak.row is fact.row and leak.channel is fact.channel and set(fact.roles) <= set(leak.roles):  # one record a role
            return replace(fact, unmasked=True, switch=leak.switch, rule=leak.rule, evidence=leak.evidence)
    return fact


def _is_decided(record: Record) -> bool:
    """Whether a switch decides, or nothing does: what hangs on something unknown alone is no ground to be surprised at a default."""
    return bool(record.gates) or any(write.when is True for write in record.writes)


def _from_findings(view: ReportView) -> Iterator[Surprise]:
    """Findings of one rule, package, channel and switch are one fact."""
    shown = _Shown(view)
    found: dict[tuple[str, ...], list[tuple[Finding, Group, Row, Record]]] = {}
    for finding in view.findings:
        for group, row, record in shown.by(finding) if finding.rule in _RULES else ():
            switch = _switch(finding)
            place = (
                finding.rule,
                row.anchor,
                "" if finding.rule == "gate-unused" else record.channel,
                switch,
                finding.params.get("value", ""),
            )
            found.setdefault(place, []).append((finding, group, row, record))
    for (rule, _, _, switch, value), hits in found.items():
        finding, group, row, first = hits[0]
        records = tuple({id(record): record for _, _, _, record in hits}.values())
        home = rule == "default-on-contradicts-semconv" and group.repo.startswith(_CONVENTION_HOME)
        yield Surprise(
            form="against.home" if home else _RULES[rule],
            group=group,
            row=row,
            records=records,
            roles=tuple(dict.fromkeys(record.role for record in records)),
            channel=first.channel,
            switch=switch,
            value=value,
            limit=finding.params.get("limit", ""),
            rule=rule,
            evidence=finding.evidence,
        )


def _switch(finding: Finding) -> str:
    return finding.params.get("switch") or finding.params.get("hook", "")


class _Shown:
    """Which records a finding is about: those whose write or, for a switch, whose package's gate has the same evidence."""

    def __init__(self, view: ReportView) -> None:
        self._writes: dict[tuple[str, str, int, str | None], list[tuple[Group, Row, Record]]] = {}
        self._gates: dict[tuple[str, str, int, str | None], list[tuple[Group, Row, Record]]] = {}
        for group in view.groups:
            for row in group.rows:
                own = own_records(row.package.records)
                for record in own:
                    for place in dict.fromkeys(_place(row, write.evidence) for write in record.writes):
                        self._writes.setdefault(place, []).append((group, row, record))
                for gate in row.package.gates:
                    if gate.evidence is not None:
                        written = [(group, row, record) for record in own if record.default is Default.ON]
                        self._gates.setdefault(_place(row, gate.evidence), []).extend(written)

    def by(self, finding: Finding) -> Iterator[tuple[Group, Row, Record]]:
        """The records that show `finding`, each with its package and project."""
        evidence = finding.evidence
        place = (finding.package, evidence.path, evidence.line, evidence.permalink)
        for group, row, record in (self._gates if finding.rule == "gate-unused" else self._writes).get(place, ()):
            if all(finding.params.get(name, word) == word for name, word in (("channel", record.channel), ("role", record.role))):
                yield group, row, record


def _place(row: Row, evidence: Evidence) -> tuple[str, str, int, str | None]:
    return row.package.name, evidence.path, evidence.line, evidence.permalink
