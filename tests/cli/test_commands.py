"""The commands, their exit codes and what they say about wrong input."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import survey
from survey.cli import main
from tests.app.projects import write_package
from tests.report.documents import document, package, target


def invoke(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    write_package(tmp_path / "sdk", "tiny-sdk")
    return tmp_path / "sdk"


def test_version() -> None:
    assert invoke("--version").output == f"survey {survey.__version__}\n"


def test_help_tells_the_exit_codes() -> None:
    assert (
        "\n  Exit codes: 0 fine, 1 no sound of one minute, 2 usage or configuration,\n  3 nothing analysed, 4 some"
        in invoke("--help").output
    )


def test_a_run_prints_the_summary_and_where_the_report_is(sdk: Path, tmp_path: Path) -> None:
    result = invoke("run", "--path", sdk, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "tiny-sdk" in result.stdout
    assert f"wrote {tmp_path / 'out' / 'report.html'}" in result.stdout
    assert "sdk: fetching" in result.stderr
    assert "sdk: 1 of 1 packages" in result.stderr


def test_nothing_analysed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = invoke("run", "--path", tmp_path / "empty", "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "no package of a supported language" in result.stdout


@pytest.mark.parametrize(("allowed", "code"), [("0", 4), ("1", 0)])
def test_some_targets_failed(sdk: Path, tmp_path: Path, allowed: str, code: int) -> None:
    args = ("run", "https://example.invalid/o/r.git", "--path", sdk, "--offline", "--out", tmp_path / "out", "--allow-failed", allowed)
    result = invoke(*args)
    assert result.exit_code == code, result.output
    assert "survey: o-r: " in result.stderr
    assert "hint: run once without `--offline`" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["run", "--catalog", "none.yaml"], "cannot read the catalog none.yaml"),
        (["run", "--only", "langfus"], "langfuse"),
        (["run", "--path", "nowhere"], "nowhere"),
        (["run", "ext::sh"], "transport helper"),
        (["run", "--path", ".", "--out", "file/out"], "is not a folder"),
        (["run", "--path", ".", "--pins", "broken.json"], "is not a survey.json"),
        (["run", "--path", ".", "--pins", "none.json"], "cannot read the pins"),
        (["run", "--jobs", "0"], "--jobs"),
        (["run", "--timeout", "-1"], "--timeout"),
        (["run", "--source", "svn"], "--source"),
        (["run", "--catalog", "broken.yaml"], "broken.yaml:"),
        (["list", "--catalog", "broken.yaml"], "broken.yaml:"),
        (["walk"], "No such command"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_written(args: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in {"file": "", "broken.json": "{", "broken.yaml": "targets: [\n", "old.txt": "old"}.items():
        (tmp_path / name).write_text(content)
    before = sorted(path.name for path in tmp_path.iterdir())
    result = invoke(*args)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_verbose_shows_the_traceback() -> None:
    result = invoke("run", "--only", "no-such-target", "-v")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


def test_a_defect_is_no_traceback_and_not_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("survey.cli.listing.list_targets", defect)
    result = invoke("list")
    assert result.exit_code == 3
    assert "defect of Survey: ZeroDivisionError: oops" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_a_repository_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "evil")
    (tmp_path / "sdk" / "pyproject.toml").write_text('[project]\nname = "evil\\u001b]0;owned\\u0007\\u202e"\nversion = "1"\n')
    result = invoke("run", "--path", tmp_path / "sdk", "--out", tmp_path / "out")
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)


def test_list_shows_every_target(project: Path) -> None:
    result = invoke("list", "--catalog", project / "repos.yaml")
    assert result.exit_code == 0, result.output
    assert {line.split()[0] for line in result.output.splitlines() if line[:1].strip()} >= {"langfuse", "openllmetry", "logfire"}
    assert "  scope    packages/, !packages/sample-app" in result.output
    assert "langfuse  Langfuse, sdk, python, not cached" in result.output


def test_the_exit_code_of_a_run() -> None:
    from survey.cli.exit_codes import ExitCode, exit_code_of
    from survey.model.vocabulary import TargetStatus

    whole, part = target("a", package("p")), target("b", status=TargetStatus.PARTIAL)
    failed, skipped = target("c", status=TargetStatus.FAILED), target("d", status=TargetStatus.SKIPPED)
    assert exit_code_of(document(whole, skipped), 0) is ExitCode.OK
    assert exit_code_of(document(part, failed), 0) is ExitCode.SOME_FAILED
    assert exit_code_of(document(part, failed), 1) is ExitCode.OK
    assert exit_code_of(document(failed, skipped), 9) is ExitCode.NOTHING
    assert exit_code_of(document(), 0) is ExitCode.NOTHING
