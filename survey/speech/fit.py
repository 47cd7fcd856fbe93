"""Making a text fill one minute: of every slot one option, so that the whole is within bounds and costs least."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Total = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to fill a slot; the sentences it stands for, none to leave it out."""

    length: Total
    """The least and the most that it counts."""
    cost: int
    """How much worse than the slot's best option it is."""
    content: tuple[Any, ...] = field(default=())


def choose(slots: Sequence[tuple[Option, ...]], least: int, most: int) -> tuple[Option, ...]:
    """One option of each slot, in order, with a total of at least `least` and at most `most`, of all such choices the cheapest.

    Among equals earlier slots keep their earlier options. Raises `ValueError` where no choice fits.
    """
    reached: dict[Total, tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
    for options in slots:
        following: dict[Total, tuple[int, tuple[int, ...]]] = {}
        for (low, high), (cost, picks) in reached.items():
            for number, option in enumerate(options):
                total = (low + option.length[0], high + option.length[1])
                way = (cost + option.cost, (*picks, number))
                if total[1] <= most and (total not in following or way < following[total]):
                    following[total] = way
        reached = following
    fitting = [way for total, way in reached.items() if total[0] >= least]
    if not fitting:
        raise ValueError(f"no choice is between {least} and {most}")
    return tuple(options[number] for options, number in zip(slots, min(fitting)[1], strict=True))
