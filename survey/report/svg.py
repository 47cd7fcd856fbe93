"""`report.svg`: packages by channels in one picture that stands alone in Markdown, on a page and in a chat.

Shapes tell the states, colours only help; light and dark come from the reader's own setting. Text is laid out by estimate, since a
picture cannot ask how wide a font is.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from survey.model.vocabulary import Default, TargetStatus
from survey.report.base import OneFile, ReportInput
from survey.report.lines import folded
from survey.view.model import Group, ReportView, Row
from survey.view.overview import Spots, prefix_of, short_name, spots_of, totals
from survey.view.text import clean
from survey.view.wording import Message, Wording, say

_MARGIN, _ROW, _COLUMN, _NAME = 24, 18, 50, 210
"""Pixels: around everything, a row's height, a channel's width, a package's name."""
_CELL = 6.5
"""Pixels a column of a terminal stands for, in text of 12 pixels."""
_BLOCKS = 2
_FEW = 24
"""Rows up to which one block is enough."""
_NOT_XML = re.compile("[\ufffe\uffff]")
_STYLE = (
    ".survey-overview{--paper:#ffffff;--ink:#1f2328;--dim:#59636e;--line:#d1d9e0;--on:#bc4c00;--off:#0550ae;"
    "font-family:system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif}"
    "@media (prefers-color-scheme:dark){.survey-overview{--paper:#0d1117;--ink:#e6edf3;--dim:#9198a1;--line:#3d444d;"
    "--on:#ffa657;--off:#79c0ff}}"
    ".survey-overview .paper{fill:var(--paper)}.survey-overview text{fill:var(--ink);font-size:12px;unicode-bidi:isolate}"
    ".survey-overview .dim{fill:var(--dim)}.survey-overview .title{font-size:20px;font-weight:600}.survey-overview .bold{font-weight:600}"
    ".survey-overview .line{stroke:var(--line)}.survey-overview .on{fill:var(--on)}"
    ".survey-overview .off{fill:none;stroke:var(--off);stroke-width:1.6}.survey-overview .half{fill:var(--off)}"
    ".survey-overview .open{fill:none;stroke:var(--dim);stroke-width:1.4;stroke-dasharray:2 2}"
    ".survey-overview .none{fill:var(--dim);opacity:.6}"
    ".survey-overview .other{fill:var(--dim)}"
)


class SvgReport(OneFile):
    """The picture for people who look first."""

    filename = "report.svg"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8 SVG, nothing in it that is loaded or run."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{render_overview(source.view, source.words)}\n'.encode()


def render_overview(view: ReportView, words: Wording) -> str:
    """The picture as an element; its ids carry the language, so that a page can hold one of each."""
    return _Picture(view, words).drawn()


