"""SIGTERM ends a command the way Ctrl-C does: what it started is ended with it, and nothing half-written stays."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(KeyboardInterrupt):
    """SIGTERM came: whatever lets Ctrl-C through lets this through."""


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Raise `Terminated` where the block is when SIGTERM comes; a second one does not disturb what cleans up after the first."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated
