"""What a switch does when it alone is set, in a few words, and which of a package's switches a reader asks for first."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.document import Gate, RecordGate
from survey.model.vocabulary import Channel, Role
from survey.verdicts.trials import Chosen
from survey.view.assigning import plainness, value_part
from survey.view.leaving import ASIDE, HEADLINE, Leaving, Leavings, less_by_role, rank_of
from survey.view.wording import Message, say

_ROLES = 2
"""Named before the rest is only counted."""
_Cell = tuple[Channel, Role]


@dataclass(frozen=True, slots=True)
class SwitchEffect:
    """What one switch does at the value at which it does most."""

    setting: Chosen
    change: Leaving
    rank: tuple[int, ...]
    """The smaller, the more of prompt and completion it turns off; then of anything, then what it turns on."""
    headline: frozenset[Role]
    """Of prompt and completion, what it turns off, if only in part."""


def effects(leavings: Leavings) -> dict[tuple[str, str], SwitchEffect]:
    """By kind and name of a switch; those that change nothing when they alone are set are left out."""
    found: dict[tuple[str, str], SwitchEffect] = {}
    for change in leavings.changes:
        less = less_by_role(change.left, leavings.usual)
        for setting in change.settings:
            (gate, value), *others = setting
            known = found.get((gate.kind, gate.name))
            rank = (*rank_of(change.left, leavings.usual), plainness(value))
            if not others and (known is None or rank < known.rank):
                headline = frozenset(role for role, count in less.items() if role in HEADLINE and count > 0)
                found[gate.kind, gate.name] = SwitchEffect(setting, change, rank, headline)
    return found


def strongest_first(gates: Iterable[RecordGate], leavings: Leavings) -> tuple[RecordGate, ...]:
    """`gates` by what they turn off: the one that turns off most, then what turns off the rest of prompt and completion, then others.

    Of several that do the same only the first stands so far ahead; one that code reads with several defaults is told again at the end.
    """
    known = effects(leavings)
    told: set[int] = set()
    named: set[tuple[str, str]] = set()
    open_ = set(HEADLINE)
    place: dict[RecordGate, tuple[int, ...]] = {}
    for gate in sorted(gates, key=lambda each: known[each.kind, each.name].rank if (each.kind, each.name) in known else (1,)):
        effect = known.get((gate.kind, gate.name))
        if effect is None or (gate.kind, gate.name) in named:
            place[gate] = (3 if effect is None else 4,)
            continue
        named.add((gate.kind, gate.name))
        again = id(effect.change) in told
        place[gate] = (2 if again else 0 if effect.headline & open_ else 1, *effect.rank)
        told.add(id(effect.change))
        open_ -= effect.headline
    return tuple(sorted(place, key=lambda gate: place[gate]))


def effect_of(gate: RecordGate | Gate, leavings: Leavings) -> SwitchEffect | None:
    """What `gate` does; None where it changes nothing when it alone is set."""
    return effects(leavings).get((gate.kind, gate.name))


def effect_message(effect: SwitchEffect, leavings: Leavings) -> Message:
    """`=false stops input, output`, and the like."""
    change, setting = effect.change, value_part(effect.setting)
    if not change.left:
        return say("switch.all", setting=setting)
    to = {role: channel for channel, role in change.started}
    moved = [cell for cell in change.stopped if cell[1] in to]
    if moved:
        return say("switch.moves", setting=setting, roles=_roles(moved, ()), channel=say(f"channel.{to[moved[0][1]]}"))
    left = [(each.channel, each.role) for each in change.left]
    if change.stopped and (not effect.headline or any(role in HEADLINE for _, role in change.stopped)):
        return say("switch.stops", setting=setting, roles=_roles(change.stopped, left))
    if change.started and not change.stopped:
        return say("switch.starts", setting=setting, roles=_roles(change.started, ()))
    usual = {(each.channel, each.role): each.writes for each in leavings.usual}
    less = [(each.channel, each.role) for each in change.left if each.writes < usual.get((each.channel, each.role), 0)]
    if less:
        told = [cell for cell in less if cell[1] in HEADLINE] or less
        return say("switch.part", setting=setting, roles=_roles(told, [cell for cell in left if cell not in less]))
    more = [(each.channel, each.role) for each in change.left if each.writes > usual.get((each.channel, each.role), each.writes)]
    return say("switch.more", setting=setting, roles=_roles(more, ()))


def _roles(cells: Iterable[_Cell], elsewhere: Iterable[_Cell]) -> tuple[Message, ...]:
    """The roles, those of prompt and completion first; with the channel where the role goes elsewhere too."""
    also = {role for _, role in elsewhere}
    ordered = sorted(cells, key=lambda cell: (cell[0] in ASIDE, cell[1] not in HEADLINE, tuple(Role).index(cell[1])))
    told = dict.fromkeys((channel if role in also else None, role) for channel, role in ordered)
    parts = tuple(
        say(f"role.{role}") if channel is None else say("whatif.cell", role=say(f"role.{role}"), channel=say(f"channel.{channel}"))
        for channel, role in told
    )
    return parts if len(parts) <= _ROLES + 1 else (*parts[:_ROLES], say("details.more", count=len(parts) - _ROLES))
