"""Rules about what a switch or a hook fails to cover."""

from collections.abc import Iterator

from survey.model.vocabulary import Channel, Role
from survey.verdicts.defaults import escapes
from survey.verdicts.package import key_of
from survey.verdicts.rules.base import Hit, Subject


def ungated_path(subject: Subject) -> Iterator[Hit]:
    """The package has a switch for content, other writes of this role obey one, this one obeys none."""
    switches = subject.content_switches()
    for role, writes in subject.by_role().items():
        if all(escapes(write, switches) for _, write in writes):
            continue  # role-without-gate says it once
        for record, write in writes:
            if escapes(write, switches):
                yield {"channel": record.channel, "role": role, "key": key_of(write)}, write.evidence


def role_without_gate(subject: Subject) -> Iterator[Hit]:
    """The package has a switch for content, but no write of this role obeys one."""
    switches = subject.content_switches()
    for role, writes in subject.by_role().items():
        if all(escapes(write, switches) for _, write in writes):
            record, write = writes[0]
            names = sorted({gate.name for gate in subject.package.gates if gate.id in switches})
            yield {"channel": record.channel, "role": role, "switches": ", ".join(names)}, write.evidence


def mask_scope(subject: Subject) -> Iterator[Hit]:
    """Content can be changed by a hook before it leaves, and this role's content leaves by a write that does not pass through it.

    Meant are hooks that the user hands over, and functions of the SDK's own that most of its writes pass; of one named for inputs or
    outputs only those. Told once per hook, channel and role, at the first such write; the package's own log counts too.
    """
    writes = list(subject.own_writes())
    for hook in sorted({each.hook for _, write in writes for each in write.redaction}):
        sides = subject.knowledge.switches.sides_of(hook)
        meant = [(record, write) for record, write in writes if not sides or any(record.role in side.own for side in sides)]
        missed = [(record, write) for record, write in meant if all(each.hook != hook for each in write.redaction)]
        if not hook.endswith("=)") and len(missed) * 2 >= len(meant):
            continue
        told: set[tuple[Channel, Role]] = set()
        for record, write in missed:
            if (record.channel, record.role) not in told:
                told.add((record.channel, record.role))
                yield {"hook": hook, "channel": record.channel, "role": record.role, "key": key_of(write)}, write.evidence
