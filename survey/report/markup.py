"""Escaping for Markdown as strict as autoescape is for HTML: whatever a template prints is escaped unless it says otherwise."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from survey.view.text import clean

_LONGEST = 2000
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "@": "&#64;"}
_SPECIAL = re.compile(r"[\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_])")
_AUTOLINK = re.compile(r"\b(https?|ftp|mailto|xmpp):|\b(www)\.", re.IGNORECASE)
_BLOCK_START = re.compile(r"^(?:[-+](?=[\s-]|$)|#(?=[#\s]|$)|=(?==*$)|\d{1,9}(?=[.)](?:\s|$)))")
_CODE_SAFE = re.compile(r"[\w .,:;/*+=?!@#$%^(){}\[\]'\"~…-]+")


class Safe(str):
    """Markdown that is already escaped."""

    __slots__ = ()


def escape_markdown(text: str) -> Safe:
    """`text` as inert inline Markdown, in tables too: no markup, link, HTML, mention or line break survives."""
    escaped = _SPECIAL.sub(r"\\\g<0>", clean(text, _LONGEST))
    escaped = "".join(_ENTITIES.get(char, char) for char in escaped)
    escaped = _AUTOLINK.sub(lambda match: f"{match[1]}&#58;" if match[1] else f"{match[2]}&#46;", escaped)
    return Safe(_BLOCK_START.sub(lambda match: f"&#{ord(match[0][0])};{match[0][1:]}", escaped))


def escape_inline(text: str) -> Safe:
    """`text` escaped in the middle of a line: blanks at its ends are kept, and nothing in it begins a block."""
    kept = text.strip(" ")
    start, end = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :] if kept else ""
    return Safe(f"{start}{escape_markdown(kept)}{end}")


def code(text: str) -> Safe:
    """`text` as a code span; as escaped text where a code span could be broken out of."""
    shown = clean(text, _LONGEST)
    return Safe(f"`{shown}`") if _CODE_SAFE.fullmatch(shown) else escape_markdown(shown)


def anchor(text: str, url: str | None) -> Safe:
    """A link, or the text alone; `url` must come from `safe_url`."""
    label = code(text)
    if not url:
        return label
    return Safe(f"[{label}](<{url}>)")


def page(text: str, address: str) -> Safe:
    """A link to another file of the report; `address` is one that Survey made."""
    return Safe(f"[{escape_markdown(text)}](<{address}>)")


def _finalize_markdown(value: Any) -> Any:
    return value if isinstance(value, Safe) else escape_markdown(str(value))


def _finalize_html(value: Any) -> Any:
    return clean(value, _LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def environment(*, html: bool) -> Environment:
    """The templates' environment, which escapes everything for HTML or Markdown; undefined names are errors."""
    made = Environment(
        loader=PackageLoader("survey.report", "templates"),
        autoescape=html,  # noqa: S701 - Markdown has `finalize`, which escapes as strictly
        undefined=StrictUndefined,
        finalize=_finalize_html if html else _finalize_markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    if not html:
        made.filters.update({"code": code, "anchor": anchor, "page": page})
    return made
