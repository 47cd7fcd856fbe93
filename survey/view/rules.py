"""The findings of all packages by rule, with the numbers that outputs tell of them; every output counts here, so that all agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from survey.view.answer import entries_of
from survey.view.drawer import Drawer
from survey.view.findings import gravity
from survey.view.model import Row
from survey.view.wording import Message, say

_IN_PART, _WHOLLY = "ungated-path", "role-without-gate"


@dataclass(frozen=True, slots=True)
class RuleFound:
    """One rule that was found broken somewhere."""

    rule: str
    level: str
    rows: tuple[tuple[Row, int], ...]
    """The packages, each with its number of places."""

    @property
    def places(self) -> int:
        """In all packages together."""
        return sum(count for _, count in self.rows)


def rules_found(opened: Iterable[Drawer]) -> tuple[RuleFound, ...]:
    """The most serious first, then those with the most places."""
    level: dict[str, str] = {}
    rows: dict[str, list[tuple[Row, int]]] = {}
    for each in opened:
        level |= {finding.rule: finding.level for finding, _ in each.findings}
        for rule, count in Counter(finding.rule for finding, _ in each.findings).items():
            rows.setdefault(rule, []).append((each.row, count))
    found = (RuleFound(rule, level[rule], tuple(those)) for rule, those in rows.items())
    return tuple(sorted(found, key=lambda each: (gravity(each.level), -each.places, each.rule)))


def escaping(found: tuple[RuleFound, ...], rows: Iterable[Row]) -> Message | None:
    """How the packages that the answer counts as escaping their switch spread over two rules; None where those say something else."""
    by_rule = {each.rule: {row.anchor for row, _ in each.rows} for each in found}
    partly, wholly = by_rule.get(_IN_PART, set()), by_rule.get(_WHOLLY, set())
    counted = {row.anchor for row in rows if any(entry.ungated for entry in entries_of(row))}
    if not counted or partly | wholly != counted:
        return None
    return say("findings.escaping", packages=len(counted), partly=len(partly), wholly=len(wholly), both=len(partly & wholly))
