"""A local folder as a snapshot."""

import os
import subprocess
from pathlib import Path

import pytest

from survey.model.errors import SourceError
from survey.model.snapshot import Omission, Snapshot
from survey.model.target import Target
from survey.model.vocabulary import SourceKind
from survey.sources import path as path_source
from survey.sources.limits import MAX_FILE_BYTES
from survey.sources.path import read_folder
from tests.sources.git_served import is_python


def _read(folder: Path | str, scope: tuple[str, ...] = ()) -> Snapshot:
    return read_folder(Target("local", "Local", path=str(folder), scope=scope), is_python)


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _repository(folder: Path, files: dict[str, bytes]) -> str:
    _write(folder, files)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "-m", "x", "--date=2023-11-14T22:13:20Z")
    return _git(folder, "rev-parse", "HEAD")


def test_files_as_they_are_sorted_and_the_name_alone(tmp_path: Path) -> None:
    folder = _write(tmp_path / "proj", {"b/z.py": b"\xef\xbb\xbfx\r\n", "a.py": b"", "b/a.py": b"caf\xe9", "README.md": b"no"})
    snapshot = _read(folder)
    assert list(snapshot.files.items()) == [("a.py", b""), ("b/a.py", b"caf\xe9"), ("b/z.py", b"\xef\xbb\xbfx\r\n")]
    source = snapshot.source
    assert (source.kind, source.url, source.ref, source.commit, source.committed_at) == (SourceKind.PATH, "proj", None, None, None)
    assert snapshot.permalink("a.py", 1, 1) is None


@pytest.mark.parametrize(("given", "name"), [(".", "proj"), ("../proj", "proj"), ("..", "outer"), ("sub/", "sub"), ("sub/..", "proj")])
def test_no_place_of_this_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, name: str) -> None:
    _write(tmp_path / "outer" / "proj", {"sub/a.py": b"1"})
    monkeypatch.chdir(tmp_path / "outer" / "proj")
    assert _read(given).source.url == name


