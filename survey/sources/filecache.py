"""A folder of cached bytes that can never break a run.

Whatever is wrong with an entry or the disk is a miss; an entry is written whole or not at all.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path


class FileCache:
    """Bytes by key, kept across runs; safe for several threads and processes at once. Nothing is created before the first `put`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The bytes put under `key`; None where there are none, or they are not what was put."""
        try:
            digest, _, data = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return data if digest == _digest(data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; a full or read-only disk is no error."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, _digest(data) + b"\n" + data)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / name


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _replace(path: Path, content: bytes) -> None:
    """Write beside `path` and move into place, so that a reader or a crash never sees half an entry."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
