"""The layer contract covers what there is, and holds."""

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path


def layers(project: Path) -> list[str]:
    contracts = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["type"] == "layers")
    assert contract["exhaustive"] is True
    return [name.strip(" ()") for layer in contract["layers"] for name in layer.split("|")]


def test_every_part_of_the_package_is_a_layer(project: Path) -> None:
    parts = {path.stem for path in (project / "survey").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert parts - set(layers(project)) == {"__init__"}


def test_the_drawing_names_every_layer_in_order(project: Path) -> None:
    drawing = (project / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    folders = [line.split()[0].rstrip("/").removesuffix(".py") for line in drawing.splitlines() if line.startswith("  ")]
    order = [name for name in layers(project) if name in folders]
    assert [name for name in folders if name in order] == order
    assert {path.parent.name for path in (project / "survey").glob("*/__init__.py")} - set(folders) == set()


def test_the_contracts_hold(project: Path) -> None:
    command = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_imports_without_side_effects(project: Path) -> None:
    script = "import sys, survey; print([name for name in sys.modules if name.startswith(('survey.', 'git', 'httpx', 'tree_sitter'))])"
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
