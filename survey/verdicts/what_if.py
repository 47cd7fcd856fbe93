"""Which content still leaves under a setting: the conditions of a finished survey, evaluated; nothing is analysed again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey.model.document import Gate, Package, Write
from survey.model.vocabulary import Channel, Default, Effect, GateKind, Role
from survey.verdicts.conditions import Lookup, setting
from survey.verdicts.defaults import default_of_write


@dataclass(frozen=True, slots=True)
class Setting:
    """What a user sets: environment variables by name; options by name, by `Owner(name=)`, or by the gate's id."""

    env: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def given(self, gate: Gate) -> str | None:
        """What `gate` is set to; None where it is left alone."""
        named = self.env if gate.kind is GateKind.ENV else self.options if gate.kind is GateKind.OPTION else {}
        return next((named[name] for name in names_of(gate) if name in named), None) if named else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One write under the setting: `made` is None where other settings decide as well.

    What only the data of a call leave open counts as made, as in a record's default.
    """

    write: Write
    made: bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One (channel, role) of a package: `written` is true where some write is made, false where none can be."""

    channel: Channel
    role: Role
    nested: bool
    written: bool | None
    answers: tuple[Answer, ...]


def names_of(gate: Gate) -> tuple[str, ...]:
    """Every name that a user may call `gate` by: its id, its name, an option without what declares it, and its aliases."""
    called = [gate.id, gate.name, *gate.aliases]
    if gate.kind is GateKind.OPTION:
        called += [option_parts(name)[1] for name in (gate.name, *gate.aliases)]
    return tuple(dict.fromkeys(called))


def option_parts(name: str) -> tuple[str, str]:
    """What declares an option, and its own name: `Config` and `hide` of `Config(hide=)`; no owner for a bare name."""
    owner, _, rest = name.rpartition("(")
    return owner, rest.removesuffix(")").removesuffix("=")


_MADE = {Default.ON: True, Default.OFF: False, Default.DEPENDS: None, Default.UNKNOWN: None}


def what_if(package: Package, chosen: Setting) -> tuple[Cell, ...]:
    """The cells of `package` under `chosen`, once it is activated in whichever way; whatever is not set is unset."""
    lookup = lookup_under(package, chosen)
    cells = []
    for record in package.records:
        answers = tuple(Answer(write, _MADE[default_of_write(write, lookup)]) for write in record.writes)
        cells.append(Cell(record.channel, record.role, record.nested, _some(answer.made for answer in answers), answers))
    return tuple(cells)


def lookup_under(package: Package, chosen: Setting) -> Lookup:
    """What each gate of `package` is set to under `chosen`."""
    given = {gate.id: value for gate in package.gates if (value := chosen.given(gate)) is not None}
    owners = {option_parts(gate.name)[0] for gate in package.gates if gate.id in given and gate.kind is GateKind.OPTION}
    # an option that takes an object may well be given where an option of some other class is: that has to come in somehow
    objects = {gate.id for gate in package.gates if _takes_object(gate) and owners - {option_parts(gate.name)[0]}}
    activation = {gate.id for gate in package.activation}
    return setting(package.gates, given, unknown=frozenset((objects | activation) - set(given)))


def _takes_object(gate: Gate) -> bool:
    """Whether the code asks only if the option is given."""
    return gate.kind is GateKind.OPTION and gate.default is None and not gate.values


def _some(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def unused(packages: Iterable[Package], chosen: Setting) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names of `chosen` that no gate of `packages` goes by, each with every name of its kind that exists."""
    gates = [gate for package in packages for gate in package.gates if gate.effect is not Effect.NONE]
    found = []
    for kind, values in ((GateKind.ENV, chosen.env), (GateKind.OPTION, chosen.options)):
        known = {name for gate in gates if gate.kind is kind for name in names_of(gate)}
        found += [(name, tuple(sorted(known))) for name in values if name not in known]
    return tuple(found)
