"""Sections of packages put together to pages of `report/`, each small enough for GitHub to render."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.view.model import Group, Row
from survey.view.text import clean

MOST_BYTES = 440_000
"""Of one page. GitHub renders Markdown up to 512 KiB."""
FOLDER = "report"
MARK = "<!-- Made by Survey, which removes this page when a later report has no such project. -->"
"""The first line of every page, by which it is known again; a page without it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Section:
    """One package's text."""

    row: Row
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One file."""

    filename: str
    """Below the report folder."""
    group: Group
    sections: tuple[Section, ...]


def paged(groups: Iterable[tuple[Group, tuple[Section, ...]]], most: int = MOST_BYTES) -> tuple[Page, ...]:
    """A page a project, and further ones where it grows beyond `most` bytes; a package is never cut in two."""
    pages: list[Page] = []
    names: Counter[str] = Counter()
    for group, sections in groups:
        stem = re.sub(r"[^a-z0-9]+", "-", group.target_id.lower()).strip("-")[:60] or "project"
        names[stem] += 1
        stem = stem if names[stem] == 1 else f"{stem}--{names[stem]}"
        held: list[Section] = []
        parts = []
        for section in sections:
            if held and sum(len(each.text.encode()) for each in (*held, section)) > most:
                parts.append(tuple(held))
                held = []
            held.append(section)
        parts.append(tuple(held))
        for number, part in enumerate(parts, 1):
            pages.append(Page(f"{FOLDER}/{stem}{f'-part{number}' if number > 1 else ''}.md", group, part))
    return tuple(pages)


def addresses(pages: Iterable[Page]) -> Mapping[str, str]:
    """A row's anchor to where its section stands, as GitHub names headings."""
    found: dict[str, str] = {}
    for page in pages:
        used: Counter[str] = Counter()
        for section in page.sections:
            name = heading_id(section.row.package.name)
            found[section.row.anchor] = f"{page.filename}#{name}-{used[name]}" if used[name] else f"{page.filename}#{name}"
            used[name] += 1
    return found


def heading_id(heading: str) -> str:
    """The id that GitHub gives a heading: lower case, spaces as hyphens, other punctuation left out."""
    return re.sub(r"[^\w-]", "", clean(heading).lower().replace(" ", "-"))
