"""A Python file to the IR: tree-sitter reads it, broken or not; one bottom-up walk turns syntax into IR.

The walk keeps its own stack, so hostile nesting meets a stated limit and never the interpreter's.
"""

from functools import cache
from typing import Any, cast

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

from survey.languages.base import UnreadableFile
from survey.languages.python import lowering_definitions, lowering_expressions, lowering_literals, lowering_patterns, lowering_statements
from survey.languages.python.lowering_parts import Broken, Parts, Reducer, broken, statements
from survey.languages.python.reading import as_utf8
from survey.model import ir

MAX_NESTING = 100
"""Levels of syntax inside one another; brackets, blocks and argument lists each count as one. Hand-written code stays below 40."""
MAX_CHAIN = 1000
"""Links of the chains on the way to any node, that is what nests to the left or in the else arm: `a + b + …`, `a.b().c()…`, `elif …`.
No node of the IR lies deeper than the sum of both bounds."""
MAX_PROBLEMS = 20
_SHOWN = 60
_CHUNK = 4096
_REREADS = 200
"""Times the parser may read each part of a file; real files stay below 50."""

_CHAIN_LINKS = frozenset({"attribute", "call", "subscript", "binary_operator", "boolean_operator"})
_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_SKIPPED = frozenset({"comment", "line_continuation"})
_OPAQUE = frozenset({"string_start", "string_content", "string_end", "format_specifier", "type_conversion", "import_prefix"})
"""Read as a whole, or not at all."""

_REDUCERS: dict[str, Reducer] = {
    **lowering_literals.REDUCERS,
    **lowering_expressions.REDUCERS,
    **lowering_statements.REDUCERS,
    **lowering_patterns.REDUCERS,
    **lowering_definitions.REDUCERS,
    "module": statements,
    "ERROR": broken,
    "type_conversion": lambda _: None,
    "format_specifier": lambda _: None,
}


@cache
def _language() -> Language:
    return Language(tree_sitter_python.language())


def lower(path: str, source: bytes) -> ir.Module:
    """The file as IR; what the parser could not read is listed in `problems`. Raises `UnreadableFile`."""
    text = as_utf8(source)
    tree = _parse(text)
    walk = _Walk(text, has_error=tree.root_node.has_error)
    return ir.Module(path, walk.run(tree.root_node), tuple(walk.problems))


def _parse(text: bytes) -> Tree:
    """The syntax tree. The parser rescans some hostile files without end; how often it rereads is bounded, not how long it takes."""
    reads = 0
    allowed = _REREADS * (len(text) // _CHUNK + _REREADS)

    def read(offset: int, _: object) -> bytes:
        nonlocal reads
        reads += 1
        return text[offset : offset + _CHUNK]

    try:
        return Parser(_language()).parse(read, progress_callback=lambda _offset, _has_error: reads > allowed)
    except ValueError:
        raise UnreadableFile("too costly to parse") from None


class _Walk:
    """One bottom-up pass over one tree."""

    def __init__(self, source: bytes, *, has_error: bool) -> None:
        self.source = source
        self.has_error = has_error
        self.problems: list[str] = []
        self._line = 1
        self._line_end = source.find(b"\n")

    def run(self, root: Node) -> tuple[ir.Stmt, ...]:
        """The statements of the module."""
        cursor = root.walk()
        stack = [Parts(root.type, root, self.source, 0, 0, "")]  # an ERROR when the file makes no sense as a whole
        down = cursor.goto_first_child()
        while stack:
            if not down:  # every child of the innermost node is done
                parts = stack.pop()
                value = self._reduce(parts)
                if not stack:
                    return value.statements if isinstance(value, Broken) else cast("tuple[ir.Stmt, ...]", value)
                cursor.goto_parent()
                self._close(stack[-1], parts, cursor.field_name, value)
                down = cursor.goto_next_sibling()
                continue
            node = cast("Node", cursor.node)  # None only for a cursor without a tree
            parent = stack[-1]
            if not node.is_named:
                self._token(parent, node, cursor.field_name)
            elif (kind := node.type) not in _SKIPPED:
                child = self._open(parent, kind, node, cursor.field_name)
                if kind not in _OPAQUE and cursor.goto_first_child():
                    stack.append(child)
                    continue
                child.line = child.end_line = self._line_of(node.start_byte)
                self._close(parent, child, cursor.field_name, self._leaf(child))
            down = cursor.goto_next_sibling()
        return ()

    def _line_of(self, offset: int) -> int:
        """The line of a byte offset; asked in ascending order."""
        while 0 <= self._line_end < offset:
            self._line += 1
            self._line_end = self.source.find(b"\n", self._line_end + 1)
        return self._line

    def _token(self, parent: Parts, node: Node, field: str | None) -> None:
        line = self._line_of(node.start_byte)
        if not parent.items:
            parent.line = line
        parent.end_line = line
        kind = node.type
        parent.items.append((kind, field, None))
        if kind == "yield":
            parent.is_generator = True
        if self.has_error and node.is_missing:
            self._problem(line, f"missing {kind!r}")

    def _open(self, parent: Parts, kind: str, node: Node, field: str | None) -> Parts:
        nesting, chain = parent.nesting + 1, parent.chain
        if kind in _CHAIN_LINKS and parent.kind in _CHAIN_LINKS and not parent.items:
            nesting, chain = parent.nesting, chain + 1
        elif kind == "elif_clause":
            chain = parent.chain = chain + 1
        if nesting > MAX_NESTING or chain > MAX_CHAIN:
            raise UnreadableFile("nested too deeply")
        scope = parent.scope
        if field == "body" and parent.kind in _SCOPES:
            scope += (lowering_definitions.LAMBDA if parent.kind == "lambda" else parent.name()) + "."
        return Parts(kind, node, self.source, nesting, chain, scope)

    def _close(self, parent: Parts, child: Parts, field: str | None, value: Any) -> None:
        if not parent.items:
            parent.line = child.line
        parent.end_line = child.end_line
        parent.items.append((child.kind, field, value))
        if child.is_generator and (child.kind not in _SCOPES):
            parent.is_generator = True

    def _leaf(self, parts: Parts) -> Any:
        if self.has_error and parts.node.is_missing:
            self._problem(parts.line, f"missing {parts.kind}")
            return ir.Unknown(parts.line, parts.end_line, "MISSING", ())
        return self._reduce(parts)

    def _reduce(self, parts: Parts) -> Any:
        if not parts.line:
            parts.line = parts.end_line = self._line
        if parts.kind == "ERROR":
            shown = self.source[parts.node.start_byte : parts.node.end_byte][: _SHOWN * 4].decode(errors="replace")
            self._problem(parts.line, f"cannot read {shown[:_SHOWN]!r}")
        reduce = _REDUCERS.get(parts.kind)
        if reduce is None:
            return ir.Unknown(parts.line, parts.end_line, parts.kind, tuple(parts.exprs()))
        return reduce(parts)

    def _problem(self, line: int, what: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(f"{line}: {what}")
