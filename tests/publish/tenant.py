"""The tenant on loopback: its documents, folders, chats and files, and what each call does to them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tests.publish.docx_rules import Document, Json, Refused, check_block, check_client_token, check_tree, invalid_field
from tests.publish.im_rules import check_hook, check_message, check_recording
from tests.publish.tenant_parts import App, Fault, RealClock, Request, Time, TokenBucket


@dataclass
class Tenant:
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
        self._ids = count(1)
        self._buckets: dict[tuple[str, str], TokenBucket] = {}
        self._sent: dict[tuple[str, str], tuple[float, Json]] = {}

    # --- what tests ask

    def steps(self) -> list[str]:
        """The steps of all requests, in order."""
        return [request.step for request in self.requests]

    def chat(self, chat: str) -> list[Json]:
        return [message for message in self.messages if message["chat"] == chat]

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
