"""`survey show` and `--lang` on the command line: what they print, and what they say about wrong input."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main
from survey.report.base import prepare
from survey.report.json import JsonReport
from tests.report.documents import document, package, record, target


def invoke(*args: str | Path, **env: str) -> Result:
    return CliRunner(env={"SURVEY_LANG": None, **env}).invoke(main, [str(arg) for arg in args])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    made = document(
        target("sdks", package("first-sdk", record()), package("second-sdk", record())),
        target("langfuse", package("langfuse", record(key="langfuse.observation.input"))),
    )
    (tmp_path / "survey.json").write_bytes(JsonReport().render(prepare(made)))
    return tmp_path


def test_one_project_is_shown(report: Path) -> None:
    result = invoke("show", "sdks", "--report", report, "--package", "first-sdk")
    assert result.exit_code == 0, result.output
    assert "first-sdk  1.2.3" in result.stdout
    assert "second-sdk" not in result.stdout
    assert "gen_ai.input.messages" in result.stdout


def test_a_project_goes_by_its_repository_too(report: Path) -> None:
    assert "langfuse.observation.input" in invoke("show", "https://github.com/example/sdk.git", "--report", report / "survey.json").stdout


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["langfus"], "did you mean `langfuse`? it has sdks, langfuse"),
        (["sdks", "--package", "first"], "did you mean `first-sdk`?"),
        (["sdks", "--package", "third-sdk"], "did you mean `first-sdk`?"),
        (["sdks", "--package", "sdk"], "did you mean `first-sdk`, `second-sdk`?"),
        (["sdks", "--role", "prompt"], "'prompt' is not one of"),
        ([], "Missing argument 'TARGET'"),
        (["sdks", "--lang", "de"], "'de' is not one of 'en', 'zh'"),
    ],
)
def test_wrong_input_is_told_with_what_was_meant(args: list[str], says: str, report: Path) -> None:
    result = invoke("show", *args, "--report", report)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_errors_are_told_in_chinese_too(report: Path) -> None:
    unknown = invoke("show", "langfus", "--report", report, "--lang", "zh")
    assert unknown.exit_code == 2
    assert "survey: 报告里没有目标 `langfus`\n  提示：是不是 `langfuse`？现有：sdks, langfuse\n" in unknown.stderr
    assert "提示：是不是 `first-sdk`？" in invoke("show", "sdks", "--package", "first", "--report", report, SURVEY_LANG="zh").stderr
    assert (
        "survey: 没有找到名为 `NO_SWITCH` 的开关"
        in invoke("what-if", "sdks", "--env", "NO_SWITCH=1", "--report", report, "--lang", "zh").stderr
    )


def test_no_report_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("show", "sdks")
    assert result.exit_code == 2
    assert "there is no report in reports/latest" in result.stderr
    assert "survey run" in result.stderr


def test_the_language_comes_from_the_option_or_the_environment(report: Path) -> None:
    assert "written by default" in invoke("show", "sdks", "--report", report).stdout
    assert "默认写入" in invoke("show", "sdks", "--report", report, "--lang", "zh").stdout
    assert "默认写入" in invoke("show", "sdks", "--report", report, SURVEY_LANG="zh").stdout
    assert "written by default" in invoke("show", "sdks", "--report", report, "--lang", "en", SURVEY_LANG="zh").stdout
    assert "'fr' is not one of" in invoke("show", "sdks", "--report", report, SURVEY_LANG="fr").stderr


def test_every_command_that_tells_results_tells_them_in_chinese(report: Path, project: Path, tmp_path: Path) -> None:
    from tests.app.projects import write_package

    write_package(tmp_path / "sdk", "tiny-sdk")
    said = {
        "run": invoke("run", "--path", tmp_path / "sdk", "--out", tmp_path / "out", "--lang", "zh"),
        "list": invoke("list", "--catalog", project / "repos.yaml", "--lang", "zh"),
        "explain": invoke("explain", "--path", tmp_path / "sdk", "--lang", "zh"),
        "what-if": invoke("what-if", "sdks", "--report", report, "--lang", "zh"),
        "recipe": invoke("recipe", "sdks", "--want", "none", "--report", report, "--lang", "zh"),
    }
    expected = {"run": "个包", "list": "未缓存", "explain": "tiny-sdk", "what-if": "会发出：输入", "recipe": "仍会写出"}
    assert {name: result.exit_code for name, result in said.items()} == dict.fromkeys(said, 0) | {"recipe": 5}
    assert [name for name, text in expected.items() if text not in said[name].stdout] == []
    assert "获取源码" in said["run"].stderr
    assert "# Agent 可观测 SDK" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
