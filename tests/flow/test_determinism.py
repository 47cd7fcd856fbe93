"""The same code gives the same bytes, however Python happens to order its sets."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PROGRAM = """
from tests.flow.test_fixtures import FIXTURES, snapshot_of, surveyed
for folder in sorted(FIXTURES.iterdir()):
    for package in surveyed(snapshot_of(folder)):
        print(folder.name, package.model_dump_json())
"""


def answers(seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_hash_seeds() -> None:
    assert answers("1") == answers("2")
