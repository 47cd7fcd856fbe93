"""What it takes to turn all content of a package off: the one thing a privacy reviewer asks first."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.document import Gate, Package, Record, Write
from survey.model.vocabulary import Channel, Role
from survey.verdicts.recipe import Wanted, recipe
from survey.verdicts.switching import Switch
from survey.verdicts.trials import Chosen, Trials, one_by_one, settings_of
from survey.view.assigning import setting_parts
from survey.view.effects import effects
from survey.view.leaving import Leavings, leavings
from survey.view.wording import Message, say

_EVERYTHING = Wanted(None, tuple(Role))


@dataclass(frozen=True, slots=True)
class Remaining:
    """A record of which something is still written."""

    channel: Channel
    role: Role
    write: Write
    """The first that is."""
    more: int
    """How many others are."""


@dataclass(frozen=True, slots=True)
class TurningOff:
    """The smallest setting, and what it leaves."""

    setting: Chosen
    remaining: tuple[Remaining, ...]
    product: Chosen
    """What turns the whole product off, and so all that remains; () where there is no such switch, or nothing remains."""
    unfollowed: int = 0
    """Places of the package that could not be followed: what is written there, no setting is known to stop."""


def turning_off(package: Package, tried: Trials | None = None, known: Leavings | None = None) -> TurningOff | None:
    """None where a package writes no content at all.

    `tried` is what `one_by_one` says of it, `known` what each switch changes, where these are there already.
    """
    if not package.records:
        return None
    alone = tried or one_by_one(package)
    ranks = {(gate.kind, gate.name): each.rank for each in effects(known or leavings(package, alone)).values() for gate, _ in each.setting}
    smallest = recipe(package, _EVERYTHING, alone).setting
    setting = tuple(sorted(smallest, key=lambda each: ranks.get((each[0].kind, each[0].name), (1,))))
    trials = Trials(package, (setting, *((*setting, *product) for product in _products(package))))
    remaining = tuple(found for record in package.records if (found := _remaining(record, trials)) is not None)
    left = trials.counts(_writes(package))
    stopping = [chosen[len(setting) :] for chosen, count in zip(trials.settings, left, strict=True) if not count]
    return TurningOff(setting, remaining, stopping[0] if stopping and remaining else (), len(package.unresolved))


def off_message(found: TurningOff) -> Message:
    """The answer in one sentence; where something remains, it ends in what introduces the list of that."""
    if not found.setting:
        if found.remaining:
            return say("off.never")
        return say("off.nothing.open", places=found.unfollowed) if found.unfollowed else say("off.nothing")
    number = "one" if len(found.setting) == 1 else "all"
    settings = setting_parts(found.setting)
    if found.remaining or not found.unfollowed:
        return say(f"off.{'partly' if found.remaining else 'done'}.{number}", settings=settings)
    return say(f"off.open.{number}", settings=settings, places=found.unfollowed)


def product_message(found: TurningOff) -> Message | None:
    """That turning the whole product off stops the rest too."""
    return say("off.product", settings=setting_parts(found.product)) if found.product else None


def remaining_message(found: Remaining, place: object) -> Message:
    """One line of what remains; `place` as the output shows it."""
    return say("off.remaining", role=say(f"role.{found.role}"), channel=say(f"channel.{found.channel}"), place=place, more=found.more)


def _remaining(record: Record, trials: Trials) -> Remaining | None:
    made = [write for write in record.writes if trials.met(write) & 1]
    return Remaining(record.channel, record.role, made[0], len(made) - 1) if made else None


def _products(package: Package) -> Iterable[Chosen]:
    """Each switch that turns the product on or off, at each of its values."""
    named: dict[str, list[Gate]] = {}
    for gate in package.activation:
        named.setdefault(gate.name, []).append(gate)
    return [chosen for name, gates in named.items() for chosen in settings_of(Switch(name, tuple(gates), package))]


def _writes(package: Package) -> list[Write]:
    return [write for record in package.records for write in record.writes]
