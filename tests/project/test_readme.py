"""The README says what the command says."""

import re
from pathlib import Path

import click
import pytest

from survey.cli import main
from survey.cli.exit_codes import ExitCode
from survey.publish.settings import FeishuSettings
from tests.publish.test_errors import SCOPES


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text(encoding="utf-8")


def _first_cells(readme: str, heading: str) -> list[str]:
    """The first column of the table under `heading`, without Markdown."""
    lines = readme.partition(f"| {heading} | meaning |\n")[2].partition("\n\n")[0].splitlines()
    return [re.split(r"(?<!\\)\|", line)[1].replace("`", "").replace("\\|", "|").strip() for line in lines[1:]]


def test_the_options_of_run(readme: str) -> None:
    command = main.get_command(click.Context(main), "run")
    assert command is not None
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    told = {name: cell.partition(" ")[2] for cell in _first_cells(readme, "option") for name in re.findall(r"--?[a-z][a-z-]*", cell)}
    assert set(told) == {name for option in options for name in (*option.opts, *option.secondary_opts)}
    for option in options:
        if isinstance(option.type, click.Choice):
            assert told[option.opts[0]] == "|".join(option.type.choices)
        else:
            assert bool(re.search(r"\b[A-Z]+\b", told[option.opts[0]])) is not option.is_flag, f"{option.name}: has a value or has none"


def test_the_exit_codes(readme: str) -> None:
    assert [int(cell) for cell in _first_cells(readme, "exit code")] == sorted(ExitCode)
    assert set(re.findall(r"(\d+) [a-z]", str(main.help).replace("\n", " "))) == {str(int(code)) for code in ExitCode}


def test_the_commands_of_make(readme: str, project: Path) -> None:
    rules = set(re.findall(r"^([a-z]+):", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", readme))
    assert {"survey", "test", "check", "publish"} <= named
    assert named <= rules


def test_every_file_the_readme_points_to_is_there(readme: str, project: Path) -> None:
    for place in re.findall(r"\]\(([^):]+)\)", readme):
        assert (project / place).exists(), place


def _facts(text: str) -> dict[str, object]:
    """What no translation may change: headings' levels, names in code, links, and commands without their comments."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {
        "headings": re.findall(r"^#+", prose, re.MULTILINE),
        "titles in code": re.findall(r"^#+ (`.+`)$", prose, re.MULTILINE),
        "names": sorted(set(re.findall(r"`([^`\n]+)`", prose))),
        "links": sorted(set(re.findall(r"\]\(([^)]+)\)|<(https[^>]+)>", prose)) - {("README.md", ""), ("README.zh-CN.md", "")}),
        "commands": [re.sub(r"\s+#.*", "", line) for line in text.splitlines() if re.match(r" {4}[^| ]", line)],
        "rows": [line.count("|") for line in prose.splitlines() if line.lstrip().startswith("|")],
    }


def test_the_chinese_readme_says_the_same(readme: str, project: Path) -> None:
    chinese = (project / "README.zh-CN.md").read_text(encoding="utf-8")
    assert _facts(chinese) == _facts(readme)
    assert "](README.zh-CN.md)" in readme
    assert "](README.md)" in chinese


def test_the_settings_and_scopes_for_feishu(readme: str) -> None:
    section = readme.partition("## `survey export feishu")[2].partition("\n## ")[0]
    assert set(re.findall(r"`SURVEY_FEISHU_([A-Z_]+)`", section)) == {name.upper() for name in FeishuSettings.model_fields}
    cells = [re.split(r" *\| *", line)[2] for line in section.splitlines() if line.startswith("| `SURVEY_FEISHU_")]
    assert {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)} == set(FeishuSettings.model_fields)
    assert set(re.findall(r"`((?:docx|drive|docs|space|wiki|im):[a-z.:_]+)`", section)) == SCOPES | {"wiki:wiki"}
