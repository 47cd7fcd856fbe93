"""Keeps the code of the steps that a page tells, and lets go of the rest of the source."""

from survey.app.frames import Frames
from survey.model.document import TargetResult
from survey.view.drawer import telling_writes
from survey.view.excerpts import Excerpts, WayId
from survey.view.telling import Telling


def excerpts_of(result: TargetResult, frames: Frames) -> Excerpts:
    """The code of every way that a drawer tells of `result`'s packages."""
    found = {}
    for package in result.packages:
        telling = Telling(package)
        for record in package.records:
            for number, write in enumerate(telling_writes(record, telling)):
                way = WayId(result.id, package.name, package.path, record.channel, record.role, number)
                found[way] = tuple(step.lines for step in frames.steps(package, write))
    return found
