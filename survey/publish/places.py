"""Places of the source in a document, and lists that do not grow without end."""

from collections.abc import Iterable

from survey.publish.blocks import Run
from survey.view.model import Link
from survey.view.wording import LISTED, Wording


def linked(to: Link) -> Run:
    """A place as a link by the end of its path, or as its whole text where there is nothing to go to."""
    if to.url is None:
        return Run(to.text, code=True)
    return Run("/".join(to.text.split("/")[-2:]), link=to.url)


def listed(runs: Iterable[Run], words: Wording, most: int | None = None) -> tuple[Run, ...]:
    """`runs` with commas between; after `most` of them the rest is counted."""
    shown = list(runs)
    comma = Run(words(LISTED))
    parted = [part for run in shown[:most] for part in (comma, run)][1:]
    left = len(shown) - len(shown[:most])
    return (*parted, *((comma, Run(words("details.more", count=left))) if left else ()))
