"""A Feishu document as a tree of blocks, and how a tree is spoken of in the docx interface."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]


class Kind(StrEnum):
    """The kinds of blocks that a report needs; the value is the key of the block's content."""

    TEXT = "text"
    HEADING1 = "heading1"
    HEADING2 = "heading2"
    HEADING3 = "heading3"
    BULLET = "bullet"
    CODE = "code"
    CALLOUT = "callout"
    DIVIDER = "divider"
    TABLE = "table"
    CELL = "table_cell"


BLOCK_TYPES = {
    Kind.TEXT: 2,
    Kind.HEADING1: 3,
    Kind.HEADING2: 4,
    Kind.HEADING3: 5,
    Kind.BULLET: 12,
    Kind.CODE: 14,
    Kind.CALLOUT: 19,
    Kind.DIVIDER: 22,
    Kind.TABLE: 31,
    Kind.CELL: 32,
}
CODE_LANGUAGES = {"plain": 1, "bash": 7, "json": 28, "python": 49}
_WRITTEN = frozenset(Kind) - {Kind.CALLOUT, Kind.DIVIDER, Kind.TABLE, Kind.CELL}
_CALLOUT = {"background_color": 5, "border_color": 5}
"""Light blue."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; never interpreted, whatever it holds."""

    text: str
    bold: bool = False
    code: bool = False
    link: str | None = None
    """An address from `safe_url`."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block with all below it."""

    kind: Kind
    runs: tuple[Run, ...] = ()
    children: tuple["Block", ...] = ()
    """The cells of a table row by row, its header first."""
    widths: tuple[int, ...] = ()
    """Of a table's columns, in pixels."""
    language: str = "plain"

    @property
    def size(self) -> int:
        """How many blocks this is."""
        return 1 + sum(child.size for child in self.children)

    @property
    def text(self) -> str:
        """Its own text."""
        return "".join(run.text for run in self.runs)


def block(kind: Kind, *runs: Run | str) -> Block:
    """A block of text; plain strings are runs without a style."""
    return Block(kind, tuple(Run(run) if isinstance(run, str) else run for run in runs))


def code(language: str, lines: Iterable[str]) -> Block:
    """A block of source code."""
    return Block(Kind.CODE, (Run("\n".join(lines)),), language=language)


def table(widths: tuple[int, ...], header: Iterable[str], rows: Iterable[tuple[tuple[Run, ...], ...]]) -> Block:
    """A table of one paragraph a cell; raises `ValueError` for a row of another length."""
    lines = [tuple((Run(word, bold=True),) for word in header), *rows]
    if any(len(line) != len(widths) for line in lines):
        raise ValueError("every row of a table has as many cells as it has columns")
    cells = tuple(Block(Kind.CELL, children=(Block(Kind.TEXT, runs),)) for line in lines for runs in line)
    return Block(Kind.TABLE, children=cells, widths=widths)


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, each before what is below it."""
    for each in blocks:
        yield each
        yield from walk(each.children)


def to_descendants(blocks: tuple[Block, ...]) -> Json:
    """The `children_id` and `descendants` of one request; ids are temporary and unique in it."""
    descendants: list[Json] = []

    def add(each: Block) -> str:
        id_ = f"b{len(descendants)}"
        made: Json = {"block_id": id_, "block_type": BLOCK_TYPES[each.kind], str(each.kind): _content(each)}
        descendants.append(made)
        if each.children:
            made["children"] = [add(child) for child in each.children]
        return id_

    return {"children_id": [add(each) for each in blocks], "descendants": descendants}


def _content(each: Block) -> Json:
    if each.kind is Kind.TABLE:
        columns = len(each.widths)
        size = {"row_size": len(each.children) // columns, "column_size": columns, "column_width": list(each.widths)}
        return {"property": {**size, "header_row": True, "header_column": True}}
    if each.kind is Kind.CALLOUT:
        return dict(_CALLOUT)
    if each.kind not in _WRITTEN:
        return {}
    content: Json = {"elements": [_element(run) for run in each.runs] or [_element(Run(""))]}
    if each.kind is Kind.CODE:
        content["style"] = {"language": CODE_LANGUAGES[each.language], "wrap": True}
    return content


def _element(run: Run) -> Json:
    style: Json = {}
    if run.bold:
        style["bold"] = True
    if run.code:
        style["inline_code"] = True
    if run.link:
        style["link"] = {"url": quote(run.link, safe="")}
    return {"text_run": {"content": run.text, **({"text_element_style": style} if style else {})}}
