"""A small project on disk whose package writes content, for the tests that really run."""

from pathlib import Path

import pytest

from tests.app.projects import write_package


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """A folder with one package that writes the prompt to a span attribute."""
    folder = tmp_path / "sdk"
    write_package(folder, "tiny-sdk")
    return folder
