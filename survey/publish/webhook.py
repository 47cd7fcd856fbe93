"""A custom bot's webhook: one card, signed where the bot asks for it."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from survey.publish.blocks import Json
from survey.publish.clock import Clock
from survey.publish.errors import RATE_LIMITED, FeishuError, OutcomeUnknown, refusal
from survey.publish.retrying import limited, retried
from survey.publish.settings import FeishuSettings

_TIMEOUT = 30.0
_MOST_BYTES = 20 * 1024
_WHAT = "send to the webhook"


def sign(timestamp: int, secret: str) -> str:
    """The signature Feishu wants: the secret is part of the key, and the message is empty."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def post_card(settings: FeishuSettings, webhook: SecretStr, card: Json, clock: Clock, timeout: float = _TIMEOUT) -> None:
    """Send `card`; raises `FeishuError`. Waits where Feishu is too busy, and never sends again what may have arrived."""

    def attempt() -> None:
        body: Json = {"msg_type": "interactive", "card": card}
        if settings.webhook_secret is not None:
            now = int(clock.now())
            body = {"timestamp": str(now), "sign": sign(now, settings.webhook_secret.get_secret_value()), **body}
        data = json.dumps(body, ensure_ascii=False).encode()
        if len(data) > _MOST_BYTES:
            raise FeishuError(
                f"cannot {_WHAT}: the card has {len(data)} bytes, and a webhook takes {_MOST_BYTES}", hint="use a chat id instead"
            )
        answer = _post(webhook, data, timeout)
        code = int(answer["code"])
        if code in RATE_LIMITED:
            raise limited(_WHAT, "")
        if code:
            error = refusal(_WHAT, answer, "", app_id=settings.app_id, console=settings.origin)
            raise FeishuError(settings.hide(str(error)), hint=error.hint, code=code)

    retried(clock, attempt)


def _post(webhook: SecretStr, data: bytes, timeout: float) -> Json:
    """The answer; nothing of the address, which is a secret, gets into an error or a log."""
    try:
        with _unlogged():
            headers = {"Content-Type": "application/json; charset=utf-8"}
            response = httpx.post(webhook.get_secret_value(), content=data, headers=headers, timeout=timeout)
    except httpx.ConnectError:
        raise FeishuError(f"cannot {_WHAT}: there is no connection", hint="check the connection and `webhook`") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise OutcomeUnknown("it is not known whether the webhook got the card: the connection broke", hint="look into the chat") from None
    if response.status_code == 429:
        raise limited(_WHAT, response.headers.get("x-ogw-ratelimit-reset", ""))
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), int):
        if response.status_code < 400 or response.status_code >= 500:
            raise OutcomeUnknown("it is not known whether the webhook got the card: its answer cannot be read", hint="look into the chat")
        hint = "check `webhook`: copy it anew from the custom bot's settings"
        raise FeishuError(f"cannot {_WHAT}: what came back with HTTP {response.status_code} is no answer of Feishu's", hint=hint)
    return answer


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
