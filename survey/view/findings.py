"""What a finding says, in whole sentences: the rule's name is the message, its parameters are the message's."""

from collections.abc import Mapping
from itertools import groupby
from string import Formatter

from survey.model.document import Finding
from survey.view.wording import Message, Wording, say

_WORST_FIRST = ("error", "warning", "note")
_VOCABULARY = {"channel": "channel", "role": "role", "roles": "role", "kind": "gate"}
"""Parameters that are words of the vocabulary, and the family of their messages; `roles` is a list."""


def gravity(level: str) -> int:
    """The more serious a finding's level, the smaller."""
    return _WORST_FIRST.index(level)


def finding_text(finding: Finding, words: Wording) -> str:
    """The finding as one sentence; the rule's name and what it was given where no message fits, so that nothing is hidden."""
    return words(finding_message(finding, words))


def finding_message(finding: Finding, words: Wording) -> Message:
    """The same as a message; `words` says only which sentences and words there are."""
    fault = finding.params.get("fault", "")
    id_ = f"finding.{finding.rule}.{fault}" if fault else f"finding.{finding.rule}"
    form = words.messages.get(id_)
    if not isinstance(form, str) or not {name for _, name, _, _ in Formatter().parse(form) if name} <= finding.params.keys():
        return say("finding.other", rule=finding.rule, facts=tuple(f"{name}={value}" for name, value in sorted(finding.params.items())))
    named = {name for _, name, _, _ in Formatter().parse(form) if name}
    return Message(id_, {name: _said(name, value, words) for name, value in finding.params.items() if name in named})


def rule_text(rule: str, words: Wording) -> str:
    """What the rule is about, without an end mark; its name where the catalog has none."""
    return words(f"rule.{rule}") if words.has(f"rule.{rule}") else words("finding.rule", rule=rule)


def by_rule(findings: tuple[Finding, ...]) -> Mapping[str, tuple[Finding, ...]]:
    """Findings by rule, the most serious first, then the rules with the most places."""
    ordered = sorted(findings, key=lambda finding: (gravity(finding.level), finding.rule))
    grouped = [(rule, tuple(found)) for rule, found in groupby(ordered, key=lambda finding: finding.rule)]
    return dict(sorted(grouped, key=lambda item: (gravity(item[1][0].level), -len(item[1]))))


def _said(name: str, value: str, words: Wording) -> Message | str | tuple[Message | str, ...]:
    family = _VOCABULARY.get(name)
    if family is None:
        return value
    told = tuple(say(f"{family}.{part}") if words.has(f"{family}.{part}") else part for part in value.split(", "))
    return told if len(told) > 1 else told[0]
