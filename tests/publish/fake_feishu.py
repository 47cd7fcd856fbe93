"""A Feishu on the loopback interface: real HTTP, the rules of its documentation, documents and chats that tests read back.

What it refuses, it refuses as Feishu does. Faults can be put before or after any step. It never looks at Survey's own code.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.publish.docx_rules import Json, Refused
from tests.publish.tenant import Tenant
from tests.publish.tenant_parts import Fault, Request, TokenBucket


@dataclass
class FakeFeishu(Tenant):
    """The tenant behind HTTP: who may ask, how often, and what goes wrong on the way."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._lock = threading.RLock()
        self._creating: set[str | None] = set()

    # --- routing

    def answer(self, method: str, url: str, headers: Mapping[str, str], data: bytes) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and body; None to break the connection."""
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        lower = {name.lower(): value for name, value in headers.items()}
        step, groups, handler, scopes = _route(method, parts.path)
        request = Request(step, method, parts.path, query, lower, data, groups)
        if handler is None:
            return 404, {"Content-Type": "text/plain"}, b"404 page not found"
        with self._lock:
            self.requests.append(request)
            fault = self._fault(step)
        if fault is not None and fault.kind in _INSTEAD:
            return self._instead(fault, request)
        try:
            with self._alone_in_folder(request):
                if fault is not None and fault.kind == "slow":
                    time.sleep(fault.seconds)
                status, reply, extra = 200, self._handled(request, handler, scopes), {}
        except Refused as error:
            self.refusals.append((step, error.code))
            status, extra = error.status, error.headers
            reply = {"code": error.code, "msg": error.msg, **({"error": error.error} if error.error else {})}
        if fault is not None and fault.kind == "slow body":
            extra = {**extra, _PAUSE: f"{fault.seconds:g}"}
        elif fault is not None and fault.kind != "slow":
            return self._after(fault)
        return (
            status,
            {"Content-Type": "application/json; charset=utf-8", "X-Tt-Logid": "20260101LOGID", **extra},
            json.dumps(reply).encode(),
        )

    def _handled(self, request: Request, handler: Any, scopes: tuple[str, ...]) -> Json:
        if request.step in ("token", "hook"):
            with self._lock:
                return dict(handler(self, request))
        self._authorise(request, scopes)
        self._limit(request)
        with self._lock:
            return {"code": 0, "msg": "success", "data": handler(self, request)}

    def _authorise(self, request: Request, scopes: tuple[str, ...]) -> None:
        given = request.headers.get("authorization", "")
        if not given:
            raise Refused(99991661, "Missing access token for authorization. Please make a request with token attached.")
        if not given.startswith(("Bearer t-", "Bearer u-")):
            raise Refused(99991671, "Invalid access token for authorization. The token must start with 't-' or 'u-'.")
        token = given.removeprefix("Bearer ")
        found = next(((id_, app) for id_, app in self.apps.items() if app.token == token), None)
        if found is None or found[1].expires <= self.clock.now():
            raise Refused(99991663, "Invalid access token for authorization. Please make a request with token attached.")
        request.app_id, app = found
        if app.quota is not None:
            if app.quota <= 0:
                raise Refused(99991403, "This month's API call quota has been exceeded")
            app.quota -= 1
        if scopes and app.scopes is not None and not set(scopes) & app.scopes:
            names = ", ".join(scopes)
            violations = [{"type": "action_scope_required", "subject": scope} for scope in scopes]
            msg = f"Access denied. One of the following scopes is required: [{names}]."
            raise Refused(99991672, msg, error={"permission_violations": violations})

    def _limit(self, request: Request) -> None:
        if request.step not in _LIMITED:
            return
        rate = self.read_rate if request.method == "GET" else self.write_rate
        if rate is None:
            return
        kind = "read" if request.method == "GET" else "write"
        document = request.groups.get("document", "")
        with self._lock:
            for name, status in ((f"app {request.app_id}", 400), (f"document {document}", 429)):
                bucket = self._buckets.setdefault((name, kind), TokenBucket(self.clock, rate))
                if not bucket.take():
                    headers = {"x-ogw-ratelimit-limit": str(int(rate)), "x-ogw-ratelimit-reset": "1"}
                    raise Refused(99991400, "request trigger frequency limit", status=status, headers=headers)

    @contextmanager
    def _alone_in_folder(self, request: Request) -> Iterator[None]:
        """Feishu makes one document of a folder at a time."""
        folder = None
        if request.step == "create":
            with suppress(Refused):
                folder = request.json.get("folder_token", "")
        with self._lock:
            if folder in self._creating:
                raise Refused(1770036, "folder locked")
            if folder is not None:
                self._creating.add(folder)
        try:
            yield
        finally:
            with self._lock:
                self._creating.discard(folder)

    def forget(self) -> None:
        """As on the first day, but for what the tenant is: nothing was written, sent or refused."""
        for kept in (self.documents, self.files, self.messages, self.requests, self.faults, self._sent, self._buckets):
            kept.clear()

    # --- faults

    def _fault(self, step: str) -> Fault | None:
        due = [fault for fault in self.faults if fault.step in ("*", step) and fault.met < fault.nth]
        for fault in due:
            fault.met += 1
        return next((fault for fault in due if fault.met == fault.nth), None)

    def _instead(self, fault: Fault, request: Request) -> tuple[int, dict[str, str], bytes] | None:
        """The request is not carried out."""
        json_type = {"Content-Type": "application/json"}
        if fault.kind in ("rate 400", "rate 429"):
            headers = {**json_type, "x-ogw-ratelimit-reset": f"{fault.seconds:g}"}
            return int(fault.kind[-3:]), headers, b'{"code": 99991400, "msg": "request trigger frequency limit"}'
        if fault.kind == "token dropped":
            for app in self.apps.values():
                app.token = ""
            return 400, json_type, b'{"code": 99991663, "msg": "Invalid access token for authorization."}'
        if fault.kind == "busy":
            return 500, json_type, b'{"code": 1771001, "msg": "server internal error"}'
        if fault.kind == "scope missing":
            violations = b'{"permission_violations": [{"type": "action_scope_required", "subject": "docx:document"}]}'
            return 400, json_type, b'{"code": 99991672, "msg": "Access denied.", "error": ' + violations + b"}"
        if fault.kind == "quota":
            return 429, json_type, b'{"code": 99991403, "msg": "This month\'s API call quota has been exceeded"}'
        if fault.kind == "locked":
            return 400, json_type, b'{"code": 1770036, "msg": "folder locked"}'
        if fault.kind == "html 500":
            return 500, {"Content-Type": "text/html"}, b"<html><body><h1>500 Internal Server Error</h1></body></html>"
        if fault.kind == "html login page":
            return 200, {"Content-Type": "text/html"}, b"<html><body><form>sign in to the network</form></body></html>"
        if fault.kind == "no answer":
            time.sleep(fault.seconds)
            return None
        if fault.kind == "killed before" and fault.act is not None:
            fault.act()
            return None
        raise AssertionError(f"{fault.kind} at {request.step}")

    def _after(self, fault: Fault) -> tuple[int, dict[str, str], bytes] | None:
        """The request was carried out, and the client does not hear of it."""
        if fault.kind == "no answer after":
            time.sleep(fault.seconds)
            return None
        if fault.kind == "html 502 after":
            return 502, {"Content-Type": "text/html"}, b"<html><head><title>502 Bad Gateway</title></head></html>"
        if fault.kind == "garbage after":
            return 200, {"Content-Type": "application/json"}, b'{"code": 0, "da'
        if fault.kind == "killed after" and fault.act is not None:
            fault.act()
            return None
        assert fault.kind == "broken after", fault.kind
        return None


_INSTEAD = frozenset(
    {
        *("rate 400", "rate 429", "token dropped", "busy", "locked", "html 500", "html login page", "scope missing", "quota"),
        *("no answer", "killed before"),
    }
)
_PAUSE = "x-pause"
"""Not sent: how many seconds the body stops in its middle."""
_DOC = r"/open-apis/docx/v1/documents/(?P<document>[^/]+)"
_WRITE, _READ = ("docx:document", "docx:document:write_only"), ("docx:document", "docx:document:readonly")
_MEMBERS = r"/open-apis/drive/v1/permissions/(?P<document>[^/]+)/members"
_PUBLIC = r"/open-apis/drive/v2/permissions/(?P<document>[^/]+)/public"
_NODES = r"/open-apis/wiki/v2/spaces/(?P<space>[^/]+)/nodes"
_ROUTES: list[tuple[str, str, str, Any, tuple[str, ...]]] = [
    ("POST", r"/open-apis/auth/v3/tenant_access_token/internal", "token", Tenant.token, ()),
    ("POST", r"/open-apis/docx/v1/documents", "create", Tenant.create, ("docx:document", "docx:document:create")),
    ("GET", _DOC, "document", Tenant.get_document, _READ),
    ("POST", _DOC + r"/blocks/(?P<block>[^/]+)/descendant", "write", Tenant.descendant, _WRITE),
    ("POST", _DOC + r"/blocks/(?P<block>[^/]+)/children", "children", Tenant.add_children, _WRITE),
    ("DELETE", _DOC + r"/blocks/(?P<block>[^/]+)/children/batch_delete", "clear", Tenant.batch_delete, _WRITE),
    ("GET", _DOC + r"/blocks/(?P<block>[^/]+)/children", "look", Tenant.children, _READ),
    ("GET", _DOC + r"/blocks", "verify", Tenant.blocks, _READ),
    ("GET", _DOC + r"/raw_content", "raw", Tenant.raw_content, _READ),
    (
        "GET",
        r"/open-apis/drive/v1/files",
        "find",
        Tenant.list_files,
        ("drive:drive", "drive:drive:readonly", "space:document:retrieve"),
    ),
    ("POST", r"/open-apis/drive/v1/metas/batch_query", "address", Tenant.metas, ("drive:drive.metadata:readonly", "drive:drive")),
    ("POST", _MEMBERS, "share", Tenant.member, ("docs:permission.member:create", "drive:drive")),
    ("PATCH", _PUBLIC, "link", Tenant.public, ("docs:permission.setting:write_only", "drive:drive")),
    ("POST", _NODES, "create wiki", Tenant.wiki_create, ("wiki:node:create", "wiki:wiki")),
    ("GET", _NODES, "find wiki", Tenant.wiki_list, ("wiki:node:retrieve", "wiki:wiki")),
    ("POST", r"/open-apis/im/v1/files", "upload", Tenant.upload, ("im:resource", "im:resource:upload")),
    ("POST", r"/open-apis/im/v1/messages", "message", Tenant.message, ("im:message", "im:message:send_as_bot")),
    ("POST", r"/open-apis/bot/v2/hook/(?P<hook>[^/]+)", "hook", Tenant.hook, ()),
]
_LIMITED = frozenset({"create", "write", "children", "clear", "look", "verify", "raw", "document"})


def _route(method: str, path: str) -> tuple[str, dict[str, str], Any, tuple[str, ...]]:
    for known, pattern, step, handler, scopes in _ROUTES:
        match = re.fullmatch(pattern, path)
        if match is not None and known == method:
            return step, match.groupdict(), handler, scopes
    return "unknown", {}, None, ()


@contextmanager
def serving(fake: FakeFeishu) -> Iterator[FakeFeishu]:
    """Serve `fake` on the loopback interface; its `origin` says where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = fake.answer(self.command, self.path, dict(self.headers.items()), data)
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            pause, half = float(headers.pop(_PAUSE, 0)), len(body) // 2
            with suppress(OSError):  # the client has gone
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:half])
                time.sleep(pause)
                self.wfile.write(body[half:])

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    fake.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
