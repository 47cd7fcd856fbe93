"""Which source a target's files come from."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey.model.errors import HostUnreachable, OfflineMiss, SourceError, UnsafeSource
from survey.model.progress import SilentProgress
from survey.model.snapshot import Snapshot
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.sources.options import SourceOptions, SourcePreference
from survey.sources.select import fetch_snapshot
from tests.sources.git_served import URL, Origin, is_python
from tests.sources.loopback_index import LoopbackIndex, serve, wheel

_PACKAGES = (RegistryPackage(SourceKind.PYPI, "sdk"),)
_BOTH = Target("sdk", "SDK", git=URL, packages=_PACKAGES)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackIndex]:
    """An index that serves `sdk` 1.0."""
    with serve(LoopbackIndex()) as index:
        index.add("sdk-1.0-py3-none-any.whl", wheel("sdk", "1.0", {"sdk/a.py": b"released = 1\n"}))
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        yield index


@pytest.fixture
def unreachable(client_config: Path) -> None:
    """The repository's address leads to a closed port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client_config.write_text(f'[url "http://127.0.0.1:{port}/"]\n\tinsteadOf = https://git.example/\n')


def _fetch(target: Target, options: SourceOptions) -> Snapshot:
    return fetch_snapshot(target, options, is_python, SilentProgress())


def test_a_path_is_read_whatever_is_preferred(tmp_path: Path, options: SourceOptions) -> None:
    (tmp_path / "proj").mkdir()
    (tmp_path / "proj" / "a.py").write_bytes(b"1")
    for prefer in SourcePreference:
        snapshot = _fetch(Target("proj", "proj", path=str(tmp_path / "proj")), replace(options, prefer=prefer))
        assert (snapshot.source.kind, snapshot.files) == (SourceKind.PATH, {"a.py": b"1"})


@pytest.mark.parametrize("prefer", [SourcePreference.AUTO, SourcePreference.GIT])
def test_the_repository_comes_first(origin: Origin, index: LoopbackIndex, prefer: SourcePreference) -> None:
    origin.commit({"a.py": b"1\n"})
    snapshot = _fetch(_BOTH, replace(origin.options, prefer=prefer))
    assert (snapshot.source.kind, snapshot.source.fallback_reason) == (SourceKind.GIT, None)
    assert index.requests == []


@pytest.mark.usefixtures("index")
def test_the_registry_on_request(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    snapshot = _fetch(_BOTH, replace(origin.options, prefer=SourcePreference.REGISTRY))
    assert (snapshot.source.kind, snapshot.source.fallback_reason) == (SourceKind.PYPI, None)
    assert snapshot.files == {"sdk-1.0/sdk/a.py": b"released = 1\n"}
    assert origin.fetches() == 0


@pytest.mark.usefixtures("index")
def test_a_target_without_repository_goes_to_the_registry(options: SourceOptions) -> None:
    target = Target("sdk", "SDK", packages=_PACKAGES)
    assert _fetch(target, options).source.kind is SourceKind.PYPI
    with pytest.raises(SourceError, match="names no repository") as caught:
        _fetch(target, replace(options, prefer=SourcePreference.GIT))
    assert "--source registry" in caught.value.hint


def test_a_target_without_packages_cannot_come_from_the_registry(origin: Origin) -> None:
    with pytest.raises(SourceError, match="sdk names no package") as caught:
        _fetch(Target("sdk", "SDK", git=URL), replace(origin.options, prefer=SourcePreference.REGISTRY))
    assert "packages" in caught.value.hint


@pytest.mark.usefixtures("index", "unreachable")
def test_the_registry_stands_in_for_an_unreachable_host_and_says_so(options: SourceOptions) -> None:
    snapshot = _fetch(_BOTH, options)
    assert snapshot.source.kind is SourceKind.PYPI
    assert snapshot.files == {"sdk-1.0/sdk/a.py": b"released = 1\n"}
    reason = "git.example could not be reached: no connection could be made"
    assert snapshot.source.fallback_reason == reason


@pytest.mark.usefixtures("unreachable")
def test_an_unreachable_host_and_nothing_to_stand_in(options: SourceOptions, index: LoopbackIndex) -> None:
    with pytest.raises(HostUnreachable):
        _fetch(Target("sdk", "SDK", git=URL), options)
    with pytest.raises(HostUnreachable):
        _fetch(_BOTH, replace(options, prefer=SourcePreference.GIT))
    assert index.requests == []


@pytest.mark.usefixtures("unreachable")
def test_neither_can_be_had_and_both_reasons_are_told(options: SourceOptions, index: LoopbackIndex) -> None:
    index.projects.clear()
    with pytest.raises(SourceError, match=r"git\.example could not be reached.*; and the registry: .*sdk") as caught:
        _fetch(_BOTH, options)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("target", "error"),
    [
        (replace(_BOTH, ref="no-such"), SourceError),
        (replace(_BOTH, ref="-x"), UnsafeSource),
        (replace(_BOTH, git="http://git.example/team/sdk"), UnsafeSource),
    ],
)
def test_other_failures_are_not_papered_over(origin: Origin, index: LoopbackIndex, target: Target, error: type[SourceError]) -> None:
    origin.commit({"a.py": b"1\n"})
    with pytest.raises(SourceError) as caught:
        _fetch(target, origin.options)
    assert type(caught.value) is error
    assert index.requests == []


@pytest.mark.usefixtures("index", "unreachable")
def test_offline_repeats_what_an_earlier_run_fell_back_to(options: SourceOptions) -> None:
    online = _fetch(_BOTH, options)
    offline = _fetch(_BOTH, replace(options, offline=True))
    assert offline.files == online.files
    assert offline.source.fallback_reason == f"the cache holds no copy of {URL}"


@pytest.mark.usefixtures("client_config", "index")
def test_offline_with_an_empty_cache(options: SourceOptions) -> None:
    with pytest.raises(OfflineMiss, match="and the registry"):
        _fetch(_BOTH, replace(options, offline=True))
