"""What a snapshot of a repository holds, and what it names as left out."""

import pytest

from survey.model.errors import SourceError
from survey.model.snapshot import Omission
from survey.sources import git as git_source
from survey.sources.limits import MAX_FILE_BYTES
from tests.sources.git_served import Origin

_COMMIT_ID = b"1234567890123456789012345678901234567890"


def test_bytes_are_kept_as_they_are(origin: Origin) -> None:
    files: dict[str | bytes, bytes] = {
        "crlf.py": b"a = 1\r\nb = 2\r\n",
        "bom.py": b"\xef\xbb\xbfa = 1\n",
        "latin.py": b"# caf\xe9\n",
        "nul.py": b"\0\1\2",
        "empty.py": b"",
        ".gitattributes": b"* text=auto eol=crlf ident filter=lfs\n",
        "ident.py": b"# $Id$\n",
        "größe/日本.py": b"x\n",
    }
    origin.commit(files)
    files.pop(".gitattributes")
    assert origin.fetch().files == files


def test_names_that_cannot_be_kept(origin: Origin) -> None:
    origin.commit({b"bad\xff.py": b"1\n", "tab\t.py": b"2\n", "rtl\u202e.py": b"3\n", "back\\slash.py": b"4\n", "ok.py": b"5\n"})
    snapshot = origin.fetch()
    assert set(snapshot.files) == {"ok.py"}
    assert snapshot.omitted == (
        Omission("back\\slash.py", "unsafe name"),
        Omission("bad\\xff.py", "name is not UTF-8"),
        Omission("rtl\\u202e.py", "unsafe name"),
        Omission("tab\\t.py", "unsafe name"),
    )


def test_a_tree_whose_names_climb_out(origin: Origin) -> None:
    blob = origin.git("hash-object", "-w", "--stdin", stdin=b"x\n")
    inner = origin.git("mktree", stdin=f"100644 blob {blob}\tevil.py\n".encode())
    # git's own tools refuse to make such a tree; a hostile server does not.
    raw = b"40000 ..\0" + bytes.fromhex(inner)
    tree = origin.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    origin.git("update-ref", "refs/heads/main", origin.git("commit-tree", "-m", "x", tree))
    snapshot = origin.fetch()
    assert snapshot.files == {}
    assert snapshot.omitted == (Omission("../evil.py", "unsafe name"),)


def test_links_and_submodules_are_named(origin: Origin) -> None:
    files: dict[str | bytes, bytes] = {"a.py": b"1\n", "link.py": b"a.py", "src": b"..", "README.md": b"a.py", "sub": _COMMIT_ID}
    links = dict.fromkeys(("link.py", "src", "README.md"), "120000")
    origin.commit(files, modes=links | {"sub": "160000"})
    snapshot = origin.fetch()
    assert set(snapshot.files) == {"a.py"}
    assert snapshot.omitted == (Omission("link.py", "symlink"), Omission("src", "symlink"), Omission("sub", "submodule"))


def test_a_loop_of_links(origin: Origin) -> None:
    origin.commit({"a.py": b"b.py", "b.py": b"a.py"}, modes={"a.py": "120000", "b.py": "120000"})
    assert {omission.reason for omission in origin.fetch().omitted} == {"symlink"}


def test_scope_limits_what_is_fetched(origin: Origin) -> None:
    origin.commit(
        {"in/a.py": b"1\n", "out/b.py": b"2\n", "in/data.bin": b"3\n", "glob-1/c.py": b"4\n", "out/link": b"x"},
        modes={"out/link": "120000"},
    )
    snapshot = origin.fetch(scope=("in", "glob-*"))
    assert set(snapshot.files) == {"in/a.py", "glob-1/c.py"}
    assert snapshot.omitted == ()
    held = origin.copy
    ids = origin.git(f"--git-dir={held}", "cat-file", "--batch-check", "--batch-all-objects")
    assert origin.blob("in/a.py") in ids
    assert origin.blob("out/b.py") not in ids
    assert origin.blob("in/data.bin") not in ids


