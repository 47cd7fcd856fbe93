"""A wrong command line is told in the language that was asked for, whatever else is wrong with it."""

import pytest
from click.testing import CliRunner

from survey.cli import main

HELP = "查看帮助：survey {} --help"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run --nope --lang zh", "错误：没有 '--nope' 这个选项"),
        ("run --langg --lang=zh", "错误：没有 '--langg' 这个选项，是不是 '--lang'？"),
        ("show --lang zh --role x", "错误：'--role' 的值无效：'x' 不在可选值之内：'input'"),
        ("show --lang zh", "错误：缺少参数 'TARGET'。"),
        ("run --lang zh --jobs x", "错误：'--jobs' 的值无效：'x' 不是整数。"),
        ("run --lang zh --jobs 0", "错误：'--jobs' 的值无效：0 不在范围 x>=1 之内。"),
        ("run --lang zh --catalog /", "错误：'--catalog' 的值无效：'/' 是目录，这里要文件。"),
        ("list --lang zh extra", "错误：多出一个参数：extra"),
        ("list --lang zh extra more", "错误：多出几个参数：extra more"),
        ("what-if x --lang zh --env A", "错误：'--env' 的值无效：要写成 NAME=VALUE，而不是 `A`"),
    ],
)
def test_in_chinese(line: str, said: str) -> None:
    result = CliRunner().invoke(main, line.split(), prog_name="survey")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"用法：survey {line.split(maxsplit=1)[0]} [OPTIONS]")
    assert lines[1] == HELP.format(line.split(maxsplit=1)[0])
    assert lines[-1].startswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run --lang zh --timeout", "错误：选项 '--timeout' 后面要有值。"),
        ("run --code=1 --lang zh", "错误：选项 '--code' 不带值。"),
    ],
)
def test_where_click_names_no_command_none_is_named(line: str, said: str) -> None:
    assert CliRunner().invoke(main, line.split(), prog_name="survey").stderr.strip() == said


def test_the_environment_counts_too() -> None:
    result = CliRunner().invoke(main, ["list", "--nope"], env={"SURVEY_LANG": "zh"})
    assert "错误：没有 '--nope' 这个选项。" in result.stderr
    assert "命令" in CliRunner().invoke(main, ["nope"], env={"SURVEY_LANG": "zh"}).stderr


@pytest.mark.parametrize("line", ["list --nope", "list --nope --lang en", "list --nope --lang tlh", "list --nope -- --lang zh"])
def test_in_english_click_speaks_for_itself(line: str) -> None:
    result = CliRunner().invoke(main, line.split(), prog_name="survey")
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: survey list [OPTIONS]\nTry 'survey list --help' for help.\n\nError: No such option")
