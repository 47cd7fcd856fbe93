"""The index client against a real index on the loopback interface: both forms, cache, retries, hashes, and what it never lets out."""

import base64
import hashlib
import json
import logging
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from survey.model.errors import HostUnreachable, OfflineMiss, SourceError, UnsafeSource
from survey.sources import simple_api
from survey.sources.filecache import FileCache
from survey.sources.index_page import IndexFile, parse_page
from survey.sources.options import SourceOptions
from survey.sources.pip_settings import Index, PipSettings
from survey.sources.simple_api import SimpleApi
from tests.sources.loopback_index import JSON, LoopbackIndex, sdist, serve, wheel

WHEEL = "pkg-1.0-py3-none-any.whl"
DATA = wheel("pkg", "1.0", {"pkg/__init__.py": b"A = 1\n"})
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with serve(LoopbackIndex()) as served:
        yield served


@pytest.fixture
def options(tmp_path: Path) -> SourceOptions:
    return SourceOptions(timeout=5, reach_timeout=2, cache_dir=tmp_path / "cache")


def api_of(options: SourceOptions, *indexes: LoopbackIndex, fresh_seconds: float = 0) -> SimpleApi:
    return SimpleApi(options, settings=PipSettings(tuple(Index(index.url) for index in indexes)), fresh_seconds=fresh_seconds)


def only_file(index: LoopbackIndex, options: SourceOptions) -> IndexFile:
    with api_of(options, index) as api:
        (file,) = api.project_files("pkg")
    return file


@pytest.mark.parametrize("form", ["json", "html"])
def test_both_forms_say_the_same(index: LoopbackIndex, options: SourceOptions, form: str) -> None:
    index.form = form  # type: ignore[assignment]
    index.add(WHEEL, DATA)
    index.add("pkg-0.9.tar.bz2", sdist("pkg", "0.9", {}, compression="bz2"), yanked="broken <b>")
    for foreign in ("pkg-1.0-py3.8.egg", "pkg-1.0.exe", "pkg-one.tar.gz", "other-1.0.tar.gz", "pkg-1.0.tar.gz.asc"):
        index.add(foreign, b"", project="pkg")
    with api_of(options, index) as api:
        first, second = api.project_files("Pkg")
        assert (first.filename, str(first.version), first.kind, first.pure, first.sha256) == (WHEEL, "1.0", "wheel", True, DIGEST)
        assert first.url == f"{index.origin}/files/{WHEEL}"
        assert (second.filename, second.kind, second.pure, second.yanked) == ("pkg-0.9.tar.bz2", "sdist", False, True)
        assert (first.yanked, first.hash_optional) == (False, False)
        assert api.read_file(first) == (DATA, DIGEST)
    asked = index.requests[0][1]["accept"]
    assert asked.startswith(JSON)
    assert "text/html" in asked


