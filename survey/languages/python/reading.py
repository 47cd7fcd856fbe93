"""Bytes of a Python file to UTF-8 text as the interpreter would read it, or the reason why it cannot be read."""

import io
import tokenize

from survey.languages.base import UnreadableFile

MAX_BYTES = 2 * 1024 * 1024
_NOT_ASCII_BASED = (
    "utf-16",
    "utf-32",
    "utf-7",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "unicode-escape",
    "raw-unicode-escape",
)
"""Codecs the interpreter cannot read a cookie in, or whose decoding of hostile input is slow or invents line breaks."""


def as_utf8(source: bytes) -> bytes:
    """`source` as UTF-8 without a byte order mark and with plain newlines; raises `UnreadableFile`."""
    if len(source) > MAX_BYTES:
        raise UnreadableFile("larger than 2 MiB")
    if b"\0" in source:
        raise UnreadableFile("binary")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:  # an unknown codec, or a first line that is no UTF-8
        raise UnreadableFile("not UTF-8" if b"coding" not in b"".join(source.splitlines()[:2]) else "unknown encoding") from None
    if encoding.lower().replace("_", "-").startswith(tuple(name.replace("_", "-") for name in _NOT_ASCII_BASED)):
        raise UnreadableFile("unknown encoding")
    try:
        text = source.decode(encoding)
        data = text.encode()
    except (UnicodeError, LookupError):
        raise UnreadableFile("not UTF-8" if encoding in ("utf-8", "utf-8-sig") else f"not {encoding}") from None
    if b"\0" in data:
        raise UnreadableFile("binary")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
