"""What a docx request must be like, as Feishu's documentation has it, and the documents that come of it."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

CONTENT_KEYS = {1: "page", 2: "text", **{2 + n: f"heading{n}" for n in range(1, 10)}, 12: "bullet", 13: "ordered", 14: "code", 15: "quote"}
CONTENT_KEYS |= {17: "todo", 19: "callout", 22: "divider", 31: "table", 32: "table_cell", 34: "quote_container"}
WITH_TEXT = frozenset({2, *range(3, 12), 12, 13, 14, 15, 17})
CHILDLESS = frozenset({14, 22})
IN_CALLOUT = WITH_TEXT - {14}
STYLES = frozenset({"bold", "italic", "strikethrough", "underline", "inline_code", "background_color", "text_color", "link"})
MOST_BLOCKS, MOST_UNITS, MOST_CELLS, MOST_COLUMNS = 20_000, 100_000, 2000, 100


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, code: int, msg: str, status: int = 400, error: Json | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code} {msg}")
        self.code, self.msg, self.status, self.error, self.headers = code, msg, status, error, dict(headers or {})


def invalid_field(name: str, description: str) -> Refused:
    return Refused(99992402, "field validation failed", error={"field_violations": [{"field": name, "description": description}]})


def check_client_token(token: str | None) -> None:
    if token is None:
        return
    try:
        version = uuid.UUID(token).version
    except ValueError:
        version = None
    if version != 4 or token != str(uuid.UUID(token)):
        raise invalid_field("client_token", "must be a UUIDv4")


def check_block(block: Any) -> None:
    """One block by itself."""
    if not isinstance(block, dict) or block.get("block_type") not in CONTENT_KEYS or block["block_type"] == 1:
        raise Refused(1770001, "invalid param")
    type_ = block["block_type"]
    key = CONTENT_KEYS[type_]
    if set(block) - {"block_id", "block_type", "children", key}:
        raise Refused(1770001, f"invalid param: {sorted(set(block) - {'block_id', 'block_type', 'children', key})}")
    content = block.get(key)
    if not isinstance(content, dict):
        raise Refused(1770001, "block type and its content do not match")
    if type_ in WITH_TEXT:
        _check_text(type_, content)
    elif type_ == 31:
        _check_table(content)
    elif set(content) - ({"background_color", "border_color", "text_color", "emoji_id"} if type_ == 19 else set()):
        raise Refused(1770001, "invalid param")


def _check_text(type_: int, content: Json) -> None:
    style = content.get("style", {})
    if set(content) - {"elements", "style"} or set(style) - {"align", "done", "folded", "language", "wrap"}:
        raise Refused(1770001, "invalid param")
    if type_ == 14 and not (isinstance(style.get("language"), int) and 1 <= style["language"] <= 75):
        raise Refused(1770001, "invalid code language")
    elements = content.get("elements")
    if not isinstance(elements, list) or not elements:
        raise Refused(1770001, "no elements")
    length = 0
    for element in elements:
        run = element.get("text_run") if isinstance(element, dict) and set(element) == {"text_run"} else None
        if not isinstance(run, dict) or set(run) - {"content", "text_element_style"} or not isinstance(run.get("content"), str):
            raise Refused(1770024, "invalid text element")
        length += len(run["content"].encode("utf-16-le")) // 2
        styles = run.get("text_element_style", {})
        if set(styles) - STYLES:
            raise Refused(1770024, "invalid text element style")
        if "link" in styles:
            url = styles["link"].get("url", "")
            if set(styles["link"]) != {"url"} or "://" in url or not re.match(r"https?://[^/]", unquote(url)):
                raise Refused(1770024, "the link is not url-encoded")
    if length > MOST_UNITS:
        raise Refused(1770001, "paragraph too long")


def _check_table(content: Json) -> None:
    property_ = content.get("property")
    if set(content) != {"property"} or not isinstance(property_, dict):
        raise Refused(1770001, "invalid table")
    if set(property_) - {"row_size", "column_size", "column_width", "header_row", "header_column"}:
        raise Refused(1770001, "read-only table property")
    rows, columns = property_.get("row_size"), property_.get("column_size")
    if not (isinstance(rows, int) and isinstance(columns, int) and rows >= 1 and columns >= 1):
        raise Refused(1770001, "invalid table size")
    if columns > MOST_COLUMNS:
        raise Refused(1770010, "too many columns")
    if rows * columns > MOST_CELLS:
        raise Refused(1770011, "too many cells")
    if len(property_.get("column_width", [0] * columns)) != columns:
        raise Refused(1770001, "one width a column")


def check_tree(first: Any, descendants: Any) -> dict[str, Json]:
    """The blocks of a `descendant` request by their temporary ids."""
    for name, given in (("children_id", first), ("descendants", descendants)):
        if not isinstance(given, list) or not 1 <= len(given) <= 1000:
            raise invalid_field(name, "the len must be 1 to 1000")
    for block in descendants:
        check_block(block)
    by_id = {str(block.get("block_id")): block for block in descendants}
    if len(by_id) != len(descendants):
        raise Refused(1770019, "repeated block id")
    children = [child for block in descendants for child in block.get("children", [])]
    if set(first) & set(children):
        raise Refused(1770006, "children_id holds more than the first level")
    if set(first) - set(by_id) or set(children) - set(by_id):
        raise Refused(1770014, "a child is not among the descendants")
    seen: set[str] = set()
    for id_ in walk(first, by_id):
        if id_ in seen:
            raise Refused(1770014, "a block has two parents")
        seen.add(id_)
    if seen != set(by_id):
        raise Refused(1770014, "a block has no parent")
    for block in descendants:
        _check_children(block, by_id)
    return by_id


def walk(first: list[str], by_id: Mapping[str, Json]) -> Iterator[str]:
    for id_ in first:
        yield id_
        yield from walk(by_id[id_].get("children", []), by_id)


def _check_children(block: Json, by_id: Mapping[str, Json]) -> None:
    type_ = block["block_type"]
    below = [by_id[child]["block_type"] for child in block.get("children", [])]
    if type_ == 31:
        size = block["table"]["property"]
        if below != [32] * (size["row_size"] * size["column_size"]):
            raise Refused(1770001, "a table needs one cell a row and column")
    elif 32 in below or (type_ in CHILDLESS and below):
        raise Refused(1770014, "no such child there")
    if type_ == 32 and (not below or set(below) & {31, 32}):
        raise Refused(1770014, "a cell holds one block at least and no table")
    if type_ == 19 and (not below or set(below) - IN_CALLOUT):
        raise Refused(1770014, "a callout holds text")


@dataclass
class Document:
    """One document as Feishu keeps it."""

    id: str
    title: str
    owner: str
    """The app that made it."""
    folder: str
    created: float
    blocks: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    """By client_token."""
    members: list[Json] = field(default_factory=list)
    public: Json = field(default_factory=dict)
    revision: int = 1
    wiki: str = ""
    """The token of its wiki page."""

    def __post_init__(self) -> None:
        self.blocks[self.id] = {"block_id": self.id, "block_type": 1, "parent_id": "", "children": [], "page": {"elements": []}}

    @property
    def root(self) -> list[str]:
        children: list[str] = self.blocks[self.id]["children"]
        return children

    def add(self, parent: str, index: int, first: list[str], by_id: Mapping[str, Json], new_id: Any) -> Json:
        if parent not in self.blocks:
            raise Refused(1770002, "not found", status=404)
        siblings = self.blocks[parent].setdefault("children", [])
        if not (index == -1 or 0 <= index <= len(siblings)):
            raise Refused(1770001, "index out of range")
        if len(self.blocks) + len(by_id) > MOST_BLOCKS:
            raise Refused(1770004, "too many blocks in the document")
        names = {id_: new_id() for id_ in by_id}
        parents = {child: id_ for id_, block in by_id.items() for child in block.get("children", [])}
        for id_, block in by_id.items():
            kept = {**block, "block_id": names[id_], "parent_id": names[parents[id_]] if id_ in parents else parent}
            if "children" in block:
                kept["children"] = [names[child] for child in block["children"]]
            self.blocks[names[id_]] = kept
        at = len(siblings) if index == -1 else index
        siblings[at:at] = [names[id_] for id_ in first]
        self.revision += 1
        relations = [{"temporary_block_id": id_, "block_id": name} for id_, name in names.items()]
        return {"document_revision_id": self.revision, "block_id_relations": relations}

    def remove(self, parent: str, start: Any, end: Any) -> Json:
        if parent not in self.blocks:
            raise Refused(1770002, "not found", status=404)
        siblings = self.blocks[parent].get("children", [])
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(siblings)):
            raise Refused(1770001, "invalid param: range")
        for id_ in list(walk(siblings[start:end], self.blocks)):
            del self.blocks[id_]
        del siblings[start:end]
        self.revision += 1
        return {"document_revision_id": self.revision}

    def listed(self) -> list[Json]:
        """Every block from the page down, with what Feishu adds when it is asked."""
        found = []
        for id_ in walk([self.id], self.blocks):
            block = dict(self.blocks[id_])
            if block["block_type"] == 31:
                property_ = {**block["table"]["property"], "merge_info": [{"row_span": 1, "col_span": 1} for _ in block["children"]]}
                block["table"] = {"cells": block["children"], "property": property_}
            found.append(block)
        return found
