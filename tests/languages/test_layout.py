"""Patterns of build tools cover what git's would."""

import pytest

from survey.languages.python.layout import matches


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("a", "a/b.py", True),
        ("a", "x/a/b.py", True),
        ("/a", "x/a/b.py", False),
        ("a/b", "x/a/b", False),
        ("a/*", "a/b/c.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/c.py", True),
        ("a/**/c.py", "a/x/y/c.py", True),
        ("a/**", "a/x/y.py", True),
        ("**/c", "x/c/d.py", True),
        ("*.py", "x/y.py", True),
        ("./a/", "a/b.py", True),
        ("b", "a/bb.py", False),
    ],
)
def test_patterns(pattern: str, path: str, covered: bool) -> None:
    assert matches(pattern, path) is covered
