"""Random small Python modules: valid syntax, senseless meaning, and every construct that the engine has an arm for."""

from collections.abc import Callable

from hypothesis import strategies as st

VARIABLES = ("a", "b", "c", "span", "messages")
FUNCTIONS = ("f", "g", "h")
CLASSES = ("C", "D")
ATTRIBUTES = ("x", "content", "on", "set_attribute", "attributes")
TEXTS = ("gen_ai.prompt", "gen_ai.completion", "llm", "true", "", "{}.{}", "%s", "content", "é.ü²", "{²}{٣}", "\ud800")
TEXT_METHODS = (
    *("replace", "removeprefix", "removesuffix", "split", "rsplit", "partition", "format", "join", "startswith", "endswith", "strip"),
    *("lower", "title", "zfill", "encode", "count", "get", "set_attribute", "__contains__"),
)
HEADER = """
import os, functools, contextlib, dataclasses, enum
from functools import partial, wraps, singledispatch
from opentelemetry._logs import LogRecord
from m import *
import m as again
"""

names = st.sampled_from(VARIABLES)
functions = st.sampled_from(FUNCTIONS)
classes = st.sampled_from(CLASSES)
attributes = st.sampled_from(ATTRIBUTES)
texts = st.sampled_from(TEXTS).map(repr)
atoms = st.one_of(
    names,
    functions,
    classes,
    texts,
    st.sampled_from(
        (
            "None",
            "True",
            "False",
            "0",
            "-1",
            "2.5",
            "0x" + "f" * 4_000,
            "b''",
            "[]",
            "{}",
            "()",
            "os.getenv('ON', 'true')",
            "os.environ.get('MODE')",
            "again",
            "__name__",
        )
    ),
)


