"""Relative imports mean what Python says they mean."""

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.languages.python.resolve import absolute_module

NAMES = st.lists(st.sampled_from(["a", "b", "pkg", "_x"]), min_size=1, max_size=5).map(".".join)


@given(st.one_of(st.just(""), NAMES), st.integers(1, 7), NAMES, st.booleans())
def test_agrees_with_importlib(module: str, level: int, importer: str, importer_is_package: bool) -> None:
    package = importer if importer_is_package else importer.rpartition(".")[0]
    try:
        expected = importlib.util.resolve_name("." * level + module, package)
    except ImportError:
        expected = ""
    assert absolute_module(module, level, importer, importer_is_package) == expected


@given(NAMES, NAMES, st.booleans())
def test_absolute_imports_stay(module: str, importer: str, importer_is_package: bool) -> None:
    assert absolute_module(module, 0, importer, importer_is_package) == module


@pytest.mark.parametrize(
    ("module", "level", "importer", "is_package", "expected"),
    [
        ("", 1, "a.b", False, "a"),
        ("c", 1, "a.b", True, "a.b.c"),
        ("c", 2, "a.b", True, "a.c"),
        ("c", 2, "a.b", False, ""),
        ("c", 1, "single", False, ""),
        ("c", 1, "", True, ""),
    ],
)
def test_cases(module: str, level: int, importer: str, is_package: bool, expected: str) -> None:
    assert absolute_module(module, level, importer, is_package) == expected
