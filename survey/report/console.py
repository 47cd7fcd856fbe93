"""What the texts for the terminal share: a console that writes into memory, and how a write's place is told."""

from io import StringIO

from rich.console import Console
from rich.text import Text

from survey.model.document import Package, Write
from survey.verdicts.package import key_of
from survey.view.matrix import within
from survey.view.text import clean, safe_url

NARROWEST = 60
"""Columns below which nothing is laid out."""


def console_of(width: int, *, color: bool) -> tuple[Console, StringIO]:
    """A console and what is printed on it; escape sequences are in it only when `color` is on."""
    out = StringIO()
    console = Console(
        file=out,
        width=max(width, NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        markup=False,
    )
    return console, out


def trimmed(out: StringIO) -> str:
    """What was printed, without the blanks that fill the lines."""
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def place_of(package: Package, write: Write) -> Text:
    """`key  path:line` of a write, its path within the package's folder, linked where there is a permalink."""
    place = write.evidence
    link = safe_url(place.permalink) if place.permalink else None
    where = Text(f"{clean(within(place.path, package.path))}:{place.line}", style=f"link {link}" if link else "")
    return Text(f"{clean(key_of(write))}  ").append(where)
