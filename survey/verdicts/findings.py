"""What a reader should know without having asked: one small function per rule, each named as in reports and SARIF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from survey.knowledge.keys import KeyTable
from survey.model.document import Evidence, Finding, Package, Record, TargetResult, Write
from survey.model.vocabulary import Channel, Default, Role
from survey.verdicts.conditions import Lookup
from survey.verdicts.defaults import content_switches, default_of_write, escapes, nothing_set
from survey.verdicts.package import key_of

_OTEL_CHANNELS = frozenset({Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT, Channel.LOG_RECORD})

Hit = tuple[dict[str, str], Evidence]
"""Parameters of the finding's message, and its proof."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A documented rule; its text is the docstring of `check`."""

    name: str
    level: Literal["error", "warning", "note"]
    check: "Callable[[Package, KeyTable], Iterator[Hit]]"

    @property
    def text(self) -> str:
        """What the rule says, for readers."""
        return " ".join((self.check.__doc__ or "").split())


def find(targets: tuple[TargetResult, ...], keys: KeyTable) -> tuple[Finding, ...]:
    """Every finding, in the order of targets, packages, rules and places; the same place is told once per rule and wording."""
    found: dict[tuple[object, ...], Finding] = {}
    for target in targets:
        for package in target.packages:
            for rule in RULES:
                hits = sorted(rule.check(package, keys), key=lambda hit: (hit[1].path, hit[1].line, sorted(hit[0].items())))
                for params, evidence in hits:
                    identity = (target.id, package.name, package.path, rule.name, evidence.path, evidence.line, *sorted(params.items()))
                    found.setdefault(
                        identity, Finding(rule=rule.name, level=rule.level, package=package.name, params=params, evidence=evidence)
                    )
    return tuple(found.values())


def ungated_path(package: Package, keys: KeyTable) -> Iterator[Hit]:  # noqa: ARG001
    """The package has a switch for content, other writes of this role obey one, this one obeys none."""
    switches = _switches(package)
    for role, writes in _by_role(package).items():
        if all(escapes(write, switches) for _, write in writes):
            continue  # role-without-gate says it once
        for record, write in writes:
            if escapes(write, switches):
                yield {"channel": record.channel, "role": role, "key": key_of(write)}, write.evidence


def role_without_gate(package: Package, keys: KeyTable) -> Iterator[Hit]:  # noqa: ARG001
    """The package has a switch for content, but no write of this role obeys one."""
    switches = _switches(package)
    for role, writes in _by_role(package).items():
        if all(escapes(write, switches) for _, write in writes):
            record, write = writes[0]
            names = sorted({gate.name for gate in package.gates if gate.id in switches})
            yield {"channel": record.channel, "role": role, "switches": ", ".join(names)}, write.evidence


def deprecated_key(package: Package, keys: KeyTable) -> Iterator[Hit]:
    """Content is written under a key or event that its own conventions have replaced."""
    told: set[str] = set()
    for record, write in _writes(package):
        name = key_of(write)
        match = (keys.event(name) if write.event == name else None) or keys.lookup(name)
        if record.channel in _OTEL_CHANNELS and match and match.deprecated and name not in told:
            told.add(name)
            yield {"key": name, "replacement": match.deprecated}, write.evidence


def default_on_contradicts_semconv(package: Package, keys: KeyTable) -> Iterator[Hit]:
    """The OpenTelemetry conventions make this attribute opt-in, and it is written with nothing set."""
    lookup = _nothing_set(package)
    told: set[tuple[Role, str]] = set()
    for record, write in _writes(package):
        match = keys.lookup(write.key)
        told_already = (record.role, write.key) in told
        if (
            match
            and match.opt_in
            and record.channel in _OTEL_CHANNELS
            and not told_already
            and default_of_write(write, lookup) is Default.ON
        ):
            told.add((record.role, write.key))
            yield {"channel": record.channel, "role": record.role, "key": write.key}, write.evidence


RULES = (
    Rule("ungated-path", "warning", ungated_path),
    Rule("role-without-gate", "warning", role_without_gate),
    Rule("default-on-contradicts-semconv", "warning", default_on_contradicts_semconv),
    Rule("deprecated-key", "note", deprecated_key),
)


def _writes(package: Package) -> Iterator[tuple[Record, Write]]:
    for record in package.records:
        for write in record.writes:
            yield record, write


def _by_role(package: Package) -> dict[Role, list[tuple[Record, Write]]]:
    """Writes by role, roles in the order of the records; a role that only rides inside another's value has no switch of its own."""
    found: dict[Role, list[tuple[Record, Write]]] = {}
    for record, write in _writes(package):
        if not record.nested:
            found.setdefault(record.role, []).append((record, write))
    return found


def _switches(package: Package) -> frozenset[str]:
    return content_switches(tuple(write for _, write in _writes(package)), package.gates, package.activation)


def _nothing_set(package: Package) -> Lookup:
    return nothing_set(package.gates, package.activation)
