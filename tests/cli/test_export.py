"""`survey export feishu` as a user meets it."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import main
from tests.publish.conftest import write_report
from tests.report.documents import document, package, record, target


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return write_report(tmp_path / "report", document(target("one", package("first-sdk", record()))))


def test_a_dry_run_prints_the_document(report: Path) -> None:
    result = CliRunner().invoke(main, ["export", "feishu", str(report), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Would write Where agent-observability SDKs put prompts: ")
    assert "### first-sdk 1.2.3\n" in result.stdout
    assert [path.name for path in report.iterdir()] == ["survey.json"]


def test_a_dry_run_in_chinese(report: Path) -> None:
    result = CliRunner().invoke(main, ["export", "feishu", str(report), "--dry-run", "--lang", "zh"])
    assert result.stdout.startswith("将写入《")
    assert "# 两个假设" in result.stdout


@pytest.mark.parametrize(
    ("args", "environment", "code", "says"),
    [
        ((), {}, 2, "SURVEY_FEISHU_APP_ID, SURVEY_FEISHU_APP_SECRET missing"),
        (("--notify", "webhook"), {}, 2, "there is no webhook to notify"),
        (("--config", "none.toml"), {}, 2, "cannot read the configuration"),
        ((), {"SURVEY_FEISHU_DOMAIN": "http://open.feishu.cn"}, 2, "SURVEY_FEISHU_DOMAIN: must be feishu (for feishu.cn)"),
        (("--lang", "fr"), {}, 2, "--lang"),
    ],
)
def test_what_is_wrong_is_told(args: tuple[str, ...], environment: dict[str, str], code: int, says: str, report: Path) -> None:
    result = CliRunner().invoke(main, ["export", "feishu", str(report), *args], env=environment)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_no_report(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export", "feishu", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "there is no report" in result.stderr


def test_without_the_extra_it_says_how_to_install_it(report: Path) -> None:
    program = "import sys; sys.modules['lark_oapi'] = None; from survey.cli import main; main()"
    command = [sys.executable, "-c", program, "export", "feishu", str(report)]
    environment = {"SURVEY_FEISHU_APP_ID": "cli_1", "SURVEY_FEISHU_APP_SECRET": "s", "PYTHONPATH": ":".join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs a package that is not installed: lark_oapi" in done.stderr
    assert "pip install 'agent-content-survey[feishu]'" in done.stderr


def test_the_sdk_is_not_loaded_for_anything_else() -> None:
    """It takes seconds and much memory."""
    program = "import sys, survey.cli.export; print([name for name in sys.modules if name.partition('.')[0] in ('lark_oapi', 'requests')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
