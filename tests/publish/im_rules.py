"""What a message must be like: cards in JSON 2.0, voice recordings, signed webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.publish.docx_rules import Json, Refused

_PROPERTIES: Mapping[str, frozenset[str]] = {
    "div": frozenset({"tag", "element_id", "text", "icon", "margin", "width"}),
    "markdown": frozenset({"tag", "element_id", "content", "text_align", "text_size", "icon", "margin"}),
    "hr": frozenset({"tag", "element_id", "margin"}),
    "column_set": frozenset(
        {"tag", "element_id", "columns", "flex_mode", "horizontal_spacing", "horizontal_align", "background_style", "margin", "action"}
    ),
    "column": frozenset(
        {"tag", "element_id", "width", "weight", "elements", "vertical_align", "vertical_spacing", "background_style", "padding", "margin"}
    ),
    "button": frozenset(
        {"tag", "element_id", "type", "size", "width", "text", "icon", "hover_tips", "disabled", "confirm", "behaviors", "name", "margin"}
    ),
    "table": frozenset({"tag", "element_id", "page_size", "row_height", "header_style", "columns", "rows", "margin"}),
}
_TEXT = frozenset({"tag", "content", "text_size", "text_color", "text_align", "lines"})
_SIZES = frozenset(
    {"heading-0", "heading-1", "heading-2", "heading-3", "heading-4", "heading", "normal", "notation", "xxxx-large", "x-large", "large"}
)
_FLEX = frozenset({"none", "stretch", "flow", "bisect", "trisect"})
_BUTTONS = frozenset({"default", "primary", "danger", "text", "primary_text", "danger_text", "primary_filled", "danger_filled", "laser"})


def _bad(sub_code: int, msg: str) -> Refused:
    return Refused(230099, f"Failed to create card content, ext=ErrCode: {sub_code}; ErrMsg: {msg}")


def check_card(card: Any) -> None:
    """JSON 2.0 as the documentation has it; what it does not know is an error."""
    if not isinstance(card, dict) or card.get("schema") != "2.0" or set(card) - {"schema", "config", "header", "body", "card_link"}:
        raise _bad(200621, "parse card json err")
    if set(card.get("config", {})) - {"update_multi", "summary", "enable_forward", "streaming_mode", "width_mode", "style", "locales"}:
        raise _bad(200861, "unsupported config")
    header = card.get("header", {})
    if set(header) - {"title", "subtitle", "template", "icon", "text_tag_list", "padding"}:
        raise _bad(200861, "unsupported header")
    _check_text(header.get("title"))
    elements = card.get("body", {}).get("elements")
    if not isinstance(elements, list) or not elements:
        raise _bad(200621, "no elements")
    counts = {"elements": 0, "tables": 0}
    for element in elements:
        _check_element(element, counts, root=True)
    if counts["elements"] > 200:
        raise _bad(11310, "element exceeds the limit")
    if counts["tables"] > 5:
        raise _bad(11310, "table number over limit")


def _check_element(element: Any, counts: dict[str, int], *, root: bool) -> None:
    tag = str(element.get("tag")) if isinstance(element, dict) else ""
    if tag not in _PROPERTIES:
        raise _bad(200861, f"unsupported tag {tag}")
    if set(element) - _PROPERTIES[tag]:
        raise _bad(200861, f"unknown property {sorted(set(element) - _PROPERTIES[tag])}")
    counts["elements"] += 1
    if tag == "div":
        _check_text(element.get("text"))
    elif tag == "column_set":
        if element.get("flex_mode", "none") not in _FLEX or not element.get("columns"):
            raise _bad(200621, "invalid column_set")
        for column in element["columns"]:
            if column.get("tag") != "column":
                raise _bad(200621, "a column_set holds columns")
            _check_element(column, counts, root=False)
    elif tag == "column":
        for inner in element.get("elements", []):
            _check_element(inner, counts, root=False)
    elif tag == "button":
        _check_text(element.get("text"))
        if element.get("type", "default") not in _BUTTONS:
            raise _bad(200621, "invalid button type")
        for behavior in element.get("behaviors", []):
            if behavior.get("type") == "open_url" and not str(behavior.get("default_url", "")).startswith(("https://", "http://")):
                raise _bad(200621, "invalid url")
    elif tag == "table":
        counts["tables"] += 1
        _check_table(element, root=root)
    elif tag == "markdown":
        counts["tables"] += str(element.get("content", "")).count("|---")


def _check_text(text: Any) -> None:
    if not isinstance(text, dict) or text.get("tag") not in ("plain_text", "lark_md") or set(text) - _TEXT or not text.get("content"):
        raise _bad(200621, "invalid text")
    if text.get("text_size", "normal") not in _SIZES:
        raise _bad(200621, "invalid text size")


def _check_table(table: Json, *, root: bool) -> None:
    names = {column.get("name") for column in table.get("columns", [])}
    if not root or not names or len(names) > 50 or not 1 <= table.get("page_size", 5) <= 10:
        raise _bad(200914, "invalid table")
    if any(set(row) - names for row in table.get("rows", [])):
        raise _bad(200915, "row name not in columns")


def check_message(kind: str, content: Any, files: Mapping[str, Any], app: str) -> Json:
    """The content of `im/v1/messages`, parsed."""
    if not isinstance(content, str):
        raise Refused(230001, "content must be a string")
    try:
        parsed: Json = json.loads(content)
    except ValueError:
        raise Refused(230001, "content is not a string in json format") from None
    if len(content.encode()) > (150 if kind == "text" else 30) * 1024:
        raise Refused(230025, "the length of the message content reaches its limit")
    if kind == "interactive":
        check_card(parsed)
    elif kind == "audio":
        file = files.get(str(parsed.get("file_key")))
        if file is None or file["app"] != app:
            raise Refused(230017, "the file does not belong to the app")
        if file["type"] != "opus":
            raise Refused(230055, "the type of file upload does not match the type of message")
    else:
        raise Refused(230001, f"invalid msg_type {kind}")
    return parsed


def check_recording(fields: Mapping[str, bytes]) -> Json:
    """The parts of `im/v1/files`."""
    data = fields.get("file", b"")
    if fields.get("file_type") != b"opus" or not fields.get("file_name"):
        raise Refused(234001, "invalid request param")
    if not data:
        raise Refused(234010, "file's size can't be 0")
    if len(data) > 30 * 1024 * 1024:
        raise Refused(234006, "the file size exceeds the max value")
    if not data.startswith(b"OggS") or b"OpusHead" not in data[:100]:
        raise Refused(234001, "not an opus file")
    duration = fields.get("duration", b"")
    if not duration.isdigit() or int(duration) <= 0:
        raise Refused(234001, "invalid duration")
    return {"type": "opus", "name": fields["file_name"].decode(), "duration": int(duration), "data": data}


def check_hook(data: bytes, secret: str | None, keyword: str | None, now: float) -> Json:
    """The card in a webhook's request."""
    if len(data) > 20 * 1024:
        raise Refused(19036, "body too large", status=200)
    try:
        body = json.loads(data)
    except ValueError:
        raise Refused(9499, "Bad Request", status=200) from None
    if not isinstance(body, dict) or "msg_type" not in body:
        raise Refused(19002, "params error, msg_type need", status=200)
    if secret is not None:
        stamp = body.get("timestamp", "")
        wanted = base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()
        if not (isinstance(stamp, str) and stamp.isdigit()) or abs(now - int(stamp)) > 3600 or body.get("sign") != wanted:
            raise Refused(19021, "sign match fail or timestamp is not within one hour from current time", status=200)
    if keyword is not None and keyword not in data.decode():
        raise Refused(19024, "Key Words Not Found", status=200)
    if body["msg_type"] != "interactive" or not isinstance(body.get("card"), dict):
        raise Refused(9499, "Bad Request", status=200)
    try:
        check_card(body["card"])
    except Refused as error:
        raise Refused(11246, error.msg, status=200) from None
    card: Json = body["card"]
    return card
