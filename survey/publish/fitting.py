"""Blocks cut to what Feishu takes: per paragraph, per table, per request, per document. Nothing is lost, only repeated where it must be."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from survey.publish.blocks import Block, Kind, Run

MOST_BLOCKS_A_REQUEST = 1000
MOST_BLOCKS_A_DOCUMENT = 20_000
MOST_COLUMNS = 100
MOST_UNITS_A_PARAGRAPH = 100_000
"""UTF-16 code units."""


def batches(blocks: Iterable[Block], most: int = MOST_BLOCKS_A_REQUEST) -> tuple[tuple[Block, ...], ...]:
    """`blocks` in order, as many in each batch as one request may create."""
    made: list[tuple[Block, ...]] = []
    room = 0
    for each in blocks:
        for part in fit(each, most):
            if part.size > room:
                made.append(())
                room = most
            made[-1] += (part,)
            room -= part.size
    return tuple(made)


def fit(block: Block, room: int = MOST_BLOCKS_A_REQUEST) -> tuple[Block, ...]:
    """`block` in pieces of at most `room` blocks; raises `ValueError` for a tree that is nested deeper than that."""
    if room < 1:
        raise ValueError("blocks are nested more deeply than one request may hold")
    if block.kind is Kind.TABLE:
        return tuple(_fit_table(block, room))
    children = tuple(part for child in block.children for part in fit(child, room - 1))
    first, *rest = _paragraphs(block.runs)
    pieces = [replace(block, runs=first, children=group) for group in _groups(children, room - 1)]
    return (*pieces, *(replace(block, runs=runs, children=()) for runs in rest))


def _groups(children: tuple[Block, ...], room: int) -> list[tuple[Block, ...]]:
    groups: list[tuple[Block, ...]] = [()]
    used = 0
    for child in children:
        if used + child.size > room:
            groups.append(())
            used = 0
        groups[-1] += (child,)
        used += child.size
    return groups


def _fit_table(table: Block, room: int) -> Iterator[Block]:
    """The table in parts that each repeat the header row, and the first column where there are too many columns for one part."""
    columns = len(table.widths)
    cells = [replace(cell, children=tuple(part for child in cell.children for part in fit(child, room - 2))) for cell in table.children]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    header, body = rows[0], rows[1:]
    tallest = [header[at].size + max((row[at].size for row in body), default=0) for at in range(columns)]
    for chosen in _column_groups(tallest, room - 1):
        widths = tuple(table.widths[at] for at in chosen)
        head = [header[at] for at in chosen]
        part, used = list(head), sum(cell.size for cell in head)
        empty = used
        for row in body:
            line = [row[at] for at in chosen]
            size = sum(cell.size for cell in line)
            if used + size > room - 1:
                yield replace(table, children=tuple(part), widths=widths)
                part, used = list(head), empty
            part += line
            used += size
        yield replace(table, children=tuple(part), widths=widths)


def _column_groups(tallest: list[int], room: int) -> list[list[int]]:
    """Which columns go together; `tallest` is what the header and the tallest row take of each."""
    groups, used = [[0]], tallest[0]
    for at, height in enumerate(tallest[1:], 1):
        if len(groups[-1]) == MOST_COLUMNS or used + height > room:
            groups.append([0])
            used = tallest[0]
        groups[-1].append(at)
        used += height
    if any(sum(tallest[at] for at in group) > room for group in groups):
        raise ValueError("one cell of a table is more than one request may hold")
    return groups


def _paragraphs(runs: tuple[Run, ...]) -> list[tuple[Run, ...]]:
    """`runs` cut into paragraphs of which each is short enough; at least one."""
    paragraphs: list[tuple[Run, ...]] = [()]
    room = MOST_UNITS_A_PARAGRAPH
    for run in runs:
        text = run.text
        if not text:
            paragraphs[-1] += (run,)
        while text:
            piece = _prefix(text, room)
            if piece:
                paragraphs[-1] += (replace(run, text=piece),)
            text = text[len(piece) :]
            room -= units(piece)
            if text:
                paragraphs.append(())
                room = MOST_UNITS_A_PARAGRAPH
    return paragraphs


def units(text: str) -> int:
    """The length of `text` as Feishu counts it, in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _prefix(text: str, room: int) -> str:
    """As much of the beginning of `text` as fits."""
    if units(text[:room]) <= room:
        return text[:room]
    used = 0
    for at, char in enumerate(text):
        used += units(char)
        if used > room:
            return text[:at]
    return text
