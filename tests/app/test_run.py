"""The whole way: a folder in, reports out."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from survey.app.request import RunRequest, RunResult
from survey.app.run import run_survey
from survey.model.errors import UsageError
from survey.model.progress import SilentProgress
from survey.model.vocabulary import Channel, Default, Outcome, Role, TargetStatus
from tests.app.projects import write_package


def run(folder: Path, out: Path, **options: object) -> RunResult:
    return run_survey(RunRequest(out=out, path=folder, **options), SilentProgress())  # type: ignore[arg-type]


def test_a_folder_is_surveyed(sdk: Path, tmp_path: Path, project: Path) -> None:
    result = run(sdk, tmp_path / "out")
    (target,) = result.document.targets
    (package,) = target.packages
    assert (target.status, package.name, package.version) == (TargetStatus.ANALYSED, "tiny-sdk", "1.0")
    (record,) = package.records
    assert (record.channel, record.role, record.default) == (Channel.SPAN_ATTRIBUTE, Role.INPUT, Default.ON)
    assert record.keys == ("gen_ai.input.messages",)
    assert [gate.name for gate in record.gates] == ["TINY_CAPTURE_CONTENT"]
    assert (record.writes[0].evidence.path, record.writes[0].evidence.line) == ("tiny_sdk/__init__.py", 19)
    assert package.outcomes[Role.OUTPUT] is Outcome.NOT_FOUND
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report", "report.html", "report.md", "report.svg", "survey.json"]
    data = json.loads((tmp_path / "out" / "survey.json").read_text())
    Draft202012Validator(json.loads((project / "schemas" / "survey.schema.json").read_text())).validate(data)
    assert "`__init__.py:19`" in (tmp_path / "out" / "report.md").read_text()
    assert "`__init__.py:19`" in (tmp_path / "out" / "report" / "sdk.md").read_text()


def test_the_same_bytes_for_any_number_of_jobs_and_again_with_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767571200")
    for name in ("one", "two", "three"):
        write_package(tmp_path / "sdks" / name, name)
    results = [run(tmp_path / "sdks", tmp_path / f"out{jobs}", jobs=jobs) for jobs in (1, 3)]
    results.append(run(tmp_path / "sdks", tmp_path / "again", pins=tmp_path / "out1" / "survey.json"))
    assert results[0].document.generated_at == "2026-01-05T00:00:00Z"
    for name in ("survey.json", "report.md", "report/sdks.md", "report.svg", "report.html"):
        assert len({(result.files[0].parent / name).read_bytes() for result in results}) == 1, name


def test_the_page_of_a_project_that_is_surveyed_no_more_goes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_package(tmp_path / name / "sdk", f"{name}-sdk")
    run(tmp_path / "one", tmp_path / "out")
    (tmp_path / "out" / "report" / "notes.md").write_text("# My notes\n")
    run(tmp_path / "two", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out" / "report").iterdir()) == ["notes.md", "two.md"]


def test_a_dated_copy_is_kept(sdk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767571200")
    run(sdk, tmp_path / "reports" / "latest", keep=True)
    kept = tmp_path / "reports" / "2026-01-05T000000Z"
    assert (kept / "survey.json").read_bytes() == (tmp_path / "reports" / "latest" / "survey.json").read_bytes()


def test_a_wrong_date_is_told_before_any_work(sdk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        run(sdk, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_a_package_says_is_executed(tmp_path: Path) -> None:
    folder = tmp_path / "sdk"
    write_package(folder, "evil")
    trap = f"open({str(tmp_path / 'executed')!r}, 'w')\n"
    for name in ("setup.py", "conftest.py", "evil/__init__.py", "evil/sitecustomize.py"):
        (folder / name).write_text(trap)
    run(folder, tmp_path / "out")
    assert not (tmp_path / "executed").exists()


def test_code_is_shown_in_the_page_only_where_it_is_asked_for(sdk: Path, tmp_path: Path) -> None:
    run(sdk, tmp_path / "with", code=True)
    run(sdk, tmp_path / "without")
    shown, bare = ((tmp_path / name / "report.html").read_text() for name in ("with", "without"))
    assert re.search(r"<em>19</em> *span\.set_attribute\(", shown)
    assert "<pre" not in bare
    assert "__init__.py:19" in bare
