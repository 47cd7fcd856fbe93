"""report.md: the same facts as the page, and nothing in it that a repository wrote as markup."""

from collections.abc import Iterator

from hypothesis import assume, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from survey.model.document import Document, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, TargetStatus
from survey.report.base import prepare
from survey.report.markdown import MarkdownReport
from survey.report.markup import code, escape_markdown
from survey.view.text import clean
from tests.report.documents import COMMIT, document, document_about, package, record, target
from tests.report.hostile import hostile_text

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def text_of(made: Document) -> str:
    return MarkdownReport().render(prepare(made)).decode()


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


FIELD = document(
    target(
        "sdks",
        package(
            "first-sdk",
            record(gates=[RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT", default="true")]),
            record(Channel.LOG_RECORD, default=Default.OFF),
        ),
        package("second-sdk"),
    ),
    target("gone", status=TargetStatus.FAILED, reason="the repository asks for credentials"),
)


def test_the_table_answers_the_five_questions() -> None:
    lines = text_of(FIELD).splitlines()
    head = lines.index("| package | input | output | default | switch | key | evidence |")
    assert lines[head + 2] == (
        "| first-sdk 1.2.3 | span attribute **on**, log record **off** | not found | differs | `CAPTURE_CONTENT` (env, default true) "
        f"| `gen_ai.input.messages` | [`src/sdk/spans.py:10`](<https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11>) |"
    )
    assert lines[head + 3] == "| second-sdk 1.2.3 | not found | not found | not written | - | - | - |"


def test_what_failed_is_told() -> None:
    assert "- Gone (failed): the repository asks for credentials" in text_of(FIELD)


def test_every_table_row_has_the_columns_of_its_head() -> None:
    table = 0
    for line in text_of(document_about("plain text")).splitlines():
        if not line.startswith("|"):
            table = 0
        elif not table:
            table = line.count("|")
        else:
            assert line.count("|") == table, line


@settings(max_examples=60)
@given(hostile_text)
def test_hostile_text_changes_no_structure(text: str) -> None:
    assume(clean(text))
    inert = ("text", "code_inline", "text_special", "link_open", "link_close")
    attacked = [token.type for token in tokens(text_of(document_about(text))) if token.type not in inert]
    plain = [token.type for token in tokens(text_of(document_about("plain"))) if token.type not in inert]
    assert attacked == plain


@settings(max_examples=60)
@given(hostile_text)
def test_hostile_text_links_nowhere_else(text: str) -> None:
    hrefs = [str(token.attrGet("href")) for token in tokens(text_of(document_about(text))) if token.type == "link_open"]
    assert all(href.startswith("https://github.com/") for href in hrefs)


@given(hostile_text)
def test_escaped_text_renders_as_itself(text: str) -> None:
    for escaped in (escape_markdown(text), code(text)):
        inline = [token for token in tokens(f"x {escaped}") if token.type in ("text", "text_special", "code_inline")]
        assert " ".join("".join(token.content for token in inline).split()) == f"x {clean(text)}".strip()
