"""The IR of real files says what CPython's own parser says of them."""

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest

from survey.languages.python.lowering import lower
from tests.languages.facts_of_ast import facts_of_ast
from tests.languages.facts_of_ir import facts_of_ir

STDLIB = Path(sysconfig.get_path("stdlib"))
LEFT_OUT = frozenset({"test", "tests", "site-packages", "lib2to3", "idlelib", "__pycache__"})
"""Other people's packages, and tests with broken files in them."""


def sample() -> list[Path]:
    files = sorted(path for path in STDLIB.rglob("*.py") if not LEFT_OUT & set(path.relative_to(STDLIB).parts))
    return files[:: max(1, len(files) // 150)]


@pytest.mark.parametrize("path", sample(), ids=lambda path: path.relative_to(STDLIB).as_posix())
def test_facts_agree(path: Path) -> None:
    source = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the standard library escapes wrongly is not the point
        tree = ast.parse(source)
    module = lower(path.name, source)
    assert module.problems == ()
    assert facts_of_ir(module) == facts_of_ast(tree)


def test_facts_tell_files_apart() -> None:
    source = b"def f(a, *, b=1):\n    return g(a, b=b) < 'x'\n"
    for other in (b"def f(a, b=1):", b"return g(a)", b"<= 'x'", b"'y'"):
        changed = source.replace({b"d": b"def f(a, *, b=1):", b"r": b"return g(a, b=b)", b"<": b"< 'x'", b"'": b"'x'"}[other[:1]], other)
        assert facts_of_ir(lower("m.py", changed)) != facts_of_ast(ast.parse(source))
