"""Which paths of a repository are surveyed."""

import pytest

from survey.model.snapshot import in_scope


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ((), ["a.py", "deep/er/a.py"], []),
        (("packages/",), ["packages/a/b.py"], ["packages2/a.py", "a.py", "x/packages/a.py"]),
        (("packages",), ["packages/a.py", "packages"], ["packages.py"]),
        (("python/*/src",), ["python/a/src/b.py"], ["python/a/tests/b.py"]),
        (("packages/", "!packages/sample-app"), ["packages/a/b.py", "packages/sample-app2/b.py"], ["packages/sample-app/b.py"]),
        (("!packages/sample-app", "packages/"), ["packages/a/b.py"], ["packages/sample-app/b.py", "docs/a.py"]),
        (("!examples/", "!*/tests"), ["src/a.py"], ["examples/a.py", "src/x/tests/a.py"]),
    ],
)
def test_in_scope(scope: tuple[str, ...], inside: list[str], outside: list[str]) -> None:
    assert [path for path in inside if not in_scope(path, scope)] == []
    assert [path for path in outside if in_scope(path, scope)] == []
