"""Where to publish and as whom: a section of a configuration file, and environment variables that win over it."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from survey.model.errors import UsageError
from survey.view.sentences import Sentence, sentence
from survey.view.text import safe_url
from survey.view.wording import Message, say

PREFIX = "SURVEY_FEISHU_"
_APP = "cli_"
"""How the ids of apps begin."""
_SECRET = 6
"""Characters from which on something is taken for a secret: a placeholder such as `x` would blot out every text."""
_ORIGINS = {"feishu": "https://open.feishu.cn", "lark": "https://open.larksuite.com"}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MEMBER = re.compile(r"(?P<type>email|openid|userid|unionid|openchat):(?P<id>[^=\s]+?)(?:=(?P<perm>view|edit|full_access))?")
_NAME = r"([A-Za-z0-9_-]{1,60})(?:[?#]\S*)?"
_DOCUMENT = re.compile(rf"(?:https://\S*/docx/)?{_NAME}")
_FOLDER = re.compile(rf"(?:https://\S*/drive/folder/)?{_NAME}")
_PAGE = re.compile(rf"(?:https://\S*/wiki/)?{_NAME}")


def _wrong(name: str, **params: str) -> ValueError:
    """What pydantic collects: `feishu.setup.…`."""
    return ValueError(sentence(f"feishu.setup.{name}", **params))


class Member(BaseModel):
    """Somebody who may see the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    id: str
    perm: str = "view"

    def __str__(self) -> str:
        return f"{self.type}:{self.id}={self.perm}"


def _members(value: Any) -> Any:
    """`email:a@example.com=edit, openchat:oc_1` or a list of such."""
    parts = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise _wrong("members")
    found = []
    for part in parts:
        match = _MEMBER.fullmatch(str(part))
        if match is None:
            raise _wrong("member", given=str(part))
        found.append({name: text for name, text in match.groupdict().items() if text})
    return found


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if value in _ORIGINS:
        return value
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if secure and parts.hostname and value == f"{parts.scheme}://{parts.netloc}" and "@" not in value:
        return value
    raise _wrong("domain")


def _document(value: str) -> str:
    match = _DOCUMENT.fullmatch(value)
    if match is None:
        raise _wrong("document")
    return match[1]


def _folder(value: str) -> str:
    if "/wiki/" in value:
        raise _wrong("folder_page")
    match = _FOLDER.fullmatch(value)
    if match is None:
        raise _wrong("folder")
    return match[1]


def _space(value: str) -> str:
    value = re.split(r"[?#]", value.rpartition("/wiki/settings/")[2])[0]
    if "/wiki/" in value:
        raise _wrong("wiki_page")
    if not (value.isascii() and value.isdecimal()):
        raise _wrong("wiki")
    return value


def _page(value: str) -> str:
    match = _PAGE.fullmatch(value)
    if match is None:
        raise _wrong("wiki_parent")
    return match[1]


def _https(value: str) -> str:
    url = safe_url(value)
    if url is None:
        raise _wrong("html_url")
    return url


