"""A target's releases as one snapshot, from a real index on the loopback interface."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.model.errors import HostUnreachable, OfflineMiss, SourceError, UnsafeSource
from survey.model.snapshot import Distribution, Omission
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.sources import pypi
from survey.sources.options import SourceOptions
from survey.sources.pypi import fetch_releases
from tests.sources.loopback_index import LoopbackIndex, sdist, serve, wheel


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackIndex]:
    """An index that pip's own environment points to."""
    with serve(LoopbackIndex()) as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url.replace("http://", "http://user:s3cret@"))
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///nowhere/simple")
        yield served


@pytest.fixture
def options(tmp_path: Path) -> SourceOptions:
    return SourceOptions(timeout=5, reach_timeout=2, cache_dir=tmp_path / "cache")


def target(*packages: str) -> Target:
    """A target of `name` and `name==version` on PyPI, and one on npm that is none of ours."""
    parts = [package.partition("==") for package in packages]
    entries = [RegistryPackage(SourceKind.PYPI, name, version or None) for name, _, version in parts]
    return Target(id="t", name="T", packages=(*entries, RegistryPackage(SourceKind.NPM, "@x/y")))


def keep(path: str) -> bool:
    return path.endswith((".py", "/METADATA", "pyproject.toml", "PKG-INFO"))


def test_packages_lie_side_by_side_whatever_order_they_are_named_in(index: LoopbackIndex, options: SourceOptions) -> None:
    data = wheel("my_pkg", "1.0", {"my_pkg/__init__.py": b"A = 1\n", "my_pkg/data.bin": b"x"})
    index.add("my_pkg-1.0-py3-none-any.whl", data)
    index.add("another-2.0.tar.gz", sdist("another", "2.0", {"src/another/a.py": b"B = 1\n"}))
    snapshot = fetch_releases(target("My.Pkg", "another"), options, keep)
    assert dict(snapshot.files) == {
        "another-2.0/src/another/a.py": b"B = 1\n",
        "my-pkg-1.0/my_pkg-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: my_pkg\nVersion: 1.0\n",
        "my-pkg-1.0/my_pkg/__init__.py": b"A = 1\n",
    }
    assert list(snapshot.files) == sorted(snapshot.files)
    assert (snapshot.source.kind, snapshot.source.url, snapshot.source.ref) == (SourceKind.PYPI, "pkg:pypi", None)
    first, second = snapshot.distributions
    assert first.name == "another"
    assert second == Distribution(
        prefix="my-pkg-1.0",
        name="my-pkg",
        version="1.0",
        filename="my_pkg-1.0-py3-none-any.whl",
        sha256=hashlib.sha256(data).hexdigest(),
        url="https://pypi.org/project/my-pkg/1.0/",
    )
    assert snapshot.shown_path("my-pkg-1.0/my_pkg/__init__.py") == "my_pkg/__init__.py"
    assert fetch_releases(target("another", "my_pkg", "MY-PKG"), options, keep) == snapshot


def test_one_package_is_known_by_its_public_page(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"pkg.py": b"1"}))
    index.add("pkg-2.0rc1.tar.gz", sdist("pkg", "2.0rc1", {"pkg.py": b"2"}))
    assert fetch_releases(target("pkg"), options, keep).files == {"pkg-1.0/pkg.py": b"1"}
    snapshot = fetch_releases(target("Pkg==2.0.rc1"), options, keep)
    assert (snapshot.source.url, snapshot.source.ref) == ("https://pypi.org/project/pkg/", "2.0.rc1")
    assert snapshot.files == {"pkg-2.0rc1/pkg.py": b"2"}


def test_a_wheel_without_source_gives_way_to_the_sdist(index: LoopbackIndex, options: SourceOptions) -> None:
    empty = {"pkg/__init__.py": b"\n", "pkg/core.so": b"\x7fELF", "pkg/core.pyc": b"\x00"}
    index.add("pkg-1.0-cp311-cp311-win_amd64.whl", wheel("pkg", "1.0", empty))
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"pkg/core.py": b"C = 1\n", "setup.py": b"setup()"}))
    snapshot = fetch_releases(target("pkg"), options, keep)
    assert snapshot.files["pkg-1.0/pkg/core.py"] == b"C = 1\n"
    assert snapshot.distributions[0].filename == "pkg-1.0.tar.gz"
    reason = "a wheel without source code; its sdist was read"
    assert snapshot.omitted == (Omission("pkg-1.0/pkg-1.0-cp311-cp311-win_amd64.whl", reason),)


