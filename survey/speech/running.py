"""Running a command of somebody else's: no shell, a time limit, and nothing of it left running."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from survey.model.errors import SurveyError
from survey.view.sentences import sentence

_TAIL = 2000


class CommandFailed(SurveyError):
    """A command that could not be started, failed or took too long."""


def run(arguments: list[str], *, stdin: bytes | None = None, timeout: float) -> None:
    """Run `arguments` to their end, with `stdin` as standard input; raises `CommandFailed`. On the way out the whole group is ended."""
    name = os.path.basename(arguments[0])  # noqa: PTH119 - a name for people, of a path on any system
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as given:
        given.write(stdin or b"")
        given.seek(0)
        process: subprocess.Popen[bytes] | None = None
        try:
            with _undisturbed():
                process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                    arguments, stdin=given, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True
                )
            code = process.wait(timeout)
        except (OSError, ValueError) as error:
            raise CommandFailed(sentence("speech.wrong.start", engine=name, detail=str(error))) from error
        except subprocess.TimeoutExpired:
            raise CommandFailed(sentence("speech.wrong.late", engine=name, seconds=f"{timeout:g}")) from None
        finally:
            if process is not None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if code:
            told.seek(max(0, told.seek(0, os.SEEK_END) - _TAIL))
            lines = told.read().decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
            raise CommandFailed(sentence("speech.wrong.failed", engine=name, detail=lines[-1].strip()))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait until the block is over: a process that is started just then would not be known, and go on alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    usual = {number: handler for number in (signal.SIGINT, signal.SIGTERM) if callable(handler := signal.getsignal(number))}
    for number in usual:
        signal.signal(number, lambda each, _frame: came.append(each))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    for each in came:
        signal.raise_signal(each)
