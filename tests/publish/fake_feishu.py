"""A Feishu on the loopback interface: real HTTP, the rules of its documentation, documents and chats that tests read back.

What it refuses, it refuses as Feishu does. Faults can be put before or after any step. It never looks at Survey's own code.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from tests.publish.docx_rules import Document, Json, Refused, check_block, check_client_token, check_tree, invalid_field
from tests.publish.im_rules import check_hook, check_message, check_recording


class Time(Protocol):
    def now(self) -> float: ...


class ManualClock:
    """Time that passes only when somebody waits."""

    def __init__(self, start: float = 1_770_000_000.0) -> None:
        self._now = start
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += seconds


class RealClock:
    def now(self) -> float:
        return time.time()


@dataclass
class App:
    """A developer's app."""

    secret: str
    scopes: frozenset[str] | None = None
    """None: all of them."""
    bot: bool = True
    quota: int | None = None
    token: str = ""
    expires: float = 0.0


@dataclass
class Fault:
    """One disturbance: `kind` at the `nth` request of a step, once."""

    step: str
    kind: str
    nth: int = 1
    seconds: float = 1.0
    """What a rate limit says to wait, or how long an answer is held back."""
    act: Callable[[], None] | None = None
    met: int = 0


class TokenBucket:
    """Lets `rate` requests a second through, by the server's clock."""

    def __init__(self, clock: Time, rate: float) -> None:
        self.clock, self.rate, self.level, self.since = clock, rate, rate, clock.now()

    def take(self) -> bool:
        now = self.clock.now()
        self.level = min(self.rate, self.level + (now - self.since) * self.rate)
        self.since = now
        if self.level < 1 - 1e-9:
            return False
        self.level -= 1
        return True


