"""Lines for the terminal: broken between words, and between Han characters where Chinese may be broken."""

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_OPEN, _CLOSE = "（《「『“‘", "，。：；）、》」』”’！？…"  # noqa: RUF001 - these are what is meant
_HAN = "\u2e80-\u2fff\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff"
_UNIT = re.compile(rf"\s*[{_OPEN}]*(?:[{_HAN}]|[^\s{_HAN}{_OPEN}{_CLOSE}]+)?[{_CLOSE}]*")
_NAME = re.compile(r"[^_.(/-]*[_.(/-]*")
"""A part of a name that may stand at the end of a line: `OTEL_`, `Client(`, `gen_ai.`."""


def put(console: Console, text: Text | str, indent: int = 0) -> None:
    """Print `text` within the width of `console`, each line after `indent` blanks; what is longer than a line is broken in names."""
    whole = text if isinstance(text, Text) else Text(text)
    for line in folded(whole, console.width - indent):
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)


def folded(text: Text, width: int) -> Iterator[Text]:
    """`text` in lines of at most `width` columns, styles kept; a name longer than a line is broken after `_`, `.` and the like."""
    plain, cuts, used = text.plain, [], 0
    for start, end in _units(plain, width, _UNIT):
        unit = plain[start:end]
        if used and used + cell_len(unit.rstrip()) > width:
            cuts.append(end - len(unit.lstrip()))
            used = cell_len(unit.lstrip())
        else:
            used += cell_len(unit)
    for line in text.divide(cuts):
        line.rstrip()
        yield line


def in_column(text: Text, width: int) -> Text:
    """`text` as a cell of a table."""
    return Text("\n").join(folded(text, width))


def _units(text: str, width: int, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """What must not be broken; units wider than a line part by part, those by characters."""
    for match in pattern.finditer(text):
        if not match[0]:
            continue
        if cell_len(match[0].strip()) <= width:
            yield match.span()
        elif pattern is not _NAME:
            yield from ((match.start() + start, match.start() + end) for start, end in _units(match[0], width, _NAME))
        else:
            yield from ((place, place + 1) for place in range(*match.span()))