def test_json_details(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA, size=len(DATA), upload_time="2026-01-02T03:04:05.5+02:00")
    file = only_file(index, options)
    assert (file.size, file.upload_time) == (len(DATA), datetime(2026, 1, 2, 1, 4, 5, 500000, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"{}", JSON, "no valid JSON page"),
        (b"[", JSON, "no valid JSON page"),
        (b'{"meta": {"api-version": "2.0"}, "files": []}', JSON, "speaks version '2.0'"),
        (b'<meta name="pypi:repository-version" content="7.1">', "text/html", "speaks version '7.1'"),
        (b"<rss/>", "application/xml", "'application/xml', which is no Simple API page"),
    ],
)
def test_pages_of_no_known_form(body: bytes, content_type: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parse_page("pkg", body, content_type, "https://index.invalid/simple/pkg/")


def test_one_odd_entry_does_not_spoil_the_page() -> None:
    good = {"filename": WHEEL, "url": WHEEL, "hashes": {}}
    odd = [7, {}, {"filename": WHEEL}, good | {"url": "file:///etc/passwd"}, good | {"url": "http://[bad/x"}, good | {"size": "many"}]
    body = json.dumps({"files": [*odd, good]}).encode()
    (file,) = parse_page("pkg", body, JSON, "https://user:secret@index.invalid/simple/pkg/")
    assert file.url == f"https://index.invalid/simple/pkg/{WHEEL}"


def test_unknown_projects_and_names_that_are_none(index: LoopbackIndex, options: SourceOptions) -> None:
    with api_of(options, index) as api:
        with pytest.raises(SourceError, match="the package index has no project no-such-thing"):
            api.project_files("No.Such_Thing")
        asked = len(index.requests)
        for name in ("../../admin", "a/b", "", "pkg?x=1", "-pkg"):
            with pytest.raises(SourceError, match="is no package name"):
                api.project_files(name)
        assert len(index.requests) == asked
    with SimpleApi(options, settings=PipSettings(())) as nowhere, pytest.raises(SourceError, match="without an http"):
        nowhere.project_files("pkg")


def test_several_indexes_are_seen_as_one_and_the_first_has_the_say(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA)
    with serve(LoopbackIndex()) as second:
        second.add(WHEEL, b"other bytes")
        second.add("pkg-0.1.tar.gz", b"")
        with api_of(options, index, second) as api:
            files = api.project_files("pkg")
    assert [(file.filename, file.url.startswith(index.origin)) for file in files] == [(WHEEL, True), ("pkg-0.1.tar.gz", False)]
    with api_of(options, index, second) as api:  # the second is gone now
        assert [file.filename for file in api.project_files("pkg")] == [WHEEL]
        with pytest.raises(HostUnreachable):
            api.project_files("elsewhere")


@pytest.mark.parametrize("hashes", [{"sha256": "0" * 64}, {"sha256": hashlib.sha256(b"x").hexdigest(), "md5": "0" * 32}])
def test_a_wrong_hash_is_refused_and_not_cached(index: LoopbackIndex, options: SourceOptions, hashes: dict[str, str]) -> None:
    index.add(WHEEL, DATA, hashes=hashes)
    file = only_file(index, options)
    with api_of(options, index) as api:
        for _ in range(2):
            with pytest.raises(UnsafeSource, match=f"has the SHA-256 {DIGEST}, but the package index says {hashes['sha256']}"):
                api.read_file(file)
    assert index.paths().count(f"/files/{WHEEL}") == 2


@pytest.mark.parametrize(
    ("form", "hashes"), [("json", {}), ("json", {"md5": "0" * 32}), ("html", {"md5": "0" * 32}), ("json", {"sha256": "abc"})]
)
def test_a_missing_hash_is_refused(index: LoopbackIndex, options: SourceOptions, form: str, hashes: dict[str, str]) -> None:
    index.form = form  # type: ignore[assignment]
    index.add(WHEEL, DATA, hashes=hashes)
    with api_of(options, index) as api, pytest.raises(UnsafeSource, match=f"gives no SHA-256 of {WHEEL}"):
        api.read_file(only_file(index, options))
    assert f"/files/{WHEEL}" not in index.paths()


def test_an_html_page_without_any_hash_is_taken_as_it_is_but_one_gap_is_not(index: LoopbackIndex, options: SourceOptions) -> None:
    index.form = "html"
    index.add(WHEEL, DATA, hashes={})
    file = only_file(index, options)
    with api_of(options, index) as api:
        assert api.read_file(file) == (DATA, DIGEST)
    with api_of(replace(options, offline=True), index) as api:
        assert api.read_file(file) == (DATA, DIGEST)
    index.add("pkg-0.9.tar.gz", b"")
    with api_of(options, index) as api, pytest.raises(UnsafeSource, match="gives no SHA-256"):
        api.read_file(api.project_files("pkg")[0])


def test_offline_has_what_was_seen_and_nothing_else(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA)
    index.add("pkg-0.9.tar.gz", b"")
    with api_of(options, index) as api:
        seen = api.project_files("pkg")
        api.read_file(seen[0])
    asked = len(index.requests)
    with api_of(replace(options, offline=True), index) as api:
        assert api.project_files("pkg") == seen
        assert api.read_file(seen[0]) == (DATA, DIGEST)
        with pytest.raises(OfflineMiss, match=r"pkg-0\.9\.tar\.gz is not in the cache") as caught:
            api.read_file(seen[1])
        assert "--offline" in caught.value.hint
        with pytest.raises(OfflineMiss, match="page of other is not in the cache"):
            api.project_files("other")
    assert len(index.requests) == asked


def test_a_page_is_revalidated_and_a_young_one_is_not_asked_for(index: LoopbackIndex, options: SourceOptions) -> None:
    index.etags = True
    index.add(WHEEL, DATA)
    before = only_file(index, options)
    assert only_file(index, options) == before
    first, second = (headers for _, headers in index.requests)
    assert "if-none-match" not in first
    assert second["if-none-match"].startswith('"')
    index.add("pkg-2.0.tar.gz", b"")
    with api_of(options, index) as api:
        assert len(api.project_files("pkg")) == 2
    with api_of(options, index, fresh_seconds=60) as api:
        assert len(api.project_files("pkg")) == 2
    assert len(index.requests) == 3


@pytest.mark.parametrize("statuses", [[500], [503, 429]])
def test_a_server_in_trouble_is_asked_again_silently(
    index: LoopbackIndex, options: SourceOptions, statuses: list[int], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("stamina"), "propagate", False)  # as outside of pytest, whose handler hides what is tested
    index.add(WHEEL, DATA)
    index.failures = list(statuses)
    assert only_file(index, options).filename == WHEEL
    assert len(index.requests) == len(statuses) + 1
    assert capfd.readouterr().err == ""


def test_a_server_that_stays_in_trouble_is_unreachable_but_only_for_this_project(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA)
    index.failures = [502] * 3
    with api_of(options, index) as api:
        with pytest.raises(HostUnreachable, match="status 502"):
            api.project_files("pkg")
        assert len(index.requests) == 3
        assert len(api.project_files("pkg")) == 1


@pytest.mark.parametrize(("status", "hint"), [(401, "credentials"), (403, "credentials"), (418, "index-url")])
def test_other_refusals_are_told(index: LoopbackIndex, options: SourceOptions, status: int, hint: str) -> None:
    index.failures = [status]
    with api_of(options, index) as api, pytest.raises(SourceError, match=f"answered {status} about pkg") as caught:
        api.project_files("pkg")
    assert hint in caught.value.hint
    assert not isinstance(caught.value, HostUnreachable)


def test_a_closed_port_is_tried_once_for_all_packages(options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    dead = LoopbackIndex(origin=f"http://127.0.0.1:{port}")
    with api_of(options, dead) as api:
        for name in ("one", "two"):
            with pytest.raises(HostUnreachable) as caught:
                api.project_files(name)
            assert str(caught.value) == "the package index could not be reached: no connection could be made"
            monkeypatch.setattr(api, "_get_once", None)  # the second must not get that far
    assert f"127.0.0.1:{port}" in caught.value.hint
    assert "--offline" in caught.value.hint


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (socket.gaierror(-2, "Name or service not known: mirror.example"), "its name could not be resolved"),
        (ssl.SSLCertVerificationError("mirror.example"), "its certificate is not trusted"),
        (ConnectionRefusedError(111, "mirror.example"), "no connection could be made"),
    ],
)
def test_the_reason_names_no_machine(cause: OSError, says: str) -> None:
    error = httpx.ConnectError(str(cause))
    error.__cause__ = OSError(str(cause))
    error.__cause__.__context__ = cause
    assert simple_api._why_not(error) == says


