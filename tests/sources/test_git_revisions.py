"""Which commit a branch, tag or id leads to."""

import itertools
import re

import pytest

from survey.model.errors import SourceError, UnsafeSource
from survey.model.vocabulary import SourceKind
from tests.sources.git_served import URL, Origin


def test_the_default_branch_and_what_the_source_says(origin: Origin) -> None:
    commit = origin.commit({"pkg/a.py": b"a = 1\n", "README.md": b"no\n"})
    snapshot = origin.fetch()
    assert snapshot.files == {"pkg/a.py": b"a = 1\n"}
    source = snapshot.source
    assert (source.kind, source.url, source.ref, source.commit) == (SourceKind.GIT, URL, None, commit)
    assert source.committed_at == "2023-11-14T22:13:20Z"
    assert snapshot.permalink("pkg/a.py", 1, 1) == f"{URL}/blob/{commit}/pkg/a.py#L1"


@pytest.mark.parametrize(
    "ref", ["v1", "refs/tags/v1", "annotated", "twice", "release/1.x", "refs/heads/release/1.x", "FULL", "SHORT", "UPPER"]
)
def test_every_way_to_name_a_commit(origin: Origin, ref: str) -> None:
    wanted = origin.commit({"a.py": b"one\n"})
    origin.git("branch", "release/1.x")
    origin.git("tag", "v1")
    origin.git("tag", "-a", "-m", "x", "annotated")
    origin.git("tag", "-a", "-m", "x", "twice", "annotated")
    origin.commit({"a.py": b"two\n"})
    asked = {"FULL": wanted, "SHORT": wanted[:9], "UPPER": wanted.upper()}.get(ref, ref)
    snapshot = origin.fetch(asked)
    assert (snapshot.source.commit, snapshot.source.ref) == (wanted, asked)
    assert snapshot.files == {"a.py": b"one\n"}


def test_a_tag_wins_over_a_branch_of_the_same_name(origin: Origin) -> None:
    tagged = origin.commit({"a.py": b"one\n"})
    origin.git("tag", "both")
    origin.git("branch", "both")
    origin.commit({"a.py": b"two\n"}, branch="both")
    assert origin.fetch("both").source.commit == tagged


def test_an_abbreviated_id_inside_the_history(origin: Origin) -> None:
    ids = [origin.commit({"a.py": b"%d\n" % number}) for number in range(20)]
    assert origin.fetch(ids[7][:10]).files == {"a.py": b"7\n"}
    origin.fetches()
    assert origin.fetch(ids[7][:10]).source.commit == ids[7]
    assert origin.fetches() == 0, "the second time the cache knows it"
    assert origin.fetch(ids[3]).files == {"a.py": b"3\n"}


def test_an_ambiguous_abbreviation_is_refused(origin: Origin) -> None:
    # Birthday bound: some four-digit prefix is shared among 2,000 commits.
    lines = b"".join(b"commit refs/heads/main\ncommitter T <t@e> %d +0000\ndata 0\n" % (1700000000 + n) for n in range(2000))
    origin.git("fast-import", "--quiet", "--date-format=raw", stdin=lines)
    ids = sorted(origin.git("rev-list", "main").split())
    shared = next(a[:4] for a, b in itertools.pairwise(ids) if a[:4] == b[:4])
    with pytest.raises(SourceError, match=rf"`{shared}` stands for \d+ commits") as caught:
        origin.fetch(shared)
    assert "more digits" in caught.value.hint


@pytest.mark.parametrize("ref", ["no-such-branch", "0123abcd", "0123456789012345678901234567890123456789"])
def test_a_wrong_revision_is_named(origin: Origin, ref: str) -> None:
    origin.commit({"a.py": b"1\n"})
    with pytest.raises(SourceError, match=re.escape(f"`{ref}`")) as caught:
        origin.fetch(ref)
    assert type(caught.value) is SourceError
    assert "ref" in caught.value.hint


def test_a_wrong_revision_leaves_a_good_copy_alone(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.fetch()
    with pytest.raises(SourceError):
        origin.fetch("0123456789012345678901234567890123456789")
    origin.fetches()
    assert origin.fetch().files == {"a.py": b"1\n"}
    assert origin.fetches() == 0


def test_a_tag_that_is_no_commit(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.git("tag", "blob", origin.blob("a.py"))
    with pytest.raises(SourceError, match="`blob`"):
        origin.fetch("blob")


def test_a_repository_without_commits(origin: Origin) -> None:
    with pytest.raises(SourceError, match="no default branch"):
        origin.fetch()


def test_a_moved_branch_is_followed(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n", "same.py": b"same\n"})
    origin.fetch("main")
    moved = origin.commit({"a.py": b"2\n", "same.py": b"same\n"})
    snapshot = origin.fetch("main")
    assert (snapshot.source.commit, snapshot.files["a.py"]) == (moved, b"2\n")


def test_a_rewritten_branch_is_followed(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.fetch()
    origin.git("update-ref", "-d", "refs/heads/main")
    rewritten = origin.commit({"a.py": b"other history\n"})
    assert origin.fetch().source.commit == rewritten


def test_a_renamed_default_branch_is_followed(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"}, branch="main")
    origin.fetch()
    origin.git("branch", "-m", "main", "trunk")
    origin.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    renamed = origin.commit({"a.py": b"2\n"}, branch="trunk")
    assert origin.fetch().source.commit == renamed


@pytest.mark.parametrize("ref", ["--upload-pack=touch pwned", "-x", "a b", "a..b", "a:b", "a^", "*", "a\n", "", "@{1}", "/a", "a.lock"])
def test_revisions_that_git_must_not_see(origin: Origin, ref: str) -> None:
    origin.commit({"a.py": b"1\n"})
    with pytest.raises(UnsafeSource, match="revision"):
        origin.fetch(ref)
