"""A real package index on the loopback interface, and the small wheels and sdists it serves."""

import hashlib
import html
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

JSON = "application/vnd.pypi.simple.v1+json"


def wheel(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    """A wheel with `files` and its METADATA."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
        for path, data in {**files, f"{name}-{version}.dist-info/METADATA": metadata}.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return buffer.getvalue()


def sdist(name: str, version: str, files: Mapping[str, bytes], *, compression: Literal["gz", "bz2"] = "gz") -> bytes:
    """An sdist with `files` in its leading folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@dataclass
class Served:
    """One file as the index tells of it; by default it tells the truth."""

    filename: str
    data: bytes
    hashes: dict[str, str]
    yanked: bool | str = False
    upload_time: str | None = None
    size: int | None = None


@dataclass
class LoopbackIndex:
    """What the index serves, how, and what it was asked."""

    form: Literal["json", "html"] = "json"
    etags: bool = False
    projects: dict[str, list[Served]] = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    """Statuses for the next requests, used up one by one."""
    raw: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """Answers by path that replace the ordinary ones."""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and lower-case headers of every request."""
    origin: str = ""
    port: int = 0

    @property
    def url(self) -> str:
        """The index URL, as pip takes it."""
        return f"{self.origin}/simple"

    def add(
        self,
        filename: str,
        data: bytes,
        *,
        project: str | None = None,
        hashes: dict[str, str] | None = None,
        yanked: bool | str = False,
        upload_time: str | None = None,
        size: int | None = None,
    ) -> None:
        """Serve a file; the project is taken from the file's name."""
        hashes = {"sha256": hashlib.sha256(data).hexdigest()} if hashes is None else hashes
        name = project or filename.partition("-")[0].replace("_", "-")
        self.projects.setdefault(name, []).append(Served(filename, data, hashes, yanked, upload_time, size))

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [path for path, _ in self.requests]

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        self.requests.append((path, {name.lower(): value for name, value in headers.items()}))
        if self.failures:
            return self.failures.pop(0), {}, b""
        if path in self.raw:
            return self.raw[path]
        kind, _, name = path.strip("/").partition("/")
        if kind == "files":
            found = [served.data for files in self.projects.values() for served in files if served.filename == name]
            return (200, {"Content-Type": "application/octet-stream"}, found[0]) if found else (404, {}, b"")
        if kind != "simple" or name not in self.projects:
            return 404, {}, b""
        body, content_type = self._json(name) if self.form == "json" else self._html(name)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.etags and headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"Content-Type": content_type, **({"ETag": etag} if self.etags else {})}, body

    def _json(self, name: str) -> tuple[bytes, str]:
        files = []
        for served in self.projects[name]:
            entry = {"filename": served.filename, "url": f"../../files/{served.filename}", "hashes": served.hashes, "yanked": served.yanked}
            entry |= {"upload-time": served.upload_time} if served.upload_time else {}
            files.append(entry | ({"size": served.size} if served.size is not None else {}))
        return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode(), JSON

    def _html(self, name: str) -> tuple[bytes, str]:
        lines = ['<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.0"></head><body>']
        for served in self.projects[name]:
            fragment = "".join(f"#{algorithm}={value}" for algorithm, value in served.hashes.items())
            reason = html.escape(served.yanked) if isinstance(served.yanked, str) else ""
            yanked = f' data-yanked="{reason}"' if served.yanked is not False else ""
            href = f"/files/{served.filename}{fragment}"
            lines.append(f'<a href="{href}" data-requires-python="&gt;=3.8"{yanked}>{served.filename}</a><br/>')
        return "\n".join([*lines, "</body></html>"]).encode(), "text/html; charset=utf-8"


@contextmanager
def serve(index: LoopbackIndex) -> Iterator[LoopbackIndex]:
    """Serve `index` on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = index.answer(self.path, self.headers)  # type: ignore[arg-type]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304 and "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.port = server.server_port
    index.origin = f"http://127.0.0.1:{index.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
