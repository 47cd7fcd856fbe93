"""Whatever tree comes: every request within the limits, and nothing lost."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.publish import fitting
from survey.publish.blocks import Block, Kind, Run, block, code, table, to_descendants, walk
from survey.publish.fitting import MOST_BLOCKS_A_REQUEST, batches, fit, units
from tests.publish.docx_rules import check_tree

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
runs = st.lists(
    st.builds(Run, words, st.booleans(), st.booleans(), st.sampled_from([None, "https://example.com/a?b=c#L1-L2"])), max_size=4
).map(tuple)
leaves = st.one_of(
    st.builds(Block, st.sampled_from([Kind.TEXT, Kind.HEADING1, Kind.HEADING2, Kind.HEADING3, Kind.BULLET]), runs),
    st.builds(code, st.sampled_from(["plain", "bash", "python", "json"]), st.lists(words, max_size=5)),
    st.just(Block(Kind.DIVIDER)),
)
paragraphs = st.lists(st.builds(Block, st.sampled_from([Kind.TEXT, Kind.BULLET]), runs), min_size=1, max_size=4).map(tuple)
callouts = st.builds(lambda children: Block(Kind.CALLOUT, children=children), paragraphs)


@st.composite
def tables(draw: st.DrawFn) -> Block:
    """Up to far more columns and rows than one table may have; the text of a cell is its place."""
    columns, rows = draw(st.one_of(st.integers(1, 12), st.integers(90, 230))), draw(st.one_of(st.integers(0, 6), st.integers(60, 300)))
    rows = min(rows, 3000 // columns)
    lines = [tuple((Run(f"{row}:{column}"),) for column in range(columns)) for row in range(rows)]
    return table(tuple(range(100, 100 + columns)), (f"h:{column}" for column in range(columns)), lines)


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    return (each.text for each in walk(blocks) if each.kind not in (Kind.TABLE, Kind.CELL))


@given(st.lists(st.one_of(leaves, callouts, tables()), max_size=6).map(tuple))
@settings(max_examples=40)
def test_every_request_is_one_that_feishu_takes(blocks: tuple[Block, ...]) -> None:
    made = batches(blocks)
    for batch in made:
        body = to_descendants(batch)
        check_tree(body["children_id"], body["descendants"])
    flat = tuple(part for batch in made for part in batch)
    plain = [each for each in blocks if each.kind is not Kind.TABLE]
    assert list(texts(tuple(part for part in flat if part.kind is not Kind.TABLE))) == list(texts(tuple(plain)))
    assert [cell for part in blocks if part.kind is Kind.TABLE for cell in sorted(cells_of((part,)))] == sorted_runs(blocks, flat)


def cells_of(parts: tuple[Block, ...]) -> set[str]:
    return {each.text for part in parts for each in walk((part,)) if each.kind is Kind.TEXT}


def sorted_runs(blocks: tuple[Block, ...], flat: tuple[Block, ...]) -> list[str]:
    """The cells of each table of `blocks`, gathered from its parts: as many of `flat` as begin with the table's widths and cells."""
    left = [part for part in flat if part.kind is Kind.TABLE]
    found: list[str] = []
    for whole in (each for each in blocks if each.kind is Kind.TABLE):
        parts = left[: len(fit(whole))]
        del left[: len(parts)]
        for part in parts:
            columns = len(part.widths)
            header = [cell.children[0].text for cell in part.children[:columns]]
            assert header[0] == "h:0", "the first column is repeated"
            assert all(name.startswith("h:") for name in header), "the header is repeated"
            for start in range(columns, len(part.children), columns):
                line = [cell.children[0].text.partition(":") for cell in part.children[start : start + columns]]
                assert [f"h:{column}" for _, _, column in line] == header, "cells stay below their column"
                assert len({row for row, _, _ in line}) == 1, "cells stay in their row"
        found += sorted(cells_of(tuple(parts)))
    return found


@given(st.text(st.sampled_from("a\u4e2d\U0001f600"), max_size=80), st.integers(2, 9))
def test_a_paragraph_that_is_too_long_is_cut_between_characters(text: str, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "MOST_UNITS_A_PARAGRAPH", most)
        parts = fit(block(Kind.TEXT, text[:20], Run(text[20:], bold=True)))
    assert "".join(part.text for part in parts) == text
    assert all(units(part.text) <= most for part in parts)


def test_a_real_paragraph_of_more_than_a_hundred_thousand_units() -> None:
    (batch,) = batches([block(Kind.TEXT, "\U0001f600" * 120_000)])
    assert [len(part.text) for part in batch] == [50_000, 50_000, 20_000]
    body = to_descendants(batch)
    check_tree(body["children_id"], body["descendants"])


def test_a_callout_of_more_than_one_request_goes_on_in_another() -> None:
    many = Block(Kind.CALLOUT, children=tuple(block(Kind.BULLET, str(n)) for n in range(2500)))
    made = batches([many])
    assert [sum(each.size for each in batch) for batch in made] == [1000, 1000, 503]
    assert list(texts(tuple(part for batch in made for part in batch if part.kind))) == [
        text for start in (0, 999, 1998) for text in ("", *map(str, range(start, min(start + 999, 2500))))
    ]


def test_a_tree_deeper_than_a_request_is_refused() -> None:
    deep = block(Kind.BULLET, "x")
    for _ in range(5):
        deep = Block(Kind.BULLET, children=(deep,))
    assert fit(deep, 6)
    with pytest.raises(ValueError, match="nested more deeply"):
        fit(deep, 5)


def test_batches_are_as_full_as_they_can_be() -> None:
    made = batches([block(Kind.TEXT, "x")] * (MOST_BLOCKS_A_REQUEST * 2 + 1))
    assert [len(batch) for batch in made] == [1000, 1000, 1]
