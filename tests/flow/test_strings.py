"""What is said about string patterns holds for every text that they stand for."""

import re

from hypothesis import given
from hypothesis import strategies as st

from survey.flow.strings import contains, ends, may_equal, squeeze, starts
from survey.flow.values import HOLE

LETTERS = "ab."
pieces = st.text(LETTERS, max_size=4)
fillings = st.text("ab", max_size=3)
"""A hole never holds a dot: where keys are matched it stays within its segment."""


@st.composite
def filled(draw: st.DrawFn, holes: int = 2) -> tuple[str, str]:
    """A pattern, and one of the texts it stands for."""
    pattern = text = draw(pieces)
    for _ in range(draw(st.integers(0, holes))):
        piece = draw(pieces)
        pattern, text = pattern + HOLE + piece, text + draw(fillings) + piece
    return pattern, text


def agrees(claim: bool | None, fact: bool) -> bool:
    return claim is None or claim is fact


@given(filled(), filled())
def test_patterns_that_may_not_be_equal_have_no_text_in_common(one: tuple[str, str], other: tuple[str, str]) -> None:
    if one[1] == other[1]:
        assert may_equal(one[0], other[0])
        assert may_equal(other[0], one[0])


@given(filled())
def test_a_pattern_may_equal_every_text_it_stands_for(one: tuple[str, str]) -> None:
    pattern, text = one
    assert may_equal(pattern, text)
    assert may_equal(squeeze(pattern), text)


@given(filled(holes=4), pieces)
def test_equal_to_what_is_known(one: tuple[str, str], text: str) -> None:
    pattern = "[^.]*".join(map(re.escape, one[0].split(HOLE)))
    assert may_equal(one[0], text) == bool(re.fullmatch(pattern, text))
    assert may_equal(one[0], one[1])


def test_many_holes_are_no_hang() -> None:
    assert not may_equal(f"x{HOLE}" * 30 + "z", "x" * 90 + "y")
    assert may_equal(f"x{HOLE}" * 30, "x" * 90 + "y")


@given(filled(), pieces)
def test_containing(one: tuple[str, str], needle: str) -> None:
    assert agrees(contains(one[0], needle), needle in one[1])


@given(filled(), filled())
def test_containing_a_pattern(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert agrees(contains(one[0], other[0]), other[1] in one[1])


@given(filled(), filled())
def test_starting(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert agrees(starts(one[0], other[0]), one[1].startswith(other[1]))


@given(filled(), filled())
def test_ending(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert agrees(ends(one[0], other[0]), one[1].endswith(other[1]))


@given(pieces, pieces)
def test_plain_text_is_always_decided(one: str, other: str) -> None:
    assert may_equal(one, other) is (one == other)
    assert contains(one, other) is (other in one)
    assert starts(one, other) is one.startswith(other)
    assert ends(one, other) is one.endswith(other)


@given(pieces, st.text("ab", min_size=1, max_size=3), pieces)
def test_a_hole_may_hold_whatever_has_no_dot(before: str, needle: str, after: str) -> None:
    pattern = before + HOLE + after
    assert contains(pattern, needle) is not False
    assert contains(pattern, f"x{needle}.x") is False  # a hole cannot hold both sides of a dot


def test_masks_of_real_keys() -> None:
    key = f"llm.input_messages.{HOLE}.message.content"
    assert contains(key, "llm.input_messages") is True
    assert contains(key, "llm.output_messages") is False
    assert contains(f"llm.{HOLE}", "llm.input_messages") is None
    assert contains(f"{HOLE}.message.content", "llm.input_messages") is False
    assert starts(f"gen_ai.{HOLE}", "llm") is False
    assert ends(f"gen_ai.prompt.{HOLE}.role", ".role") is True
    assert not may_equal(f"gen_ai.prompt.{HOLE}.content", "gen_ai.prompt.0.tool_calls.0.content")