@dataclass
class Request:
    step: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    groups: dict[str, str]
    app_id: str = ""

    @property
    def json(self) -> Json:
        if not self.headers.get("content-type", "").startswith("application/json"):
            raise Refused(99992402, "content type must be application/json")
        try:
            body = json.loads(self.body)
        except ValueError:
            raise Refused(9499, "invalid json") from None
        if not isinstance(body, dict):
            raise Refused(9499, "invalid json")
        return body

    @property
    def parts(self) -> dict[str, bytes]:
        """The fields of a multipart body."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refused(99992402, "content type must be multipart/form-data")
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        found: dict[str, bytes] = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[str(name)] = payload
        return found


@dataclass
class FakeFeishu:
    """The tenant. Rates of None do not limit."""

    clock: Time = field(default_factory=RealClock)
    write_rate: float | None = 3.0
    read_rate: float | None = 5.0
    apps: dict[str, App] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    """Folder -> the app that may write to it, '' for nobody."""
    wikis: dict[str, str] = field(default_factory=dict)
    chats: dict[str, set[str]] = field(default_factory=dict)
    """Chat -> apps whose bot is in it."""
    hooks: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Webhook token -> secret and keyword."""
    documents: dict[str, Document] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    refusals: list[tuple[str, int]] = field(default_factory=list)
    """Step and code of every refusal that was no fault of a test's."""
    faults: list[Fault] = field(default_factory=list)
    expire: float = 7200.0
    """Seconds a token lives."""
    urls: bool = True
    origin: str = ""

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._ids = count(1)
        self._buckets: dict[tuple[str, str], TokenBucket] = {}
        self._sent: dict[tuple[str, str], tuple[float, Json]] = {}
        self._creating: set[str | None] = set()

    # --- what tests ask

    def steps(self) -> list[str]:
        """The steps of all requests, in order."""
        return [request.step for request in self.requests]

    def chat(self, chat: str) -> list[Json]:
        return [message for message in self.messages if message["chat"] == chat]

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
        if fault is not None and fault.kind != "slow":
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

    # --- faults

    def _fault(self, step: str) -> Fault | None:
        due = [fault for fault in self.faults if fault.step == step and fault.met < fault.nth]
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

    # --- handlers

    def token(self, request: Request) -> Json:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise Refused(10003, "invalid param") from None
        app = self.apps.get(str(body.get("app_id")))
        if app is None:
            raise Refused(10003, "invalid param", status=200)
        if body.get("app_secret") != app.secret:
            raise Refused(10015, f"app secret invalid: {body.get('app_secret')}", status=200)
        if app.expires - self.clock.now() < min(1800, self.expire / 2) or not app.token:
            app.token, app.expires = f"t-{next(self._ids):030d}", self.clock.now() + self.expire
        return {"code": 0, "msg": "ok", "tenant_access_token": app.token, "expire": int(app.expires - self.clock.now())}

    def create(self, request: Request) -> Json:
        body = request.json
        if set(body) - {"title", "folder_token"} or not 1 <= len(body.get("title", "x")) <= 800:
            raise invalid_field("title", "the len must be 1 to 800")
        folder = str(body.get("folder_token", ""))
        if folder.startswith("wik"):
            raise Refused(1771006, "mount folder failed: a wiki token")
        if folder and folder not in self.folders:
            raise Refused(1770039, "folder not found", status=404)
        if folder and self.folders[folder] != request.app_id:
            raise Refused(1770040, "no folder permission", status=403)
        made = self._made(request.app_id, str(body.get("title", "")), folder)
        return {"document": {"document_id": made.id, "revision_id": 1, "title": made.title}}

    def _made(self, app_id: str, title: str, folder: str) -> Document:
        made = Document(f"dox{next(self._ids):024d}", title, app_id, folder, self.clock.now())
        self.documents[made.id] = made
        return made

    def _document(self, request: Request, *, write: bool = False) -> Document:
        found = self.documents.get(request.groups["document"])
        if found is None:
            raise Refused(1770002, "not found", status=404)
        if found.owner != request.app_id:
            raise Refused(1770032, "forbidden" + (" to write" if write else ""), status=403)
        return found

    def get_document(self, request: Request) -> Json:
        found = self._document(request)
        return {"document": {"document_id": found.id, "revision_id": found.revision, "title": found.title}}

    def _once(self, request: Request, document: Document, act: Callable[[], Json]) -> Json:
        token = request.query.get("client_token")
        check_client_token(token)
        if token is not None and token in document.answers:
            return document.answers[token]
        answer = act()
        if token is not None:
            answer = {**answer, "client_token": token}
            document.answers[token] = answer
        return answer

    def descendant(self, request: Request) -> Json:
        document, body = self._document(request, write=True), request.json
        if set(body) - {"children_id", "descendants", "index"}:
            raise invalid_field("body", "unknown field")
        by_id = check_tree(body.get("children_id"), body.get("descendants"))
        return self._once(
            request,
            document,
            lambda: document.add(request.groups["block"], body.get("index", -1), body["children_id"], by_id, self._block_id),
        )

    def _block_id(self) -> str:
        return f"blk{next(self._ids):024d}"

    def add_children(self, request: Request) -> Json:
        document, body = self._document(request, write=True), request.json
        children = body.get("children")
        if not isinstance(children, list) or not 1 <= len(children) <= 50:
            raise invalid_field("children", "the max len is 50")
        for child in children:
            check_block(child)
            size = child.get("table", {}).get("property", {})
            if max(size.get("row_size", 1), size.get("column_size", 1)) > 9 or "children" in child:
                raise Refused(1770001, "invalid param")
        by_id = {str(number): child for number, child in enumerate(children)}
        index = body.get("index", -1)
        return self._once(request, document, lambda: document.add(request.groups["block"], index, list(by_id), by_id, self._block_id))

    def batch_delete(self, request: Request) -> Json:
        document, body = self._document(request, write=True), request.json
        act = lambda: document.remove(request.groups["block"], body.get("start_index"), body.get("end_index"))  # noqa: E731
        return self._once(request, document, act)

    def _page(self, request: Request, items: list[Json], most: int = 500, key: str = "items", next_: str = "page_token") -> Json:
        size = int(request.query.get("page_size", "500"))
        if not 1 <= size <= most:
            raise invalid_field("page_size", f"the max is {most}")
        start = int(request.query.get("page_token", "0"))
        more = start + size < len(items)
        return {key: items[start : start + size], "has_more": more, **({next_: str(start + size)} if more else {})}

    def blocks(self, request: Request) -> Json:
        return self._page(request, self._document(request).listed())

    def children(self, request: Request) -> Json:
        document = self._document(request)
        if request.groups["block"] not in document.blocks:
            raise Refused(1770002, "not found", status=404)
        return self._page(request, [document.blocks[id_] for id_ in document.blocks[request.groups["block"]].get("children", [])])

    def raw_content(self, request: Request) -> Json:
        runs = (
            element["text_run"]["content"]
            for block in self._document(request).listed()
            for content in block.values()
            if isinstance(content, dict)
            for element in content.get("elements", ())
        )
        return {"content": "\n".join(runs)}

    def list_files(self, request: Request) -> Json:
        folder = request.query.get("folder_token", "")
        found = [each for each in self.documents.values() if each.owner == request.app_id and each.folder == folder and not each.wiki]
        items = [{"token": each.id, "name": each.title, "type": "docx", "created_time": str(int(each.created))} for each in found]
        return self._page(request, items, 200, "files", "next_page_token")

    def metas(self, request: Request) -> Json:
        wanted = request.json.get("request_docs", [])
        if not 1 <= len(wanted) <= 200:
            raise invalid_field("request_docs", "1 to 200")
        found = [self.documents[each["doc_token"]] for each in wanted if each["doc_token"] in self.documents]
        urls = {each.id: {"url": f"https://tenant.feishu.cn/docx/{each.id}"} if self.urls else {} for each in found}
        return {"metas": [{"doc_token": each.id, "doc_type": "docx", "title": each.title, **urls[each.id]} for each in found]}

    def member(self, request: Request) -> Json:
        document, body = self._document(request), request.json
        kinds = {"email", "openid", "openchat", "userid", "unionid"}
        if (
            request.query.get("type") != "docx"
            or body.get("member_type") not in kinds
            or body.get("perm") not in ("view", "edit", "full_access")
        ):
            raise Refused(1063001, "Invalid Parameter")
        if body["member_type"] == "openchat" and request.app_id not in self.chats.get(body["member_id"], set()):
            raise Refused(1063003, "Invalid operation: the bot is not in the chat")
        same = [each for each in document.members if each["member_id"] == body["member_id"]]
        if same:
            same[0].update(body)
        else:
            document.members.append(dict(body))
        return {"member": body}

    def public(self, request: Request) -> Json:
        document, body = self._document(request), request.json
        shown = body.get("link_share_entity")
        if request.query.get("type") != "docx" or shown not in ("tenant_readable", "tenant_editable", "anyone_readable", "closed"):
            raise Refused(1063001, "Invalid Parameter")
        if shown == "anyone_readable" and body.get("external_access_entity") != "open":
            raise Refused(1063002, "Permission denied", status=403)
        document.public.update(body)
        return {"permission_public": document.public}

    def wiki_create(self, request: Request) -> Json:
        body, space = request.json, request.groups["space"]
        if space not in self.wikis:
            raise Refused(131002, "param err: space id")
        if self.wikis[space] != request.app_id:
            raise Refused(131006, "permission denied: wiki space permission denied")
        if body.get("obj_type") != "docx" or body.get("node_type") != "origin":
            raise Refused(131002, "param err")
        made = self._made(request.app_id, str(body.get("title", "")), space)
        made.wiki = f"wik{next(self._ids):024d}"
        return {"node": {"space_id": space, "node_token": made.wiki, "obj_token": made.id, "obj_type": "docx", "title": made.title}}

    def wiki_list(self, request: Request) -> Json:
        found = [each for each in self.documents.values() if each.wiki and each.folder == request.groups["space"]]
        items = [
            {
                "node_token": each.wiki,
                "obj_token": each.id,
                "obj_type": "docx",
                "title": each.title,
                "obj_create_time": str(int(each.created)),
            }
            for each in found
        ]
        return self._page(request, items, 50)

    def upload(self, request: Request) -> Json:
        if not self.apps[request.app_id].bot:
            raise Refused(234007, "app does not enable bot feature")
        key = f"file_v3_{next(self._ids):012d}"
        self.files[key] = {**check_recording(request.parts), "app": request.app_id}
        return {"file_key": key}

    def message(self, request: Request) -> Json:
        body, chat = request.json, str(request.json.get("receive_id"))
        if request.query.get("receive_id_type") != "chat_id" or set(body) - {"receive_id", "msg_type", "content", "uuid"}:
            raise Refused(230001, "invalid request param")
        if not self.apps[request.app_id].bot:
            raise Refused(230006, "Bot ability is not activated.")
        if request.app_id not in self.chats.get(chat, set()):
            raise Refused(230002, "Bot/User can NOT be out of the chat.")
        content = check_message(str(body.get("msg_type")), body.get("content"), self.files, request.app_id)
        key = (chat, str(body.get("uuid", "")))
        if len(key[1]) > 50:
            raise Refused(230001, "uuid too long")
        if key[1] and key in self._sent and self.clock.now() - self._sent[key][0] < 3600:
            return self._sent[key][1]
        answer = {"message_id": f"om_{next(self._ids):012d}"}
        self.messages.append({"chat": chat, "type": body["msg_type"], "content": content, "id": answer["message_id"]})
        if key[1]:
            self._sent[key] = (self.clock.now(), answer)
        return answer

    def hook(self, request: Request) -> Json:
        token = request.groups["hook"]
        if token not in self.hooks:
            raise Refused(19001, "param invalid: incoming webhook access token invalid", status=200)
        bucket = self._buckets.setdefault(("hook", token), TokenBucket(self.clock, 5.0))
        if not bucket.take():
            raise Refused(11232, "frequency limited psm[lark.oapi.app_platform_runtime]", status=200)
        secret, keyword = self.hooks[token]
        card = check_hook(request.body, secret, keyword, self.clock.now())
        self.messages.append({"chat": f"hook {token}", "type": "interactive", "content": card})
        return {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}


