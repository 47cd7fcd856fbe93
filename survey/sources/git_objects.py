"""Reads what the local copy holds: commits, lists of files, contents. Nothing here touches the network."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from survey.sources.git_command import GitFolder
from survey.sources.git_remote import kept_ref
from survey.sources.limits import MAX_LISTING_BYTES

_COMMITTER = re.compile(rb"^committer [^\n]*> (-?\d{1,15}) [+-]\d{4}$", re.MULTILINE)
_MISSING_LIST = "survey-missing"


class DamagedCopyError(Exception):
    """The local copy cannot be read."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; `committed_at` is ISO 8601 in UTC, None where the commit gives no sane time."""

    id: str
    committed_at: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit as git lists it."""

    mode: str
    oid: str
    path: bytes


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """The objects in one git folder. Methods raise `DamagedCopyError` where git cannot read it."""

    folder: GitFolder

    def commit(self, revision: str) -> Commit | None:
        """The commit that a local ref or object id leads to, through tags; None where there is none."""
        output = self._read("cat-file", "--batch", stdin=f"{revision}^{{commit}}\n".encode())
        first, _, content = output.partition(b"\n")
        oid, _, rest = first.partition(b" ")
        return Commit(oid.decode(), _committed_at(content)) if rest.startswith(b"commit ") else None

    def kept(self, oid: str) -> Commit | None:
        """The commit of `oid` if it is here with all its trees."""
        return self.commit(kept_ref(oid))

    def kept_ids(self, prefix: str) -> set[str]:
        """Ids of such commits that begin with `prefix` (hexadecimal)."""
        return set(self._read("for-each-ref", "--format=%(objectname)", kept_ref(f"{prefix}*")).decode().split())

    def recall(self, ref: str | None) -> Commit | None:
        """What `ref` led to when it was last asked for."""
        return self.commit(_asked_ref(ref))

    def remember(self, ref: str | None, commit: Commit) -> None:
        """Note what `ref` leads to now."""
        self._read("update-ref", _asked_ref(ref), commit.id)

    def entries(self, commit: str) -> Iterator[Entry]:
        """Every file of `commit`, in git's order."""
        for record in self._read("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            if record:
                head, _, path = record.partition(b"\t")
                mode, _, oid = head.decode("ascii").split(" ")
                yield Entry(mode, oid, path)

    def inventory(self, kind: str) -> dict[str, int]:
        """Bytes of every object of `kind` (`blob`, `commit`…) that is really here."""
        found = {}
        for line in self._read("cat-file", "--batch-check", "--batch-all-objects", "--unordered").splitlines():
            oid, its_kind, size = line.decode("ascii").split(" ")
            if its_kind == kind:
                found[oid] = int(size)
        return found

    def read(self, sizes: dict[str, int]) -> dict[str, bytes]:
        """Contents of these blobs (id to bytes expected), each checked against its id."""
        limit = sum(sizes.values()) + len(sizes) * 80
        output = self._read("cat-file", "--batch", stdin="".join(f"{oid}\n" for oid in sizes).encode(), limit=limit)
        contents, position = {}, 0
        for oid, size in sizes.items():
            start = output.find(b"\n", position) + 1
            contents[oid] = output[start : start + size]
            position = start + size + 1
            if not start or blob_id(contents[oid]) != oid:
                raise DamagedCopyError(f"object {oid} is not what its name says")
        return contents

    def missing(self) -> set[str]:
        """Blobs that the server could not give when last asked."""
        try:
            return set((self.folder.path / _MISSING_LIST).read_text("ascii").split())
        except (OSError, UnicodeDecodeError):
            return set()

    def remember_missing(self, oids: Iterable[str]) -> None:
        """Note them, so that an unchanged commit is not asked for them again."""
        draft = self.folder.path / f"{_MISSING_LIST}.new"
        draft.write_text("\n".join(sorted(oids)), "ascii")
        draft.replace(self.folder.path / _MISSING_LIST)

    def _read(self, *arguments: str, stdin: bytes = b"", limit: int = MAX_LISTING_BYTES) -> bytes:
        output = self.folder.offline(*arguments, stdin=stdin, limit=limit)
        if output.status:
            raise DamagedCopyError(output.stderr.strip())
        return output.stdout


def blob_id(content: bytes) -> str:
    """The id that git gives to a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _asked_ref(ref: str | None) -> str:
    """A local ref of its own for every name, whatever characters it holds."""
    return f"refs/asked/{hashlib.sha256((ref or '').encode()).hexdigest()}"


def _committed_at(commit: bytes) -> str | None:
    found = _COMMITTER.search(commit.partition(b"\n\n")[0])
    try:
        return datetime.fromtimestamp(int(found[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found else None
    except (ValueError, OverflowError, OSError):
        return None
