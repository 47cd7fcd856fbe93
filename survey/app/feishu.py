"""The use case behind `survey export feishu`: a finished survey becomes a Feishu document, and chats are told of it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from survey.app.documents import find_report, read_document
from survey.app.output import check_writable, write_files
from survey.app.recording import find_recording
from survey.model.errors import UsageError
from survey.publish.api import FeishuApi
from survey.publish.blocks import Json
from survey.publish.card import report_card
from survey.publish.document import report_blocks
from survey.publish.errors import FeishuError, OutcomeUnknown
from survey.publish.exporting import Exporter, Plan, plan_document
from survey.publish.outline import outline
from survey.publish.settings import FeishuSettings, load_settings
from survey.publish.state import FILENAME, Exported, State, read_state
from survey.publish.telling import Voice, send_card, send_voice
from survey.publish.webhook import post_card
from survey.view.build import build_view
from survey.view.sentences import sentence
from survey.view.wording import Message, load_wording, say

_HINT = sentence("feishu.do.report")


@dataclass(frozen=True, slots=True)
class FeishuRequest:
    """What is asked."""

    report: Path | None = None
    language: str = "en"
    config: Path | None = None
    """A TOML file with a section `[feishu]`; the user's own `survey.toml` without it."""
    notify: tuple[str, ...] = ()
    """Chat ids, `chat` for the configured one, `webhook`."""


@dataclass(frozen=True, slots=True)
class FeishuResult:
    """What came of it."""

    document_id: str
    url: str
    """'' where Feishu did not tell it."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    file: Path
    settings: FeishuSettings
    plan: Plan
    card: Callable[[str], Json]
    """The message, given the document's address."""
    chats: tuple[str, ...]
    webhook: bool
    recording: Voice | None


@dataclass(frozen=True, slots=True)
class FeishuPreview:
    """What an export would do."""

    facts: tuple[Message, ...]
    tree: str
    """The document, one line a block."""


def preview_feishu(request: FeishuRequest) -> FeishuPreview:
    """What would be written, for people; nothing is sent and no app is needed."""
    prepared = _prepare(request)
    settings, plan = prepared.settings, prepared.plan
    if settings.document:
        place = say("feishu.plan.document", document=settings.document, origin=settings.origin)
    elif settings.wiki:
        place = say("feishu.plan.wiki", wiki=settings.wiki, origin=settings.origin)
    elif settings.folder:
        place = say("feishu.plan.folder", folder=settings.folder, origin=settings.origin)
    else:
        place = say("feishu.plan.space", origin=settings.origin)
    link = (say("feishu.done.link", link=settings.link),) if settings.link else ()
    told = (*prepared.chats, *((say("feishu.webhook"),) if prepared.webhook else ()))
    spoken = (say("feishu.plan.voice", file=prepared.recording.name),) if prepared.recording else ()
    facts = (
        say("feishu.plan.title", title=plan.title, blocks=plan.blocks, requests=len(plan.batches)),
        place,
        _audience(settings),
        *link,
        *((say("feishu.plan.told", receivers=told),) if told else ()),
        *spoken,
        say("feishu.plan.scopes", scopes=settings.scopes(sends=bool(prepared.chats))),
    )
    return FeishuPreview(facts, outline(block for batch in plan.batches for block in batch))


def _audience(settings: FeishuSettings) -> Message:
    if settings.readers:
        return say("feishu.plan.shared", readers=settings.readers)
    return say("feishu.plan.inherited" if settings.is_seen else "feishu.plan.unshared")


def export_feishu(
    request: FeishuRequest, tell: Callable[[Message], None], connect: Callable[[FeishuSettings], FeishuApi] = FeishuApi
) -> FeishuResult:
    """Write, verify and share the document, then tell of it; raises `UsageError` before any call, `FeishuError` for what Feishu refuses."""
    prepared = _prepare(request)
    settings = prepared.settings
    api = connect(settings)
    api.scopes = settings.scopes(sends=bool(prepared.chats))
    api.on_wait = lambda seconds: tell(say("feishu.done.waiting", seconds=round(seconds)))
    with _state_of(prepared.file.parent) as (state, save_state):
        key = f"{settings.app_id}/{request.language}"

        def save(exported: Exported) -> None:
            save_state(state.model_copy(update={"documents": {**state.documents, key: exported}}))

        exported = Exporter(api, settings, save, tell).export(prepared.plan, state.documents.get(key, Exported()))
        url = exported.url or f"{settings.origin}/docx/{exported.document_id}"
        _tell_of_it(prepared, api, exported, url, save, tell)
    return FeishuResult(str(exported.document_id), url)


