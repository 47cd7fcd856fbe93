"""Lines for the terminal: where they may be broken, in English and in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from survey.report.lines import folded
from survey.view.text import clean
from tests.report.hostile import hostile_text


def lines(text: str, width: int) -> list[str]:
    return [line.plain for line in folded(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("把它写进日志记录", 8, ["把它写进", "日志记录"]),
        ("写进日志，其中", 8, ["写进日", "志，其中"]),  # no line begins with a comma
        ("写进（日志）", 6, ["写进", "（日", "志）"]),  # and none ends with an opening bracket
        ("键 gen_ai.input.messages 下", 24, ["键 gen_ai.input.messages", "下"]),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE", 22, ["OTEL_INSTRUMENTATION_", "GENAI_CAPTURE"]),
        ("Client(mask_things=)", 12, ["Client(mask_", "things=)"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 10, [""]),
    ],
)
def test_where_lines_are_broken(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@given(st.one_of(hostile_text, st.text(alphabet="写入日志，。（）abc_. ", max_size=60)), st.integers(4, 40))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    flat = clean(text)
    shown = lines(flat, width)
    assert "".join("".join(shown).split()) == "".join(flat.split())
    assert all(cell_len(line) <= width for line in shown)


def test_styles_are_kept() -> None:
    first, second = folded(Text("one ").append("two", style="link https://example.org"), 4)
    assert not first.spans
    assert str(second.spans[0].style) == "link https://example.org"
