"""Links to the very lines of a revision."""

import pytest

from survey.model.snapshot import Distribution, Snapshot, SourceInfo
from survey.model.vocabulary import SourceKind

_COMMIT = "0" * 40


def _snapshot(url: str, kind: SourceKind = SourceKind.GIT, commit: str | None = _COMMIT) -> Snapshot:
    return Snapshot(SourceInfo(kind, url, commit=commit), {})


@pytest.mark.parametrize(
    ("url", "path", "end", "link"),
    [
        ("https://github.com/o/n", "a/b.py", 3, f"https://github.com/o/n/blob/{_COMMIT}/a/b.py#L3"),
        ("https://github.com/o/n.git", "a.py", 5, f"https://github.com/o/n/blob/{_COMMIT}/a.py#L3-L5"),
        ("https://gitlab.com/g/s/n", "a.py", 3, f"https://gitlab.com/g/s/n/-/blob/{_COMMIT}/a.py#L3"),
        ("https://github.com/o/n", "a b/#x?y%20.py", 3, f"https://github.com/o/n/blob/{_COMMIT}/a%20b/%23x%3Fy%2520.py#L3"),
        ("https://github.com/o/n", 'é/"><i>.py', 3, f"https://github.com/o/n/blob/{_COMMIT}/%C3%A9/%22%3E%3Ci%3E.py#L3"),
    ],
)
def test_permalinks(url: str, path: str, end: int, link: str) -> None:
    assert _snapshot(url).permalink(path, 3, end) == link


def test_no_link_where_no_page_shows_the_lines() -> None:
    assert _snapshot("git@github.com:o/n.git").permalink("a.py", 1, 1) is None
    assert _snapshot("https://github.com/o/n", commit=None).permalink("a.py", 1, 1) is None
    assert _snapshot("https://pypi.org/project/n/", SourceKind.PYPI).permalink("a.py", 1, 1) is None


def test_paths_are_shown_as_the_release_has_them() -> None:
    release = Distribution("n-1", "n", "1", "n-1.whl", "00", "https://pypi.org/project/n/1/")
    snapshot = Snapshot(SourceInfo(SourceKind.PYPI, "pkg:pypi"), {}, distributions=(release,))
    assert snapshot.shown_path("n-1/n/a.py") == "n/a.py"
    assert snapshot.shown_path("n-12/n/a.py") == "n-12/n/a.py"
