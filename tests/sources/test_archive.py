"""Archives are hostile: each trick is tried for real, with archives built byte by byte where no library would make them."""

import contextlib
import gzip
import hashlib
import io
import resource
import struct
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.model.errors import SourceError, UnsafeSource
from survey.sources.archive import ArchiveLimits, read_archive, safe_path
from tests.sources.loopback_index import sdist, wheel

Edit = Callable[[tarfile.TarInfo], None]


def everything(_: str) -> bool:
    return True


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def tar_of(*members: tuple[str, bytes, Edit | None]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data, edit in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if edit:
                edit(info)
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return buffer.getvalue()


def noise(size: int) -> bytes:
    """Bytes that do not compress."""
    return hashlib.shake_256(b"noise").digest(size)


def of_type(kind: bytes, target: str = "") -> Edit:
    def edit(info: tarfile.TarInfo) -> None:
        info.type, info.linkname, info.size = kind, target, 0

    return edit


def zip_link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def test_a_wheel_is_read_by_its_own_paths() -> None:
    data = wheel("pkg", "1.0", {"pkg/b.py": b"B = 1\n", "pkg/a.py": b"", "pkg/native.so": b"\x7fELF"})
    content = read_archive("pkg-1.0-py3-none-any.whl", data, lambda path: not path.endswith(".so"))
    assert list(content.files) == ["pkg-1.0.dist-info/METADATA", "pkg/a.py", "pkg/b.py"]
    assert content.files["pkg/b.py"] == b"B = 1\n"
    assert content.omitted == ()


@pytest.mark.parametrize("compression", ["gz", "bz2"])
def test_an_sdist_loses_its_leading_folder_before_keep_sees_it(compression: str) -> None:
    seen: list[str] = []
    data = sdist("pkg", "1.0", {"src/pkg/a.py": b"A", "README": b"r"}, compression=compression)  # type: ignore[arg-type]
    content = read_archive(f"pkg-1.0.tar.{compression}", data, lambda path: bool(seen.append(path)) or path.endswith(".py"))  # type: ignore[func-returns-value]
    assert content.files == {"src/pkg/a.py": b"A"}
    assert sorted(seen) == ["README", "src/pkg/a.py"]


def test_a_zipped_sdist_and_one_with_dot_prefixes_and_folders() -> None:
    zipped = zip_of(("pkg-1/", b""), ("pkg-1/a.py", b"A"))
    assert read_archive("pkg-1.zip", zipped, everything).files == {"a.py": b"A"}
    dotted = tar_of(("./", b"", of_type(tarfile.DIRTYPE)), ("./pkg-1", b"", of_type(tarfile.DIRTYPE)), ("./pkg-1/a.py", b"A", None))
    assert read_archive("pkg-1.tar.gz", dotted, everything).files == {"a.py": b"A"}


def test_files_outside_the_sdists_folder_are_told_of() -> None:
    content = read_archive("pkg-1.tar.gz", tar_of(("pkg-1/a.py", b"A", None), ("other/b.py", b"B", None), ("c.py", b"C", None)), everything)
    assert content.files == {"a.py": b"A"}
    assert [(item.path, item.reason) for item in content.omitted] == [
        ("c.py", "outside the release's folder"),
        ("other/b.py", "outside the release's folder"),
    ]


HOSTILE_NAMES = {
    "../evil.py": "path escape",
    "pkg-1/../../evil.py": "path escape",
    "/etc/evil.py": "absolute path",
    "C:/evil.py": "drive letter",
    "c:evil.py": "drive letter",
    "pkg-1\\..\\..\\evil.py": "backslash",
    "\\\\host\\share\\evil.py": "backslash",
    "pkg-1//evil.py": "empty path segment",
    "pkg-1/evil\n.py": "control",
    "pkg-1/" + "a" * 2000: "too long",
}


@pytest.mark.parametrize(("name", "reason"), HOSTILE_NAMES.items())
@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_one_escaping_name_refuses_the_whole_archive(name: str, reason: str, kind: str) -> None:
    data = zip_of(("pkg-1/a.py", b"A"), (name, b"x")) if kind == "whl" else tar_of(("pkg-1/a.py", b"A", None), (name, b"x", None))
    with pytest.raises(UnsafeSource, match=reason) as caught:
        read_archive(f"pkg-1.{kind}", data, lambda path: path.endswith("a.py"))  # refused although nothing of it is wanted
    assert f"member {name[:200]!a}" in str(caught.value)
    assert caught.value.hint


TAR_TRICKS = {
    "symlink": of_type(tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": of_type(tarfile.LNKTYPE, "pkg-1/a.py"),
    "not a regular file": of_type(tarfile.CHRTYPE),
    "not a regular file ": of_type(tarfile.FIFOTYPE),
    "not a regular file  ": of_type(b"Z"),
}


@pytest.mark.parametrize(("reason", "edit"), TAR_TRICKS.items())
def test_links_and_devices_in_a_tar_are_refused(reason: str, edit: Edit) -> None:
    with pytest.raises(UnsafeSource, match=f"member 'pkg-1/evil.py': a? ?{reason.strip()}"):
        read_archive("pkg-1.tar.gz", tar_of(("pkg-1/a.py", b"A", None), ("pkg-1/evil.py", b"", edit)), everything)


def test_links_in_a_zip_are_refused() -> None:
    with pytest.raises(UnsafeSource, match=r"member 'pkg/link\.py': a symlink"):
        read_archive("pkg-1.whl", zip_of(("pkg/a.py", b"A"), (zip_link("pkg/link.py"), b"/etc/passwd")), everything)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["pkg-1/a.py", "./pkg-1/a.py", "pkg-1/./a.py"])
def test_a_name_that_is_there_twice_is_refused(second: str) -> None:
    with pytest.raises(UnsafeSource, match="more than one member of this name"):
        read_archive("pkg-1.whl", zip_of(("pkg-1/a.py", b"good"), (second, b"evil")), everything)
    with pytest.raises(UnsafeSource, match="more than one member of this name"):
        read_archive("pkg-1.tar.gz", tar_of(("pkg-1/a.py", b"good", None), (second, b"evil", None)), everything)


def test_a_name_cut_by_a_nul_is_refused() -> None:
    data = zip_of(("pkg/aXb.py", b"A")).replace(b"pkg/aXb.py", b"pkg/a\0b.py")
    with pytest.raises(UnsafeSource, match="control"):
        read_archive("pkg-1.whl", data, everything)


def patched(data: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """`data` with one field of its only header of this kind replaced."""
    place = data.rindex(signature) + offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


def test_encrypted_and_oddly_compressed_zips_are_refused() -> None:
    plain = zip_of(("pkg/a.py", b"A"))
    with pytest.raises(UnsafeSource, match="encrypted"):
        read_archive("pkg-1.whl", patched(plain, b"PK\x01\x02", 8, "<H", 1), everything)
    with pytest.raises(UnsafeSource, match="compression method 14"):
        read_archive("pkg-1.whl", patched(plain, b"PK\x01\x02", 10, "<H", 14), everything)


def test_too_large_files_are_merely_left_out() -> None:
    limits = ArchiveLimits(file_bytes=1000)
    files = {"pkg/big.py": noise(1001), "pkg/fits.py": b"a" * 1000}
    for name, data in (("pkg-1.whl", wheel("pkg", "1", files)), ("pkg-1.tar.gz", sdist("pkg", "1", files))):
        content = read_archive(name, data, everything, limits)
        assert "pkg/fits.py" in content.files
        assert [(item.path, item.reason) for item in content.omitted] == [("pkg/big.py", "too large")]


def test_member_count_is_bounded_for_files_and_folders_alike() -> None:
    limits = ArchiveLimits(members=10)
    with pytest.raises(UnsafeSource, match="more than 10 members"):
        read_archive("pkg-1.whl", zip_of(*((f"pkg/{i}.py", b"") for i in range(11))), everything, limits)
    with pytest.raises(UnsafeSource, match="more than 10 members"):
        read_archive("pkg-1.tar.gz", tar_of(*((f"pkg-1/{i}", b"", of_type(tarfile.DIRTYPE)) for i in range(11))), everything, limits)


ZEROS = bytes(16 * 1024 * 1024)


def tar_bomb(gigabytes: int) -> bytes:
    """One member of so many gigabytes of zeros: some 16 KB of gzip a 16 MB."""
    info = tarfile.TarInfo("pkg-1/zeros.py")
    info.size = gigabytes << 30
    return gzip.compress(info.tobuf()) + gzip.compress(ZEROS) * (gigabytes * 64)


def zip_bomb(gigabytes: int, declared: int) -> bytes:
    """One deflated member of so many gigabytes of zeros that says it is `declared` bytes long."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflate.compress(ZEROS) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(ZEROS) + deflate.flush(zlib.Z_FULL_FLUSH)
    packed = block + again * (gigabytes * 64 - 1) + deflate.flush()
    info = zipfile.ZipInfo("pkg/zeros.py")
    data = zip_of((info, packed))  # ZipInfo: stored
    data = data[:8] + struct.pack("<H", 8) + data[10:22] + struct.pack("<I", declared) + data[26:]
    return patched(patched(data, b"PK\x01\x02", 10, "<H", 8), b"PK\x01\x02", 24, "<I", declared)


def peak_memory() -> int:
    """Bytes this process has ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("wanted", [True, False])
def test_gigabytes_of_zeros_in_a_tar_stop_early_in_little_memory(wanted: bool) -> None:
    data = tar_bomb(8)
    before, start = peak_memory(), time.monotonic()
    with pytest.raises(UnsafeSource, match="unpacks to more than"):
        read_archive("pkg-1.tar.gz", data, lambda _: wanted)
    assert peak_memory() - before < 64 * 1024 * 1024
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(("declared", "reason"), [(3 << 30, "unpacks to more than 200 times"), (100, "damaged: BadZipFile: Bad CRC")])
def test_gigabytes_of_zeros_in_a_zip_stop_early_whatever_it_declares(declared: int, reason: str) -> None:
    data = zip_bomb(3, declared)
    before, start = peak_memory(), time.monotonic()
    with pytest.raises(SourceError, match=reason):
        read_archive("pkg-1.whl", data, everything)
    assert peak_memory() - before < 64 * 1024 * 1024
    assert time.monotonic() - start < 20


def test_many_members_of_the_same_bytes_share_one_budget() -> None:
    one = bytes(60_000)
    limits = ArchiveLimits(unpacked_bytes=1_000_000)
    with pytest.raises(UnsafeSource, match="unpacks to more than 1,000,000 bytes"):
        read_archive("pkg-1.whl", zip_of(*((f"pkg/{i}.py", one) for i in range(20))), everything, limits)


def test_a_tar_header_cannot_grow_without_end() -> None:
    info = tarfile.TarInfo("pkg-1/a.py")
    info.pax_headers = {"comment": "x" * 1_000_000}
    data = gzip.compress(info.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    with pytest.raises(UnsafeSource, match="header is too long"):
        read_archive("pkg-1.tar.gz", data, everything)


def test_a_sparse_file_is_refused() -> None:
    info = tarfile.TarInfo("pkg-1/a.py")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"00000000000\0" + b"00000000000\0"
    header[483:495] = b"77777777777\0"  # the size it pretends to have
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:512]))
    with pytest.raises(UnsafeSource, match="a sparse file"):
        read_archive("pkg-1.tar.gz", gzip.compress(bytes(header) + bytes(1024)), everything)