class _Picture:
    def __init__(self, view: ReportView, words: Wording) -> None:
        self.view = view
        self.words = words
        self.totals = totals(view.groups)
        self.channels = tuple(total.channel for total in self.totals)
        rows = sum(len(group.rows) + 2 for group in view.groups)
        self.blocks = _BLOCKS if rows > _FEW else 1
        self.block = max(_NAME + _COLUMN * len(self.channels), 400)
        self.width = max(self.blocks * self.block + (self.blocks + 1) * _MARGIN, 760)
        ids = {name: f"survey-overview-{name}-{words.language}" for name in ("title", "about")}
        self.root = ET.Element(
            "svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "survey-overview", "role": "img", "lang": words.language}
        )
        self.root.set("aria-labelledby", " ".join(ids.values()))
        _put(self.root, "title", words("title"), id=ids["title"])
        _put(self.root, "desc", " ".join(words(sentence) for sentence in self._sentences()), id=ids["about"])
        _put(self.root, "style", _STYLE)
        self.paper = _put(self.root, "rect", width="100%", height="100%", rx=6, **{"class": "paper"})

    def drawn(self) -> str:
        y = self._head()
        y = self._bars(y + 14)
        y = self._legend(y + 10)
        bottom = self._matrix(y + 8)
        made = self.words("overview.made", date=self.view.generated_at[:10], version=self.view.tool.version)
        self._text(_MARGIN, bottom + 22, made, "dim")
        self.root.set("viewBox", f"0 0 {self.width} {bottom + 36}")
        self.root.set("width", str(self.width))
        self.root.set("height", str(bottom + 36))
        return ET.tostring(self.root, encoding="unicode")

    # --- what is said --------------------------------------------------------------------------------------------

    def _sentences(self) -> Iterator[Message]:
        yield from self.view.answer
        yield from (say("terminal.hypothesis", claim=each.claim, word=each.verdict) for each in self.view.hypotheses)

    def _head(self) -> int:
        y = _MARGIN + 20
        self._text(_MARGIN, y, self.words("title"), "title")
        hypotheses = (say("terminal.hypothesis", claim=each.claim, word=each.word) for each in self.view.hypotheses)
        for sentence in (*self.view.answer[:1], *hypotheses):
            for line in folded(Text(self.words(sentence)), int((self.width - 2 * _MARGIN) / _CELL)):
                y += 20
                self._text(_MARGIN, y, line.plain)
        return y

    def _bars(self, y: int) -> int:
        """How many packages use each channel; the filled part of a bar does so by default."""
        most = max((total.packages for total in self.totals), default=1)
        labels = [self.words(f"channel.{total.channel}") for total in self.totals]
        start = _MARGIN + max((round(cell_len(label) * _CELL) for label in labels), default=0) + 12
        size = (self.width - start - _MARGIN - 190) / most
        for total, label in zip(self.totals, labels, strict=True):
            y += 20
            self._text(_MARGIN, y, label)
            whole, filled = max(total.packages * size, 2), total.default * size
            _put(self.root, "rect", x=start, y=y - 11, width=round(whole, 1), height=13, rx=2, **{"class": "off"})
            if total.default:
                _put(self.root, "rect", x=start, y=y - 11, width=round(filled, 1), height=13, rx=2, **{"class": "on"})
            told = self.words("overview.total", packages=total.packages, default=total.default)
            self._text(round(start + whole + 8), y, told, "dim")
        return y

    def _legend(self, y: int) -> int:
        y += 22
        x: float = _MARGIN
        shown: list[tuple[Default | None, str]] = [(default, f"default.{default}") for default in Default]
        for default, id_ in [*shown, (None, "outcome.not_found")]:
            told = self.words(f"overview.{id_}")
            _mark(self.root, default, x + 6, y - 4)
            self._text(round(x + 17), y, told, "dim")
            x += 17 + cell_len(told) * _CELL + 16
        _put(self.root, "path", d=_diamond(x + 6, y - 4), **{"class": "other"})
        self._text(round(x + 17), y, self.words("overview.others"), "dim")
        y += 20
        self._text(_MARGIN, y, self.words("overview.sides"), "dim")
        return y

    # --- the matrix ----------------------------------------------------------------------------------------------

    def _matrix(self, y: int) -> int:
        """Every package, in as many blocks side by side as there are; the lowest line of any."""
        bottom = y
        for number, block in enumerate(self._split()):
            x, row = _MARGIN + number * (self.block + _MARGIN), y + 16
            for place, channel in enumerate(self.channels):
                self._text(self._middle(x, place), row, self.words(f"channel.short.{channel}"), "dim", middle=True)
            _put(self.root, "line", x1=x, x2=x + self.block, y1=row + 6, y2=row + 6, **{"class": "line"})
            row += 4
            for group, rows, goes_on in block:
                row = self._group(x, row, group, rows, goes_on=goes_on)
            bottom = max(bottom, row)
        return bottom

    def _split(self) -> list[list[tuple[Group, tuple[Row, ...], bool]]]:
        """The groups, each with its rows and whether it goes on from the block before, in blocks of about the same height."""
        lines = sum(len(group.rows) + 2 for group in self.view.groups)
        most = -(-lines // self.blocks)
        blocks: list[list[tuple[Group, tuple[Row, ...], bool]]] = [[]]
        free = most
        for group in self.view.groups:
            rows, goes_on = group.rows, False
            while True:
                if free < min(len(rows) + 2, 5) and len(blocks) < self.blocks:
                    blocks.append([])
                    free = most
                fits = len(rows) if len(blocks) == self.blocks else max(min(len(rows), free - 2), 1)
                blocks[-1].append((group, rows[:fits], goes_on))
                free -= fits + 2
                rows, goes_on = rows[fits:], True
                if not rows:
                    break
        return blocks

    def _group(self, x: int, y: int, group: Group, rows: tuple[Row, ...], *, goes_on: bool) -> int:
        prefix = prefix_of(group)
        y += _ROW + 4
        title = self.words("overview.goes_on" if goes_on else "terminal.group", name=group.name, packages=len(group.rows))
        state = "" if group.status is TargetStatus.ANALYSED else self.words("overview.status", status=say(f"status.{group.status}"))
        self._text(x, y, self._cut(" ".join(filter(None, (title, state))), self.block), "bold")
        if prefix:
            y += 15
            self._text(x, y, self._cut(self.words("terminal.prefix", prefix=prefix), self.block), "dim")
        for row in rows:
            y += _ROW
            self._row(x, y, row, prefix)
        return y

    def _row(self, x: int, y: int, row: Row, prefix: str) -> None:
        line = _put(self.root, "g")
        found = [spots_of(row, channel) for channel in self.channels]
        _put(line, "title", self.words("overview.row", package=row.package.name, facts=tuple(self._facts(found)) or (say("details.none"),)))
        name = short_name(row, prefix)
        if row.package.status is not TargetStatus.ANALYSED:
            name = f"{name} {self.words('terminal.status', status=say(f'status.{row.package.status}'))}"
        _put(line, "text", self._cut(name, _NAME - 8), x=x + 8, y=y)
        for place, spots in enumerate(found):
            middle = self._middle(x, place)
            if spots.input is None and spots.output is None and spots.others:
                _put(line, "path", d=_diamond(middle, y - 4), **{"class": "other"})
                continue
            _mark(line, spots.input, middle - 8, y - 4)
            _mark(line, spots.output, middle + 8, y - 4)

    def _facts(self, found: Iterable[Spots]) -> Iterator[Message]:
        for spots in found:
            for role, default in (("input", spots.input), ("output", spots.output)):
                if default is not None:
                    yield say(
                        "overview.fact",
                        role=say(f"role.{role}"),
                        channel=say(f"channel.{spots.channel}"),
                        default=say(f"overview.default.{default}"),
                    )
            if spots.others:
                yield say("overview.fact_other", channel=say(f"channel.{spots.channel}"))

    def _middle(self, x: int, place: int) -> int:
        return x + _NAME + place * _COLUMN + _COLUMN // 2

    def _cut(self, text: str, pixels: float) -> str:
        columns = int(pixels / _CELL)
        return text if cell_len(text) <= columns else f"{set_cell_size(text, columns - 1).rstrip()}\N{HORIZONTAL ELLIPSIS}"

    def _text(self, x: float, y: float, text: str, style: str = "", *, middle: bool = False) -> None:
        attributes: dict[str, object] = {"class": style} if style else {}
        if middle:
            attributes["text-anchor"] = "middle"
        _put(self.root, "text", text, x=x, y=y, **attributes)


def _mark(parent: ET.Element, default: Default | None, x: float, y: float) -> None:
    """One state as a shape: filled, ring, half, dashed ring; a dot for nothing."""
    match default:
        case None:
            _put(parent, "circle", cx=x, cy=y, r=1.5, **{"class": "none"})
        case Default.ON:
            _put(parent, "circle", cx=x, cy=y, r=5.3, **{"class": "on"})
        case Default.UNKNOWN:
            _put(parent, "circle", cx=x, cy=y, r=4.5, **{"class": "open"})
        case _:
            _put(parent, "circle", cx=x, cy=y, r=4.5, **{"class": "off"})
            if default is Default.DEPENDS:
                _put(parent, "path", d=f"M{x} {y - 4.5}a4.5 4.5 0 0 0 0 9z", **{"class": "half"})


def _diamond(x: float, y: float) -> str:
    return f"M{x} {y - 5}l5 5l-5 5l-5 -5z"


def _put(parent: ET.Element, tag: str, text: str = "", **attributes: object) -> ET.Element:
    """A child with its text as text; what XML cannot hold is left out."""
    child = ET.SubElement(parent, tag, {name: str(value) for name, value in attributes.items()})
    if text:
        child.text = _NOT_XML.sub("", text if tag in ("desc", "style") else clean(text, 600))
    return child
