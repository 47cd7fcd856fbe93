"""Libraries are fetched once, by range, and are done without where they cannot be had."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.sources.libraries import LibraryStore
from survey.sources.options import SourceOptions
from tests.sources.loopback_index import LoopbackIndex, sdist, serve


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackIndex]:
    with serve(LoopbackIndex()) as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        for month, version in enumerate(("1.0", "1.1", "1.2rc1", "2.0"), 1):
            archive = sdist("lib", version, {"lib.py": version.encode()})
            served.add(f"lib-{version}.tar.gz", archive, upload_time=f"2025-{month:02}-01T00:00:00Z")
        yield served


@pytest.fixture
def options(tmp_path: Path) -> SourceOptions:
    return SourceOptions(timeout=5, reach_timeout=2, cache_dir=tmp_path / "cache")


def python(path: str) -> bool:
    return path.endswith(".py")


def version(store: LibraryStore, specifier: str, name: str = "lib") -> str | None:
    snapshot = store.find(name, specifier)
    if snapshot is None:
        return None
    (distribution,) = snapshot.distributions
    assert list(snapshot.files) == [f"{distribution.prefix}/lib.py"]
    return distribution.version


@pytest.mark.usefixtures("index")
def test_the_newest_release_that_the_range_allows(options: SourceOptions) -> None:
    with LibraryStore(options, python) as store:
        assert [version(store, text) for text in ("", "<2", "~=1.0", "==1.2rc1", ">1.1,<2")] == ["2.0", "1.1", "1.1", "1.2rc1", "1.2rc1"]
        assert store.failures == {}
    with LibraryStore(options, python, upload_before=datetime(2025, 3, 20, tzinfo=UTC)) as store:
        assert version(store, "") == "1.1"


def test_one_release_is_one_object_and_one_download(index: LoopbackIndex, options: SourceOptions) -> None:
    with LibraryStore(options, python) as store:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda number: store.find("Lib" if number % 2 else "lib", "<2" if number % 3 else "~=1.0"), range(24)))
        assert len(set(map(id, found))) == 1
        assert found[0] is not None
    assert sorted(index.paths()) == ["/files/lib-1.1.tar.gz", "/simple/lib/"]


@pytest.mark.usefixtures("index")
def test_a_pin_wins_where_the_range_allows_it(options: SourceOptions) -> None:
    with LibraryStore(options, python, {"LIB": "1.0"}) as store:
        assert [version(store, text) for text in ("", "<2", ">=1.1,<2")] == ["1.0", "1.0", "1.1"]
    with LibraryStore(options, python, {"lib": "1.9"}) as store:
        assert version(store, "") is None
        assert store.failures == {"lib": "lib has no release 1.9; the nearest are 1.2rc1, 1.1, 1.0"}


@pytest.mark.parametrize(
    ("name", "specifier", "reason"),
    [
        ("lib", ">=3", "lib has no release >=3"),
        ("lib", "=>3", "'=>3' is no version range for lib"),
        ("gone", "", "the package index has no project gone"),
        ("a/b", "", "'a/b' is no package name"),
    ],
)
def test_what_cannot_be_had_is_none_with_a_reason(
    index: LoopbackIndex, options: SourceOptions, name: str, specifier: str, reason: str
) -> None:
    with LibraryStore(options, python) as store:
        assert store.find(name, specifier) is None
        asked = len(index.requests)
        assert store.find(name, specifier) is None
        assert len(index.requests) == asked, "a failure is remembered"
        assert store.failures == {f"{name}{specifier}": reason}


@pytest.mark.usefixtures("index")
def test_offline_and_unreachable_fail_no_target(options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    with LibraryStore(replace(options, offline=True), python) as store:
        assert store.find("lib", "") is None
        assert "not in the cache" in store.failures["lib"]
    with LibraryStore(options, python) as store:
        assert version(store, "") == "2.0"
    with LibraryStore(replace(options, offline=True), python) as store:
        assert version(store, "") == "2.0"
    with serve(LoopbackIndex()) as gone:
        pass
    monkeypatch.setenv("PIP_INDEX_URL", gone.url)
    with LibraryStore(options, python) as store:
        assert store.find("lib", "") is None
        assert "could not be reached" in store.failures["lib"]