def test_damage_is_told_and_not_taken_for_the_end() -> None:
    files = {"a.py": noise(5000), "b.py": noise(5000)}
    tar, zipped = sdist("pkg", "1", files), wheel("pkg", "1", files)
    for name, data in (
        ("pkg-1.tar.gz", tar[:-9]),  # only the checksum is gone
        ("pkg-1.tar.gz", tar[: len(tar) // 2]),
        ("pkg-1.tar.bz2", tar),
        ("pkg-1.whl", zipped[: len(zipped) // 2]),
        ("pkg-1.whl", b""),
        ("pkg-1.tar.gz", b""),
        ("pkg-1.whl", zipped[:1000] + bytes([zipped[1000] ^ 1]) + zipped[1001:]),
    ):
        with pytest.raises(SourceError, match="is damaged"):
            read_archive(name, data, everything)
    plain = bytearray(gzip.decompress(tar))
    second = plain.index(b"pkg-1/b.py")
    plain[second] ^= 1  # the header's checksum no longer fits
    with pytest.raises(SourceError, match="is damaged"):
        read_archive("pkg-1.tar.gz", gzip.compress(bytes(plain)), everything)
    with pytest.raises(SourceError, match="is no wheel"):
        read_archive("pkg-1.rar", tar, everything)


SEGMENT = st.one_of(st.sampled_from(["..", ".", "", "a", "C:", "con", "~", "..\\x", "\0", "é", "\ud800"]), st.text(max_size=6))


@given(st.lists(SEGMENT, max_size=6).map("/".join))
def test_a_name_that_passes_stays_inside_on_every_platform(name: str) -> None:
    try:
        path = safe_path(name)
    except ValueError:
        return
    for root in (PurePosixPath("/root"), PureWindowsPath("C:\\root")):
        assert (root / path).is_relative_to(root)
        assert ".." not in (root / path).parts
    assert not path.startswith("/")
    assert "\\" not in path
    assert "\0" not in path
    assert path == "" or all(segment not in {"", ".", ".."} for segment in path.split("/"))
    assert safe_path(path or ".") == path
    path.encode()


ORIGINALS = {
    "pkg-1.whl": wheel("pkg", "1", {"pkg/a.py": b"A = 1\n" * 50, "pkg/b.py": b"B = 2\n"}),
    "pkg-1.tar.gz": sdist("pkg", "1", {"pkg/a.py": b"A = 1\n" * 50, "pkg/b.py": b"B = 2\n"}),
    "pkg-1.tar.bz2": sdist("pkg", "1", {"pkg/a.py": b"A = 1\n" * 50}, compression="bz2"),
}


@given(
    st.sampled_from(sorted(ORIGINALS)),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8),
    st.booleans(),
)
def test_no_damage_gets_past_as_anything_but_a_source_error(name: str, edits: list[tuple[int, int]], recompress: bool) -> None:
    original = ORIGINALS[name]
    inner = recompress and name.endswith(".gz")
    data = bytearray(gzip.decompress(original) if inner else original)
    for place, value in edits:
        data[place % len(data)] = value
    damaged = gzip.compress(bytes(data)) if inner else bytes(data)
    with contextlib.suppress(SourceError):
        content = read_archive(name, damaged, everything)
        assert all(safe_path(path) == path for path in content.files)
