"""Ctrl-C and SIGTERM in the middle of a real run."""

import os
import signal
import subprocess
import sys
import time
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
