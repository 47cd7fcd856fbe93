"""`survey what-if` on the survey of a real little package: what leaves under a setting, and what it says about wrong input."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from survey.cli import main

_CONFIG = """\
import os
from dataclasses import dataclass
from typing import Optional


@dataclass
class Config:
    hide_inputs: Optional[bool] = None

    def __post_init__(self):
        if self.hide_inputs is None:
            self.hide_inputs = os.getenv("TINY_HIDE_INPUTS", "false").lower() == "true"


class TinyInstrumentor:
    def instrument(self, tracer=None, config: Optional[Config] = None):
        self.config = config or Config()

    def wrap(self, span, request, response):
        if not self.config.hide_inputs:
            span.set_attribute("input.value", request)
        span.set_attribute("llm.prompts", request)
        if os.getenv("TINY_CAPTURE") in ("output", "all"):
            span.set_attribute("output.value", response)
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of a survey of the package."""
    root = tmp_path_factory.mktemp("tiny")
    (root / "src/tiny").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "1"\n')
    (root / "src/tiny/__init__.py").write_text(_CONFIG)
    done = CliRunner().invoke(main, ["run", "--path", str(root), "--out", str(root / "report")])
    assert done.exit_code == 0, done.output
    return root / "report"


def ask(report: Path, *args: str, env: dict[str, str] | None = None) -> Result:
    target = json.loads((report / "survey.json").read_text())["targets"][0]["id"]
    return CliRunner().invoke(main, ["what-if", target, "--report", str(report), *args], env=env)


def cells(report: Path, *args: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Role to (written, keys that are made) of the span attributes."""
    done = ask(report, "--json", *args, env=env)
    assert done.exit_code == 0, done.output
    (package,) = json.loads(done.stdout)["packages"]
    assert package["name"] == "tiny"
    return {
        cell["role"]: (cell["written"], sorted(write["key"] for write in cell["writes"] if write["made"]))
        for cell in package["cells"]
        if cell["channel"] == "span_attribute"
    }


def test_nothing_set_is_the_default(report: Path) -> None:
    assert cells(report) == {"input": (True, ["input.value", "llm.prompts"]), "output": (False, [])}


def test_a_switch_stops_what_obeys_it_and_the_rest_still_leaves(report: Path) -> None:
    hidden = (True, ["llm.prompts"])
    assert cells(report, "--env", "TINY_HIDE_INPUTS=true")["input"] == hidden
    assert cells(report, "--option", "hide_inputs=True")["input"] == hidden
    assert cells(report, "--option", "Config(hide_inputs=)=true")["input"] == hidden
    assert cells(report, "--env", "TINY_HIDE_INPUTS=1")["input"] == (True, ["input.value", "llm.prompts"])


def test_an_option_wins_over_the_variable(report: Path) -> None:
    both = cells(report, "--option", "hide_inputs=False", "--env", "TINY_HIDE_INPUTS=true")
    assert both["input"] == (True, ["input.value", "llm.prompts"])


def test_a_switch_turns_content_on(report: Path) -> None:
    assert cells(report, "--env", "TINY_CAPTURE=all")["output"] == (True, ["output.value"])
    assert cells(report, "--env", "TINY_CAPTURE=none")["output"] == (False, [])


def test_the_environment_of_this_machine_plays_no_part(report: Path) -> None:
    assert cells(report, env={"TINY_CAPTURE": "all", "TINY_HIDE_INPUTS": "true"}) == cells(report)


def test_the_text_names_what_leaves_with_its_line(report: Path) -> None:
    shown = ask(report, "--env", "TINY_HIDE_INPUTS=true").stdout
    line = _CONFIG.splitlines().index('        span.set_attribute("llm.prompts", request)') + 1
    assert "With TINY_HIDE_INPUTS=true" in shown
    assert f"llm.prompts  tiny/__init__.py:{line}" in shown.replace("src/", "")
    assert "input.value" not in shown
    assert "does not leave: output (span attribute)" in shown


def test_a_name_that_no_switch_goes_by_is_told(report: Path) -> None:
    done = ask(report, "--env", "TINY_HIDE_INPUT=true")
    assert done.exit_code == 0
    assert "no switch called `TINY_HIDE_INPUT`" in done.stderr
    assert "did you mean `TINY_HIDE_INPUTS`?" in done.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["what-if", "nobody/nothing"], "has no target `nobody/nothing`"),
        (["what-if", "tiny", "--package", "tinny"], "has no"),
        (["what-if", "tiny", "--env", "JUST_A_NAME"], "write it NAME=VALUE"),
    ],
)
def test_wrong_questions_are_refused(report: Path, args: list[str], told: str) -> None:
    done = CliRunner().invoke(main, [*args, "--report", str(report)])
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_missing_report_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["what-if", "tiny"])
    assert done.exit_code == 2
    assert "there is no report in reports/latest" in done.stderr
    assert "survey run" in done.stderr
