"""What Feishu answers, in the user's words: what went wrong and what to do about it. The words themselves stand in the catalogs."""

from collections.abc import Callable, Mapping
from typing import Any

from survey.model.errors import PublishError
from survey.view.sentences import Sentence
from survey.view.wording import Message, say

RATE_LIMITED = frozenset({99991400, 230020, 11232, 11233, 11247})
"""Too many requests; the answer may say how long to wait. Also in the body of an HTTP 400."""
BUSY = frozenset({230049, 1061045, 1066002, 1770036, 1771001, 1771002, 1771003, 1771004, 1771005})
"""Worth another try in a moment: locked by another request, or an error inside Feishu."""
TOKEN_EXPIRED = frozenset({99991661, 99991663, 99991664, 99991668, 99991671})
GONE = frozenset({1770002, 1770003})
"""The document is not there any more."""
SHARING_REFUSED = frozenset({1063002, 1063003})
"""Also what comes of sharing with a chat that the app's bot is not in."""
SCOPE_MISSING = 99991672

KNOWN: Mapping[int, str] = {
    **dict.fromkeys((10003, 10012, 10013, 10014, 10015), "credentials"),
    **dict.fromkeys(GONE, "gone"),
    99991403: "quota",
    **dict.fromkeys((1061004, 1770040), "folder_denied"),
    1770032: "document_denied",
    1770039: "folder_gone",
    1770004: "document_full",
    1771006: "folder_wiki",
    131006: "wiki_denied",
    **dict.fromkeys((131002, 131005), "wiki_gone"),
    1063001: "member",
    **dict.fromkeys(SHARING_REFUSED, "sharing_denied"),
    230001: "message",
    230002: "bot_outside",
    **dict.fromkeys((230006, 234007), "no_bot"),
    230013: "out_of_range",
    230022: "censored",
    230025: "message_long",
    230035: "muted",
    234006: "audio_large",
    234010: "audio_empty",
    19001: "hook_gone",
    19021: "hook_signature",
    19022: "hook_address",
    19024: "hook_keyword",
    19036: "hook_large",
    9499: "hook_message",
    99992402: "field",
}
"""Feishu's code -> the name under which the catalogs have what is wrong (`feishu.wrong.…`) and what to do (`feishu.do.…`)."""


class FeishuError(PublishError):
    """Feishu refused something; `code` is its own number for that, 0 where there was no answer."""

    def __init__(self, message: Message, *, hint: Message, code: int = 0) -> None:
        super().__init__(Sentence(message), hint=Sentence(hint))
        self.message = message
        self.code = code


class OutcomeUnknown(FeishuError):
    """A call that must not be made twice may or may not have been carried out."""


def cannot(act: Message, wrong: Message, hint: Message, *, told: Message | None = None, code: int = 0) -> FeishuError:
    """The error for `act` (`feishu.act.…`) that failed for `wrong`; `told` is what Feishu said itself."""
    message = say("feishu.cannot", act=act, wrong=wrong) if told is None else say("feishu.cannot.told", act=act, wrong=wrong, told=told)
    return FeishuError(message, hint=hint, code=code)


def refusal(
    act: Message,
    body: Mapping[str, Any],
    log_id: str,
    *,
    app_id: str,
    console: str,
    hide: Callable[[str], str],
    needed: tuple[str, ...] = (),
    signed: bool = True,
) -> FeishuError:
    """The error for an answer with a code.

    `act` is what was tried, `console` the origin of the developers' pages; `hide` takes secrets out of Feishu's own words; `needed` are the
    scopes of the whole export, so that one that lacks is not told after another; `signed` says whether a webhook's secret was at hand.
    """
    code, said = int(body.get("code", 0)), hide(str(body.get("msg", "")))
    told = say("feishu.told.log", code=code, said=said, log=hide(log_id)) if log_id else say("feishu.told", code=code, said=said)
    if code == SCOPE_MISSING:
        scopes = _scopes(body)
        lacking = tuple(scope for scope in scopes if scope in needed) or scopes[:1]
        ask = tuple(dict.fromkeys((*lacking, *needed)))
        page = f"{console}/app/{app_id}/auth" + (f"?q={','.join(ask)}" if ask else "")
        wrong = say("feishu.wrong.scope", scopes=lacking) if lacking else say("feishu.wrong.scope.unnamed")
        return cannot(act, wrong, say("feishu.do.scope", page=page), told=told, code=code)
    name = KNOWN.get(code, "other")
    if name == "hook_signature" and not signed:
        name = "hook_unsigned"
    return cannot(act, say(f"feishu.wrong.{name}"), say(f"feishu.do.{name}", console=console), told=told, code=code)


def _scopes(body: Mapping[str, Any]) -> tuple[str, ...]:
    error = body.get("error")
    found = error.get("permission_violations") if isinstance(error, dict) else None
    return tuple(str(each["subject"]) for each in found or () if isinstance(each, dict) and each.get("subject"))
