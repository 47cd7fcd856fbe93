"""Runs git, through GitPython, so that nothing of a hostile repository or host runs, prompts, or keeps a survey waiting.

The user's own configuration (proxy, certificates, `insteadOf`, credential helpers) stays in force.
"""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# GitPython looks for git while it is imported; a machine without git must still read registries.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git
from git.exc import GitCommandNotFound

from survey.model.errors import SourceError
from survey.sources.limits import MAX_LISTING_BYTES

_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.interactive": "false",
    "protocol.ext.allow": "never",
    # Only the user's own insteadOf can lead here: the address itself is checked before.
    "protocol.file.allow": "always",
    "fetch.recurseSubmodules": "no",
    "fetch.writeCommitGraph": "false",
    # Background housekeeping would outlive the lock on the cache folder.
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    # A missing object is an answer, never a reason to fetch behind the back.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
_GRACE_SECONDS = 2.0
_WATCHED_EVERY = 0.2
"""Seconds."""
_LOCAL_SECONDS = 120.0
"""A folder may hold a pipe where git expects a file."""
_TAIL_BYTES = 64 * 1024


class GitTimeoutError(Exception):
    """The command was stopped because its time was up."""


@dataclass(frozen=True, slots=True)
class GitOutput:
    """What one git process left behind."""

    status: int
    stdout: bytes
    stderr: str


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A git folder (bare repository or `.git`) and the way to run commands on it alone, wherever the user stands."""

    path: Path

    def offline(self, *arguments: str, stdin: bytes = b"", limit: int = MAX_LISTING_BYTES) -> GitOutput:
        """Run a command that must not touch the network: every transport is refused. One that hangs has failed."""
        environment = _QUIET | {"GIT_ALLOW_PROTOCOL": "none"}
        try:
            return _run(self._command(arguments), stdin=stdin, timeout=_LOCAL_SECONDS, limit=limit, env=environment)
        except GitTimeoutError:
            return GitOutput(-1, b"", f"no end after {_LOCAL_SECONDS:g} s")

    def online(self, *arguments: str, timeout: float, config: Mapping[str, str], stdin: bytes = b"") -> GitOutput:
        """Run a command that talks to the remote; raises `GitTimeoutError` after `timeout` seconds."""
        environment = _QUIET | self._ssh(timeout)
        return _run(self._command(arguments, config), stdin=stdin, timeout=timeout, limit=MAX_LISTING_BYTES, env=environment)

    def _command(self, arguments: tuple[str, ...], config: Mapping[str, str] | None = None) -> list[str]:
        settings = [part for key, value in (_CONFIG | dict(config or {})).items() for part in ("-c", f"{key}={value}")]
        return ["git", f"--git-dir={self.path}", *settings, *arguments]

    def _ssh(self, timeout: float) -> dict[str, str]:
        """No questions from ssh; a command the user has set is left alone (it has no terminal to ask on either)."""
        if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
            return {}
        if self.offline("config", "--get", "core.sshCommand").status == 0:
            return {}
        return {"GIT_SSH_COMMAND": f"ssh -o BatchMode=yes -o ConnectTimeout={max(1, int(timeout))}"}


def _run(command: list[str], *, stdin: bytes, timeout: float, limit: int, env: Mapping[str, str]) -> GitOutput:
    """One git process in a session of its own, so that its helpers end with it and no terminal can be asked."""
    with tempfile.TemporaryFile() as feed:
        feed.write(stdin)
        feed.seek(0)
        try:
            handle = Git().execute(command, istream=feed, as_process=True, env=env, start_new_session=True)
        except GitCommandNotFound as error:
            raise SourceError("git is not installed", hint="install git, or read the registry packages with `--source registry`") from error
    process = handle.proc
    if process is None or process.stdout is None or process.stderr is None:  # GitPython's types allow it, `as_process` does not
        raise SourceError("git could not be started", hint="check that `git --version` works")
    expired, ended = threading.Event(), threading.Event()

    def expire() -> None:
        expired.set()
        _stop(process)

    tail = _Tail(process.stderr)
    timer = threading.Timer(timeout, expire)
    # Not a daemon, so that the interpreter waits for it: whoever interrupts Survey does not mean to leave git running.
    guard = threading.Thread(target=_end_with_survey, args=(process, ended), daemon=False)
    try:
        guard.start()
        tail.start()
        timer.start()
        stdout = process.stdout.read(limit + 1)
        if len(stdout) > limit:
            raise SourceError(
                f"git wrote more than {limit:,} bytes where a list was expected", hint="the repository is too large or built to be endless"
            )
        status = process.wait()
    finally:
        ended.set()
        timer.cancel()
        _stop(process)
        tail.join(_GRACE_SECONDS)
        process.stdout.close()
        process.stderr.close()
    if expired.is_set():
        raise GitTimeoutError
    return GitOutput(status, stdout, tail.text())


def _end_with_survey(process: "subprocess.Popen[bytes]", ended: threading.Event) -> None:
    """Stop the process when Survey's main thread is over: threads that fetch just cease then, without a word to their git."""
    main = threading.main_thread()
    while not ended.wait(_WATCHED_EVERY):
        if not main.is_alive():
            _stop(process)
            return


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process and its helpers; politely first, so that git removes its lock and temporary files."""
    if process.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


class _Tail(threading.Thread):
    """Drains a pipe and keeps its last bytes, whatever a host chooses to write there."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = b""

    def run(self) -> None:
        """Read until the other side closes."""
        with suppress(ValueError, OSError):  # closed under our feet after a timeout
            while chunk := os.read(self._pipe.fileno(), _TAIL_BYTES):
                self._kept = (self._kept + chunk)[-_TAIL_BYTES:]

    def text(self) -> str:
        """What was kept."""
        return self._kept.decode("utf-8", "replace")
