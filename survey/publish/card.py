"""The message that tells of a report: an interactive card in Feishu's JSON 2.0. All its text is plain text, so nothing in it is markup."""

from survey.publish.blocks import Json
from survey.view.model import ReportView
from survey.view.text import clean, safe_url
from survey.view.wording import Wording

_COUNTS = 4
"""Headings of `uses` shown with their number, side by side."""


def report_card(view: ReportView, words: Wording, document_url: str | None, html_url: str | None) -> Json:
    """The answer, how many packages write where, and buttons to what there is an address of."""
    elements = [_text(f"• {words(sentence)}") for sentence in view.answer]
    elements += [_text(words("feishu.hypothesis", claim=each.claim, word=each.word, verdict=each.verdict)) for each in view.hypotheses]
    used = sorted((use for use in view.uses if use.rows), key=lambda use: -len(use.rows))[:_COUNTS]
    if used:
        columns = [_column(str(len(use.rows)), words(use.label)) for use in used]
        elements.append(_text(words("column.where"), "notation"))
        elements.append({"tag": "column_set", "flex_mode": "bisect", "columns": columns})
    targets = (("feishu.card.document", document_url, "primary"), ("feishu.card.html", html_url, "default"))
    elements += [_button(words(label), url, kind) for label, address, kind in targets if (url := safe_url(address))]
    return {
        "schema": "2.0",
        "config": {"update_multi": True, "summary": {"content": clean(words("title"))}},
        "header": {"title": _plain(words("title")), "template": "blue"},
        "body": {"elements": elements},
    }


def _plain(text: str) -> Json:
    return {"tag": "plain_text", "content": clean(text, 1000)}


def _text(text: str, size: str = "normal") -> Json:
    return {"tag": "div", "text": {**_plain(text), "text_size": size}}


def _column(number: str, label: str) -> Json:
    return {"tag": "column", "width": "weighted", "weight": 1, "elements": [_text(number, "heading"), _text(label, "notation")]}


def _button(label: str, url: str, kind: str) -> Json:
    return {"tag": "button", "text": _plain(label), "type": kind, "behaviors": [{"type": "open_url", "default_url": url}]}
