"""Text of a surveyed repository in every place of a document is text, and nothing else."""

import re
import unicodedata
from urllib.parse import urlsplit

from hypothesis import given, settings

from survey.publish.blocks import Block, Kind, to_descendants, walk
from survey.publish.document import report_blocks
from survey.publish.exporting import plan_document
from survey.publish.outline import outline
from survey.view.build import build_view
from survey.view.wording import LANGUAGES, load_wording
from tests.publish.docx_rules import check_tree
from tests.report.documents import document_about
from tests.report.hostile import hostile_text

_PART = r"""(?:[A-Za-z0-9_@%+=:,./-]|'[^']*'|"'")+"""
PASTED = re.compile(rf"export {_PART}={_PART}")
"""Only characters that a shell leaves alone, and quoted ones."""


def blocks_about(text: str, language: str) -> tuple[Block, ...]:
    return report_blocks(build_view(document_about(text)), load_wording(language))


def visible(line: str) -> bool:
    """Nothing that steers, hides or turns around; a character that Unicode does not know yet is one."""
    return not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in line)


@given(hostile_text)
@settings(max_examples=30)
def test_it_is_inert(text: str) -> None:
    for language in LANGUAGES:
        blocks = blocks_about(text, language)
        for batch in plan_document("title", blocks).batches:
            body = to_descendants(batch)
            check_tree(body["children_id"], body["descendants"])
        for each in walk(blocks):
            for run in each.runs:
                assert each.kind is Kind.CODE or "\n" not in run.text
                assert visible(run.text.replace("\n", ""))
                assert run.link is None or urlsplit(run.link).hostname == "github.com", "no link but those to the repository"


@given(hostile_text)
@settings(max_examples=60)
def test_its_outline_cannot_steer_a_terminal(text: str) -> None:
    assert all(map(visible, outline(blocks_about(text, "en")).split("\n")))


@given(hostile_text)
@settings(max_examples=60)
def test_what_is_pasted_into_a_shell_sets_a_variable_and_nothing_else(text: str) -> None:
    for each in walk(blocks_about(text, "en")):
        if each.kind is Kind.CODE and each.language == "bash":
            for line in each.text.split("\n"):
                assert PASTED.fullmatch(line), line
