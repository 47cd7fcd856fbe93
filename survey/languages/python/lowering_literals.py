"""Literals: strings with their prefixes, escapes, holes and implicit concatenation, and numbers.

The text of a string is cut out of the source between quotes and holes, not taken from the grammar's nodes: those lose
the backslashes of some raw strings.
"""

import unicodedata
from collections.abc import Mapping

from survey.languages.python.lowering_parts import Hole, Parts, Reducer
from survey.model import ir

_SIMPLE = {"\n": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_OCTAL = frozenset("01234567")
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
"""Halves of characters: no text of a document can hold one, so it stays as written."""
_MOST_BITS = 4_096
"""Of an integer whose value is kept: text of a longer one is refused by the interpreter, and no key or setting is one."""


def unescape(text: str, *, is_bytes: bool = False) -> str:
    """`text` with Python's escape sequences decoded; what is no escape sequence stays as written."""
    if "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while (slash := text.find("\\", at)) >= 0 and slash + 1 < len(text):
        out.append(text[at:slash])
        decoded, at = _escape(text, slash, is_bytes=is_bytes)
        out.append(decoded)
    out.append(text[at:])
    return "".join(out)


def _escape(text: str, slash: int, *, is_bytes: bool) -> tuple[str, int]:
    """The decoded escape sequence that starts at `slash`, and where it ends."""
    letter = text[slash + 1]
    start = slash + 2
    if letter in _SIMPLE:
        return _SIMPLE[letter], start
    if letter in _OCTAL:
        end = slash + 1
        while end < min(slash + 4, len(text)) and text[end] in _OCTAL:
            end += 1
        value = int(text[slash + 1 : end], 8)
        return chr(value & 0xFF if is_bytes else value), end
    if letter in _HEX_DIGITS and (letter == "x" or not is_bytes):
        digits = text[start : start + _HEX_DIGITS[letter]]
        if (
            len(digits) == _HEX_DIGITS[letter]
            and all(digit in "0123456789abcdefABCDEF" for digit in digits)
            and int(digits, 16) <= _LAST_CODE_POINT
        ):
            code = int(digits, 16)
            return f"\\u{code:x}" if code in _SURROGATES else chr(code), start + len(digits)
    if letter == "N" and not is_bytes and text.startswith("{", start) and (close := text.find("}", start)) >= 0:
        try:
            return unicodedata.lookup(text[start + 1 : close]), close + 1
        except KeyError:
            pass
    return "\\" + letter, start


def _string(parts: Parts) -> ir.Expr:
    prefix, quote = _opening(parts)
    node, source = parts.node, parts.source
    closed = bool(parts.items) and parts.items[-1][0] == "string_end"
    end = node.end_byte - (len(quote) if closed else 0)
    at = node.start_byte + len(prefix) + len(quote)
    holes = [value for _, _, value in parts.items if isinstance(value, Hole)]
    if not holes:
        text = _decoded(source[at:end].decode(errors="replace"), prefix)
        value = text.encode("latin-1", "replace") if "b" in prefix else text
        return ir.Const(parts.line, parts.end_line, value)
    pieces: list[ir.Expr | str] = []
    for hole in holes:
        pieces += (_decoded(source[at : hole.start].decode(errors="replace"), prefix), hole.label, hole.value)
        at = hole.end
    pieces.append(_decoded(source[at:end].decode(errors="replace"), prefix))
    return _template(parts, pieces)


def _opening(parts: Parts) -> tuple[str, str]:
    """Prefix letters in lower case, and the quotes."""
    start = next(parts.of_kind("string_start"), "")
    prefix = start.rstrip("'\"")
    return prefix.lower(), start[len(prefix) :]


def _decoded(text: str, prefix: str) -> str:
    if "f" in prefix:
        text = text.replace("{{", "{").replace("}}", "}")
    return text if "r" in prefix else unescape(text, is_bytes="b" in prefix)


def _template(parts: Parts, pieces: list[ir.Expr | str]) -> ir.Expr:
    """A `Const` when there are no holes, else a `Template` whose neighbouring literal parts are merged."""
    merged: list[ir.Expr] = []
    text: list[str] = []

    def flush(line: int) -> None:
        if whole := "".join(text):
            merged.append(ir.Const(line, line, whole))
        text.clear()

    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
        elif isinstance(piece, ir.Const) and isinstance(piece.value, str) and parts.kind == "concatenated_string":
            text.append(piece.value)
        else:
            flush(piece.line)
            merged.append(piece)
    if not merged:
        return ir.Const(parts.line, parts.end_line, "".join(text))
    flush(parts.end_line)
    return ir.Template(parts.line, parts.end_line, tuple(merged))


def _concatenated(parts: Parts) -> ir.Expr:
    strings = parts.exprs()
    if all(isinstance(item, ir.Const) and isinstance(item.value, bytes) for item in strings):
        return ir.Const(
            parts.line,
            parts.end_line,
            b"".join(item.value for item in strings if isinstance(item, ir.Const) and isinstance(item.value, bytes)),
        )
    pieces: list[ir.Expr | str] = []
    for item in strings:
        if isinstance(item, ir.Template):
            pieces.extend(_hole_or_text(part) for part in item.parts)
        elif isinstance(item, ir.Const) and isinstance(item.value, str):
            pieces.append(item.value)
        else:
            return ir.Unknown(parts.line, parts.end_line, parts.kind, tuple(strings))
    return _template(parts, pieces)


def _hole_or_text(part: ir.Expr) -> ir.Expr | str:
    return part.value if isinstance(part, ir.Const) and isinstance(part.value, str) else part


def _interpolation(parts: Parts) -> Hole:
    node = parts.node
    label = ""
    if parts.has("="):
        children = node.children
        sign = next((index for index, child in enumerate(children) if child.type == "="), len(children))
        if sign + 1 < len(children):
            label = parts.source[node.start_byte + 1 : children[sign + 1].start_byte].decode(errors="replace")
    value = parts.as_expr(parts.tuple_or_one(parts.exprs()))
    if isinstance(value, ir.Bind) and parts.has("named_expression"):  # `{x:=10}` formats x, it binds nothing
        value = value.target
    return Hole(value, label, node.start_byte, node.end_byte)


def _integer(parts: Parts) -> ir.Expr:
    text = _text(parts).replace("_", "").lower()
    if text.endswith("j"):
        return ir.Unknown(parts.line, parts.end_line, "complex", ())
    legacy = text.rstrip("l")
    octal = legacy.startswith("0") and legacy.isdigit()
    try:
        value = int(legacy, 8 if octal else 0)
    except ValueError:  # beyond the interpreter's own bound on digits, or no number after all
        return ir.Unknown(parts.line, parts.end_line, "integer", ())
    if value.bit_length() > _MOST_BITS:
        return ir.Unknown(parts.line, parts.end_line, "integer", ())
    return ir.Const(parts.line, parts.end_line, value)


def _float(parts: Parts) -> ir.Expr:
    text = _text(parts)
    if text[-1:] in "jJ":
        return ir.Unknown(parts.line, parts.end_line, "complex", ())
    try:
        return ir.Const(parts.line, parts.end_line, float(text))
    except ValueError:
        return ir.Unknown(parts.line, parts.end_line, "float", ())


def _text(parts: Parts) -> str:
    return parts.source[parts.node.start_byte : parts.node.end_byte].decode()


REDUCERS: Mapping[str, Reducer] = {
    "string": _string,
    "string_start": _text,
    "string_content": lambda _: None,
    "string_end": lambda _: None,
    "concatenated_string": _concatenated,
    "interpolation": _interpolation,
    "integer": _integer,
    "float": _float,
    "true": lambda parts: ir.Const(parts.line, parts.end_line, True),
    "false": lambda parts: ir.Const(parts.line, parts.end_line, False),
    "none": lambda parts: ir.Const(parts.line, parts.end_line, None),
    "ellipsis": lambda parts: ir.Const(parts.line, parts.end_line, None),
}
