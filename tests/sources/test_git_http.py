"""The whole way over smart HTTP, as public hosts speak it: git's own server program behind a small web server."""

import http.server
import os
import subprocess
import threading
from collections.abc import Iterator

import pytest

from survey.model.snapshot import Omission
from tests.sources.git_served import Origin


class _Backend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root = ""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(
            self._chunks() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(int(self.headers["Content-Length"]))
        )

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "GIT_CONFIG_NOSYSTEM"}},
            "GIT_PROJECT_ROOT": self.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def over_http(origin: Origin) -> Iterator[Origin]:
    handler = type("Backend", (_Backend,), {"root": str(origin.path.parent)})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/{origin.path.name}"
        origin.client_config.write_text(f'[url "{address}"]\n\tinsteadOf = https://git.example/team/sdk\n')
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield origin
        server.shutdown()
        thread.join()


def test_cold_moved_and_missing_over_http(over_http: Origin) -> None:
    over_http.commit({"a.py": b"1\n", "b.py": b"2\n", "c.txt": b"3\n"})
    over_http.delete_object(over_http.blob("b.py"))
    snapshot = over_http.fetch()
    assert (snapshot.files, snapshot.omitted) == ({"a.py": b"1\n"}, (Omission("b.py", "missing blob"),))
    moved = over_http.commit({"a.py": b"4\n"})
    assert over_http.fetch("main").source.commit == moved
    assert over_http.fetch(snapshot.source.commit and snapshot.source.commit[:8]).source.commit == snapshot.source.commit


def test_twenty_thousand_contents_are_asked_for_in_one_request(over_http: Origin) -> None:
    over_http.commit({f"d{number % 100}/m{number}.py": b"x = %d\n" % number for number in range(20_000)})
    assert len(over_http.fetch().files) == 20_000
    assert over_http.fetches() == 2
