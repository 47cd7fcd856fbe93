"""Time as the publisher sees it, so that its waits can be tested, and the pace at which Feishu wants to be asked."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from and how it is let pass."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""


class SystemClock:
    """The machine's own."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Pacer:
    """Keeps calls of one kind a little apart, which is quicker than being sent back."""

    def __init__(self, clock: Clock, a_second: float) -> None:
        self._clock = clock
        self._apart = 1 / a_second
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call may be made."""
        now = self._clock.now()
        if now < self._next:
            self._clock.sleep(self._next - now)
            now = self._next
        self._next = now + self._apart
