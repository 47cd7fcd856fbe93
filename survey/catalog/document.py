"""YAML text as plain data whose every part still knows its place in the file.

Nodes are composed and never constructed: no tag can name a type, and a value keeps the text that was written.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
_TAG = "tag:yaml.org,2002:"
_TEXT = {"str", "merge", "value"}
_KINDS = {"bool": "a yes/no value", "int": "a number", "float": "a number", "null": "nothing", "timestamp": "a date"}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake; line and column are 1-based."""

    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OtherScalar:
    """A value that YAML does not read as text: a number, a date, yes/no, or nothing."""

    what: str
    written: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: `data` of dicts, lists, strings and `OtherScalar`; `mistakes` found on the way."""

    data: Any
    root: yaml.Node | None
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, path: Iterable[str | int], *, of_key: bool = False) -> tuple[int, int]:
        """1-based line and column of the value at `path` (of its key with `of_key`), or of the nearest part that exists."""
        node = self.root
        mark = node.start_mark if node else None
        for part in path:
            key: yaml.Node | None = None
            if isinstance(node, yaml.MappingNode):
                key, node = next(((k, v) for k, v in node.value if k.value == part), (None, None))
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
            else:
                node = None
            if node is None:
                break
            mark = key.start_mark if key and of_key else node.start_mark
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def close_match(word: str, known: Iterable[str]) -> str:
    """`did you mean X?` for the closest of `known`, or an empty string."""
    spelled = {each.lower(): each for each in known}
    matches = difflib.get_close_matches(word.lower(), spelled, n=1)
    return f"did you mean `{spelled[matches[0]]}`?" if matches else ""


def printable(text: str, limit: int = 80) -> str:
    """`text` fit for a message: one line, no control characters or lone surrogates, cut to `limit` characters."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode("ascii") for c in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def parse(source: bytes) -> Document:
    """Never raises: what cannot be read at all is a document without data, and one mistake that says why."""
    if len(source) > MAX_BYTES:
        return _unreadable((1, 1), f"the file is larger than {MAX_BYTES // 1024} KiB", "a catalog is a short list; is this the right file?")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start].decode(), error.object[error.start]
        return _unreadable(_after(before), f"not UTF-8: byte 0x{byte:02x}", "save the file as UTF-8")
    try:
        loader = _Composer(text)
    except yaml.reader.ReaderError as error:
        character = printable(text[error.position])
        return _unreadable(_after(text[: error.position]), f"broken YAML: the character {character} is not allowed", "remove it")
    try:
        root = loader.get_single_node()
    except _RefusedError as refusal:
        message, mark, hint = refusal.args
        return _unreadable((mark.line + 1, mark.column + 1), message, hint)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or loader.get_mark()
        said = printable(", ".join(part for part in (error.context, error.problem) if part), 200)
        return _unreadable((mark.line + 1, mark.column + 1), f"broken YAML: {said}")
    except (ValueError, OverflowError):  # PyYAML lets these escape for a character code or a version number out of range
        mark = loader.get_mark()
        return _unreadable((mark.line + 1, mark.column + 1), "broken YAML: a number out of range")
    mistakes: list[Mistake] = []
    return Document(_plain(root, mistakes) if root else None, root, mistakes)


class _RefusedError(Exception):
    """Well-formed YAML that a catalog has no use for: what, where, and what to do instead."""


class _Composer(yaml.SafeLoader):
    """Refuses aliases, which can make a small file endless, and depth, which can exhaust the stack."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("aliases (*name) are not supported", event.start_mark, "write the value out")
        if self._depth >= MAX_DEPTH:
            raise _RefusedError("nested too deeply", event.start_mark, "a catalog is a flat list of targets")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def _plain(node: yaml.Node, mistakes: list[Mistake]) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, mistakes) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        data: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if not isinstance(key, yaml.ScalarNode):
                mistakes.append(Mistake(line, column, "a key must be text"))
            elif key.value in lines:
                hint = f"first given in line {lines[key.value]}; remove one"
                mistakes.append(Mistake(line, column, f"duplicate key `{printable(key.value)}`", hint))
            else:
                lines[key.value] = line
                data[key.value] = _plain(value, mistakes)
        return data
    kind = node.tag.removeprefix(_TAG)
    if kind in _TEXT:
        return node.value
    return OtherScalar(_KINDS.get(kind) or f"a value tagged `{printable(node.tag)}`", printable(node.value))


def _after(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _unreadable(place: tuple[int, int], message: str, hint: str = "") -> Document:
    return Document(None, None, [Mistake(*place, message, hint)])
