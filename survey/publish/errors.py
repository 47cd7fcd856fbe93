"""What Feishu answers, in the user's words: what went wrong and what to do about it."""

from collections.abc import Mapping
from typing import Any

from survey.model.errors import PublishError

RATE_LIMITED = frozenset({99991400, 230020, 11232, 11233, 11247})
"""Too many requests; the answer may say how long to wait. Also in the body of an HTTP 400."""
BUSY = frozenset({230049, 1061045, 1066002, 1770036, 1771001, 1771002, 1771003, 1771004, 1771005})
"""Worth another try in a moment: locked by another request, or an error inside Feishu."""
TOKEN_EXPIRED = frozenset({99991661, 99991663, 99991664, 99991668, 99991671})
GONE = frozenset({1770002, 1770003})
"""The document is not there any more."""
_CREDENTIALS = frozenset({10003, 10012, 10013, 10014, 10015})

_KNOWN: Mapping[int, tuple[str, str]] = {
    99991403: ("the quota of Feishu calls for this month is used up", "wait for the next month, or let an administrator raise the quota"),
    1061004: ("the app may not use this folder", "share the folder with a group that the app's bot is in, or leave `folder` out"),
    1770032: (
        "the app may not write to the document",
        "share the document with the app (… > More > Add document apps), with edit permission",
    ),
    1770039: ("there is no such folder", "check `folder`: it is the last part of the folder's address"),
    1770040: (
        "the app may not write to the folder",
        "share the folder with a group that the app's bot is in, to edit; or leave `folder` out to use the app's own space",
    ),
    1771006: ("`folder` is the address of a wiki page", "set `wiki` to the wiki's space id instead, and `wiki_parent` to that page"),
    131006: ("the app may not write to the wiki", "make the app a member of the wiki space: Settings > Members > add a group with its bot"),
    131002: ("Feishu knows no such wiki space or page", "check `wiki` and `wiki_parent`"),
    131005: ("Feishu knows no such wiki space or page", "check `wiki` and `wiki_parent`"),
    1063001: ("Feishu does not accept a member or the link setting", "check `members` and `link`"),
    1063002: (
        "the app may not share the document that way",
        "the tenant's administrator may forbid it: choose a narrower `link`, or members of your own tenant",
    ),
    1063003: ("sharing is refused by the tenant's rules", "choose a narrower `link`, or ask the administrator"),
    230001: ("Feishu does not accept the message", "this is a defect of Survey: report it with the code and the log id"),
    230002: ("the app's bot is not in the chat", "add it: the chat's Settings > Bots > Add bot"),
    230006: ("the app has no bot", "turn it on at the app's page: Features > Bot, then publish a version of the app"),
    230013: ("the receiver is outside the range the app may be used in", "widen the app's availability range and publish a version"),
    230022: ("Feishu refused the message for its content", "the tenant's content rules forbid it; ask the administrator"),
    230025: ("the message is too long for Feishu", "this is a defect of Survey: report it with the size of your report"),
    230035: ("the app may not send to this chat", "let the chat's owner allow messages from bots"),
    234006: ("the audio file is too large for Feishu (30 MB)", "make it anew with `survey speech --audio`"),
    234010: ("the audio file is empty", "make it anew with `survey speech --audio`"),
    19021: ("the webhook's signature is not accepted", "check `webhook_secret` and the clock of this machine"),
    19022: ("the webhook does not take calls from this address", "add this machine to the IP whitelist of the custom bot"),
    19024: ("the webhook wants a keyword that the message does not have", "add the word `Survey` to the custom bot's keywords"),
    19001: ("there is no such webhook", "check `webhook`: copy it anew from the custom bot's settings"),
    19036: ("the card is too large for the webhook", "this is a defect of Survey: report it with the size of your report"),
    9499: ("the webhook does not accept the message", "this is a defect of Survey: report it with the code"),
    1770004: (
        "the document holds as many blocks as it may",
        "empty it in Feishu, or let Survey make another: delete feishu.json beside the report",
    ),
    99992402: ("Feishu does not accept a field of a request", "this is a defect of Survey: report it with the code and the log id"),
}


class FeishuError(PublishError):
    """Feishu refused something; `code` is its own number for that, 0 where there was no answer."""

    def __init__(self, message: str, *, hint: str = "", code: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class OutcomeUnknown(FeishuError):
    """A call that must not be made twice may or may not have been carried out."""


def refusal(what: str, body: Mapping[str, Any], log_id: str, *, app_id: str, console: str) -> FeishuError:
    """The error for an answer with a code; `what` is what was tried, `console` the origin of the developers' pages."""
    code = int(body.get("code", 0))
    told = f"Feishu code {code}: {body.get('msg', '')}" + (f"; log id {log_id}" if log_id else "")
    if code == 99991672:
        scopes = _scopes(body)
        names = " or ".join(scopes) or "one that it does not name"
        page = f"{console}/app/{app_id}/auth" + (f"?q={','.join(scopes)}" if scopes else "")
        return FeishuError(
            f"cannot {what}: the app lacks the permission {names} ({told})",
            hint=f"add it at {page}, then publish a version of the app and run again",
            code=code,
        )
    if code in _CREDENTIALS:
        hint = f"copy App ID and App Secret anew from {console}/app, and check `domain` (feishu or lark)"
        return FeishuError(f"cannot {what}: the app id or its secret is wrong ({told})", hint=hint, code=code)
    if code in GONE:
        return FeishuError(f"cannot {what}: it is not there any more ({told})", hint="check `document`, or take it out", code=code)
    if code in _KNOWN:
        words, hint = _KNOWN[code]
        return FeishuError(f"cannot {what}: {words} ({told})", hint=hint, code=code)
    return FeishuError(f"cannot {what}: Feishu refuses it ({told})", hint=f"look the code up at {console}/document", code=code)


def _scopes(body: Mapping[str, Any]) -> list[str]:
    error = body.get("error")
    found = error.get("permission_violations") if isinstance(error, dict) else None
    return [str(each["subject"]) for each in found or () if isinstance(each, dict) and each.get("subject")]
