"""What a reader should know without having asked: the rules, each named as in reports and SARIF, and how they are applied."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from survey.knowledge.loader import Knowledge
from survey.model.document import Finding, TargetResult
from survey.verdicts.rules import conventions, coverage, switches
from survey.verdicts.rules.base import Hit, Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """A documented rule; its text is the docstring of `check`."""

    name: str
    level: Literal["error", "warning", "note"]
    check: Callable[[Subject], Iterator[Hit]]

    @property
    def text(self) -> str:
        """What the rule says, for readers."""
        return " ".join((self.check.__doc__ or "").split())


RULES = (
    Rule("ungated-path", "warning", coverage.ungated_path),
    Rule("role-without-gate", "warning", coverage.role_without_gate),
    Rule("gate-role-mismatch", "warning", switches.gate_role_mismatch),
    Rule("gate-unused", "warning", switches.gate_unused),
    Rule("default-on-contradicts-semconv", "warning", conventions.default_on_contradicts_semconv),
    Rule("channel-switch-leaks", "warning", switches.channel_switch_leaks),
    Rule("flattened-keys-attribute-limit", "note", conventions.flattened_keys_attribute_limit),
    Rule("deprecated-key", "note", conventions.deprecated_key),
    Rule("mask-scope", "warning", coverage.mask_scope),
)


def find(targets: tuple[TargetResult, ...], knowledge: Knowledge) -> tuple[Finding, ...]:
    """Every finding, in the order of targets, packages, rules and places; the same place is told once per rule and wording."""
    found: dict[tuple[object, ...], Finding] = {}
    for target in targets:
        for package in target.packages:
            subject = Subject(package, target, knowledge)
            for rule in RULES:
                hits = sorted(rule.check(subject), key=lambda hit: (hit[1].path, hit[1].line, sorted(hit[0].items())))
                for params, evidence in hits:
                    identity = (target.id, package.name, package.path, rule.name, evidence.path, evidence.line, *sorted(params.items()))
                    found.setdefault(
                        identity, Finding(rule=rule.name, level=rule.level, package=package.name, params=params, evidence=evidence)
                    )
    return tuple(found.values())
