"""Bring blocks into a Feishu document: every block exactly once, whatever stops the way there, and the same document the next time.

What was written is read off the document, not remembered: batches are appended in order, so that the number of blocks at its root says
where to go on. Only the phases are remembered, each before its first call.
"""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from survey.publish.api import FeishuApi
from survey.publish.blocks import BLOCK_TYPES, Block, Json, to_descendants, walk
from survey.publish.errors import GONE, SHARING_REFUSED, FeishuError, OutcomeUnknown, cannot
from survey.publish.fitting import batches
from survey.publish.settings import FeishuSettings
from survey.publish.state import Exported
from survey.view.wording import Message, say

_PAGE = 500
"""Blocks a page of an answer."""
_DELETED_AT_ONCE = 200
_SKEW = 300.0
"""Seconds that Feishu's clock and this one may differ by."""
_SETTLING = 3.0
_ROUNDS = 2
"""Times a document is written before a difference is told instead of mended."""

Save = Callable[[Exported], None]
Tell = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A document as it shall be."""

    title: str
    batches: tuple[tuple[Block, ...], ...]
    content: str
    """SHA-256 of what is sent."""

    @property
    def blocks(self) -> int:
        """How many blocks it holds."""
        return sum(block.size for batch in self.batches for block in batch)


def plan_document(title: str, blocks: tuple[Block, ...]) -> Plan:
    """Cut `blocks` into requests; the same blocks give the same plan."""
    made = batches(blocks)
    sent = json.dumps([to_descendants(batch) for batch in made], sort_keys=True, ensure_ascii=False)
    return Plan(title, made, hashlib.sha256(sent.encode()).hexdigest())


class Exporter:
    """One export; `save` is called before everything that must not be forgotten, `tell` with each thing that was done."""

    def __init__(self, api: FeishuApi, settings: FeishuSettings, save: Save, tell: Tell) -> None:
        self._api, self._settings, self._save, self._tell = api, settings, save, tell

    def export(self, plan: Plan, exported: Exported) -> Exported:
        """The state after `plan` is in the document, verified and shared; raises `FeishuError`."""
        chosen = self._settings.document
        if chosen and chosen != exported.document_id:
            self._check_ours(plan.title, chosen)
            exported = self._kept(Exported(document_id=chosen))
        elif exported.document_id and not chosen and exported.place != self._settings.place:
            self._tell(say("feishu.done.elsewhere", document=exported.document_id))
        if exported.document_id:
            try:
                exported = self._written(plan, exported)
            except FeishuError as error:
                if error.code not in GONE or chosen:
                    raise
                self._tell(say("feishu.done.gone"))
                exported = self._kept(Exported(told=exported.told))
        if not exported.document_id:
            exported = self._written(plan, self._created(plan.title, exported))
        return self._addressed(self._shared(exported))

    def _kept(self, exported: Exported) -> Exported:
        self._save(exported)
        return exported

    def _check_ours(self, title: str, document_id: str) -> None:
        """Nobody's own words may be replaced: a document that is named in the settings is empty or has the report's title."""
        data = self._api.call(say("feishu.act.read"), "GET", f"/docx/v1/documents/{document_id}")
        if (data.get("document") or {}).get("title") != title and self._roots(document_id):
            raise FeishuError(say("feishu.wrong.foreign", document=document_id, title=title), hint=say("feishu.do.foreign", title=title))

    # --- making the document

    def _created(self, title: str, exported: Exported) -> Exported:
        """With a document: one that an earlier try made without our hearing of it, or a new one."""
        if exported.creating_since is None:
            exported = self._kept(exported.model_copy(update={"creating_since": self._api.clock.now()}))
            found = None
        else:
            found = self._find(title, exported.creating_since)
        if found is None:
            try:
                found = self._create(title)
            except OutcomeUnknown:
                found = self._find(title, exported.creating_since or 0.0)
                if found is None:
                    raise
            except FeishuError:
                self._kept(exported.model_copy(update={"creating_since": None}))  # surely not made: there is nothing to look for
                raise
            self._tell(say("feishu.done.made", document=found))
        else:
            self._tell(say("feishu.done.found", document=found))
        return self._kept(exported.model_copy(update={"document_id": found, "place": self._settings.place, "creating_since": None}))

    def _create(self, title: str) -> str:
        settings = self._settings
        if settings.wiki:
            body = {"obj_type": "docx", "node_type": "origin", "title": title, "parent_node_token": settings.wiki_parent}
            path = f"/wiki/v2/spaces/{settings.wiki}/nodes"
            data = self._api.call(say("feishu.act.create_page"), "POST", path, body=_given(body), repeatable=False)
            return _id(data, "node", "obj_token")
        body = {"title": title, "folder_token": settings.folder}
        data = self._api.call(say("feishu.act.create"), "POST", "/docx/v1/documents", body=_given(body), repeatable=False)
        return _id(data, "document", "document_id")

    def _find(self, title: str, since: float) -> str | None:
        """An empty document of that title, made after `since` where ours would be."""
        settings, act = self._settings, say("feishu.act.find")
        if settings.wiki:
            path, query = f"/wiki/v2/spaces/{settings.wiki}/nodes", {"page_size": 50, "parent_node_token": settings.wiki_parent}
        else:
            path, query = (
                "/drive/v1/files",
                {"page_size": 200, "folder_token": settings.folder, "order_by": "CreatedTime", "direction": "DESC"},
            )
        for item in self._listed(act, path, _given(query), "items" if settings.wiki else "files"):
            name = item.get("title") if settings.wiki else item.get("name")
            made = float(item.get("obj_create_time" if settings.wiki else "created_time") or 0)
            kind = item.get("obj_type") if settings.wiki else item.get("type")
            token = str(item.get("obj_token") if settings.wiki else item.get("token"))
            if name == title and kind == "docx" and made >= since - _SKEW and not self._roots(token):
                return token
        return None

    def _listed(self, act: Message, path: str, query: Json, key: str) -> list[Json]:
        found: list[Json] = []
        token = ""
        while True:
            data = self._api.call(act, "GET", path, query={**query, **({"page_token": token} if token else {})})
            found += data.get(key) or []
            token = str(data.get("page_token") or data.get("next_page_token") or "")
            if not data.get("has_more") or not token:
                return found

    # --- writing it

    def _written(self, plan: Plan, exported: Exported) -> Exported:
        """With the plan in the document; what is there already is left."""
        difference = ""
        for _ in range(_ROUNDS):
            there = self._roots(str(exported.document_id))
            same = exported.content == plan.content
            if same and exported.phase == "written" and not self._difference(plan, exported):
                self._tell(say("feishu.done.same"))
                return exported
            done = _batches_there(plan, there) if same and exported.phase == "writing" else None
            if done is None:
                exported = self._cleared(exported, len(there))
                # A new nonce: the keys of an earlier writing would make Feishu repeat its old answers without writing anything.
                fresh = {"phase": "writing", "content": plan.content, "nonce": str(uuid.uuid4())}
                exported = self._kept(exported.model_copy(update=fresh))
                done = 0
            elif done:
                self._tell(say("feishu.done.resumed", batch=done, batches=len(plan.batches)))
            self._append(plan, exported, done)
            difference = self._difference(plan, exported)
            if difference:  # what was just written may take a moment to be seen
                self._api.clock.sleep(_SETTLING)
                difference = self._difference(plan, exported)
            if not difference:
                self._tell(say("feishu.done.verified", blocks=plan.blocks))
                return self._kept(exported.model_copy(update={"phase": "written"}))
            exported = self._kept(exported.model_copy(update={"phase": "clearing"}))
        raise FeishuError(say("feishu.wrong.different", difference=difference), hint=say("feishu.do.different"))

    def _append(self, plan: Plan, exported: Exported, done: int) -> None:
        at = sum(len(batch) for batch in plan.batches[:done])
        for number, batch in enumerate(plan.batches[done:], done):
            path = f"/docx/v1/documents/{exported.document_id}/blocks/{exported.document_id}/descendant"
            query = {"document_revision_id": -1, "client_token": _key(exported.nonce, f"batch {number}")}
            self._api.call(say("feishu.act.write"), "POST", path, query=query, body={**to_descendants(batch), "index": at})
            at += len(batch)
            self._tell(say("feishu.done.batch", batch=number + 1, batches=len(plan.batches)))

    def _cleared(self, exported: Exported, there: int) -> Exported:
        """With an empty document; a deletion that was carried out twice would take too much, so each has a key of its own."""
        if not there:
            return exported
        exported = self._kept(exported.model_copy(update={"phase": "clearing"}))
        path = f"/docx/v1/documents/{exported.document_id}/blocks/{exported.document_id}/children/batch_delete"
        while there:
            start = max(0, there - _DELETED_AT_ONCE)
            query = {"document_revision_id": -1, "client_token": str(uuid.uuid4())}
            self._api.call(say("feishu.act.clear"), "DELETE", path, query=query, body={"start_index": start, "end_index": there})
            there = start
        return exported

    def _difference(self, plan: Plan, exported: Exported) -> str:
        """What of the document is not as planned, by the count of each kind of block; '' where nothing is."""
        path = f"/docx/v1/documents/{exported.document_id}/blocks"
        query = {"page_size": _PAGE, "document_revision_id": -1}
        items = self._listed(say("feishu.act.verify"), path, query, "items")
        found = Counter(int(item["block_type"]) for item in items if item["block_id"] != exported.document_id)
        wanted = Counter(BLOCK_TYPES[block.kind] for batch in plan.batches for block in walk(batch))
        names = {number: str(kind) for kind, number in BLOCK_TYPES.items()}
        return ", ".join(
            f"{names.get(number, f'kind {number}')} {found[number]} instead of {wanted[number]}"
            for number in sorted(found | wanted)
            if found[number] != wanted[number]
        )

    def _roots(self, document_id: str) -> list[int]:
        """The types of the blocks at the root of the document."""
        path = f"/docx/v1/documents/{document_id}/blocks/{document_id}/children"
        items = self._listed(say("feishu.act.read"), path, {"page_size": _PAGE, "document_revision_id": -1}, "items")
        return [int(item["block_type"]) for item in items]

    # --- sharing it

    def _shared(self, exported: Exported) -> Exported:
        settings, token = self._settings, exported.document_id
        for member in settings.readers:
            if member in exported.shared:
                continue
            who, _, perm = member.rpartition("=")
            type_, _, id_ = who.partition(":")
            body = {"member_type": type_, "member_id": id_, "perm": perm, "type": "chat" if type_ == "openchat" else "user"}
            self._share(say("feishu.act.share", who=who), f"/drive/v1/permissions/{token}/members", body)
            self._tell(say("feishu.done.shared", who=who, permission=perm))
            exported = self._kept(exported.model_copy(update={"shared": (*exported.shared, member)}))
        link = f"link={settings.link}"
        if settings.link and link not in exported.shared:
            body = {"link_share_entity": settings.link}
            if settings.link == "anyone_readable":
                body["external_access_entity"] = "open"
            self._api.call(say("feishu.act.link"), "PATCH", f"/drive/v2/permissions/{token}/public", query={"type": "docx"}, body=body)
            self._tell(say("feishu.done.link", link=settings.link))
            kept = tuple(each for each in exported.shared if not each.startswith("link="))
            exported = self._kept(exported.model_copy(update={"shared": (*kept, link)}))
        if not settings.is_seen:
            self._tell(say("feishu.done.unshared"))
        return exported

    def _share(self, act: Message, path: str, body: Json) -> None:
        try:
            self._api.call(act, "POST", path, query={"type": "docx"}, body=body)
        except FeishuError as error:
            if error.code not in SHARING_REFUSED or body["type"] != "chat":
                raise
            told = error.message.params.get("told")
            raise cannot(act, say("feishu.wrong.chat_denied"), say("feishu.do.chat_denied"), told=told, code=error.code) from None

    def _addressed(self, exported: Exported) -> Exported:
        if exported.url:
            return exported
        body = {"request_docs": [{"doc_token": exported.document_id, "doc_type": "docx"}], "with_url": True}
        data = self._api.call(say("feishu.act.address"), "POST", "/drive/v1/metas/batch_query", body=body)
        url = next((str(meta.get("url") or "") for meta in data.get("metas") or ()), "")
        return self._kept(exported.model_copy(update={"url": url})) if url else exported


def _id(data: Json, part: str, name: str) -> str:
    found = (data.get(part) or {}).get(name)
    if not found:
        raise OutcomeUnknown(say("feishu.wrong.nameless", field=f"{part}.{name}"), hint=say("feishu.do.again"))
    return str(found)


def _given(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _batches_there(plan: Plan, there: list[int]) -> int | None:
    """How many batches make up exactly what is there; None where nothing but a part of them does."""
    wanted: list[int] = []
    for number, batch in enumerate((*plan.batches, ())):
        if len(wanted) == len(there):
            return number if wanted == there else None
        wanted += [BLOCK_TYPES[block.kind] for block in batch]
    return None


def _key(nonce: str, name: str) -> str:
    """An idempotency key of the form Feishu asks for, UUID version 4, the same for the same call of the same writing."""
    digest = hashlib.sha256(f"{nonce}/{name}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
