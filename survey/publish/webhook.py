"""A custom bot's webhook: one card, signed where the bot asks for it."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from survey.publish.blocks import Json
from survey.publish.clock import Clock
from survey.publish.errors import RATE_LIMITED, OutcomeUnknown, cannot, refusal
from survey.publish.retrying import limited, retried
from survey.publish.settings import FeishuSettings
from survey.view.wording import Message, say

_TIMEOUT = 30.0
_MOST_BYTES = 20 * 1024
_ACT = say("feishu.act.hook")


def sign(timestamp: int, secret: str) -> str:
    """The signature Feishu wants: the secret is part of the key, and the message is empty."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def post_card(
    settings: FeishuSettings,
    webhook: SecretStr,
    card: Json,
    clock: Clock,
    on_wait: Callable[[float], None],
    timeout: float = _TIMEOUT,
) -> None:
    """Send `card`; raises `FeishuError`. Waits where Feishu is too busy, and never sends again what may have arrived."""

    def attempt() -> None:
        body: Json = {"msg_type": "interactive", "card": card}
        if settings.webhook_secret is not None:
            now = int(clock.now())
            body = {"timestamp": str(now), "sign": sign(now, settings.webhook_secret.get_secret_value()), **body}
        data = json.dumps(body, ensure_ascii=False).encode()
        if len(data) > _MOST_BYTES:
            raise cannot(_ACT, say("feishu.wrong.hook_bytes", bytes=len(data), most=_MOST_BYTES), say("feishu.do.hook_bytes"))
        answer = _post(webhook, data, timeout)
        code = int(answer["code"])
        if code in RATE_LIMITED:
            raise limited(_ACT, "")
        if code:
            signed = settings.webhook_secret is not None
            raise refusal(_ACT, answer, "", app_id=settings.app_id, console=settings.origin, hide=settings.hide, signed=signed)

    retried(clock, attempt, on_wait)


def _post(webhook: SecretStr, data: bytes, timeout: float) -> Json:
    """The answer; nothing of the address, which is a secret, gets into an error or a log."""
    try:
        with _unlogged():
            headers = {"Content-Type": "application/json; charset=utf-8"}
            response = httpx.post(webhook.get_secret_value(), content=data, headers=headers, timeout=timeout)
    except httpx.ConnectError:
        raise cannot(_ACT, say("feishu.wrong.connection"), say("feishu.do.hook_connection")) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _unknown(say("feishu.wrong.connection")) from None
    if response.status_code == 429:
        raise limited(_ACT, response.headers.get("x-ogw-ratelimit-reset", ""))
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), int):
        if response.status_code < 400 or response.status_code >= 500:
            raise _unknown(say("feishu.wrong.answer"))
        raise cannot(_ACT, say("feishu.wrong.no_answer", status=response.status_code), say("feishu.do.hook_gone"))
    return answer


def _unknown(wrong: Message) -> OutcomeUnknown:
    return OutcomeUnknown(say("feishu.unknown", act=_ACT, wrong=wrong), hint=say("feishu.do.look"))


@contextmanager
def _unlogged() -> Iterator[None]:
    """httpx logs the address of every request."""
    logger = logging.getLogger("httpx")

    def hide(record: logging.LogRecord) -> bool:
        return "/hook/" not in record.getMessage()

    logger.addFilter(hide)
    try:
        yield
    finally:
        logger.removeFilter(hide)
