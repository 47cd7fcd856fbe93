"""What `survey what-if` says: per package, what still leaves under a setting, what may, and what the setting stops."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.model.document import Gate, Package, TargetResult, Write
from survey.model.vocabulary import Channel, Role
from survey.verdicts.what_if import Cell, Setting, what_if


@dataclass(frozen=True, slots=True)
class Effect:
    """One cell of a package under the setting."""

    channel: Channel
    role: Role
    nested: bool
    written: bool | None
    made: tuple[Write, ...]
    """Writes that are made."""
    open: tuple[Write, ...]
    """Writes that depend on further settings."""
    stopped: int
    """How many writes are not made."""


@dataclass(frozen=True, slots=True)
class PackageEffect:
    """One package under the setting."""

    target: str
    repo: str
    package: Package
    gates: Mapping[str, Gate]
    effects: tuple[Effect, ...]
    switches: tuple[tuple[Gate, str], ...]
    """The gates that the setting sets, each with its value."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole answer."""

    setting: Setting
    surveyed: str
    """When the survey was made, as its document says."""
    packages: tuple[PackageEffect, ...]


def effects_on(target: TargetResult, setting: Setting) -> tuple[PackageEffect, ...]:
    """What `setting` does to every package of `target`."""
    found = []
    for package in target.packages:
        switches = tuple((gate, value) for gate in package.gates if (value := setting.given(gate)) is not None)
        effects = tuple(map(_effect, what_if(package, setting)))
        found.append(PackageEffect(target.id, target.repo, package, {gate.id: gate for gate in package.gates}, effects, switches))
    return tuple(found)


def _effect(cell: Cell) -> Effect:
    made = tuple(answer.write for answer in cell.answers if answer.made)
    open_ = tuple(answer.write for answer in cell.answers if answer.made is None)
    return Effect(cell.channel, cell.role, cell.nested, cell.written, made, open_, len(cell.answers) - len(made) - len(open_))
