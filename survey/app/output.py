"""Report files on disk: each whole or absent, whatever happens while they are written."""

import os
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from survey.model.errors import UsageError

_HINT = "choose a folder you can write to with --out"


def check_writable(folder: Path) -> None:
    """Raise `UsageError` now rather than after minutes of work if `folder` cannot be written."""
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise UsageError(f"cannot write to {folder}: {nearest} is not a folder", hint=_HINT)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(f"cannot write to {folder}: no permission", hint=_HINT)


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put `files`, some in folders of their own, into `folder`, replacing the old ones only when all are safely on disk.

    Other files in the folder are left alone. Raises `UsageError`.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            final = folder / name
            final.parent.mkdir(exist_ok=True)
            temporary = final.with_name(f".{final.name}.{os.getpid()}.tmp")
            staged.append((temporary, final))
            _write(temporary, data)
        for temporary, final in staged:
            temporary.replace(final)
        for place in sorted({final.parent for _, final in staged} | {folder}):
            _flush_folder(place)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}", hint=_HINT) from error
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return tuple(final for _, final in staged)


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Take `names` out of `folder`, where they are; raises `UsageError`."""
    try:
        for name in names:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}", hint=_HINT) from error


def remove_stale(folder: Path, inside: str, mark: str, keep: Container[str]) -> None:
    """Take the files out of the folder `inside` whose first line is `mark`, but for `keep`, named from `folder`; raises `UsageError`."""
    place = folder / inside
    try:
        for path in sorted(place.iterdir()) if place.is_dir() and not place.is_symlink() else ():
            own = path.is_file() and not path.is_symlink() and _first_line(path, len(mark) + 2) == mark
            if own and path.relative_to(folder).as_posix() not in keep:
                path.unlink()
    except OSError as error:
        raise UsageError(f"cannot write to {place}: {error.strerror}", hint=_HINT) from error


def write_dated(beside: Path, stamp: str, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put `files` into the folder `stamp` beside `beside`; the folder appears at once, or is updated if it is there."""
    final = beside.absolute().parent / stamp
    if final.exists():
        return write_files(final, files)
    growing = final.with_name(f".{stamp}.{os.getpid()}.tmp")
    try:
        write_files(growing, files)
        growing.rename(final)
    except OSError as error:
        raise UsageError(f"cannot write to {final}: {error.strerror}", hint=_HINT) from error
    finally:
        for name in files:
            with suppress(OSError):
                (growing / name).unlink(missing_ok=True)
        for place in sorted({(growing / name).parent for name in files} | {growing}, reverse=True):
            with suppress(OSError):
                place.rmdir()
    return tuple(final / name for name in files)


def _first_line(path: Path, most: int) -> str:
    with path.open("rb") as file:
        return file.readline(most).decode(errors="replace").rstrip("\r\n")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
