"""Another try where one may help: how often, and how long to wait before it."""

import logging
import random
from collections.abc import Callable
from typing import TypeVar

import stamina

from survey.publish.clock import Clock
from survey.publish.errors import FeishuError, cannot
from survey.view.wording import Message, say

_ATTEMPTS = 8
_LONGEST_WAIT = 120.0
"""Seconds; whoever is told to wait longer had better come back later."""
_NOTICED = 4.0
"""Seconds of silence that are worth a word."""
T = TypeVar("T")
# stamina's own lines are not for the user: whoever sets up logging sees them.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Again(Exception):
    """This attempt failed in a way that another may not; `wait` is how long Feishu said, None to wait as long as usual."""

    def __init__(self, error: FeishuError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def retried(clock: Clock, attempt: Callable[[], T], on_wait: Callable[[float], None]) -> T:
    """What `attempt` gives, called anew while it raises `Again`; then the error of the last `Again` is raised.

    `on_wait` is told each wait, in seconds, that somebody who watches would take for an end.
    """
    failures = 0

    def again(error: Exception) -> bool | float:
        """Wait here, by the clock that was given, and tell stamina to go on at once."""
        nonlocal failures
        failures += 1
        if not isinstance(error, Again) or failures >= _ATTEMPTS or (error.wait or 0) > _LONGEST_WAIT:
            return False
        usual = min(30.0, 0.5 * 2**failures) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, hides nothing
        wait = usual if error.wait is None else error.wait
        if wait >= _NOTICED:
            on_wait(wait)
        clock.sleep(wait)
        return 0.0

    try:
        return stamina.RetryingCaller(attempts=None, timeout=None).on(again)(attempt)
    except Again as error:
        raise error.error from None


def limited(act: Message, told: str) -> Again:
    """Too many calls; `told` is how many seconds Feishu says to wait, '' where it does not."""
    wait = float(told) or None if told.isascii() and told.replace(".", "", 1).isdecimal() else None
    wrong = say("feishu.wrong.busy_for", seconds=round(wait)) if wait else say("feishu.wrong.busy")
    return Again(cannot(act, wrong, say("feishu.do.later"), code=99991400), wait)