_INSTEAD = frozenset(
    {"rate 400", "rate 429", "token dropped", "busy", "locked", "html 500", "html login page", "no answer", "killed before"}
)
_DOC = r"/open-apis/docx/v1/documents/(?P<document>[^/]+)"
_WRITE, _READ = ("docx:document", "docx:document:write_only"), ("docx:document", "docx:document:readonly")
_MEMBERS = r"/open-apis/drive/v1/permissions/(?P<document>[^/]+)/members"
_PUBLIC = r"/open-apis/drive/v2/permissions/(?P<document>[^/]+)/public"
_NODES = r"/open-apis/wiki/v2/spaces/(?P<space>[^/]+)/nodes"
_ROUTES: list[tuple[str, str, str, Any, tuple[str, ...]]] = [
    ("POST", r"/open-apis/auth/v3/tenant_access_token/internal", "token", FakeFeishu.token, ()),
    ("POST", r"/open-apis/docx/v1/documents", "create", FakeFeishu.create, ("docx:document", "docx:document:create")),
    ("GET", _DOC, "document", FakeFeishu.get_document, _READ),
    ("POST", _DOC + r"/blocks/(?P<block>[^/]+)/descendant", "write", FakeFeishu.descendant, _WRITE),
    ("POST", _DOC + r"/blocks/(?P<block>[^/]+)/children", "children", FakeFeishu.add_children, _WRITE),
    ("DELETE", _DOC + r"/blocks/(?P<block>[^/]+)/children/batch_delete", "clear", FakeFeishu.batch_delete, _WRITE),
    ("GET", _DOC + r"/blocks/(?P<block>[^/]+)/children", "look", FakeFeishu.children, _READ),
    ("GET", _DOC + r"/blocks", "verify", FakeFeishu.blocks, _READ),
    ("GET", _DOC + r"/raw_content", "raw", FakeFeishu.raw_content, _READ),
    (
        "GET",
        r"/open-apis/drive/v1/files",
        "find",
        FakeFeishu.list_files,
        ("drive:drive", "drive:drive:readonly", "space:document:retrieve"),
    ),
    ("POST", r"/open-apis/drive/v1/metas/batch_query", "address", FakeFeishu.metas, ("drive:drive.metadata:readonly", "drive:drive")),
    ("POST", _MEMBERS, "share", FakeFeishu.member, ("docs:permission.member:create", "drive:drive")),
    ("PATCH", _PUBLIC, "link", FakeFeishu.public, ("docs:permission.setting:write_only", "drive:drive")),
    ("POST", _NODES, "create wiki", FakeFeishu.wiki_create, ("wiki:node:create", "wiki:wiki")),
    ("GET", _NODES, "find wiki", FakeFeishu.wiki_list, ("wiki:node:retrieve", "wiki:wiki")),
    ("POST", r"/open-apis/im/v1/files", "upload", FakeFeishu.upload, ("im:resource", "im:resource:upload")),
    ("POST", r"/open-apis/im/v1/messages", "message", FakeFeishu.message, ("im:message", "im:message:send_as_bot")),
    ("POST", r"/open-apis/bot/v2/hook/(?P<hook>[^/]+)", "hook", FakeFeishu.hook, ()),
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
            with suppress(OSError):  # the client has gone
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

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
