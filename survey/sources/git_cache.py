"""One folder per repository address under the cache: whole or absent, used by one run at a time.

A new copy grows beside its place and is renamed into it; what an interrupted run left is swept by the next.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from survey.model.errors import SourceError
from survey.sources.git_command import GitFolder
from survey.sources.options import SourceOptions

_SLUG_LENGTH = 60
_LOCK_PATIENCE = 10
"""How many times `timeout` another run may keep the folder."""


class CacheSlot:
    """The place of one repository in the cache; made by `locked_slot` alone."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._place = root / name
        self._growing: Path | None = None
        self._renewing = False

    @property
    def filled(self) -> bool:
        """Whether a copy is in place and trusted."""
        return self._place.exists() and not self._renewing

    @property
    def folder(self) -> GitFolder:
        """The copy in place, else an empty repository that grows beside it until `settle`."""
        if self.filled:
            return GitFolder(self._place)
        if self._growing is None:
            self._growing = self.scratch().path
        return GitFolder(self._growing)

    def scratch(self) -> GitFolder:
        """An empty repository that goes away with the block."""
        folder = GitFolder(self._temporary())
        # Bare by its name; `--bare` would be refused inside a hook that has set GIT_WORK_TREE.
        if folder.offline("init", "--quiet", "--template=", "--initial-branch=main").status:
            raise SourceError("git could not make its folder in the cache", hint="check the free space and the rights of the cache folder")
        return folder

    def renew(self) -> None:
        """Stop trusting the copy in place; it goes away once a new one is whole."""
        self.sweep()
        self._renewing = True

    def settle(self) -> None:
        """Put the growing copy in its place, now that it is whole."""
        if self._growing is None:
            return
        if self._place.exists():
            self._place.rename(self._temporary() / "old")
        self._growing.rename(self._place)
        self._growing = None
        self._renewing = False

    def sweep(self) -> None:
        """Remove what is not in place, of this run and of interrupted ones."""
        for leftover in self._root.glob(f"{self._prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._growing = None

    def _temporary(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._root, prefix=self._prefix))

    @property
    def _prefix(self) -> str:
        return f".{self._place.name}."


@contextmanager
def locked_slot(url: str, options: SourceOptions, waiting: Callable[[], None]) -> Iterator[CacheSlot]:
    """The slot of `url`, ours until the block ends; calls `waiting` once if another run has it. Raises `SourceError`."""
    root = options.cache_dir / "git"
    name = _slot_name(url)
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / f"{name}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            waiting()
            lock.acquire(timeout=options.timeout * _LOCK_PATIENCE)
    except Timeout as error:
        raise SourceError(
            "another run has kept this repository's cache for too long", hint="wait for it to end, or use another cache folder"
        ) from error
    except OSError as error:
        raise SourceError(
            f"the cache folder cannot be used: {error.strerror}", hint="check its rights and free space, or use another one"
        ) from error
    try:
        slot = CacheSlot(root, name)
        slot.sweep()
        try:
            yield slot
        finally:
            slot.sweep()
    finally:
        lock.release()


def _slot_name(url: str) -> str:
    """Readable for people, and its own for every address."""
    slug = re.sub(r"[^A-Za-z0-9._]+", "-", url.partition("://")[2] or url).strip("-.")
    return f"{slug[-_SLUG_LENGTH:].strip('-.')}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
