"""Packages by channels: what the summary on the terminal and the picture show."""

from collections import Counter
from dataclasses import dataclass

from survey.model.vocabulary import Channel, Default
from survey.view.answer import entries_of
from survey.view.leaving import HEADLINE
from survey.view.model import Group, Row
from survey.view.text import clean


@dataclass(frozen=True, slots=True)
class Spots:
    """What one package writes into one channel."""

    channel: Channel
    input: Default | None
    """None where the prompt is not written there."""
    output: Default | None
    others: bool
    """Whether content of other roles is."""


@dataclass(frozen=True, slots=True)
class Total:
    """One channel over all packages."""

    channel: Channel
    packages: int
    default: int
    """Of them, those that write some content there by default."""


def totals(groups: tuple[Group, ...]) -> tuple[Total, ...]:
    """The channels that content of its own is written into, with how many packages do, in the order of the vocabulary."""
    used: Counter[Channel] = Counter()
    default: Counter[Channel] = Counter()
    for row in (row for group in groups for row in group.rows):
        own = entries_of(row)
        used.update({entry.channel for entry in own})
        default.update({entry.channel for entry in own if entry.default is Default.ON})
    return tuple(Total(channel, used[channel], default[channel]) for channel in Channel if used[channel])


def spots_of(row: Row, channel: Channel) -> Spots:
    """What counts of `row` in `channel`."""
    own = [(cell.role, entry) for cell in row.cells for entry in cell.entries if entry.counts and entry.channel is channel]
    first, second = (next((entry.default for role, entry in own if role is wanted), None) for wanted in HEADLINE)
    return Spots(channel, first, second, any(role not in HEADLINE for role, _ in own))


def prefix_of(group: Group) -> str:
    """What most names of the group begin with, up to a hyphen; '' where that saves nothing."""
    count: Counter[str] = Counter()
    for row in group.rows:
        name = clean(row.package.name)
        count.update(name[: place + 1] for place, char in enumerate(name[:-1]) if char == "-")
    saved = {prefix: len(prefix) * number for prefix, number in count.items() if 2 * number > len(group.rows) > 1}
    return max(saved, key=lambda prefix: (saved[prefix], prefix), default="")


def short_name(row: Row, prefix: str) -> str:
    """The package's name; an ellipsis for `prefix` where it begins with that."""
    name = clean(row.package.name)
    return f"\N{HORIZONTAL ELLIPSIS}{name.removeprefix(prefix)}" if prefix and name.startswith(prefix) else name
