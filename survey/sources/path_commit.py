"""Says which commit a local folder is, by content: its git settings are not trusted, so nothing that they could run is used."""

from collections.abc import Callable, Mapping
from pathlib import Path

from survey.model.errors import SourceError
from survey.sources.git_command import GitFolder
from survey.sources.git_objects import Commit, DamagedCopyError, ObjectStore, blob_id

_REGULAR = "100"


def commit_of_files(folder: Path, files: Mapping[str, bytes], expected: Callable[[str], bool]) -> Commit | None:
    """The commit checked out around `folder` if its files that are `expected` are exactly `files`; else None.

    Paths are relative to `folder`. Files are compared by their hashes here: `git status` would run the filters that the folder configures.
    """
    top = next((place for place in (folder.absolute(), *folder.absolute().parents) if (place / ".git").exists()), None)
    if top is None or not files:
        return None
    prefix = folder.absolute().relative_to(top).as_posix()
    below = b"" if prefix == "." else prefix.encode() + b"/"
    store = ObjectStore(GitFolder(top / ".git"))
    try:
        commit = store.commit("HEAD")
        if commit is None:
            return None
        listed = {
            entry.path.removeprefix(below).decode(): entry.oid
            for entry in store.entries(commit.id)
            if entry.mode.startswith(_REGULAR) and entry.path.startswith(below)
        }
    except (DamagedCopyError, SourceError, UnicodeError):
        return None
    there = {path: oid for path, oid in listed.items() if expected(path)}
    return commit if there == {path: blob_id(content) for path, content in files.items()} else None
