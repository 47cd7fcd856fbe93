"""The page: self-contained, complete without a click, every state in words, whatever a repository contains."""

import html
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from hypothesis import given, settings

from survey.knowledge.backends import load_backends
from survey.model.document import Document, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, Outcome, Role, TargetStatus
from survey.report.base import prepare
from survey.report.html import HtmlReport
from survey.view.excerpts import WayId
from survey.view.explanation import CodeLine
from tests.report.documents import COMMIT, document, document_about, package, record, target
from tests.report.hostile import hostile_text
from tests.report.survey_of_kinds import survey_of_kinds

SOURCES = tuple(backend.source for backend in load_backends())


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
        self._ignored = tag in ("style", "script")
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
    line = line[: line.index("<tr class=drawer>")]
    shown = re.sub(r"<details.*?</details>", "", line, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", shown))
    for fact in ("attr ● on", "log ○ off", "CAPTURE_CONTENT", "env · default true", "gen_ai.input.messages", "spans.py:10"):
        assert fact in text
    assert f'href="https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11"' in line


def test_every_state_has_words() -> None:
    text = page(FIELD).text
    for words in ("inside another role's value", "rewrites", "1 write escapes the switch", "failed", "not supported", "not found"):
        assert words in text


def test_what_could_not_be_seen_is_there() -> None:
    text = page(FIELD).text
    assert "the repository asks for credentials" in text
    assert COMMIT in text


def test_it_needs_no_network() -> None:
    structure = page(FIELD)
    tags = {tag for tag, _ in structure.tags}
    assert not tags & {"img", "link", "iframe", "object", "embed", "base", "form"}
    assert "url(" not in HtmlReport().render(prepare(FIELD)).decode()
    assert "@import" not in HtmlReport().render(prepare(FIELD)).decode()
    assert [names for tag, names in structure.tags if tag == "script"] == [("type", "id"), ()]
    inner = [link[1:] for link in structure.links if link.startswith("#") and "=" not in link]
    assert inner
    assert set(inner) <= set(structure.ids)
    assert len(structure.ids) == len(set(structure.ids))


def test_only_its_own_script_and_style_may_run() -> None:
    raw = HtmlReport().render(prepare(FIELD)).decode()
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', raw)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", raw, re.DOTALL)
        assert [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy for text in body] == [True]


def test_without_code_the_page_stays_small() -> None:
    kinds = survey_of_kinds()
    many = kinds.model_copy(update={"targets": kinds.targets * 10})
    growth = len(HtmlReport().render(prepare(many))) - len(HtmlReport().render(prepare(kinds)))
    assert growth / (9 * 8) < 25_000


def test_each_range_of_code_stands_in_the_page_once() -> None:
    survey = survey_of_kinds()
    package = survey.targets[0].packages[0]
    lines = (CodeLine(20, "value = dumps(messages)  # <b>", marked=True),)
    ways = [WayId("kits", package.name, package.path, Channel.SPAN_ATTRIBUTE, role, 0) for role in (Role.INPUT, Role.OUTPUT)]
    raw = HtmlReport().render(prepare(survey, code=dict.fromkeys(ways, ((), (), lines)))).decode()
    assert raw.count("&lt;b&gt;") == 1
    assert raw.count("<a data-code href") == 1


def test_an_empty_survey_is_a_page_too() -> None:
    assert "No package could be analysed" in page(document()).text


@settings(max_examples=60)
@given(hostile_text)
def test_hostile_text_changes_no_structure(text: str) -> None:
    attacked, plain = page(document_about(f"x{text}")), page(document_about("plain"))  # a switch's empty value means something
    assert [tag for tag in attacked.tags if tag[0] not in ("a", "code", "wbr")] == [
        tag for tag in plain.tags if tag[0] not in ("a", "code", "wbr")
    ]
    assert all(link.startswith(("#", "https://github.com/", "survey.json", "report.md", "report.svg", *SOURCES)) for link in attacked.links)


def test_hostile_text_is_shown_as_text() -> None:
    assert "</script><img src=x onerror=alert(1)>" in page(document_about("</script><img src=x onerror=alert(1)>")).text
