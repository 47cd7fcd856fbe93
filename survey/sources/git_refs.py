"""Finds the object that a branch, tag or commit name stands for, asking the remote as little as possible."""

import re

from survey.model.errors import SourceError
from survey.sources.git_cache import CacheSlot
from survey.sources.git_objects import ObjectStore
from survey.sources.git_remote import Remote

_FULL_ID = re.compile(r"[0-9a-f]{40}")
_SHORT_ID = re.compile(r"[0-9a-f]{4,39}")


def full_id(ref: str | None) -> str | None:
    """`ref` in lower case if it is a full object id."""
    return ref.lower() if ref and _FULL_ID.fullmatch(ref.lower()) else None


def short_id(ref: str | None) -> str | None:
    """`ref` in lower case if it may be an abbreviated object id."""
    return ref.lower() if ref and _SHORT_ID.fullmatch(ref.lower()) else None


def resolve(ref: str | None, remote: Remote, store: ObjectStore, slot: CacheSlot) -> str:
    """Full id of the object that `ref` names at the remote now: tags before branches before abbreviated ids.

    Raises `SourceError` for a name that is unknown or ambiguous, and what `Remote` raises.
    """
    if whole := full_id(ref):
        return whole
    if ref in {None, "HEAD"}:
        head = remote.refs("HEAD").get("HEAD")
        if head is None:
            raise SourceError(f"the repository on {remote.host} has no default branch", hint="name a branch, tag or commit as `ref`")
        return head
    names = [str(ref)] if str(ref).startswith("refs/") else [f"refs/tags/{ref}", f"refs/heads/{ref}"]
    refs = remote.refs(*names, *(f"{name}^{{}}" for name in names))
    for name in names:
        if oid := refs.get(f"{name}^{{}}") or refs.get(name):
            return oid
    candidates = _abbreviated(prefix, remote, store, slot) if (prefix := short_id(ref)) else set()
    if not candidates:
        raise SourceError(f"the repository on {remote.host} has no tag, branch or commit `{ref}`", hint="check the `ref` of this target")
    if len(candidates) > 1:
        raise SourceError(
            f"`{ref}` stands for {len(candidates)} commits of the repository on {remote.host}", hint="give more digits of the commit id"
        )
    return candidates.pop()


def _abbreviated(prefix: str, remote: Remote, store: ObjectStore, slot: CacheSlot) -> set[str]:
    """Commits whose id begins with `prefix`: from what is here, from the tips of all refs, at last from the whole history."""
    if known := store.kept_ids(prefix):
        return known
    refs = remote.refs()
    tips = {oid for name, oid in refs.items() if f"{name}^{{}}" not in refs}
    if found := {oid for oid in tips if oid.startswith(prefix)}:
        return found
    # A repository of its own: commits without trees must not be taken for commits that are here.
    history = slot.scratch()
    Remote(history, remote.url, remote.options).fetch_history()
    return {oid for oid in ObjectStore(history).inventory("commit") if oid.startswith(prefix)}
