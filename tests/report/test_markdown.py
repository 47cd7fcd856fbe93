"""report.md: the same facts as the page, and nothing in it that a repository wrote as markup."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

import survey
from survey.knowledge.backends import load_backends
from survey.model.document import Document, Gate, RecordGate, Step
from survey.model.vocabulary import Channel, Default, GateKind, Role, TargetStatus
from survey.report.base import prepare
from survey.report.markdown import MarkdownReport
from survey.report.markup import code, escape_markdown
from survey.report.pages import Section, addresses, paged
from survey.view.text import clean
from tests.report.documents import COMMIT, document, document_about, evidence, package, record, target
from tests.report.hostile import hostile_text

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def files_of(made: Document, language: str = "en") -> dict[str, str]:
    return {name: data.decode() for name, data in MarkdownReport().files(prepare(made, language)).items()}


def text_of(made: Document, language: str = "en") -> str:
    """Everything there is, file after file."""
    return "\n".join(files_of(made, language).values())


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def lint(*places: Path) -> str:
    """What the linter says of every Markdown file there, with the project's own settings."""
    command = [sys.executable, "-m", "pymarkdown", "--config", "pyproject.toml", "scan", "--recurse", *map(str, places)]
    done = subprocess.run(command, cwd=Path(survey.__file__).parents[1], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


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
    assert lines[head + 2] == "| **Sdks** (analysed) | | | | | | |"
    assert lines[head + 3] == (
        "| [first-sdk](<report/sdks.md#first-sdk>) 1.2.3 | span attribute **on**, log record **off** | not found | differs "
        "| `CAPTURE_CONTENT` (env, default true) "
        f"| `gen_ai.input.messages` (input) | [`spans.py:10`](<https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11>) |"
    )
    assert lines[head + 4] == "| [second-sdk](<report/sdks.md#second-sdk>) 1.2.3 | not found | not found | not written | - | - | - |"


def test_a_page_a_project_with_the_steps() -> None:
    steps = (
        Step(path="src/sdk/api.py", line=3, note="comes from parameter prompt of ask"),
        Step(path="src/sdk/spans.py", line=10, note="written under k"),
    )
    plain = record(gates=[RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT", default="true")])
    write = plain.writes[0].model_copy(update={"evidence": plain.writes[0].evidence.model_copy(update={"steps": steps})})
    told = plain.model_copy(update={"writes": (write,)})
    same = told.model_copy(update={"role": Role.SYSTEM})
    files = files_of(document(target("sdks", package("sdk", told, same)), target("others", package("other", record()))))
    assert list(files) == ["report.md", "report/sdks.md", "report/others.md"]
    page = files["report/sdks.md"]
    assert "[Back to the answer and the table of all packages](<../report.md>)" in page
    assert "  1. `api.py:3` comes from parameter `prompt` of `ask`\n" in page
    assert f"  2. [`spans.py:10`](<https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11>) written under `k`\n" in page
    assert (
        "system as span attribute:\n\n- `gen_ai.input.messages`, the same way as input\\\n  Written whenever the product is on.\n" in page
    )
    assert "Paths begin below src/sdk, or at the repository's root." in page
    assert page.count("comes from parameter") == 1
    assert "survey.json" in page


def test_every_link_inside_the_report_leads_somewhere() -> None:
    names = ["sdk.one", "sdk_two", "Sdk Three", "twice", "twice"]
    files = files_of(document(target("sdks", *(package(name, record()) for name in names)), target("a/b", package("c", record()))))
    headings: dict[str, list[str]] = {}
    for name, text in files.items():
        used: Counter[str] = Counter()
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
            id_ = re.sub(r"[^\w-]", "", title.replace("\\", "").lower().replace(" ", "-"))
            headings.setdefault(name, []).append(f"{id_}-{used[id_]}" if used[id_] else id_)
            used[id_] += 1
    links = [link for text in files.values() for link in re.findall(r"\]\(<((?!https)[^>]+)>\)", text)]
    assert len(links) >= len(names) + 1
    for link in links:
        name, _, place = link.removeprefix("../").partition("#")
        assert not place or place in headings[name], link
        assert name in files


def test_pages_are_cut_between_packages_before_they_grow_too_large() -> None:
    (group,) = prepare(document(target("sdks", *(package(f"p{number}") for number in range(5))))).view.groups
    sections = tuple(Section(row, "x" * 400) for row in group.rows)
    pages = paged([(group, sections)], 1000)
    assert [(page.filename, len(page.sections)) for page in pages] == [
        ("report/sdks.md", 2),
        ("report/sdks-part2.md", 2),
        ("report/sdks-part3.md", 1),
    ]
    assert addresses(pages)["sdks-p4"] == "report/sdks-part3.md#p4"
    assert [len(page.sections) for page in paged([(group, sections)], 10)] == [1] * 5


def test_a_switch_that_a_project_shares_is_told_once() -> None:
    gate = Gate(id="g", kind=GateKind.ENV, name="SHARED_SWITCH", default="true", evidence=evidence("lib/config.py", 4))
    both = [package(name, record()).model_copy(update={"gates": (gate,)}) for name in ("first", "second")]
    page = files_of(document(target("sdks", *both)))["report/sdks.md"]
    assert page.count("`config.py:4`") == 1
    assert "Also read here, as told under first: SHARED\\_SWITCH." in page or "as told under first: SHARED_SWITCH." in page


def test_what_still_leaves_when_a_switch_is_set() -> None:
    gate = Gate(id="g", kind=GateKind.ENV, name="CAPTURE", values=("true",), default="true", evidence=evidence())
    plain = record(gates=[RecordGate(kind=GateKind.ENV, name="CAPTURE")])
    gated = plain.model_copy(
        update={"writes": (plain.writes[0].model_copy(update={"when": {"gate": "g", "in": ["true"]}, "gates": ("g",)}),)}
    )
    made = package("sdk", gated, record(role=Role.OUTPUT)).model_copy(update={"gates": (gate,)})
    page = files_of(document(target("sdks", made)))["report/sdks.md"]
    assert "| nothing set | | | input (span attribute), output (span attribute) |" in page
    assert re.search(r"\| `CAPTURE=[^`]+` \| input \(span attribute\) \| - \| output \(span attribute\) \|", page), page


def test_chinese_tells_the_same_facts() -> None:
    english, chinese = text_of(FIELD), text_of(FIELD, "zh")
    assert re.findall(r"`[^`]+`", english) == re.findall(r"`[^`]+`", chinese)
    assert re.findall(r"<https[^>]+>", english) == re.findall(r"<https[^>]+>", chinese)
    assert "| 包 | 输入 | 输出 | 默认 | 开关 | 键 | 证据 |" in chinese


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", ["plain", "](https://evil.example) <b>", "# x\n- y | *z* `q` __init__", "1. \t> +\u202e"])
def test_a_linter_finds_nothing(text: str, language: str, tmp_path: Path) -> None:
    made = {**files_of(document_about(text), language), **{f"field-{name}": data for name, data in files_of(FIELD, language).items()}}
    for name, data in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(data, encoding="utf-8")
    assert lint(tmp_path) == ""


def test_what_failed_is_told() -> None:
    assert "- Gone (failed) the repository asks for credentials" in text_of(FIELD)


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
    own = re.compile(r"\.\./report\.md|report/[a-z0-9-]+\.md#[\w%-]*")
    known = ("https://github.com/", *(backend.source for backend in load_backends()))
    assert all(href.startswith(known) or own.fullmatch(href) for href in hrefs)


@given(hostile_text)
def test_escaped_text_renders_as_itself(text: str) -> None:
    for escaped in (escape_markdown(text), code(text)):
        inline = [token for token in tokens(f"x {escaped}") if token.type in ("text", "text_special", "code_inline")]
        assert " ".join("".join(token.content for token in inline).split()) == f"x {clean(text)}".strip()
