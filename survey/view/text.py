"""Text that came out of a surveyed repository, made harmless to show.

Escaping for a format (HTML, Markdown) is the report's part; this removes what is dangerous or misleading everywhere.
"""

import re
import unicodedata
from urllib.parse import quote

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b.?", re.DOTALL
)
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#]|$)")
_LONGEST = 300


class Clean(str):
    """Text that `clean` made, as long as it was allowed to be there."""

    __slots__ = ()


def clean(text: str, limit: int = _LONGEST) -> Clean:
    """`text` on one line without terminal escapes, control, bidirectional or invisible characters, cut after `limit` characters."""
    line = re.sub(" {2,}", " ", _visible(_ESCAPES.sub("", text[: limit * 20]))).strip()
    return Clean(line if len(line) <= limit else line[: limit - 1] + "…")


def clean_code(line: str, limit: int = _LONGEST) -> str:
    """A line of source as `clean` makes it, its indentation and inner spaces kept (a tab as four)."""
    code = _visible(_ESCAPES.sub("", line[: limit * 20]).expandtabs(4)).rstrip()
    return code if len(code) <= limit else code[: limit - 1] + "…"


def _visible(text: str) -> str:
    """`text` with a space for everything that separates, without what cannot be seen."""
    if text.isprintable():
        return text
    kept = []
    for char in text:
        category = unicodedata.category(char)
        if category in ("Zl", "Zp", "Zs") or char in "\t\n\r\v\f\x85":
            kept.append(" ")
        elif category not in ("Cc", "Cf", "Cs", "Co"):
            kept.append(char)
    return "".join(kept)


def safe_url(url: str | None) -> str | None:
    """`url` percent-encoded for any context, or None when it is not a plain https address."""
    if url is None:
        return None
    encoded = quote(url, safe="/:#?=&%@+,;~-._", errors="replace")
    return encoded if _HTTPS.match(encoded) else None