def _prepare(request: FeishuRequest) -> _Prepared:
    """Everything that can go wrong without Feishu goes wrong here."""
    usual = platformdirs.user_config_path("survey") / "survey.toml"
    settings = load_settings(request.config, usual, os.environ)
    file = find_report(request.report, _HINT)
    document = read_document(file, "the report", _HINT)
    chats = tuple(dict.fromkeys(_chat(name, settings) for name in request.notify if name != "webhook"))
    webhook = "webhook" in request.notify
    if webhook and settings.webhook is None:
        raise UsageError(sentence("feishu.setup.no_webhook"), hint=sentence("feishu.do.no_webhook"))
    view, words = build_view(document), load_wording(request.language)
    plan = plan_document(words("title"), report_blocks(view, words, settings.html_url))
    return _Prepared(
        file=file,
        settings=settings,
        plan=plan,
        card=lambda url: report_card(view, words, url, settings.html_url),
        chats=chats,
        webhook=webhook,
        recording=find_recording(file, document, request.language) if chats else None,
    )


def _chat(name: str, settings: FeishuSettings) -> str:
    if name.startswith("oc_"):
        return name
    if name != "chat":
        raise UsageError(sentence("feishu.setup.nobody", name=name), hint=sentence("feishu.do.nobody"))
    if settings.chat is None:
        raise UsageError(sentence("feishu.setup.no_chat"), hint=sentence("feishu.do.no_chat"))
    return settings.chat


def _tell_of_it(
    prepared: _Prepared, api: FeishuApi, exported: Exported, url: str, save: Callable[[Exported], None], tell: Callable[[Message], None]
) -> None:
    """Each receiver once for each content; what was sent is remembered after each message."""
    settings, content, card, recording = prepared.settings, prepared.plan.content, prepared.card(url), prepared.recording
    told = dict(exported.told)

    def remember(receiver: str, known: str) -> None:
        told[receiver] = known
        save(exported.model_copy(update={"told": {name: text for name, text in told.items() if text}}))

    def once(receiver: str, name: Message, send: Callable[[], None], *, at_most: bool = False) -> None:
        """`at_most` is for what Feishu does not recognise when it comes a second time: rather never than twice."""
        if told.get(receiver) == content:
            tell(say("feishu.done.already", receiver=name))
            return
        before = told.get(receiver, "")
        try:
            if at_most:
                remember(receiver, content)
            send()
        except OutcomeUnknown:
            raise
        except FeishuError:
            if at_most:
                remember(receiver, before)
            raise
        remember(receiver, content)
        tell(say("feishu.done.told", receiver=name))

    for chat in prepared.chats:
        once(f"{chat}/card", say("feishu.chat", chat=chat), partial(send_card, api, chat, card, content))
        if recording is not None:
            spoken = say("feishu.chat.voice", chat=chat)
            once(f"{chat}/voice", spoken, partial(send_voice, api, chat, recording, content))
        else:
            tell(say("feishu.done.silent"))
        if not settings.is_open_to(chat):
            tell(say("feishu.done.closed", chat=chat))
    if prepared.webhook and settings.webhook is not None:
        hook = settings.webhook
        receiver = "webhook:" + hashlib.sha256(hook.get_secret_value().encode()).hexdigest()[:16]
        once(
            receiver,
            say("feishu.webhook"),
            partial(post_card, settings, hook, card, api.clock, api.on_wait),
            at_most=True,
        )


@contextmanager
def _state_of(folder: Path) -> Iterator[tuple[State, Callable[[State], None]]]:
    """What is remembered beside the report, and how to remember more; one export at a time."""
    check_writable(folder)
    file = folder / FILENAME
    try:
        with FileLock(folder / f".{FILENAME}.lock", timeout=0):
            try:
                data = file.read_bytes()
            except FileNotFoundError:
                data = None
            except OSError as error:
                problem = sentence("feishu.state.unreadable", file=str(file), detail=str(error.strerror))
                raise UsageError(problem, hint=sentence("feishu.do.state_readable")) from error
            yield read_state(data, str(file)), lambda state: _keep(folder, state)
    except Timeout as error:
        raise UsageError(sentence("feishu.state.busy", folder=str(folder)), hint=sentence("feishu.do.wait")) from error


def _keep(folder: Path, state: State) -> None:
    write_files(folder, {FILENAME: state.to_bytes()})