def test_missing_blobs_are_named_and_the_rest_is_had(origin: Origin) -> None:
    origin.commit({**{f"m{number}.py": b"%d\n" % number for number in range(50)}, "out/x.py": b"x\n"})
    for path in ("m3.py", "m30.py", "m49.py", "out/x.py"):
        origin.delete_object(origin.blob(path))
    snapshot = origin.fetch(scope=("m*.py",))
    assert len(snapshot.files) == 47
    assert snapshot.omitted == tuple(Omission(path, "missing blob") for path in ("m3.py", "m30.py", "m49.py"))
    origin.fetches()
    assert origin.fetch(scope=("m*.py",)) == snapshot
    assert origin.fetches() == 0, "an unchanged commit is not asked for them again"


def test_missing_blobs_that_the_server_does_not_name(origin: Origin) -> None:
    origin.commit({f"m{number}.py": b"%d\n" % number for number in range(20)})
    for path in ("m3.py", "m4.py"):
        (origin.path / "objects" / origin.blob(path)[:2] / origin.blob(path)[2:]).chmod(0o644)
        (origin.path / "objects" / origin.blob(path)[:2] / origin.blob(path)[2:]).write_bytes(b"rotten")
    snapshot = origin.fetch()
    assert [omission.path for omission in snapshot.omitted] == ["m3.py", "m4.py"]
    assert len(snapshot.files) == 18


def test_a_missing_blob_on_a_server_without_filters_fails_the_target(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n", "b.py": b"2\n"})
    origin.without_filters()
    origin.delete_object(origin.blob("a.py"))
    with pytest.raises(SourceError, match=r"git\.example did not deliver"):
        origin.fetch()


def test_a_repository_of_twenty_thousand_files(origin: Origin) -> None:
    origin.commit({f"d{number % 100}/m{number}.py": b"x = %d\n" % number for number in range(20_000)})
    snapshot = origin.fetch()
    assert len(snapshot.files) == 20_000
    assert snapshot.files["d99/m19999.py"] == b"x = 19999\n"
    assert origin.fetches() == 2, "the list, then all contents at once"


def test_a_file_of_five_megabytes(origin: Origin) -> None:
    origin.commit({"big.py": b"x = 1\n" * (5 * 1024 * 1024 // 6), "limit.py": b"#" * MAX_FILE_BYTES, "small.py": b"1\n"})
    snapshot = origin.fetch()
    assert set(snapshot.files) == {"limit.py", "small.py"}
    assert snapshot.omitted == (Omission("big.py", "too large"),)


def test_too_many_files_fail_the_target(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    origin.commit({f"m{number}.py": b"%d\n" % number for number in range(11)})
    monkeypatch.setattr(git_source, "MAX_FILES", 10)
    with pytest.raises(SourceError, match="11 files") as caught:
        origin.fetch()
    assert "scope" in caught.value.hint


def test_a_total_beyond_the_bound_fails_the_target_even_if_one_file_is_repeated(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    origin.commit({f"m{number}.py": b"same content\n" for number in range(10)})
    monkeypatch.setattr(git_source, "MAX_TOTAL_BYTES", 100)
    with pytest.raises(SourceError, match="130 bytes"):
        origin.fetch()


def test_a_tree_that_repeats_itself_without_end(origin: Origin) -> None:
    tree = origin.git("mktree", stdin=f"100644 blob {origin.git('hash-object', '-w', '--stdin', stdin=b'x')}\tx.py\n".encode())
    for _ in range(9):
        tree = origin.git("mktree", stdin="".join(f"040000 tree {tree}\td{n}\n" for n in range(10)).encode())
    origin.git("update-ref", "refs/heads/main", origin.git("commit-tree", "-m", "bomb", tree))
    with pytest.raises(SourceError, match="git wrote more than") as caught:
        origin.fetch()
    assert "endless" in caught.value.hint


def test_a_commit_with_an_impossible_time(origin: Origin) -> None:
    tree = origin.git("mktree", stdin=f"100644 blob {origin.git('hash-object', '-w', '--stdin', stdin=b'x')}\tx.py\n".encode())
    raw = f"tree {tree}\nauthor A <a> 99999999999999 +0000\ncommitter A <a> 99999999999999 +0000\n\nx\n".encode()
    origin.git("update-ref", "refs/heads/main", origin.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw))
    snapshot = origin.fetch()
    assert snapshot.files == {"x.py": b"x"}
    assert snapshot.source.committed_at is None
