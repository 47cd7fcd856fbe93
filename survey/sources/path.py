"""The path source: a local folder as it is now, read without following links and without any help from its tools."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from survey.model.errors import SourceError
from survey.model.snapshot import Omission, Snapshot, SourceInfo, in_scope
from survey.model.target import Target
from survey.model.vocabulary import SourceKind
from survey.sources.limits import MAX_ENTRIES, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, too_much
from survey.sources.names import may_be_folder, problem_with_name, shown_name
from survey.sources.path_commit import commit_of_files

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
"""Folders that hold other people's code or none; hidden ones (`.git`, `.venv`, `.tox`) are skipped as such."""


def read_folder(target: Target, keep: Callable[[str], bool]) -> Snapshot:
    """The files under `target.path` in `target.scope` whose path `keep` accepts; raises `SourceError`.

    Where they are exactly the files of the commit checked out there, the source names it.
    """
    root = Path(target.path or "")
    if not target.path or not root.is_dir():
        raise SourceError(f"`{target.path}` is no folder", hint="give the path of a folder that can be read")
    files: dict[str, bytes] = {}
    omitted: list[Omission] = []
    total = 0
    for entry, raw in _walk(root, omitted):
        path = shown_name(raw)
        if not in_scope(path, target.scope):
            continue
        content = _read(entry, raw, path, keep)
        if isinstance(content, str):
            omitted.append(Omission(path, content))
        elif content is not None:
            files[path] = content
            total += len(content)
            if len(files) > MAX_FILES or total > MAX_TOTAL_BYTES:
                raise too_much(f"{len(files):,} files with {total:,} bytes")
    left_out = {omission.path for omission in omitted}
    commit = commit_of_files(
        root, files, lambda path: in_scope(path, target.scope) and keep(path) and path not in left_out and not _hidden(path)
    )
    # The name alone: published reports must not tell where on this machine the folder lies.
    name = root.name if root.name not in {"", ".."} else root.resolve().name or "folder"
    source = SourceInfo(SourceKind.PATH, name, commit=commit.id if commit else None, committed_at=commit.committed_at if commit else None)
    return Snapshot(source, dict(sorted(files.items())), tuple(sorted(omitted, key=lambda omission: omission.path)))


def _walk(root: Path, omitted: list[Omission]) -> Iterator[tuple["os.DirEntry[str]", bytes]]:
    """Every entry that is no folder, with its path below `root`; folders that cannot be listed are noted."""
    waiting, seen = [(os.fspath(root), b"")], 0
    while waiting:
        folder, prefix = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError:
            omitted.append(Omission(shown_name(prefix.removesuffix(b"/")) or ".", "cannot be read"))
            continue
        seen += len(entries)
        if seen > MAX_ENTRIES:
            raise too_much(f"more than {MAX_ENTRIES:,} entries")
        if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            raw = prefix + os.fsencode(entry.name)
            if not entry.is_dir(follow_symlinks=False):
                yield entry, raw
            elif not _skipped(entry.name):
                waiting.append((entry.path, raw + b"/"))


def _read(entry: "os.DirEntry[str]", raw: bytes, path: str, keep: Callable[[str], bool]) -> bytes | str | None:
    """The content, or the reason why it is omitted, or None for what nobody asked for."""
    if entry.is_symlink():
        return "symlink" if keep(path) or may_be_folder(path) else None
    if not keep(path):
        return None
    if problem := problem_with_name(raw):
        return problem
    if not entry.is_file(follow_symlinks=False):
        return "not a regular file"
    try:
        # The entry may have become a link or a pipe since it was listed.
        with os.fdopen(os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError:
        return "cannot be read"
    return content if len(content) <= MAX_FILE_BYTES else "too large"


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


def _hidden(path: str) -> bool:
    """Whether the walk never comes to `path`."""
    return any(_skipped(part) for part in path.split("/")[:-1])
