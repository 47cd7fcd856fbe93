"""What one switch decides: its name with every value worth trying, over the conditions of writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.model.document import Gate, Package, Write
from survey.model.vocabulary import Default, Effect, GateKind
from survey.verdicts.conditions import OTHER, Lookup, Unset, evaluate, gates_in
from survey.verdicts.defaults import default_of_write, nothing_set

_MOST = 40
"""Settings of other switches that are tried beside this one."""
UNSET = ""
"""Stands for a switch that is not set."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Everything that a variable, or an option, of one name decides; code may read one name with several defaults."""

    name: str
    gates: tuple[Gate, ...]
    package: Package

    def is_named_in(self, write: Write) -> bool:
        """Whether the write's condition mentions it."""
        return self._is_gate_of(write) and not gates_in(write.when).isdisjoint(gate.id for gate in self.gates)

    def is_lost_in(self, write: Write) -> bool:
        """Whether it was meant to decide about the write, and how is not known."""
        return self._is_gate_of(write) and not self.is_named_in(write)

    def decides(self, write: Write) -> bool:
        """Whether one value of it stops a write that another lets through: nothing else set, or whatever else is set."""
        return self.is_named_in(write) and any(
            len({evaluate(write.when, self._under(base, value)) is False for value in (*self.values(), UNSET, OTHER)}) == 2
            for base in (nothing_set(self.package.gates, self.package.activation), _anything)
        )

    def outcomes(self, writes: list[Write]) -> Iterator[Mapping[str, tuple[bool, ...]]]:
        """Per setting of the other switches: value of this one to which of `writes` are made."""
        values = (*self.values(), UNSET)
        for base in self._bases(writes):
            yield {value: tuple(self._is_made(write, base, value) for write in writes) for value in values}

    def _is_gate_of(self, write: Write) -> bool:
        return any(gate.id in write.gates for gate in self.gates)  # these hold all that the condition mentions

    def _is_made(self, write: Write, base: Lookup, value: str) -> bool:
        return default_of_write(write, self._under(base, value)) is Default.ON

    def _bases(self, writes: list[Write]) -> Iterator[Lookup]:
        """Nothing else set; then each other switch that those writes mention, at each of its values."""
        usual = nothing_set(self.package.gates, self.package.activation)
        yield usual
        own = {gate.id for gate in self.gates}
        beside = frozenset[str]().union(*(gates_in(write.when) for write in writes if self.is_named_in(write))) - own
        others = [switch for switch in switches_of(self.package) if not beside.isdisjoint(gate.id for gate in switch.gates)]
        settings = [(switch, value) for switch in others for value in switch.values()]
        for switch, value in settings[:_MOST]:
            yield switch._under(usual, value)  # noqa: SLF001

    def values(self) -> tuple[str, ...]:
        """What the code compares it with, and the opposite of a boolean among that."""
        compared = tuple(dict.fromkeys(value for gate in self.gates for value in gate.values))
        folded = {value.casefold() for value in compared} & {"true", "false"}
        return (*compared, *sorted({"true", "false"} - folded)) if folded else compared

    def _under(self, base: Lookup, value: str) -> Lookup:
        own = {gate.id: gate for gate in self.gates}

        def lookup(gate_id: str) -> str | Unset | None:
            gate = own.get(gate_id)
            return base(gate_id) if gate is None else Unset(gate.default) if value == UNSET else value

        return lookup


def switches_of(package: Package) -> tuple[Switch, ...]:
    """The variables and options of a package that decide about content, in the order of their ids."""
    active = {gate.id for gate in package.activation}
    named: dict[tuple[GateKind, str], list[Gate]] = {}
    for gate in package.gates:
        if gate.kind is not GateKind.CONTEXT and gate.id not in active and gate.effect is not Effect.NONE:
            named.setdefault((gate.kind, gate.name), []).append(gate)
    return tuple(Switch(name, tuple(gates), package) for (_, name), gates in named.items())


def _anything(_gate: str) -> None:
    """Nobody knows what the other switches are set to."""
