"""Talks to the package index that pip is configured for: a project's files, and one file's verified bytes.

Both are kept on disk; offline, what is kept is all there is. Nothing is believed that does not match the index's hash.
"""

import hashlib
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx
import stamina
from packaging.utils import InvalidName, canonicalize_name
from pydantic import TypeAdapter, ValidationError

from survey import __version__
from survey.model.errors import HostUnreachable, OfflineMiss, SourceError, UnsafeSource
from survey.sources.filecache import FileCache
from survey.sources.index_page import ACCEPT, IndexFile, parse_page
from survey.sources.options import SourceOptions
from survey.sources.pip_settings import Index, PipSettings, read_pip_settings, without_credentials

MAX_PAGE_BYTES = 64 * 1024 * 1024
"""A project's page; the longest on the public index are some 10 MB."""
MAX_ARCHIVE_BYTES = 128 * 1024 * 1024
"""One downloaded archive, packed."""
FRESH_SECONDS = 300.0
"""A page this young is used without asking again: the processes of one run see one state of the index."""

_ATTEMPTS = 3
_SILENCE_SECONDS = 30.0
"""How long an index may send nothing at all in the middle of an answer."""
_CHUNK = 64 * 1024

# A retry is no news; without any handler Python would print it.
logging.getLogger("stamina").addHandler(logging.NullHandler())


_WHY_NOT: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((httpx.ProxyError,), "the proxy gave no way to it"),
    ((socket.gaierror,), "its name could not be resolved"),
    ((ssl.SSLCertVerificationError,), "its certificate is not trusted"),
    ((httpx.TimeoutException,), "it did not answer in time"),
    ((httpx.ConnectError,), "no connection could be made"),
)


class _TemporaryError(Exception):
    """The server asks to come back later."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A project's page as it is cached."""

    base: str
    content_type: str
    etag: str
    modified: str
    checked_at: float
    """Seconds since the epoch, when the index last confirmed the page."""
    body: str


_PAGE = TypeAdapter(_Page)


