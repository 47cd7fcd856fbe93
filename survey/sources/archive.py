"""Reads wheels and sdists in memory: nothing is unpacked to disk, nothing is executed, nothing an archive says about itself is believed.

One member that tries something refuses the whole archive; a file that is merely too large is left out.
"""

import bz2
import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final, Protocol, cast

from survey.model.errors import SourceError, UnsafeSource
from survey.model.snapshot import Omission
from survey.sources.limits import MAX_FILE_BYTES, MAX_TOTAL_BYTES

_CHUNK: Final = 64 * 1024
_NAME_LENGTH: Final = 1024
_HEADER_BYTES: Final = 128 * 1024
"""What one tar member's headers (long names, pax records) may take: the standard library holds them in memory."""
_ZIP_ENTRY: Final = b"PK\x01\x02"
_HINT: Final = "nothing of it was read; choose another version, or survey the repository: `--source git`"
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_CORRUPT: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, OverflowError, RuntimeError,
)  # fmt: skip


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much one archive may hold."""

    members: int = 50_000
    file_bytes: int = MAX_FILE_BYTES
    """A larger file is left out."""
    unpacked_bytes: int = MAX_TOTAL_BYTES
    """Everything that has to be decompressed on the way, kept or not."""
    ratio: int = 200
    """Unpacked to packed size; only looked at beyond `ratio_floor` bytes, since small files of one character are common."""
    ratio_floor: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """The kept files of one archive, by their path in the project; both sorted."""

    files: Mapping[str, bytes]
    omitted: tuple[Omission, ...]


def read_archive(filename: str, data: bytes, keep: Callable[[str], bool], limits: ArchiveLimits | None = None) -> ArchiveContent:
    """The files of a wheel or sdist that `keep` accepts, an sdist's leading folder taken off.

    Raises `UnsafeSource` where a member tries to escape, is a link or a device, is there twice, is encrypted or expands
    without measure, and `SourceError` where the archive is damaged or of an unknown kind.
    """
    limits = limits or ArchiveLimits()
    if filename.endswith((".whl", ".zip")):
        reader = _zip_members
    elif filename.endswith((".tar.gz", ".tgz", ".tar.bz2")):
        reader = _tar_members
    else:
        raise SourceError(f"{filename} is no wheel, .tar.gz, .tar.bz2 or .zip", hint=_HINT)
    collected = _Collector(filename, keep, limits, strip_folder=not filename.endswith(".whl"))
    try:
        for name, is_folder, stream in reader(filename, data, limits):
            collected.add(name, is_folder=is_folder, stream=stream)
    except _CORRUPT as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise SourceError(f"{filename} is damaged: {reason}", hint=_HINT) from error
    return collected.content()


def safe_path(name: str) -> str:
    """`name` of a member as a relative POSIX path without `.` segments ('' for the root folder itself).

    Raises `ValueError` with the reason where the name is not plainly a path inside the archive, on any platform.
    """
    if not name:
        raise ValueError("empty name")
    if len(name) > _NAME_LENGTH:
        raise ValueError("name too long")
    if any(ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF for char in name):
        raise ValueError("control or undecodable character in the name")
    if "\\" in name:
        raise ValueError("backslash in the name")
    if name.startswith("/"):
        raise ValueError("absolute path")
    if name[1:2] == ":":
        raise ValueError("drive letter")
    segments = name.removesuffix("/").split("/")
    if ".." in segments:
        raise ValueError("path escape")
    if "" in segments:
        raise ValueError("empty path segment")
    return "/".join(segment for segment in segments if segment != ".")


class _Collector:
    """Takes members in archive order and keeps what is wanted."""

    def __init__(self, filename: str, keep: Callable[[str], bool], limits: ArchiveLimits, *, strip_folder: bool) -> None:
        self._filename = filename
        self._keep = keep
        self._limits = limits
        self._strip = strip_folder
        self._folder: str | None = None
        self._members = 0
        self._names: set[str] = set()
        self._files: dict[str, bytes] = {}
        self._omitted: list[Omission] = []

    def add(self, name: str, *, is_folder: bool, stream: Callable[[], _Readable]) -> None:
        self._members += 1
        if self._members > self._limits.members:
            raise _unsafe(self._filename, f"more than {self._limits.members} members")
        try:
            path = safe_path(name)
            if not path and not is_folder:
                raise ValueError("a file with the name of a folder")
        except ValueError as error:
            raise _unsafe(self._filename, str(error), name) from None
        if is_folder:
            return
        if path in self._names:
            raise _unsafe(self._filename, "there is more than one member of this name", name)
        self._names.add(path)
        if self._strip:
            folder, _, inner = path.partition("/")
            self._folder = self._folder or folder
            if not inner or folder != self._folder:
                self._omitted.append(Omission(path, "outside the release's folder"))
                return
            path = inner
        if not self._keep(path):
            return
        content = _read_all(stream(), self._limits.file_bytes)
        if content is None:
            self._omitted.append(Omission(path, "too large"))
        else:
            self._files[path] = content

    def content(self) -> ArchiveContent:
        return ArchiveContent(dict(sorted(self._files.items())), tuple(sorted(self._omitted, key=lambda omission: omission.path)))


class _Metered:
    """Counts what really comes out of the decompressor, and stops it in time."""

    def __init__(self, stream: _Readable, budget: "_Budget") -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(min(size, _CHUNK))
        self._budget.spend(len(data))
        return data


class _Budget:
    """What one archive may still unpack to."""

    def __init__(self, filename: str, packed: int, limits: ArchiveLimits) -> None:
        self._filename = filename
        self._packed = packed
        self._limits = limits
        self._unpacked = 0
        self.header_bytes: int | None = None
        """What the headers being parsed may still take; None while file content is read."""

    def spend(self, count: int) -> None:
        self._unpacked += count
        if self._unpacked > self._limits.unpacked_bytes:
            raise _unsafe(self._filename, f"it unpacks to more than {self._limits.unpacked_bytes:,} bytes")
        if is_bomb(self._unpacked, self._packed, self._limits):
            raise _unsafe(self._filename, f"it unpacks to more than {self._limits.ratio} times its size")
        if self.header_bytes is not None:
            self.header_bytes -= count
            if self.header_bytes < 0:
                raise _unsafe(self._filename, "a member's header is too long")


def is_bomb(unpacked: int, packed: int, limits: ArchiveLimits) -> bool:
    """Whether so many bytes out of so few are no ordinary compression."""
    return unpacked > limits.ratio_floor and unpacked > limits.ratio * packed


_Member = tuple[str, bool, Callable[[], _Readable]]
"""Name as stored, whether it is a folder, and how to open it."""


def _zip_members(filename: str, data: bytes, limits: ArchiveLimits) -> Iterator[_Member]:
    # The directory is parsed at once: count its entries before that.
    if data.count(_ZIP_ENTRY) > limits.members:
        raise _unsafe(filename, f"more than {limits.members} members")
    budget = _Budget(filename, len(data), limits)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name = info.orig_filename
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
                raise _unsafe(filename, "a symlink" if kind == stat.S_IFLNK else "not a regular file", name)
            if info.flag_bits & _ENCRYPTED:
                raise _unsafe(filename, "it is encrypted", name)
            # The other methods cannot be unpacked in bounded steps; wheels and sdists do not use them.
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise _unsafe(filename, f"compression method {info.compress_type}", name)
            if is_bomb(info.file_size, info.compress_size, limits):
                raise _unsafe(filename, f"it unpacks to more than {limits.ratio} times its size", name)
            yield name, name.endswith("/"), lambda info=info: _Metered(archive.open(info), budget)  # type: ignore[misc]


class _StrictHeader(tarfile.TarInfo):
    """A damaged header is an error; the standard library takes it for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_StrictHeader":
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError(str(error)) from error


