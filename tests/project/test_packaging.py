"""What people install is what the repository holds: one catalog, current schemas, all knowledge, the command."""

import os
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import hatchling.build
import pytest

from survey import __version__


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    here = Path.cwd()
    os.chdir(project)  # a build backend works in the project's folder
    try:
        folder = tmp_path_factory.mktemp("wheel")
        return zipfile.ZipFile(folder / hatchling.build.build_wheel(str(folder)))
    finally:
        os.chdir(here)


def test_the_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile, project: Path) -> None:
    names = set(wheel.namelist())
    package = project / "survey"
    files = {path.relative_to(project).as_posix() for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert files - names == set()


def test_the_wheel_carries_the_one_catalog_and_the_schemas(wheel: zipfile.ZipFile, project: Path) -> None:
    for inside, source in {
        "survey/repos.yaml": "repos.yaml",
        "survey/schemas/repos.schema.json": "schemas/repos.schema.json",
        "survey/schemas/survey.schema.json": "schemas/survey.schema.json",
    }.items():
        assert wheel.read(inside) == (project / source).read_bytes()
    assert not (project / "survey" / "repos.yaml").exists(), "there is one copy in the repository"


def test_an_installed_wheel_finds_its_catalog(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    (tmp_path / "elsewhere").mkdir()
    script = "from survey.catalog import load_catalog; catalog = load_catalog(); print(catalog.path, len(catalog.targets))"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path / "elsewhere", env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "survey" / "repos.yaml"), "5"]


def test_metadata(wheel: zipfile.ZipFile) -> None:
    folder = f"agent_content_survey-{__version__}.dist-info"
    metadata = wheel.read(f"{folder}/METADATA").decode()
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert f"{folder}/licenses/LICENSE" in wheel.namelist()
    scripts = ConfigParser()
    scripts.read_string(wheel.read(f"{folder}/entry_points.txt").decode())
    assert dict(scripts["console_scripts"]) == {"survey": "survey.cli:main"}


def test_the_changelog_knows_this_version(project: Path) -> None:
    assert f"\n## [{__version__}]" in (project / "CHANGELOG.md").read_text(encoding="utf-8")


def test_schemas_are_current(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "tools/schemas.py", "--check"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run `make schemas`"


def test_every_dependency_has_a_floor(project: Path) -> None:
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [requirement for requirement in metadata["dependencies"] if ">=" not in requirement] == []
