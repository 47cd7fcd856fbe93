"""What a newcomer without the right Python reads: one line that says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("#!/bin/sh\nexit 1\n", "Survey needs Python 3.11 or newer: install it"),
        (f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n', "Survey needs the venv module of "),
    ],
    ids=["too old", "without venv"],
)
@pytest.mark.parametrize("rule", ["survey", "test"])
def test_one_line_says_what_is_missing(python: str, says: str, rule: str, project: Path, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(project / name, tmp_path)
    interpreter = tmp_path / "python"
    interpreter.write_text(python)
    interpreter.chmod(0o755)
    command = ["make", "--no-print-directory", rule, f"PYTHON={interpreter}"]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert says in line
    assert "apt install python3" in line
    assert not (tmp_path / ".venv").exists()
