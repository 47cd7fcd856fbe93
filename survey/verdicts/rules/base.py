"""What every rule is given, and what it gives back."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.knowledge.loader import Knowledge
from survey.model.document import Evidence, Package, Record, TargetResult, Write
from survey.model.vocabulary import Channel, Role
from survey.verdicts.conditions import Lookup
from survey.verdicts.defaults import content_switches, nothing_set

OTEL_CHANNELS = frozenset({Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT, Channel.LOG_RECORD})

Hit = tuple[dict[str, str], Evidence]
"""Parameters of the finding's message, and its proof."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One package with what a rule may need to judge it."""

    package: Package
    target: TargetResult
    """The package among the others of its repository."""
    knowledge: Knowledge

    def writes(self) -> Iterator[tuple[Record, Write]]:
        """Every write with its record, in order."""
        for record in self.package.records:
            for write in record.writes:
                yield record, write

    def own_writes(self) -> Iterator[tuple[Record, Write]]:
        """The same without roles that only ride inside another's value: those have no switch and no key of their own."""
        return ((record, write) for record, write in self.writes() if not record.nested)

    def by_role(self) -> dict[Role, list[tuple[Record, Write]]]:
        """`own_writes` by role, roles in the order of the records."""
        found: dict[Role, list[tuple[Record, Write]]] = {}
        for record, write in self.own_writes():
            found.setdefault(record.role, []).append((record, write))
        return found

    def content_switches(self) -> frozenset[str]:
        """Ids of the gates that stop content."""
        return content_switches(tuple(write for _, write in self.writes()), self.package.gates, self.package.activation)

    def nothing_set(self) -> Lookup:
        """The quickstart's setting."""
        return nothing_set(self.package.gates, self.package.activation)
