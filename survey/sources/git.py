"""The git source: one commit of a repository as a snapshot, from a partial clone that is kept in the cache.

The list of files comes first, then the contents of the kept ones in a single batch; later runs ask for what moved.
"""

from collections.abc import Callable
from dataclasses import dataclass

from survey.model.errors import OfflineMiss, SourceError, UnsafeSource
from survey.model.progress import Progress, Stage
from survey.model.snapshot import Omission, Snapshot, SourceInfo, in_scope
from survey.model.target import Target
from survey.model.urls import problem_with_git_ref, problem_with_git_url
from survey.model.vocabulary import SourceKind
from survey.sources.git_cache import CacheSlot, locked_slot
from survey.sources.git_errors import RemoteRefusedError
from survey.sources.git_objects import Commit, DamagedCopyError, Entry, ObjectStore
from survey.sources.git_refs import full_id, resolve, short_id
from survey.sources.git_remote import Remote
from survey.sources.limits import MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, too_much
from survey.sources.names import may_be_folder, problem_with_name, shown_name
from survey.sources.options import SourceOptions

_LINK, _SUBMODULE, _REGULAR = "120000", "160000", "100"


def fetch_repository(target: Target, options: SourceOptions, keep: Callable[[str], bool], progress: Progress) -> Snapshot:
    """`target.git` at `target.ref`: its files in `target.scope` whose path `keep` accepts.

    Raises `UnsafeSource` for an address or revision git must not see, `HostUnreachable`, `OfflineMiss`, and `SourceError` otherwise.
    """
    url = _safe_url(target)
    with locked_slot(url, options, lambda: progress.stage(target.id, Stage.FETCH, "waiting for another run")) as slot:
        run = _Run(target, url, options, keep, progress, slot)
        filled = slot.filled
        try:
            return run.snapshot()
        except (DamagedCopyError, RemoteRefusedError) as error:
            if options.offline:
                raise OfflineMiss(f"the cached copy of {url} is damaged", hint="run once without `--offline`") from error
            if not filled:
                raise _final(error, url) from error
            slot.renew()
        try:
            return run.snapshot()
        except (DamagedCopyError, RemoteRefusedError) as error:
            raise _final(error, url) from error


def _safe_url(target: Target) -> str:
    if target.git is None:
        raise SourceError(f"{target.id} names no repository", hint="give the target a `git` address, or use `--source registry`")
    if problem := problem_with_git_url(target.git):
        raise UnsafeSource(f"the repository address of {target.id} is refused: {problem}", hint="use an https:// or ssh:// address")
    if target.ref is not None and (problem := problem_with_git_ref(target.ref)):
        raise UnsafeSource(f"the `ref` of {target.id} is refused: {problem}", hint="give a branch, a tag or a commit id")
    return target.git


