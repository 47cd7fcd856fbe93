"""Whatever a repository holds, lowering gives a module or `UnreadableFile`, and in bounded time."""

import dataclasses
import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.languages.base import UnreadableFile
from survey.languages.python import lowering, lowering_expressions, lowering_statements
from survey.languages.python.lowering import MAX_CHAIN, MAX_PROBLEMS, lower
from survey.model import ir
from tests.languages.show import show

REAL = b"".join(inspect.getsource(module).encode() for module in (lowering, lowering_expressions, lowering_statements))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"x = 1\n" * 400_000, "larger than 2 MiB"),
        (b"x = '\xff'\n", "not UTF-8"),
        (b"\xef\xbb\xbfx = '\xff'\n", "not UTF-8"),
        (b"# -*- coding: ascii -*-\nx = '\xff'\n", "not ascii"),
        (b"# coding: no-such-codec\n", "unknown encoding"),
        (b"# coding: idna\n", "unknown encoding"),
        (b"# coding: utf-16\n", "unknown encoding"),
        (b"a\0b", "binary"),
        ("x = 1\n".encode("utf-16"), "binary"),
        (b"(" * 5000 + b")" * 5000, "nested too deeply"),
        (b"x = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b"".join(b" " * depth + b"if a:\n" for depth in range(1000)) + b" " * 1000 + b"b", "nested too deeply"),
        (b"x = " + b"-" * 5000 + b"1", "nested too deeply"),
        (b"x = " + b"+".join([b"a"] * 5000), "nested too deeply"),
        (b"x = a" + b".b()" * 5000, "nested too deeply"),
        (b"if a: b\n" + b"elif c: d\n" * 5000, "nested too deeply"),
        (b"\\\n" * 100_000, "too costly to parse"),
        (b"x = '" + b"\\N{" * 60_000 + b"'", "too costly to parse"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:24]),
)
def test_unreadable(source: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        lower("m.py", source)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "é"),
        ("#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"), "€"),
        ("# coding: shift_jis\nx = '表'\n".encode("shift_jis"), "表"),
        ("\ufeffx = 'é'\n".encode(), "é"),
    ],
)
def test_declared_encodings(source: bytes, text: str) -> None:
    assign = lower("m.py", source).body[-1]
    assert show(assign) == f"Assign([x], {text!r})"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (b"x = " + b" + ".join([b"a"] * 900), 899),
        (b"x = a" + b".b()" * 450, 900),
        (b"x = " + b" or ".join([b"a"] * 900), 1),
        (b"if a: b\n" + b"elif c: d\n" * 900, 901),
    ],
    ids=["sum", "calls", "or", "elif"],
)
def test_long_chains_are_read(source: bytes, count: int) -> None:
    nodes = [node for node in walk(lower("m.py", source)) if isinstance(node, ir.BinOp | ir.BoolOp | ir.Call | ir.Attr | ir.If)]
    assert len(nodes) == count
    assert count <= MAX_CHAIN


@pytest.mark.parametrize(
    ("source", "kept", "problem"),
    [
        (b"a = 1\nb = (\nc = 3\ndef f():\n    return 4\n", "Define(Function(f, [Return(4)]))", "2: "),
        (b"def f(:\n    pass\ng(1)\n", "Evaluate(Call(g, [Arg(1)]))", "1: "),
        (b"class A:\n    def f(self):\n        return 1 +\n    def g(self):\n        return 2\n", "Define(Function(g", "3: "),
        (b"x = = 1\ny = 2\n", "Assign([y], 2)", "1: "),
        (b"((((", "", "1: "),
    ],
)
def test_recovers_from_broken_syntax(source: bytes, kept: str, problem: str) -> None:
    module = lower("m.py", source)
    assert kept in "; ".join(map(show, module.body))
    assert module.problems[0].startswith(problem)


def test_problems_are_bounded() -> None:
    module = lower("m.py", b"x = = 1\n" * 200)
    assert len(module.problems) == MAX_PROBLEMS
    assert all(len(problem) < 300 for problem in module.problems)


def walk(module: ir.Module) -> list[Any]:
    """Every node of the module, each once."""
    seen: dict[int, Any] = {}
    pending: list[Any] = [module.body]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif dataclasses.is_dataclass(node) and id(node) not in seen:
            seen[id(node)] = node
            pending.extend(getattr(node, field.name) for field in dataclasses.fields(node))
    return list(seen.values())


def check(source: bytes) -> None:
    """Lower and look at every node: only IR, every line inside the file."""
    try:
        module = lower("m.py", source)
    except UnreadableFile:
        return
    last = source.count(b"\n") + source.count(b"\r") + 1
    for node in walk(module):
        assert type(node).__module__ == ir.__name__
        if isinstance(node, ir.Node):
            assert 1 <= node.line <= node.end_line <= last, node


@given(st.text())
def test_any_text(text: str) -> None:
    check(text.encode(errors="surrogatepass"))


@given(st.binary())
def test_any_bytes(source: bytes) -> None:
    check(source)


PIECES = [
    "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", ":=", "*", "**", "@", "->", "'", '"', "'''", "f'", "rb'", "\\", "\n", "\n  ", "\t",
    "#", " a", " b", " 1", " 2j", " def f", " class A", " lambda", " async ", " await ", " yield ", " from ", " import ", " if ", " elif ",
    " match a:\n case ", " else", " for ", " in ", " while ", " try:", " except ", " finally:", " with ", " as ", " not ", " is ", " and ",
    " or ", " del ", " print ", " exec ", " type ", " global ", " raise ", " return ", " assert ", " pass", "_", "|", "<", "<>", "\r\n",
    "\x0c", "é", "ﬁ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=500)
def test_any_tokens(text: str) -> None:
    check(text.encode())


@given(
    st.lists(st.tuples(st.integers(0, len(REAL)), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=6),
    st.integers(0, len(REAL)),
)
@settings(deadline=None, max_examples=150)
def test_mutated_code(edits: list[tuple[int, int, str]], start: int) -> None:
    source = REAL[start : start + 4000]
    for at, length, piece in edits:
        place = at % (len(source) + 1)
        source = source[:place] + piece.encode() + source[place + length :]
    check(source)