def test_a_package_without_code_of_its_own_says_what_it_stands_for(index: LoopbackIndex, options: SourceOptions) -> None:
    metadata = b'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\nRequires-Dist: pkg-sdk==1.0\nRequires-Dist: rich; extra == "x"\n'
    index.add("pkg-1.0-py3-none-any.whl", wheel("pkg", "1.0", {"pkg-0.dist-info/METADATA": metadata}))
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"setup.py": b"setup()", "PKG-INFO": metadata}))
    snapshot = fetch_releases(target("pkg"), options, keep)
    assert snapshot.distributions[0].filename == "pkg-1.0-py3-none-any.whl"
    assert snapshot.omitted == (Omission("pkg-1.0", "no source code in the release; it requires pkg-sdk==1.0"),)


def test_a_missing_package_is_an_omission_unless_none_is_left(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"pkg.py": b"1", "big.py": b"x" * 3_000_000}))
    snapshot = fetch_releases(target("nothing", "pkg", "pkg==9"), options, keep)
    assert list(snapshot.files) == ["pkg-1.0/pkg.py"]
    assert snapshot.omitted == (
        Omission("nothing", "the package index has no project nothing"),
        Omission("pkg", "pkg has no release 9; the nearest are 1.0"),
        Omission("pkg-1.0/big.py", "too large"),
    )
    with pytest.raises(SourceError, match=r"^the package index has no project nothing$"):
        fetch_releases(target("nothing"), options, keep)
    with pytest.raises(SourceError, match="no project nothing; pkg has no release 9"):
        fetch_releases(target("nothing", "pkg==9"), options, keep)
    with pytest.raises(SourceError, match="t names no package on PyPI"):
        fetch_releases(target(), options, keep)


def test_a_hostile_archive_is_not_replaced_by_another_file(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add("pkg-1.0-py3-none-any.whl", wheel("pkg", "1.0", {"../evil.py": b"x"}))
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"pkg.py": b"1"}))
    with pytest.raises(UnsafeSource, match="path escape"):
        fetch_releases(target("pkg"), options, keep)


def test_an_unreachable_index_and_an_offline_miss_keep_their_kind(options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(LoopbackIndex()) as gone:
        pass
    monkeypatch.setenv("PIP_INDEX_URL", gone.url.replace("http://", "http://user:s3cret@"))
    with pytest.raises(HostUnreachable) as caught:
        fetch_releases(target("one", "two"), options, keep)
    assert "s3cret" not in f"{caught.value}{caught.value.hint}"
    with pytest.raises(OfflineMiss):
        fetch_releases(target("one", "two"), replace(options, offline=True), keep)


def test_offline_gives_the_same_snapshot(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add("pkg-1.0.tar.gz", sdist("pkg", "1.0", {"pkg.py": b"1"}))
    online = fetch_releases(target("pkg"), options, keep)
    asked = len(index.requests)
    assert fetch_releases(target("pkg"), replace(options, offline=True), keep) == online
    assert len(index.requests) == asked


def test_back_in_time(index: LoopbackIndex, options: SourceOptions) -> None:
    for version, day in (("1.0", "2025-01-01"), ("1.1", "2025-06-01")):
        index.add(f"pkg-{version}.tar.gz", sdist("pkg", version, {"pkg.py": version.encode()}), upload_time=f"{day}T00:00:00Z")
    snapshot = fetch_releases(target("pkg"), options, keep, upload_before=datetime(2025, 3, 1, tzinfo=UTC))
    assert snapshot.files == {"pkg-1.0/pkg.py": b"1.0"}


def test_all_releases_together_are_bounded(index: LoopbackIndex, options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypi, "MAX_TOTAL_BYTES", 15)
    for name in ("one", "two"):
        index.add(f"{name}-1.tar.gz", sdist(name, "1", {"a.py": b"x" * 10}))
    assert len(fetch_releases(target("one"), options, keep).files) == 1
    with pytest.raises(UnsafeSource, match="hold more than 15 bytes"):
        fetch_releases(target("one", "two"), options, keep)
