"""Text of surveyed repositories before it is shown anywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.view.text import clean, safe_url


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("gen_ai.prompt.*.content", "gen_ai.prompt.*.content"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link", "link"),
        ("\x9b31mred", "red"),
        ("a\r\nb\tc", "a b c"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("line\u2028end", "line end"),
        ("\x00\x07\x7f", ""),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("提示词", "提示词"),
    ],
)
def test_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_long_line_is_cut() -> None:
    assert clean("x" * 10_000, 50) == "x" * 49 + "…"


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    shown = clean(text)
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    assert clean(shown) == shown


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://github.com/o/r/blob/abc/a.py#L1-L2", "https://github.com/o/r/blob/abc/a.py#L1-L2"),
        ("https://github.com/o/r/blob/abc/a b<c>.py", "https://github.com/o/r/blob/abc/a%20b%3Cc%3E.py"),
        ("javascript:alert(1)", None),
        ("http://github.com/o/r", None),
        ("data:text/html,x", None),
        ("https://[broken/x", None),
        ("https:///no-host", None),
        (None, None),
    ],
)
def test_only_encoded_https_addresses_become_links(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe
