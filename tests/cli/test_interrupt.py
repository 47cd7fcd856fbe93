"""Ctrl-C and SIGTERM in the middle of a real run."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.projects import write_package


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_the_earlier_report_whole(number: signal.Signals, code: int, tmp_path: Path, project: Path) -> None:
    for each in range(40):
        write_package(tmp_path / "sdks" / f"p{each}", f"p{each}")
    out = tmp_path / "out"
    out.mkdir()
    (out / "survey.json").write_text("earlier")
    command = [sys.executable, "-m", "survey", "run", "--path", str(tmp_path / "sdks"), "--out", str(out), "--jobs", "1"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(project)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "analysing" in line:
                break
        process.send_signal(number)
        started = time.monotonic()
        rest = process.stderr.read()
        assert process.wait(timeout=20) == code
        assert time.monotonic() - started < 15
    assert "interrupted" in rest
    assert "Traceback" not in rest
    assert (out / "survey.json").read_text() == "earlier"
    assert sorted(path.name for path in out.iterdir()) == ["survey.json"]
    assert not list(tmp_path.glob("survey-*")), "the run's own folder is gone"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_git_that_fetches(number: signal.Signals, code: int, tmp_path: Path, project: Path) -> None:
    """It runs in a session of its own, where a terminal's Ctrl-C does not come."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/a/b.git"
        command = [sys.executable, "-m", "survey", "run", address, "--source", "git", "--out", str(tmp_path / "out")]
        environment = {**os.environ, "PYTHONPATH": str(project)}
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()
            with connection:
                assert len(_naming(address)) > 1, "Survey and git"
                process.send_signal(number)
                _, told = process.communicate(timeout=20)
                assert process.returncode == code, told
                assert _naming(address) == []


def _naming(word: str) -> list[str]:
    """The command lines of the processes that name `word`."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [line] if word in line else []
    return found