def test_a_server_that_says_nothing_is_given_up_in_time(options: SourceOptions) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = LoopbackIndex(origin=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with (
            api_of(replace(options, timeout=0.3), mute) as api,
            pytest.raises(HostUnreachable, match="did not answer about pkg: it did not answer in time"),
        ):
            api.project_files("pkg")


def test_half_an_answer_is_no_answer(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA)
    file = only_file(index, options)
    index.raw[f"/files/{WHEEL}"] = (200, {"Content-Length": str(len(DATA))}, DATA[:50])
    with api_of(options, index) as api, pytest.raises(HostUnreachable):
        api.read_file(file)


def test_too_large_files_are_not_read(index: LoopbackIndex, options: SourceOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simple_api, "MAX_ARCHIVE_BYTES", 100)
    index.add(WHEEL, DATA)
    file = only_file(index, options)
    with api_of(options, index) as api:
        with pytest.raises(UnsafeSource, match="larger than 100 bytes"):
            api.read_file(file)
        asked = len(index.requests)
        with pytest.raises(UnsafeSource, match="larger than 100 bytes"):
            api.read_file(replace(file, size=101))
    assert len(index.requests) == asked, "the index said so: no need to ask"


def damage(cache: Path) -> int:
    entries = [path for path in cache.rglob("*") if path.is_file()]
    for path in entries:
        path.write_bytes(path.read_bytes()[:-1] + b"#")
    return len(entries)


def test_a_damaged_cache_is_a_miss(index: LoopbackIndex, options: SourceOptions) -> None:
    index.add(WHEEL, DATA)
    with api_of(options, index, fresh_seconds=60) as api:
        api.read_file(api.project_files("pkg")[0])
        assert damage(options.cache_dir) == 2
        assert api.read_file(api.project_files("pkg")[0]) == (DATA, DIGEST)
        assert len(index.requests) == 4
    # Whole entries that say nonsense: a page that is none, an archive under another's hash.
    FileCache(options.cache_dir / "pypi" / "pages").put(f"{index.url}/pkg/", b'{"body": 1}')
    FileCache(options.cache_dir / "pypi" / "archives").put(DIGEST, b"planted")
    with api_of(options, index, fresh_seconds=60) as api:
        assert api.read_file(api.project_files("pkg")[0]) == (DATA, DIGEST)


def test_a_cache_that_cannot_be_written_breaks_nothing(index: LoopbackIndex, options: SourceOptions, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    index.add(WHEEL, DATA)
    blocked = replace(options, cache_dir=tmp_path / "file")
    with api_of(blocked, index) as api:
        assert api.read_file(api.project_files("pkg")[0]) == (DATA, DIGEST)


def test_cache_entries_are_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FileCache(tmp_path)
    cache.put("key", b"old")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        cache.put("key", b"new")
    assert cache.get("key") == b"old"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert cache.get("other") is None


def test_credentials_go_to_the_index_alone_and_into_no_message(index: LoopbackIndex, options: SourceOptions) -> None:
    expected = "Basic " + base64.b64encode(b"us er:s3cret").decode()
    with serve(LoopbackIndex()) as elsewhere:
        index.add(WHEEL, DATA)
        elsewhere.add("away-1.0.tar.gz", DATA)
        location = {"Location": f"{elsewhere.origin}/files/away-1.0.tar.gz"}
        index.raw[f"/files/{WHEEL}"] = (302, location, b"")
        settings = PipSettings((Index(index.url, ("us er", "s3cret")),))
        with SimpleApi(options, settings=settings) as api:
            (file,) = api.project_files("pkg")
            assert api.read_file(file)[0] == DATA
            index.failures = [403]
            with pytest.raises(SourceError) as caught:
                api.project_files("other")
    assert [headers.get("authorization") for _, headers in index.requests] == [expected] * 3
    assert [headers.get("authorization") for _, headers in elsewhere.requests] == [None]
    assert "s3cret" not in f"{caught.value!r} {caught.value.hint} {file!r}"
    for path in options.cache_dir.rglob("*"):
        assert path.is_dir() or b"s3cret" not in path.read_bytes()


def test_an_endless_redirect_is_told(index: LoopbackIndex, options: SourceOptions) -> None:
    index.raw["/simple/pkg/"] = (302, {"Location": "/simple/pkg/"}, b"")
    with api_of(options, index) as api, pytest.raises(SourceError, match="cannot be used"):
        api.project_files("pkg")


def test_unusable_certificates_are_told(options: SourceOptions, tmp_path: Path) -> None:
    settings = PipSettings(
        (Index("https://127.0.0.1:1/simple"),), ca_bundle=str(tmp_path / "absent.pem"), proxy="http://u:s3cret@127.0.0.1:2"
    )
    with SimpleApi(options, settings=settings) as api, pytest.raises(SourceError, match="CA or proxy settings") as caught:
        api.project_files("pkg")
    assert "PIP_CERT" in caught.value.hint
    assert "s3cret" not in str(caught.value)
