"""Each construct of the grammar arrives in the IR in its one form."""

import pytest

from survey.languages.python.lowering import lower
from survey.model import ir
from tests.languages.show import lowered


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("'a' \"b\" 'c'", "Evaluate('abc')"),
        (r"'\x41\u00e9\N{DASH}\101\q\n'", r"Evaluate('Aé\\N{DASH}A\\q\n')"),
        (r"'\N{EM DASH}'", "Evaluate('—')"),
        (r"r'\n\\'", r"Evaluate('\\n\\\\')"),
        (r"b'\xff\u1234' b'\0'", r"Evaluate(b'\xff\\u1234\x00')"),
        ("'''a\nb\\\nc'''", r"Evaluate('a\nbc')"),
        ("f'{a}.{{b}}.{c!r:>{width}}'", "Evaluate(Template([a, '.{b}.', c]))"),
        ("f'{a = }'", "Evaluate(Template(['a = ', a]))"),
        ("f'a' 'b'", "Evaluate('ab')"),
        ("f'{a}' 'b' f'c{d}'", "Evaluate(Template([a, 'bc', d]))"),
        (r"rf'\d{a}\n'", r"Evaluate(Template(['\\d', a, '\\n']))"),
        ("f'{x:=10}'", "Evaluate(Template([x]))"),
        ("f'{(x:=10)}'", "Evaluate(Template([Bind(x, 10)]))"),
        (
            "1_000; 0xFF; 0o17; 0b11; 1e3; 1_0.5",
            "Evaluate(1000); Evaluate(255); Evaluate(15); Evaluate(3); Evaluate(1000.0); Evaluate(10.5)",
        ),
        ("2j", "Evaluate(Unknown(complex))"),
        ("...", "Evaluate(None)"),
        ("a < b <= c", "Evaluate(BoolOp(and, [Compare(<, a, b), Compare(<=, b, c)]))"),
        ("a not in b; a is not b", "Evaluate(Compare(not in, a, b)); Evaluate(Compare(is not, a, b))"),
        ("a or b or c and d", "Evaluate(BoolOp(or, [a, b, BoolOp(and, [c, d])]))"),
        ("(a or b) or c", "Evaluate(BoolOp(or, [BoolOp(or, [a, b]), c]))"),
        ("a if b else c", "Evaluate(Conditional(b, a, c))"),
        ("not -a", "Evaluate(UnaryOp(not, UnaryOp(-, a)))"),
        ("a[1, 2:3, ::4]", "Evaluate(Index(a, Sequence(tuple, [1, Slice(2, 3), Slice(4)])))"),
        ("a[1,]; a[*b]", "Evaluate(Index(a, Sequence(tuple, [1]))); Evaluate(Index(a, Sequence(tuple, [Spread(b)])))"),
        ("f(a, *b, c=d, **e)", "Evaluate(Call(f, [Arg(a), Arg(b, *), Arg(d, c), Arg(e, **)]))"),
        ("f(x async for x in y if x)", "Evaluate(Call(f, [Arg(Comprehension(generator, x, [ForClause(x, y, is_async), IfClause(x)]))]))"),
        (
            "{k: v for k, v in a for b in c}",
            "Evaluate(Comprehension(dict, k, v, [ForClause(Sequence(tuple, [k, v]), a), ForClause(b, c)]))",
        ),
        ("{'a': 1, **b}; {*a, b}", "Evaluate(Dict([['a', 1], [None, b]])); Evaluate(Sequence(set, [Spread(a), b]))"),
        ("[*a.b(c)[0]]", "Evaluate(Sequence(list, [Spread(Index(Call(a.b, [Arg(c)]), 0))]))"),
        ("*a.b, c = d", "Assign([Sequence(tuple, [Spread(a.b), c])], d)"),
        ("a = b[0] = c, = d", "Assign([a, Index(b, 0), Sequence(tuple, [c])], d)"),
        ("a: int = 1; b: list[str]", "Assign([a], 1, int); Assign([b], Index(list, str))"),
        ("a //= 2; a **= 3; a >>= 1", "Augment(a, //, 2); Augment(a, **, 3); Augment(a, >>, 1)"),
        ("if (a := b): pass", "If(Bind(a, b))"),
        ("if a: b\nelif c: d\nelse: e", "If(a, [Evaluate(b)], [If(c, [Evaluate(d)], [Evaluate(e)])])"),
        ("for a, *b in c:\n break\nelse:\n continue", "For(Sequence(tuple, [a, Spread(b)]), c, [Break()], [Continue()])"),
        ("while a: b\nelse: c", "While(a, [Evaluate(b)], [Evaluate(c)])"),
        ("with (a as b, c() as d.e): f", "With([[a, b], [Call(c), d.e]], [Evaluate(f)])"),
        ("with a if b else c as d: e", "With([[Conditional(b, a, c), d]], [Evaluate(e)])"),
        ("with (a\n  as b): c", "With([[a, b]], [Evaluate(c)])"),
        (
            "try: a\nexcept A as e: b\nexcept (B, C): c\nexcept: d\nelse: f\nfinally: g",
            (
                "Try([Evaluate(a)], [Handler(A, e, [Evaluate(b)]), Handler(Sequence(tuple, [B, C]), [Evaluate(c)]),"
                " Handler([Evaluate(d)])], [Evaluate(f)], [Evaluate(g)])"
            ),
        ),
        ("try: a\nexcept* A: b", "Try([Evaluate(a)], [Handler(A, [Evaluate(b)])])"),
        ("raise A(b) from c; raise", "Raise(Call(A, [Arg(b)])); Raise()"),
        ("assert a, b", "If(UnaryOp(not, a), [Raise(Call(AssertionError, [Arg(b)]))])"),
        ("del a, (b[0], c.d)", "Delete([a, Index(b, 0), c.d])"),
        ("def f():\n global a, b\n nonlocal c", "Define(Function(f, [Scope(global, [a, b]), Scope(nonlocal, [c])]))"),
        ("import a.b.c, d\nimport e.f as g", "Import(a.b.c, 0); Import(d, 0); Import(e.f, 0, g)"),
        ("from ..a.b import (c as d, e)", "Import(a.b, 2, [ImportedName(c, d), ImportedName(e, e)])"),
        ("from . import x\nfrom a import *", "Import(1, [ImportedName(x, x)]); Import(a, 0, [ImportedName(*, *)])"),
        ("from __future__ import annotations", "Import(__future__, 0, [ImportedName(annotations, annotations)])"),
        (
            "def f(a, /, b: int = 1, *c, d, e=2, **g) -> str: pass",
            (
                "Define(Function(f, [Param(a, positional), Param(b, positional, 1, int), Param(c, *), Param(d, keyword),"
                " Param(e, keyword, 2), Param(g, **)], str))"
            ),
        ),
        ("def f(a, *, b): ...", "Define(Function(f, [Param(a, positional), Param(b, keyword)], [Evaluate(None)]))"),
        ("lambda a, *b: c", "Evaluate(Lambda(Function(<lambda>, [Param(a, positional), Param(b, *)], [Return(c)])))"),
        (
            "@a\n@b(c)\nclass D(E, metaclass=F): g = 1",
            "Define(Class(D, [Arg(E), Arg(F, metaclass)], [Assign([g], 1)], [a, Call(b, [Arg(c)])]))",
        ),
        (
            "async def f():\n await a\n async with b: pass",
            "Define(Function(f, [Evaluate(Await(a)), With([[b, None]], is_async)], is_async))",
        ),
        (
            "def f(): a = yield b\ndef g(): yield from c",
            "Define(Function(f, [Assign([a], Yield(b))], is_generator)); Define(Function(g, [Evaluate(Yield(c, each))], is_generator))",
        ),
        (
            "def f():\n def g(): yield\n lambda: (yield)",
            (
                "Define(Function(f, [Define(Function(g, [Evaluate(Yield())], is_generator)), "
                "Evaluate(Lambda(Function(<lambda>, [Return(Yield())], is_generator)))]))"
            ),
        ),
        ("type X = int\ntype(a).b = c", "Assign([Call(type, [Arg(a)]).b], c)"),
        ("print >>f, a", "Evaluate(Call(print, [Arg(a), Arg(f, file)]))"),
        ("print(a) % b", "Evaluate(BinOp(%, Call(print, [Arg(a)]), b))"),
        ("µ = 1", "Assign([μ], 1)"),
    ],
)
def test_construct(code: str, expected: str) -> None:
    assert lowered(code) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("_", "Case()"),
        ("x", "Case([x])"),
        ("'a' | -1 | A.B | None", "Case(['a', UnaryOp(-, 1), A.B, None])"),
        ("'a' | _", "Case()"),
        ("Foo() as x", "Case([Foo], [x])"),
        ("a.Foo(b, c=d)", "Case([a.Foo], [b, d])"),
        ("Foo(kind='k', x=y)", "Case([Unknown(class_pattern, [Foo, 'k'])], [y])"),
        ("{'k': v, **rest}", "Case([Unknown(dict_pattern, ['k'])], [v, rest])"),
        ("['a', x, *rest]", "Case([Unknown(list_pattern, ['a'])], [x, rest])"),
        ("(x, y)", "Case([Unknown(tuple_pattern)], [x, y])"),
        ("x, y", "Case([Unknown(case_clause)], [x, y])"),
        ("(x)", "Case([x])"),
        ("[]", "Case([Unknown(list_pattern)])"),
        ("x if y", "Case([x], y)"),
    ],
)
def test_pattern(pattern: str, expected: str) -> None:
    assert lowered(f"match s:\n case {pattern}: pass") == f"Match(s, [{expected}])"