def _joined(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def _listed(item: st.SearchStrategy[str], separator: str = ", ", *, least: int = 0, most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(item, min_size=least, max_size=most).map(separator.join)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    plain = inner.filter(lambda text: ":=" not in text)
    given = st.tuples(
        st.lists(inner, max_size=2),
        *(st.one_of(st.just([]), _joined(prefix, inner).map(lambda text: [text])) for prefix in ("*", "key=", "**")),
    ).map(lambda groups: ", ".join(text for group in groups for text in group))
    return st.one_of(
        _joined(
            "(", inner, st.sampled_from((" + ", " | ", " % ", " and ", " or ", " == ", " in ", " is not ", " not in ", " < ")), inner, ")"
        ),
        _joined("(not ", inner, ")"),
        _joined("(", inner, " if ", inner, " else ", inner, ")"),
        _joined("(", names, " := ", inner, ")"),
        _joined(inner.filter(_takes_dot), ".", attributes),
        _joined(inner.filter(_takes_dot), "[", inner, "]"),
        _joined(inner.filter(_takes_dot), "(", given, ")"),
        _joined("[", _listed(inner), "]"),
        _joined("(", inner, ", ", inner, ")"),
        _joined("{", _listed(st.one_of(_joined(inner, ": ", inner), _joined("**", inner))), "}"),
        _joined("f'{", names, "}.", st.sampled_from(("x", "{a}", "0")), "'"),
        _joined("[", plain, " for ", names, " in ", plain, " if ", plain, "]"),
        _joined("{", plain, ": ", plain, " for ", names, ", ", names, " in ", plain, "}"),
        _joined("dict(", inner, ")"),
        _joined("zip(", inner, ", ", inner, ")"),
        _joined(texts, ".", st.sampled_from(TEXT_METHODS), "(", given, ")"),
        _joined(st.sampled_from(("str", "repr", "int", "list")), "(", inner, ")"),
        _joined("getattr(", inner, ", ", texts, ", ", inner, ")"),
        _joined("isinstance(", inner, ", ", st.sampled_from(("str", "dict", "C", "(list, D)")), ")"),
        _joined("partial(", inner, ", ", inner, ")"),
        _joined("(lambda ", names, ": ", inner, ")"),
        _joined("span.set_attribute(", inner, ", ", inner, ")"),
        _joined("span.set_attributes(", inner, ")"),
        _joined("span.add_event(", inner, ", ", inner, ")"),
        _joined("span.emit(LogRecord(event_name=", inner, ", body=", inner, "))"),
        _joined("super().", attributes),
    )


def _takes_dot(text: str) -> bool:
    return not text[:1].isdigit() and not text.startswith(("-", "not "))


expressions = st.recursive(atoms, _larger, max_leaves=6)
targets = st.one_of(
    names,
    _joined(names, ".", attributes),
    _joined(names, "[", texts, "]"),
    _joined(names, ", ", names),
    _joined(names, ", *", names),
)

Block = list[str]
blocks: Callable[[int, bool, bool], st.SearchStrategy[Block]]


def _indented(block: Block) -> Block:
    return [f"    {line}" for line in block]


@st.composite
def statement(draw: st.DrawFn, depth: int, inside: bool, looping: bool) -> Block:
    """One statement as lines; `inside` a function, `looping` inside a loop of it."""
    kinds = ["assign", "augment", "evaluate", "delete", "raise"]
    kinds += ["return", "yield", "scope"] if inside else []
    kinds += ["break", "continue"] if looping else []
    kinds += ["if", "for", "while", "try", "with", "match", "def", "class", "asyncdef"] if depth else []
    kind = draw(st.sampled_from(kinds))
    expression = draw(expressions) if kind not in ("break", "continue", "def", "class", "asyncdef") else ""

    def body(*, inner: bool = inside, loop: bool = looping) -> Block:
        return _indented(draw(block(depth - 1, inner, loop)))

    match kind:
        case "assign":
            return [f"{draw(targets)} = {expression}"]
        case "augment":
            return [f"{draw(names)} {draw(st.sampled_from(('+=', '|=')))} {expression}"]
        case "evaluate":
            return [expression]
        case "raise":
            return [f"raise {expression}"]
        case "delete":
            return [f"del {draw(names)}[{expression}]"]
        case "return":
            return [f"return {expression}"]
        case "yield":
            return [draw(st.sampled_from((f"yield {expression}", f"yield from ({expression})", f"yield {draw(texts)}, {expression}")))]
        case "scope":
            return [f"global {draw(names)}_global"]
        case "break" | "continue":
            return [kind]
        case "if":
            return [f"if {expression}:", *body(), *(["else:", *body()] if draw(st.booleans()) else [])]
        case "for":
            return [f"for {draw(targets)} in {expression}:", *body(loop=True), *(["else:", *body()] if draw(st.booleans()) else [])]
        case "while":
            return [f"while {expression}:", *body(loop=True)]
        case "try":
            return [
                "try:",
                *body(),
                "except Exception as error:",
                *body(),
                *(["finally:", *body(loop=False)] if draw(st.booleans()) else []),
            ]
        case "with":
            return [draw(st.sampled_from((f"with {expression} as {draw(names)}:", "with contextlib.suppress(Exception):"))), *body()]
        case "match":
            case_ = draw(st.sampled_from(("'true'", "C(x=a)", "{'content': b, **c}", "[a, *_]", "None | 1", "str() as b")))
            return [f"match {expression}:", *_indented([f"case {case_}:", *body(), "case _:", *body()])]
        case "class":
            return draw(a_class(depth - 1))
        case _:
            return draw(a_function(depth - 1, method=False, is_async=kind == "asyncdef"))


@st.composite
def block(draw: st.DrawFn, depth: int, inside: bool, looping: bool) -> Block:
    lines: Block = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statement(depth, inside, looping))
    return lines


@st.composite
def a_function(draw: st.DrawFn, depth: int, *, method: bool, is_async: bool = False) -> Block:
    parameters = draw(
        st.sampled_from(
            ("a", "span, b=None", "a, *args, **kwargs", "c: 'C'", "span: C, *, on=True", "wrapped, instance, args, kwargs", "a=f")
        )
    )
    decorators = ["f", "f(1)", "wraps(g)", "contextlib.contextmanager", "functools.lru_cache", "C", "g.register"]
    decorators += ["property", "staticmethod", "classmethod"] if method else []
    chosen = draw(st.lists(st.sampled_from(decorators), max_size=1))
    name = (
        draw(st.one_of(functions, st.sampled_from(("__init__", "__call__", "__iter__", "__getattr__", "x", "set_attribute"))))
        if method
        else draw(functions)
    )
    header = f"{'async ' if is_async else ''}def {name}({'self, ' if method else ''}{parameters}):"
    if is_async:  # of `return` with a value and `yield` it may hold one only
        last = draw(st.sampled_from(("return a", "yield a", "async for b in a: yield b")))
        body = [f"await {draw(names)}", *draw(block(depth, inside=False, looping=False)), last]
    else:
        body = draw(block(depth, inside=True, looping=False))
    return [*(f"@{decorator}" for decorator in chosen), header, *_indented(body)]


@st.composite
def a_class(draw: st.DrawFn, depth: int) -> Block:
    name = draw(classes)
    bases = draw(st.sampled_from(("", "(C)", "(D)", "(enum.Enum)", "(str, enum.Enum)", "(Unknown)", "(f(a))", "(C, D)")))
    decorator = draw(st.sampled_from(([], ["@dataclasses.dataclass"], ["@f"])))
    body: Block = draw(
        st.lists(st.sampled_from(("x: str = 'gen_ai.prompt'", "on = None", "content = 'gen_ai.completion'", "a: C")), max_size=2)
    )
    for _ in range(draw(st.integers(1, 2))):
        body = body + draw(a_function(depth, method=True))
    return [*decorator, f"class {name}{bases}:", *_indented(body)]


@st.composite
def modules(draw: st.DrawFn) -> str:
    """The source of one module."""
    lines: Block = []
    for _ in range(draw(st.integers(1, 4))):
        lines += draw(st.one_of(a_function(2, method=False), a_class(2), block(2, inside=False, looping=False)))
    return HEADER + "\n".join(lines) + "\n"


_CALLED_AGAIN = """
class State:
    def __init__(self):
        self.text = ""
        self.inner = None

def send(span, what, tree):
    if what == "prompt":
        span.set_attribute("gen_ai.prompt", tree["a"]["b"]["c"]["text"])

def flush(span, state):
    span.set_attribute("gen_ai.completion", state.inner.inner.text)

def last(span, rows):
    span.set_attribute("input.value", rows[0][0][0][0])

def walk(span, key, value, left):
    if left > 0:
        other(span, key, value, left - 1)
    else:
        span.set_attribute(key, value)

def other(span, key, value, left):
    walk(span, key, value, left)

def run(span, messages, text):
    tree = {"a": {"b": {"c": {"text": ""}}}}
    rows = [[[[]]]]
    state = State()
    state.inner = State()
    state.inner.inner = State()
"""
"""Functions that write what lies deep in what they are given, and some of those."""


def called_again() -> st.SearchStrategy[str]:
    """A module that calls the same functions again and again, and changes what it gives them in between."""
    given = st.sampled_from(("messages", "text", "''", "None"))
    step = st.one_of(
        _joined("send(span, ", st.sampled_from(("'prompt'", *(f"'x{letter}'" for letter in "abcdefghijklmnop"))), ", tree)"),
        st.sampled_from(("flush(span, state)", "last(span, rows)", "state.inner = State()", "state.inner.inner = state", "tree['a'] = {}")),
        _joined("tree['a']['b']['c']['text'] = ", given),
        _joined("state.inner.inner.text = ", given),
        _joined("rows[0][0][0].append(", given, ")"),
        _joined("walk(span, ", texts, ", ", given, ", ", st.integers(0, 4).map(str), ")"),
        _joined("other(span, ", texts, ", ", given, ", ", st.integers(0, 4).map(str), ")"),
    )
    return st.lists(step, min_size=2, max_size=30).map(lambda steps: _CALLED_AGAIN + "".join(f"    {line}\n" for line in steps))
