"""Calls to Feishu through its official SDK, with what the SDK leaves to its user: pace, retries, token renewal, errors that help."""

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from survey.model.errors import UsageError
from survey.publish.blocks import Json
from survey.publish.clock import Clock, Pacer, SystemClock
from survey.publish.errors import BUSY, KNOWN, RATE_LIMITED, TOKEN_EXPIRED, FeishuError, OutcomeUnknown, cannot, refusal
from survey.publish.retrying import Again, limited, retried
from survey.publish.settings import FeishuSettings
from survey.view.sentences import sentence
from survey.view.wording import Message, say

Method = Literal["GET", "POST", "PATCH", "DELETE"]
_TIMEOUT = 60.0
_WRITES_A_SECOND, _READS_A_SECOND = 2.8, 4.8
"""Just below what a document allows."""
_EARLY = 60.0
"""Seconds before its end at which a token is not used any more."""
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class FeishuApi:
    """One app's access to Feishu."""

    def __init__(self, settings: FeishuSettings, clock: Clock | None = None, timeout: float = _TIMEOUT) -> None:
        try:
            import lark_oapi  # noqa: PLC0415 - two seconds and 170 MB, for those alone who export
            import requests  # noqa: PLC0415 - comes with it
        except ImportError as error:
            raise UsageError(sentence("feishu.setup.extra", name=error.name), hint="pip install 'agent-content-survey[feishu]'") from error
        settings.require_app()
        self._settings = settings
        self._clock = clock or SystemClock()
        self._lark, self._requests = lark_oapi, requests
        builder = lark_oapi.Client.builder().app_id(settings.app_id).app_secret(settings.app_secret.get_secret_value())
        # Tokens are kept here: the SDK's own cache is global, keyed by the app's id alone, and never renewed when Feishu drops a token.
        self._client = builder.domain(settings.origin).timeout(timeout).enable_set_token(True).source("survey").build()
        self._token, self._token_until = "", 0.0
        self.scopes = settings.scopes(sends=False)
        """What the app is asked to have where it lacks one of them."""
        self.on_wait: Callable[[float], None] = lambda _: None
        """Told of each wait that is long enough to be noticed, in seconds."""
        self._pacers = {"write": Pacer(self._clock, _WRITES_A_SECOND), "read": Pacer(self._clock, _READS_A_SECOND)}

    @property
    def clock(self) -> Clock:
        """What the waits go by."""
        return self._clock

    def call(
        self,
        act: Message,
        method: Method,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Json | None = None,
        repeatable: bool = True,
    ) -> Json:
        """The `data` of the answer. `act` says in an error what could not be done: a message `feishu.act.…`.

        A call that is not `repeatable` is made again only when it was surely not carried out. Raises `OutcomeUnknown` when that cannot be
        known, `FeishuError` for a refusal.
        """

        def send() -> Any:
            lark = self._lark
            request = lark.BaseRequest.builder().http_method(lark.HttpMethod[method]).uri(f"/open-apis{path}")
            request = request.token_types({lark.AccessTokenType.TENANT}).queries(
                [(name, str(value)) for name, value in (query or {}).items()]
            )
            if body is not None:
                request = request.headers(dict(_JSON)).body(body)
            return self._client.request(request.build(), self._option())

        return self._retried(act, send, "read" if method == "GET" else "write", repeatable=repeatable)

    def upload_opus(self, act: Message, name: str, data: bytes, milliseconds: int) -> str:
        """The `file_key` of a voice recording."""

        def send() -> Any:
            im = self._lark.im.v1
            body = im.CreateFileRequestBody.builder().file_type("opus").file_name(name).duration(milliseconds)
            body = body.file((name, io.BytesIO(data), "audio/ogg")).build()  # a tuple, or the part would have no name
            return self._client.im.v1.file.create(im.CreateFileRequest.builder().request_body(body).build(), self._option())

        return str(self._retried(act, send, "write").get("file_key", ""))

    def _retried(self, act: Message, send: Callable[[], Any], pace: str, *, repeatable: bool = True) -> Json:
        renewed = False

        def attempt() -> Json:
            nonlocal renewed
            self._pacers[pace].wait()
            try:
                return self._once(act, send, repeatable=repeatable)
            except FeishuError as error:
                if error.code not in TOKEN_EXPIRED or renewed:
                    raise
                renewed, self._token = True, ""
                return self._once(act, send, repeatable=repeatable)

        return retried(self._clock, attempt, self.on_wait)

    def _once(self, act: Message, send: Callable[[], Any], *, repeatable: bool) -> Json:
        lost = partial(self._lost, act, repeatable=repeatable)
        try:
            response = send()
        except self._requests.RequestException as error:
            unsent = isinstance(error, self._requests.ConnectTimeout) or "NewConnectionError" in repr(error)
            raise lost(_reason(error), unsent=unsent) from None
        except ValueError:  # the SDK could not read the answer as JSON
            raise lost(say("feishu.wrong.answer")) from None
        status, headers = response.raw.status_code, {name.lower(): value for name, value in response.raw.headers.items()}
        told = headers.get("x-ogw-ratelimit-reset", headers.get("retry-after", ""))
        body = _read(response.raw.content)
        if body is None:
            if status == 429:
                raise limited(act, told)
            if status >= 500:
                raise lost(say("feishu.wrong.status", status=status))
            raise cannot(act, say("feishu.wrong.no_answer", status=status), say("feishu.do.no_answer"))
        code = int(body["code"])
        if code == 0 and status < 400:
            data = body.get("data")
            return data if isinstance(data, dict) else body
        if code in RATE_LIMITED or (status == 429 and code not in KNOWN):  # a quota that is used up does not come back in a minute
            raise limited(act, told)
        settings, log_id = self._settings, headers.get("x-tt-logid", "")
        refused = refusal(act, body, log_id, app_id=settings.app_id, console=settings.origin, hide=settings.hide, needed=self.scopes)
        if code in BUSY:
            raise Again(refused)
        if status >= 500:
            raise lost(say("feishu.wrong.status", status=status))
        raise refused

    def _lost(self, act: Message, wrong: Message, *, repeatable: bool, unsent: bool = False) -> Exception:
        if repeatable or unsent:
            return Again(cannot(act, wrong, say("feishu.do.connection")))
        return OutcomeUnknown(say("feishu.unknown", act=act, wrong=wrong), hint=say("feishu.do.again"))

    def _option(self) -> Any:
        return self._lark.RequestOption.builder().tenant_access_token(self._tenant_token()).build()

    def _tenant_token(self) -> str:
        if self._token and self._clock.now() < self._token_until:
            return self._token

        def send() -> Any:
            auth = self._lark.auth.v3
            body = auth.InternalTenantAccessTokenRequestBody.builder().app_id(self._settings.app_id)
            body = body.app_secret(self._settings.app_secret.get_secret_value()).build()
            request = auth.InternalTenantAccessTokenRequest.builder().request_body(body).build()
            return self._client.auth.v3.tenant_access_token.internal(request)

        answer = self._once(say("feishu.act.sign_in"), send, repeatable=True)
        self._token = str(answer.get("tenant_access_token", ""))
        self._token_until = self._clock.now() + max(0.0, float(answer.get("expire", 0)) - _EARLY)
        return self._token


def _read(content: bytes) -> Json | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("code"), int) else None


def _reason(error: Exception) -> Message:
    name = type(error).__name__
    if "Timeout" in name:
        return say("feishu.wrong.silent")
    if "SSL" in name or "CERTIFICATE" in repr(error):
        return say("feishu.wrong.certificate")
    return say("feishu.wrong.proxy" if name == "ProxyError" else "feishu.wrong.connection")