def _tar_members(filename: str, data: bytes, limits: ArchiveLimits) -> Iterator[_Member]:
    packed = io.BytesIO(data)
    unpacked = bz2.BZ2File(packed) if filename.endswith(".bz2") else gzip.GzipFile(fileobj=packed)
    budget = _Budget(filename, len(data), limits)
    metered = _Metered(unpacked, budget)
    budget.header_bytes = _HEADER_BYTES
    with unpacked, tarfile.open(fileobj=cast("IO[bytes]", metered), mode="r|", tarinfo=_StrictHeader) as archive:
        while (member := archive.next()) is not None:
            budget.header_bytes = None
            _check_tar_member(filename, member)
            content = archive.extractfile(member) or io.BytesIO()
            yield member.name, member.isdir(), lambda content=content: content  # type: ignore[misc]
            # The rest of a file that was not wanted, or not to its end; what is left for `next` is headers alone.
            while content.read(_CHUNK):
                pass
            budget.header_bytes = _HEADER_BYTES
        budget.header_bytes = None
        while metered.read(_CHUNK):  # to the checksum
            pass


def _check_tar_member(filename: str, member: tarfile.TarInfo) -> None:
    if member.issym() or member.islnk():
        raise _unsafe(filename, "a symlink" if member.issym() else "a hard link", member.name)
    if not (member.isfile() or member.isdir()) or member.issparse():
        raise _unsafe(filename, "a sparse file" if member.issparse() else "not a regular file", member.name)
    if member.size < 0:
        raise _unsafe(filename, "a negative size", member.name)


def _read_all(stream: _Readable, limit: int) -> bytes | None:
    """All of `stream`, or None where that is more than `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_CHUNK):
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)


def _unsafe(filename: str, reason: str, member: str | None = None) -> UnsafeSource:
    place = filename if member is None else f"{filename}: member {member[:200]!a}"
    return UnsafeSource(f"{place}: {reason}", hint=_HINT)
