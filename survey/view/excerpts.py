"""The code of the steps that a page tells, taken while the source was at hand."""

from collections.abc import Mapping
from typing import NamedTuple

from survey.model.vocabulary import Channel, Role
from survey.view.explanation import CodeLine


class WayId(NamedTuple):
    """One way that a drawer tells: the number `way` of a record's telling writes."""

    target: str
    package: str
    path: str
    channel: Channel
    role: Role
    way: int


Excerpts = Mapping[WayId, tuple[tuple[CodeLine, ...], ...]]
"""Per way the lines of each of its steps; none for a step whose file was not at hand."""
