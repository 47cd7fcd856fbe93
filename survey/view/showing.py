"""What `survey show` tells of one package: its records in brief, each with what a reader asks first, and its findings."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.document import Evidence, Finding, Package, Place, Record, RecordGate, TargetResult
from survey.model.vocabulary import Outcome, Role
from survey.verdicts.trials import one_by_one
from survey.view.effects import effect_message, effect_of
from survey.view.governing import Rules
from survey.view.handling import limit_text
from survey.view.leaving import Leavings, leavings
from survey.view.telling import Telling
from survey.view.turning_off import TurningOff, turning_off
from survey.view.wording import Wording


@dataclass(frozen=True, slots=True)
class PackageShown:
    """One package of a finished survey, narrowed down to the roles that were asked for."""

    target: TargetResult
    package: Package
    records: tuple[Record, ...]
    missing: tuple[tuple[Outcome, tuple[Role, ...]], ...]
    """Roles without a record, by what became of them."""
    findings: tuple[Finding, ...]
    off: TurningOff | None
    """None where certain roles were asked for."""
    leavings: Leavings
    rules: Rules


def show_package(target: TargetResult, package: Package, findings: Iterable[Finding], roles: tuple[Role, ...] = ()) -> PackageShown:
    """What there is to tell of `package`; of `roles` alone where some are given. `findings` are those of the whole document."""
    wanted = roles or tuple(Role)
    records = tuple(record for role in wanted for record in package.records if record.role is role)
    found = {record.role for record in records}
    missing: dict[Outcome, list[Role]] = {}
    for role in wanted:
        if role not in found and role in package.outcomes:
            missing.setdefault(package.outcomes[role], []).append(role)
    own = (finding for finding in findings if finding.package == package.name and _about(finding, wanted))
    tried = one_by_one(package)
    known = leavings(package, tried)
    return PackageShown(
        target=target,
        package=package,
        records=records,
        missing=tuple((outcome, tuple(those)) for outcome, those in missing.items()),
        findings=tuple(own),
        off=None if roles else turning_off(package, tried, known),
        leavings=known,
        rules=Rules(package, Telling(package).content, tried),
    )


def _about(finding: Finding, roles: tuple[Role, ...]) -> bool:
    """Whether the finding is about one of `roles`, or about none in particular."""
    told = finding.params.get("role") or finding.params.get("roles")
    return told is None or not {role.value for role in roles}.isdisjoint(told.split(", "))


def limits_of(record: Record, words: Wording) -> tuple[tuple[str, Evidence], ...]:
    """What cuts the record's content, each told once with the first place that does it."""
    found: dict[str, Evidence] = {}
    for write in record.writes:
        for limit in write.limits:
            found.setdefault(limit_text(limit, words), limit.evidence)
    return tuple(found.items())


def hook_names(record: Record) -> tuple[str, ...]:
    """The hooks that some write of the record passes."""
    return tuple(dict.fromkeys(hook.hook for write in record.writes for hook in write.redaction))


def gate_text(gate: RecordGate, words: Wording) -> str:
    """`NAME (env, default true)`."""
    default = words("gate.default", value=gate.default) if gate.default is not None else words("gate.unset")
    return words("gate.told", name=gate.name, kind=words(f"gate.{gate.kind}"), default=default)


def switch_text(gate: RecordGate, known: Leavings, words: Wording) -> str:
    """The same, with what the switch does when it alone is set."""
    effect = effect_of(gate, known)
    if effect is None:
        return gate_text(gate, words)
    return words("show.switch", switch=gate_text(gate, words), effect=effect_message(effect, known))


def places_of(record: Record) -> tuple[Place, ...]:
    """Where the record is written, each line once."""
    places = {(write.evidence.path, write.evidence.line): write.evidence for write in record.writes}
    return tuple(places.values())