SOURCE = b'''"""Module."""
@decorator
@other(
    1)
class Outer(Base):
    """Class."""

    @property
    def method(self, a=(
        1
    )):
        """Doc\\n."""
        def inner():
            class Deep: pass
            return lambda: 0
        return inner
        # trailing comment

async def top(): pass
'''


def definitions(source: bytes) -> list[ir.Function | ir.Class]:
    found: list[ir.Function | ir.Class] = []
    pending = list(lower("m.py", source).body)
    while pending:
        statement = pending.pop(0)
        if isinstance(statement, ir.Define):
            found.append(statement.item)
            pending.extend(statement.item.body)
    return found


@pytest.mark.parametrize("source", [SOURCE, SOURCE.replace(b"\n", b"\r\n"), SOURCE.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + SOURCE])
def test_lines_and_qualified_names(source: bytes) -> None:
    assert [(item.qualname, item.line, item.end_line) for item in definitions(source)] == [
        ("Outer", 5, 16),
        ("top", 19, 19),
        ("Outer.method", 9, 16),
        ("Outer.method.inner", 13, 15),
        ("Outer.method.inner.Deep", 14, 14),
    ]


def test_define_has_the_line_of_its_item() -> None:
    define = lower("m.py", SOURCE).body[1]
    assert isinstance(define, ir.Define)
    assert (define.line, define.item.line) == (5, 5)


def test_doc_is_the_decoded_docstring() -> None:
    method = next(item for item in definitions(SOURCE) if item.name == "method")
    assert isinstance(method, ir.Function)
    assert method.doc == "Doc\n."


def test_lambda_is_named_after_where_it_stands() -> None:
    statement = lower("m.py", b"def f():\n    return lambda: 0\n").body[0]
    assert isinstance(statement, ir.Define)
    returned = statement.item.body[0]
    assert isinstance(returned, ir.Return)
    assert isinstance(returned.value, ir.Lambda)
    assert returned.value.function.qualname == "f.<lambda>"