class SimpleApi:
    """The configured indexes, seen as one as pip does. Safe for several threads; close it, or use it in a `with`."""

    def __init__(self, options: SourceOptions, *, settings: PipSettings | None = None, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._options = options
        self._settings = settings or read_pip_settings()
        self._fresh_seconds = fresh_seconds
        self._pages = FileCache(options.cache_dir / "pypi" / "pages")
        self._archives = FileCache(options.cache_dir / "pypi" / "archives")
        self._credentials = {_origin(index.url): index.credentials for index in self._settings.indexes if index.credentials}
        self._unreachable: dict[str, str] = {}
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            if self._client:
                self._client.close()
            self._client = None

    def project_files(self, name: str) -> tuple[IndexFile, ...]:
        """All wheels and sdists of a project, of all its versions, in the index's order.

        Raises `SourceError` where no index knows the project, `HostUnreachable` or `OfflineMiss` where that cannot be told.
        """
        try:
            project = canonicalize_name(name, validate=True)
        except InvalidName:
            raise SourceError(f"{name[:80]!r} is no package name", hint="names consist of letters, digits, '-', '_' and '.'") from None
        if not self._settings.indexes:
            raise SourceError("pip is configured without an http(s) package index", hint="set PIP_INDEX_URL, or use `--source git`")
        files: dict[str, IndexFile] = {}
        known = False
        failure: SourceError | None = None
        for index in self._settings.indexes:
            try:
                page = self._project_page(index, project)
            except (HostUnreachable, OfflineMiss) as error:
                failure = failure or error
                continue
            known = known or page is not None
            for file in page or ():
                files.setdefault(file.filename, file)
        if known:
            return tuple(files.values())
        raise failure or SourceError(f"the package index has no project {project}", hint="check the spelling")

    def read_file(self, file: IndexFile) -> tuple[bytes, str]:
        """The bytes of `file` and their SHA-256, which is the one the index gave.

        Raises `UnsafeSource` where the hash is missing or another, or the file is too large, and
        `HostUnreachable`, `OfflineMiss` or `SourceError` where it cannot be had.
        """
        if file.sha256 is None and not file.hash_optional:
            raise UnsafeSource(f"the package index gives no SHA-256 of {file.filename}", hint="use an index that does, or `--source git`")
        key = file.sha256 or without_credentials(file.url)
        data = self._archives.get(key)
        if data is not None and (digest := hashlib.sha256(data).hexdigest()) == (file.sha256 or digest):
            return data, digest
        if self._options.offline:
            raise OfflineMiss(f"{file.filename} is not in the cache", hint="run once without `--offline`")
        if (file.size or 0) > MAX_ARCHIVE_BYTES:
            raise _too_large(file.filename, MAX_ARCHIVE_BYTES)
        # As it lies on the server: an index that "decodes" a .tar.gz on the way would change its hash.
        answer = self._get(file.url, {"Accept-Encoding": "identity"}, file.filename, MAX_ARCHIVE_BYTES)
        if answer.status != httpx.codes.OK:
            raise _refused(answer, file.filename)
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest != (file.sha256 or digest):
            message = f"{file.filename} has the SHA-256 {digest}, but the package index says {file.sha256}"
            raise UnsafeSource(message, hint="the file was not read; try again, and tell the index's owner if it stays")
        self._archives.put(key, answer.body)
        return answer.body, digest

    def _project_page(self, index: Index, project: str) -> tuple[IndexFile, ...] | None:
        """One index's files of `project`; None where it does not know the project."""
        url = f"{index.url}/{project}/"
        cached = self._cached_page(url)
        if self._options.offline:
            if cached is None:
                raise OfflineMiss(f"the package index's page of {project} is not in the cache", hint="run once without `--offline`")
            return _parse(project, cached)
        if cached and 0 <= time.time() - cached.checked_at < self._fresh_seconds:
            return _parse(project, cached)
        headers = {"Accept": ACCEPT}
        if cached and cached.etag:
            headers["If-None-Match"] = cached.etag
        elif cached and cached.modified:
            headers["If-Modified-Since"] = cached.modified
        answer = self._get(url, headers, project, MAX_PAGE_BYTES)
        if answer.status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return None
        if answer.status == httpx.codes.NOT_MODIFIED and cached:
            page = _Page(cached.base, cached.content_type, cached.etag, cached.modified, time.time(), cached.body)
        elif answer.status == httpx.codes.OK:
            kind, etag, modified = (answer.headers.get(name, "") for name in ("content-type", "etag", "last-modified"))
            page = _Page(answer.url, kind, etag, modified, time.time(), answer.body.decode("utf-8", "replace"))
        else:
            raise _refused(answer, project)
        files = _parse(project, page)
        self._pages.put(url, json.dumps(asdict(page)).encode())
        return files

    def _cached_page(self, url: str) -> _Page | None:
        data = self._pages.get(url)
        try:
            return None if data is None else _PAGE.validate_json(data)
        except ValidationError:
            return None

    def _get(self, url: str, headers: Mapping[str, str], what: str, limit: int) -> _Answer:
        """The answer to a GET, whatever its status below 500. `what` names the thing in errors."""
        host = _origin(url)
        reason = self._unreachable.get(host)
        if reason is None:
            retrying = stamina.RetryingCaller(
                attempts=_ATTEMPTS, timeout=self._options.timeout, wait_initial=0.1, wait_max=2.0, wait_jitter=0.2
            ).on((httpx.TransportError, _TemporaryError))
            try:
                return retrying(self._get_once, url, headers, what, limit, time.monotonic() + self._options.timeout)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
                # Do not wait again for each of the other packages.
                reason = self._unreachable[host] = _why_not(error)
            except (httpx.TransportError, _TemporaryError) as error:
                raise HostUnreachable(
                    f"the package index did not answer about {what}: {_why_not(error)}", hint=_reach_hint(host)
                ) from error
            except (httpx.RequestError, httpx.InvalidURL) as error:
                message = f"the package index's answer about {what} cannot be used: {str(error)[:200] or type(error).__name__}"
                raise SourceError(message, hint="check pip's index-url") from error
        raise HostUnreachable(f"the package index could not be reached: {reason}", hint=_reach_hint(host))

    def _get_once(self, url: str, headers: Mapping[str, str], what: str, limit: int, deadline: float) -> _Answer:
        credentials = self._credentials.get(_origin(url))
        client = self._connect()
        auth = httpx.BasicAuth(*credentials) if credentials else httpx.USE_CLIENT_DEFAULT
        with client.stream("GET", url, headers=dict(headers), auth=auth) as response:
            if url.startswith("https:") and any(step.url.scheme != "https" for step in (*response.history, response)):
                raise UnsafeSource(f"the package index sends {what} on to an unencrypted address", hint="check pip's index-url")
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
                raise _TemporaryError(f"status {response.status_code}")
            body = bytearray()
            for part in response.iter_bytes(_CHUNK):
                body += part
                if len(body) > limit:
                    raise _too_large(what, limit)
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout(f"not complete after {self._options.timeout:g} seconds")
            return _Answer(response.status_code, response.headers, bytes(body), without_credentials(str(response.url)))

    def _connect(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                timeout = httpx.Timeout(min(self._options.timeout, _SILENCE_SECONDS), connect=self._options.reach_timeout)
                headers = {"User-Agent": f"agent-content-survey/{__version__}"}
                try:
                    self._client = httpx.Client(
                        verify=_certificates(self._settings.ca_bundle),
                        proxy=self._settings.proxy,
                        timeout=timeout,
                        headers=headers,
                        follow_redirects=True,
                    )
                except (OSError, ImportError, ValueError, httpx.InvalidURL) as error:
                    # The message may hold a proxy's password.
                    message = f"the CA or proxy settings cannot be used ({type(error).__name__})"
                    raise SourceError(message, hint="check PIP_CERT, SSL_CERT_FILE and the *_PROXY variables") from error
            return self._client


def _certificates(bundle: str | None) -> ssl.SSLContext:
    if bundle is None:
        return httpx.create_ssl_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR
    path = Path(bundle)
    return ssl.create_default_context(capath=bundle) if path.is_dir() else ssl.create_default_context(cafile=bundle)


def _parse(project: str, page: _Page) -> tuple[IndexFile, ...]:
    return parse_page(project, page.body.encode(), page.content_type, page.base)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _reach_hint(host: str) -> str:
    """Names the host, which may be a private mirror: messages end up in published reports, hints do not."""
    return f"check the network, proxy and CA settings on the way to {host}, or use what is cached: `--offline`"


def _why_not(error: Exception) -> str:
    """In fixed words, as for git: the library's own name addresses, and differ from machine to machine."""
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    for kinds, words in _WHY_NOT:
        if any(isinstance(link, kinds) for link in chain):
            return words
    return str(error) if isinstance(error, _TemporaryError) else "it closed the connection"


def _too_large(what: str, limit: int) -> UnsafeSource:
    return UnsafeSource(f"{what} is larger than {limit:,} bytes", hint="survey the repository: `--source git`")


def _refused(answer: _Answer, what: str) -> SourceError:
    hint = "check the credentials in pip's index-url" if answer.status in {401, 403} else "check pip's index-url, or try again later"
    return SourceError(f"the package index answered {answer.status} about {what}", hint=hint)
