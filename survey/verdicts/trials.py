"""A package's conditions under many settings at once: what is written with nothing set, and with this or that switch set.

Every distinct condition is gone through once, whatever the number of settings (`settings.Settings`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from survey.model.document import Gate, Package, Write
from survey.model.vocabulary import GateKind
from survey.verdicts.conditions import OTHER
from survey.verdicts.factoring import factored
from survey.verdicts.settings import Settings, State
from survey.verdicts.switching import Switch, switches_of
from survey.verdicts.what_if import Setting, lookup_under

GIVEN = OTHER
"""Stands for whatever an option may be given that the code compares with nothing."""
Chosen = tuple[tuple[Gate, str], ...]
"""Switches that are set together, each with its value."""


class Trials:
    """`settings` side by side; what only the data of a call leave open counts as written, as in a record's default."""

    def __init__(self, package: Package, settings: Sequence[Chosen]) -> None:
        self.settings = tuple(settings)
        self._package = package
        self._settings = Settings([_states(package, setting) for setting in settings])
        self._known: dict[int, int] = {}
        self._by_text: dict[str, int] = {}

    def met(self, write: Write) -> int:
        """Bit n says whether a write of the package is made, or may be, under the n-th setting."""
        known = self._known.get(id(write))  # which stays that write as long as the package is held
        if known is None:
            text = json.dumps(write.when)
            if text not in self._by_text:
                self._by_text[text] = self._settings.bounds(factored(write.when)).may
            known = self._known[id(write)] = self._by_text[text]
        return known

    def is_always_made(self, write: Write) -> bool:
        """Whether no setting stops a write."""
        return self.met(write) == self._settings.every

    def counts(self, writes: Iterable[Write]) -> tuple[int, ...]:
        """Per setting, how many of `writes` are made."""
        masks = [self.met(write) for write in writes]
        return tuple(sum(mask >> n & 1 for mask in masks) for n in range(len(self.settings)))


def one_by_one(package: Package) -> Trials:
    """Nothing set, then every switch alone at each value worth trying."""
    return Trials(package, ((), *(setting for switch in switches_of(package) for setting in settings_of(switch))))


def settings_of(switch: Switch) -> tuple[Chosen, ...]:
    """`switch` alone, at each value worth trying."""
    return tuple(((switch.gates[0], value),) for value in switch.values() or (GIVEN,))


def setting_of(chosen: Chosen) -> Setting:
    """The same as a user's setting, which sets every gate of a name."""
    return Setting(
        env={gate.name: value for gate, value in chosen if gate.kind is GateKind.ENV},
        options={gate.name: value for gate, value in chosen if gate.kind is not GateKind.ENV},
    )


def _states(package: Package, chosen: Chosen) -> Mapping[str, State]:
    lookup = lookup_under(package, setting_of(chosen))
    return {gate.id: state for gate in package.gates if (state := lookup(gate.id)) is not None}