def _hook(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return value
    raise _wrong("webhook")


def _chat(value: str) -> str:
    if not re.fullmatch(r"oc_[A-Za-z0-9_-]+", value):
        raise _wrong("chat")
    return value


class FeishuSettings(BaseModel):
    """The section `[feishu]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    domain: Annotated[str, AfterValidator(_origin)] = "feishu"
    """`feishu`, `lark`, or the origin of a gateway of one's own."""
    folder: Annotated[str, AfterValidator(_folder)] | None = None
    """Token of a folder that the app may write to; the app's own space without it."""
    wiki: Annotated[str, AfterValidator(_space)] | None = None
    """Id of a wiki space to put the document in instead."""
    wiki_parent: Annotated[str, AfterValidator(_page)] | None = None
    """Token of the wiki page that it becomes a child of."""
    document: Annotated[str, AfterValidator(_document)] | None = None
    """An existing document to write to instead of making one."""
    members: Annotated[tuple[Member, ...], BeforeValidator(_members)] = ()
    link: Literal["tenant_readable", "tenant_editable", "anyone_readable", "closed"] | None = None
    """Who may open the document by its address."""
    chat: Annotated[str, AfterValidator(_chat)] | None = None
    """A chat that may see the document, and that `--notify chat` tells."""
    webhook: Annotated[SecretStr, AfterValidator(_hook)] | None = None
    webhook_secret: SecretStr | None = None
    html_url: Annotated[str, AfterValidator(_https)] | None = None
    """Where `report.html` can be read."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.wiki and self.folder:
            raise _wrong("two_places")
        if self.wiki_parent and not self.wiki:
            raise _wrong("no_space")
        return self

    @property
    def origin(self) -> str:
        """Where the interface is."""
        return _ORIGINS.get(self.domain, self.domain)

    @property
    def readers(self) -> tuple[str, ...]:
        """Who gets the document, as `type:id=permission`: the members, and the chat."""
        named = tuple(str(member) for member in self.members)
        return (
            named if self.chat is None or any(member.id == self.chat for member in self.members) else (*named, f"openchat:{self.chat}=view")
        )

    @property
    def is_seen(self) -> bool:
        """Whether anybody but the app can open the document: what an app makes in its own space nobody sees until it is shared."""
        return bool(self.readers or self.folder or self.wiki or self.document or (self.link and self.link != "closed"))

    def is_open_to(self, chat: str) -> bool:
        """Whether the members of `chat` can open the document, as far as these settings say."""
        shared = any(member.partition(":")[2].rpartition("=")[0] == chat for member in self.readers)
        return shared or bool(self.folder or self.wiki or self.document or (self.link and self.link != "closed"))

    @property
    def place(self) -> str:
        """Where a new document is made."""
        if self.wiki:
            return f"wiki {self.wiki}" + (f"/{self.wiki_parent}" if self.wiki_parent else "")
        return f"folder {self.folder}" if self.folder else ""

    def scopes(self, *, sends: bool) -> tuple[str, ...]:
        """The permissions that an export with these settings needs; `sends` where chats are told of it."""
        needed = {
            "docx:document": True,
            "drive:drive.metadata:readonly": True,
            "docs:permission.member:create": bool(self.readers),
            "docs:permission.setting:write_only": bool(self.link),
            "space:document:retrieve": not self.wiki and not self.document,
            "wiki:wiki": bool(self.wiki),
            "im:message:send_as_bot": sends,
            "im:resource": sends,
        }
        return tuple(scope for scope, is_needed in needed.items() if is_needed)

    def require_app(self) -> None:
        """Raise `UsageError` where the app is not named."""
        missing = [name for name, value in (("app_id", self.app_id), ("app_secret", self.app_secret.get_secret_value())) if not value]
        if missing:
            names = tuple(f"{PREFIX}{name.upper()}" for name in missing)
            raise UsageError(sentence("feishu.setup.no_app", names=names), hint=sentence("feishu.do.no_app"))
        if self.app_secret.get_secret_value().startswith(_APP) and not self.app_id.startswith(_APP):
            raise UsageError(sentence("feishu.setup.swapped"), hint=sentence("feishu.do.no_app"))

    def hide(self, text: str) -> str:
        """`text` with every secret blotted out."""
        for secret in (self.app_secret, self.webhook, self.webhook_secret):
            value = secret.get_secret_value() if secret else ""
            for part in (value, value.rpartition("/hook/")[2]):
                if len(part) >= _SECRET:
                    text = text.replace(part, "***")
        return text


def load_settings(file: Path | None, usual: Path, environment: Mapping[str, str]) -> FeishuSettings:
    """The settings of `file`, or else of `usual` where that is there, under what `environment` says; raises `UsageError`.

    A file of the working folder is not read on its own: who runs Survey inside a foreign checkout must not hand out secrets to its domain.
    """
    values = _section(file or usual, needed=file is not None) if file is not None or usual.is_file() else {}
    given = {
        name.removeprefix(PREFIX).lower(): text.strip() for name, text in environment.items() if name.startswith(PREFIX) and text.strip()
    }
    try:
        return FeishuSettings.model_validate({**values, **given})
    except ValidationError as error:
        # Of pydantic's details only what `_wrong` made is looked at: the rest may repeat what was given, which may be a secret.
        problems = [_problem(each, given) for each in error.errors(include_url=False, include_input=False)]
        told = reduce(lambda before, more: say("feishu.setup.and", one=before, more=more), problems)
        unknown = any(each["type"] == "extra_forbidden" for each in error.errors(include_url=False, include_input=False))
        hint = sentence("feishu.do.setup", names=tuple(FeishuSettings.model_fields)) if unknown else sentence("feishu.do.readme")
        raise UsageError(sentence("feishu.setup", problems=told), hint=hint) from None


def _problem(error: ErrorDetails, given: Mapping[str, str]) -> Message:
    """One mistake, with the variable or key it is in."""
    name = str(error["loc"][0]) if error["loc"] else ""
    where = f"{PREFIX}{name.upper()}" if name in given else name
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, ValueError) and cause.args and isinstance(cause.args[0], Sentence):
        problem: Message = cause.args[0].message
    elif error["type"] == "extra_forbidden":
        near = get_close_matches(name, FeishuSettings.model_fields, n=1)
        problem = say("feishu.setup.near", name=near[0]) if near else say("feishu.setup.unknown")
    elif error["type"] == "literal_error":
        problem = say("feishu.setup.choice", choices=context["expected"])
    else:
        problem = say("feishu.setup.other", detail=error["msg"])
    return say("feishu.setup.at", where=where, problem=problem) if where else problem


def _section(file: Path, *, needed: bool) -> dict[str, Any]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            sentence("feishu.setup.no_file", file=str(file), detail=str(error.strerror)), hint=sentence("feishu.do.no_file")
        ) from error
    except ValueError as error:  # not UTF-8, not TOML
        raise UsageError(
            sentence("feishu.setup.no_toml", file=str(file), detail=str(error)), hint=sentence("feishu.do.no_section")
        ) from None
    if needed and "feishu" not in document:
        raise UsageError(sentence("feishu.setup.sectionless", file=str(file)), hint=sentence("feishu.do.no_section"))
    section = document.get("feishu", {})
    if not isinstance(section, dict):
        raise UsageError(sentence("feishu.setup.no_section", file=str(file)), hint=sentence("feishu.do.no_section"))
    return section
