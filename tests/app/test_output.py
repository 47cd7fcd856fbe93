"""Report files are whole or absent."""

from pathlib import Path

import pytest

from survey.app.output import check_writable, remove_stale, write_dated, write_files
from survey.model.errors import UsageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_are_replaced_and_others_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "mine.txt").write_bytes(b"mine")
    assert write_files(tmp_path, {"a.txt": b"new", "b.txt": b"b"}) == (tmp_path / "a.txt", tmp_path / "b.txt")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt", "b.txt", "mine.txt"]


def test_only_files_with_the_mark_that_are_not_kept_are_taken_away(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    texts = {
        "kept.md": "<!-- m -->\nx",
        "stale.md": "<!-- m -->\r\nx",
        "mine.md": "# Mine\n<!-- m -->\n",
        "like.md": "<!-- m --> and more\n",
        "odd.md": "",
    }
    for name, text in texts.items():
        (tmp_path / "report" / name).write_bytes(text.encode())
    (tmp_path / "report" / "link.md").symlink_to(tmp_path / "report" / "kept.md")
    (tmp_path / "report" / "folder.md").mkdir()
    remove_stale(tmp_path, "report", "<!-- m -->", {"report/kept.md": b""})
    assert names(tmp_path / "report") == ["folder.md", "kept.md", "like.md", "link.md", "mine.md", "odd.md"]
    remove_stale(tmp_path, "nowhere", "<!-- m -->", ())


def test_nothing_changes_when_one_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    with pytest.raises(UsageError, match="cannot write"):
        write_files(tmp_path, {"a.txt": b"new", "no/such/folder.txt": b"b"})
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_an_interrupt_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_files(tmp_path, {"a.txt": b"new"})
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_a_dated_copy_appears_beside(tmp_path: Path) -> None:
    for content in (b"1", b"2"):
        write_dated(tmp_path / "latest", "2026-01-05T000000Z", {"a.txt": content})
        assert (tmp_path / "2026-01-05T000000Z" / "a.txt").read_bytes() == content
    assert names(tmp_path) == ["2026-01-05T000000Z"]


def test_a_folder_that_cannot_be_written_is_told_early(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="is not a folder"):
        check_writable(tmp_path / "file" / "out")
    check_writable(tmp_path / "new" / "deep")
    assert names(tmp_path) == ["file"]


def test_files_in_folders_of_their_own(tmp_path: Path) -> None:
    written = write_files(tmp_path / "out", {"report.md": b"a", "report/sdk.md": b"b"})
    assert [path.read_bytes() for path in written] == [b"a", b"b"]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["report", "report.md", "sdk.md"]
    dated = write_dated(tmp_path / "out", "2026", {"report/sdk.md": b"c"})
    assert dated[0].read_bytes() == b"c"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026", "out"]


def test_nothing_is_left_of_a_dated_folder_that_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_dated(tmp_path / "out", "2026", {"report/sdk.md": b"c", "report": b"a file where a folder is"})
    assert list(tmp_path.iterdir()) == []