def _final(error: DamagedCopyError | RemoteRefusedError, url: str) -> SourceError:
    if isinstance(error, RemoteRefusedError):
        return error
    return SourceError(
        f"what {url} delivered cannot be read by git", hint="the repository is damaged; report it to its owner, or use `--source registry`"
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One attempt at one snapshot, over whatever copy the slot holds."""

    target: Target
    url: str
    options: SourceOptions
    keep: Callable[[str], bool]
    progress: Progress
    slot: CacheSlot

    def snapshot(self) -> Snapshot:
        """The snapshot; also raises `DamagedCopyError` and `RemoteRefusedError`, after which a fresh copy may do."""
        commit = self._cached_commit() if self.options.offline else self._current_commit()
        kept, omitted = self._select(commit)
        sizes = self._bring(commit, {entry.oid for _, entry in kept})
        fitting: dict[str, int] = {}
        total = 0
        for path, entry in kept:
            size = sizes.get(entry.oid)
            if size is None:
                omitted.append(Omission(path, "missing blob"))
            elif size > MAX_FILE_BYTES:
                omitted.append(Omission(path, "too large"))
            else:
                fitting[entry.oid] = size
                total += size
        if total > MAX_TOTAL_BYTES:
            raise too_much(f"{total:,} bytes")
        contents = self._store.read(fitting)
        source = SourceInfo(SourceKind.GIT, self.url, ref=self.target.ref, commit=commit.id, committed_at=commit.committed_at)
        files = {path: contents[entry.oid] for path, entry in kept if entry.oid in contents}
        return Snapshot(source, files, tuple(sorted(omitted, key=lambda omission: omission.path)))

    @property
    def _store(self) -> ObjectStore:
        return ObjectStore(self.slot.folder)

    @property
    def _remote(self) -> Remote:
        return Remote(self.slot.folder, self.url, self.options)

    def _cached_commit(self) -> Commit:
        ref = self.target.ref
        if self.slot.filled:
            oid = full_id(ref)
            commit = self._store.kept(oid) if oid else self._store.recall(ref)
            if commit is None and (prefix := short_id(ref)) and len(known := self._store.kept_ids(prefix)) == 1:
                commit = self._store.kept(known.pop())
            if commit:
                return commit
        wanted = f" at `{ref}`" if ref else ""
        raise OfflineMiss(f"the cache holds no copy of {self.url}{wanted}", hint="run once without `--offline`")

    def _current_commit(self) -> Commit:
        ref = self.target.ref
        self._tell(f"asking {self._remote.host}")
        oid = resolve(ref, self._remote, self._store, self.slot)
        commit = self._store.kept(oid)
        if commit is None:
            self._tell("the list of files")
            try:
                self._remote.fetch_tree(oid)
            except RemoteRefusedError as refusal:
                if oid in refusal.objects:
                    raise SourceError(
                        f"the repository on {self._remote.host} has no commit `{ref}`", hint="check the `ref` of this target"
                    ) from refusal
                raise
            self.slot.settle()
            commit = self._store.kept(oid)
        if commit is None:
            raise SourceError(f"`{ref}` of {self.url} is not a commit", hint="give a branch, a tag or a commit id")
        if self._store.recall(ref) != commit:
            self._store.remember(ref, commit)
        return commit

    def _select(self, commit: Commit) -> tuple[list[tuple[str, Entry]], list[Omission]]:
        """The entries in scope: those whose contents are wanted, by path, and those that can have none."""
        kept, omitted = [], []
        for entry in self._store.entries(commit.id):
            path = shown_name(entry.path)
            if not in_scope(path, self.target.scope):
                continue
            if entry.mode == _SUBMODULE:
                omitted.append(Omission(path, "submodule"))
            elif entry.mode == _LINK:
                if self.keep(path) or may_be_folder(path):
                    omitted.append(Omission(path, "symlink"))
            elif not self.keep(path):
                continue
            elif problem := problem_with_name(entry.path):
                omitted.append(Omission(path, problem))
            elif not entry.mode.startswith(_REGULAR):
                omitted.append(Omission(path, "not a regular file"))
            else:
                kept.append((path, entry))
        if len(kept) > MAX_FILES:
            raise too_much(f"{len(kept):,} files")
        return kept, omitted

    def _bring(self, commit: Commit, wanted: set[str]) -> dict[str, int]:
        """Sizes of the wanted blobs that are here, after asking the remote once for those that were not."""
        store = self._store
        here = store.inventory("blob")
        lacking = wanted - here.keys()
        if lacking - store.missing():
            if self.options.offline:
                raise OfflineMiss(f"the cache lacks {len(lacking)} files of {self.url}", hint="run once without `--offline`")
            self._tell(f"{len(lacking)} files")
            try:
                self._remote.fetch_objects(lacking)
            except RemoteRefusedError as refusal:
                if not refusal.unadvertised:
                    raise
                self._remote.fetch_all_of(commit.id)
            here = store.inventory("blob")
            store.remember_missing(wanted - here.keys())
        return {oid: here[oid] for oid in wanted & here.keys()}

    def _tell(self, detail: str) -> None:
        self.progress.stage(self.target.id, Stage.FETCH, detail)
