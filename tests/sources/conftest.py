"""Real repositories and servers on this machine; no test here replaces git, the file system or the network."""

import subprocess
from pathlib import Path

import pytest

from survey.sources.options import SourceOptions
from tests.sources.git_served import URL, Origin


@pytest.fixture
def options(tmp_path: Path) -> SourceOptions:
    return SourceOptions(cache_dir=tmp_path / "cache", timeout=60.0, reach_timeout=10.0)


@pytest.fixture
def client_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's git configuration, for the test to fill."""
    config = tmp_path / "gitconfig"
    config.write_text("")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return config


@pytest.fixture
def origin(tmp_path: Path, client_config: Path, options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> Origin:
    """An empty repository that serves filters."""
    path = tmp_path / "served.git"
    subprocess.run(["git", "init", "--bare", "--quiet", "--initial-branch=main", path], check=True)
    client_config.write_text(f'[url "file://{path}"]\n\tinsteadOf = {URL}\n')
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    made = Origin(path, client_config, options, trace)
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return made