def test_folders_that_hold_no_code_of_the_project(tmp_path: Path) -> None:
    skipped = (".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".hidden", "a/site-packages")
    files = {f"{name}/x.py": b"x" for name in skipped} | {"a/ok.py": b"1", "env/lib/x.py": b"x", "env/pyvenv.cfg": b""}
    assert set(_read(_write(tmp_path, files)).files) == {"a/ok.py"}


def test_scope(tmp_path: Path) -> None:
    folder = _write(tmp_path, {"in/a.py": b"1", "out/b.py": b"2"})
    assert set(_read(folder, scope=("in",)).files) == {"in/a.py"}


def test_links_loops_and_pipes_are_not_followed(tmp_path: Path) -> None:
    secret = _write(tmp_path / "secret", {"key.py": b"secret"})
    folder = _write(tmp_path / "proj", {"a.py": b"1"})
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(secret)
    (folder / "key.py").symlink_to(secret / "key.py")
    (folder / "self.py").symlink_to("self.py")
    (folder / "NOTES.md").symlink_to("a.py")
    os.mkfifo(folder / "pipe.py")
    snapshot = _read(folder)
    assert set(snapshot.files) == {"a.py"}
    assert snapshot.omitted == (
        Omission("key.py", "symlink"),
        Omission("loop", "symlink"),
        Omission("out", "symlink"),
        Omission("pipe.py", "not a regular file"),
        Omission("self.py", "symlink"),
    )


def test_the_given_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    folder = _write(tmp_path / "real", {"a.py": b"1"})
    (tmp_path / "given").symlink_to(folder)
    snapshot = _read(tmp_path / "given")
    assert (snapshot.source.url, set(snapshot.files)) == ("given", {"a.py"})


def test_names_and_sizes_that_are_left_out(tmp_path: Path) -> None:
    folder = _write(tmp_path / "proj", {"big.py": b"#" * (5 * 1024 * 1024), "limit.py": b"#" * MAX_FILE_BYTES, "new\nline.py": b"1"})
    with open(os.fsencode(folder) + b"/bad\xff.py", "wb"):  # noqa: PTH123 - pathlib takes no bytes
        pass
    snapshot = _read(folder)
    assert set(snapshot.files) == {"limit.py"}
    assert snapshot.omitted == (
        Omission("bad\\xff.py", "name is not UTF-8"),
        Omission("big.py", "too large"),
        Omission("new\\nline.py", "unsafe name"),
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = _write(tmp_path, {"a.py": b"1", "shut/b.py": b"2"})
    (folder / "a.py").chmod(0)
    (folder / "shut").chmod(0)
    try:
        assert _read(folder).omitted == (Omission("a.py", "cannot be read"), Omission("shut", "cannot be read"))
    finally:
        (folder / "shut").chmod(0o700)


def test_a_very_deep_folder_ends(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)  # deeper than a path can name
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    _write(tmp_path, {"a.py": b"1"})
    snapshot = _read(tmp_path)
    assert set(snapshot.files) == {"a.py"}
    assert [omission.reason for omission in snapshot.omitted] == ["cannot be read"]


@pytest.mark.parametrize("given", ["missing", "file.py", ""])
def test_what_is_no_folder(tmp_path: Path, given: str) -> None:
    _write(tmp_path, {"file.py": b"1"})
    with pytest.raises(SourceError, match="no folder") as caught:
        _read(str(tmp_path / given) if given else "")
    assert caught.value.hint


@pytest.mark.parametrize(("bound", "value"), [("MAX_FILES", 2), ("MAX_TOTAL_BYTES", 2), ("MAX_ENTRIES", 2)])
def test_bounds_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int) -> None:
    _write(tmp_path, {"a.py": b"1", "b.py": b"2", "c.py": b"3"})
    monkeypatch.setattr(path_source, bound, value)
    with pytest.raises(SourceError, match="more than") as caught:
        _read(tmp_path)
    assert "scope" in caught.value.hint


def test_the_commit_of_a_clean_checkout(tmp_path: Path) -> None:
    commit = _repository(tmp_path, {"a.py": b"1\n", "pkg/b.py": b"2\n", ".hidden/c.py": b"3\n", "README.md": b"x", "größe.py": b"4"})
    (tmp_path / "README.md").write_text("changed, and not surveyed")
    for folder in (tmp_path, tmp_path / "pkg"):
        source = _read(folder).source
        assert source.commit == commit
        assert source.committed_at
    assert _read(tmp_path, scope=("pkg",)).source.commit == commit


@pytest.mark.parametrize("change", [{"a.py": b"changed\n"}, {"new.py": b"untracked\n"}])
def test_no_commit_for_a_changed_checkout(tmp_path: Path, change: dict[str, bytes]) -> None:
    _repository(tmp_path, {"a.py": b"1\n", "b.py": b"2\n"})
    _write(tmp_path, change)
    assert _read(tmp_path).source.commit is None


def test_no_commit_where_a_file_is_gone(tmp_path: Path) -> None:
    _repository(tmp_path, {"a.py": b"1\n", "b.py": b"2\n"})
    (tmp_path / "b.py").unlink()
    assert _read(tmp_path).source.commit is None


def test_the_commit_of_a_linked_worktree(tmp_path: Path) -> None:
    commit = _repository(tmp_path / "main", {"a.py": b"1\n"})
    _git(tmp_path / "main", "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert _read(tmp_path / "linked").source.commit == commit


def test_a_hostile_git_folder_runs_nothing(tmp_path: Path) -> None:
    """Commands that git would run for `status`, `diff`, a lazy fetch, or a hook."""
    folder = tmp_path / "proj"
    commit = _repository(folder, {"a.py": b"1\n", ".gitattributes": b"*.py filter=evil diff=evil\n"})
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\ncat\n")
    evil.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.askPass",
        "filter.evil.clean",
        "diff.evil.command",
        "diff.external",
    ):
        _git(folder, "config", name, str(evil))
    for name, value in (("url", str(tmp_path)), ("promisor", "true"), ("uploadpack", str(evil))):
        _git(folder, "config", f"remote.evil.{name}", value)
    _git(folder, "config", "protocol.ext.allow", "always")
    hooks = folder / ".git" / "hooks"
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(evil.read_text())
        (hooks / name).chmod(0o755)
    os.utime(folder / "a.py")
    assert _read(folder).source.commit == commit
    tree = _git(folder, "rev-parse", "HEAD^{tree}")
    (tmp_path / "pwned").unlink(missing_ok=True)
    (folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert _read(folder).source.commit is None
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("content", ["gitdir: nowhere", "\0", ""])
def test_a_git_file_that_leads_nowhere(tmp_path: Path, content: str) -> None:
    _write(tmp_path, {"a.py": b"1", ".git": content.encode()})
    snapshot = _read(tmp_path)
    assert (set(snapshot.files), snapshot.source.commit) == ({"a.py"}, None)
