"""What is committed under reports/published tells nothing of the machine that made it, and is what the schema says."""

import json
import re
from pathlib import Path

import pytest

from survey.app.speech import SpeechRequest, speak
from survey.model.document import Document, TargetResult
from survey.model.urls import host_of
from survey.model.vocabulary import SourceKind

_FILES = ("accuracy.md", "feishu.txt", "report.html", "report.md", "report.svg", "survey.json")
_IGNORED = (".wav", ".opus")
"""Sound is large and of one voice: git does not take it."""
_OF_AN_EXPORT = {"feishu.json", ".feishu.json.lock"}
"""Whoever publishes it remembers there which document it is."""
_SPEECH = ("speech.en.txt", "speech.json", "speech.zh.txt")
_MACHINE = re.compile(
    r"(?<![\w./-])/(?:home|root|Users|work|workspace|mnt|private|tmp/survey-)/|file://|insteadOf|://[\w.-]+\.(?:local|internal|lan)\b"
)


@pytest.fixture(scope="module")
def published(project: Path) -> Path:
    folder = project / "reports" / "published"
    if not folder.exists():
        pytest.skip("nothing is published yet")
    return folder


def test_all_files_are_there(published: Path) -> None:
    there = {path.name for path in published.iterdir() if path.suffix not in _IGNORED} - _OF_AN_EXPORT
    assert there == {*_FILES, *_SPEECH, "report"}


def test_the_script_is_what_the_published_survey_gives(published: Path, tmp_path: Path) -> None:
    """`make publish` wrote it of this very survey.json, with the words of today."""
    speak(SpeechRequest(published, out=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(_SPEECH)
    for name in _SPEECH:
        assert (tmp_path / name).read_text(encoding="utf-8") == (published / name).read_text(encoding="utf-8"), f"{name}: `make publish`"


def test_no_place_or_name_of_a_machine(published: Path) -> None:
    for path in sorted(path for path in published.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8", errors="replace")
        assert [text[max(0, match.start() - 60) : match.end() + 60] for match in _MACHINE.finditer(text)] == [], path.name


def test_no_markdown_is_too_large_for_github_to_show(published: Path) -> None:
    if not (published / "report").is_dir():
        pytest.skip("the published report is of a version that had one page for everything")
    assert {path.name: path.stat().st_size for path in published.rglob("*.md") if path.stat().st_size > 512 * 1024} == {}


def test_the_page_is_small_and_holds_no_code(published: Path) -> None:
    page = (published / "report.html").read_text(encoding="utf-8")
    if 'id="catalogs"' not in page:
        pytest.skip("the published page is of a version that had one language")
    document = Document.model_validate_json((published / "survey.json").read_bytes())
    packages = sum(len(target.packages) for target in document.targets)
    assert "<pre" not in page
    assert len(page.encode()) <= 25 * 1024 * packages


def test_sources_are_public_addresses(published: Path) -> None:
    document = Document.model_validate_json((published / "survey.json").read_bytes())
    assert document.targets
    for target in document.targets:
        assert target.source is not None, target.reason
        assert target.source.kind is not SourceKind.PATH
        if target.source.kind is SourceKind.PYPI:
            assert target.source.url.startswith(("https://pypi.org/project/", "pkg:pypi"))
            assert target.source.releases
        else:
            assert target.source.commit
            assert all(link.startswith(f"https://{host_of(target.source.url)}/") for link in _links(target))


def _links(target: TargetResult) -> set[str]:
    return set(re.findall(r'"permalink": "([^"]+)"', json.dumps(target.model_dump(mode="json"))))
