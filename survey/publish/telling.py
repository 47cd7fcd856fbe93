"""Tell chats of a report: a card, and the minute of speech where a voice message can be sent. Each message once."""

import hashlib
import json
from dataclasses import dataclass

from survey.publish.api import FeishuApi
from survey.publish.blocks import Json
from survey.view.wording import say


@dataclass(frozen=True, slots=True)
class Voice:
    """An Ogg Opus recording."""

    name: str
    data: bytes
    milliseconds: int


def send_card(api: FeishuApi, chat: str, card: Json, content: str) -> None:
    """`content` names what is told: within an hour Feishu drops a second message about it."""
    _send(api, chat, "interactive", card, f"{content} card")


def send_voice(api: FeishuApi, chat: str, recording: Voice, content: str) -> None:
    """Upload the recording and send it as a voice message."""
    key = api.upload_opus(say("feishu.act.upload", file=recording.name), recording.name, recording.data, recording.milliseconds)
    _send(api, chat, "audio", {"file_key": key}, f"{content} voice")


def _send(api: FeishuApi, chat: str, kind: str, content: Json, name: str) -> None:
    body = {"receive_id": chat, "msg_type": kind, "content": json.dumps(content, ensure_ascii=False), "uuid": _once(f"{chat} {name}")}
    api.call(say("feishu.act.send", chat=chat), "POST", "/im/v1/messages", query={"receive_id_type": "chat_id"}, body=body)


def _once(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]
