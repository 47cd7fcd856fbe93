"""The page: self-contained, complete without a click, every state in words, whatever a repository contains."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings

from survey.model.document import Document, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, Outcome, Role, TargetStatus
from survey.report.base import prepare
from survey.report.html import HtmlReport
from tests.report.documents import COMMIT, document, document_about, package, record, target
from tests.report.hostile import hostile_text


class Structure(HTMLParser):
    """The tags of a page with the names of their attributes, its links and its visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self._ignored = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self._ignored = tag == "style"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._ignored = False

    def handle_data(self, data: str) -> None:
        if not self._ignored:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def page(made: Document) -> Structure:
    structure = Structure()
    structure.feed(HtmlReport().render(prepare(made)).decode())
    return structure


FIELD = document(
    target(
        "sdks",
        package(
            "first-sdk",
            record(gates=[RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT", default="true")], ungated=1),
            record(Channel.LOG_RECORD, default=Default.OFF),
            record(role=Role.OUTPUT, nested=True),
            record(role=Role.TOOL_CALL, rewriter=True),
        ),
        package("second-sdk", status=TargetStatus.FAILED, outcome=Outcome.ERROR),
        package("third-sdk", outcome=Outcome.NOT_SUPPORTED),
    ),
    target("gone", status=TargetStatus.FAILED, reason="the repository asks for credentials"),
)


def test_the_five_questions_are_answered_without_a_click() -> None:
    raw = HtmlReport().render(prepare(FIELD)).decode()
    line = raw[raw.index('href="#sdks-first-sdk"', raw.index('class="matrix"')) :]
    line = line[: line.index("</tr>")]
    assert "<details" not in line
    for fact in ("attr", "<b>on</b>", "log", "<b>off</b>", "CAPTURE_CONTENT", "env, default true", "gen_ai.input.messages", "spans.py:10"):
        assert fact in line
    assert f'href="https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11"' in line


def test_every_state_has_words() -> None:
    text = page(FIELD).text
    for words in ("inside another role's value", "rewrites", "1 write escapes the switch", "failed", "not supported", "not found"):
        assert words in text


def test_what_could_not_be_seen_is_there() -> None:
    text = page(FIELD).text
    assert "the repository asks for credentials" in text
    assert COMMIT in text


def test_it_needs_no_network_and_no_script() -> None:
    structure = page(FIELD)
    tags = {tag for tag, _ in structure.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "base", "form"}
    assert "url(" not in HtmlReport().render(prepare(FIELD)).decode()
    assert "@import" not in HtmlReport().render(prepare(FIELD)).decode()
    inner = [link[1:] for link in structure.links if link.startswith("#")]
    assert inner
    assert set(inner) <= set(structure.ids)
    assert len(structure.ids) == len(set(structure.ids))


def test_an_empty_survey_is_a_page_too() -> None:
    assert "No package could be analysed" in page(document()).text


@settings(max_examples=60)
@given(hostile_text)
def test_hostile_text_changes_no_structure(text: str) -> None:
    attacked, plain = page(document_about(text)), page(document_about("plain"))
    assert [tag for tag in attacked.tags if tag[0] not in ("a", "code")] == [tag for tag in plain.tags if tag[0] not in ("a", "code")]
    assert all(link.startswith(("#", "https://github.com/")) for link in attacked.links)


def test_hostile_text_is_shown_as_text() -> None:
    assert "</script><img src=x onerror=alert(1)>" in page(document_about("</script><img src=x onerror=alert(1)>")).text
