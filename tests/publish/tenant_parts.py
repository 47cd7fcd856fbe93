"""What the tenant on loopback is made of: time, apps, requests, rate limits, faults."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Protocol

from tests.publish.docx_rules import Json, Refused


class Time(Protocol):
    def now(self) -> float: ...


class ManualClock:
    """Time that passes only when somebody waits."""

    def __init__(self, start: float = 1_770_000_000.0) -> None:
        self._now = start
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += seconds


class RealClock:
    def now(self) -> float:
        return time.time()


@dataclass
class App:
    """A developer's app."""

    secret: str
    scopes: frozenset[str] | None = None
    """None: all of them."""
    bot: bool = True
    quota: int | None = None
    token: str = ""
    expires: float = 0.0


@dataclass
class Fault:
    """One disturbance: `kind` at the `nth` request of a step, once."""

    step: str
    kind: str
    nth: int = 1
    seconds: float = 1.0
    """What a rate limit says to wait, or how long an answer is held back."""
    act: Callable[[], None] | None = None
    met: int = 0


class TokenBucket:
    """Lets `rate` requests a second through, by the server's clock."""

    def __init__(self, clock: Time, rate: float) -> None:
        self.clock, self.rate, self.level, self.since = clock, rate, rate, clock.now()

    def take(self) -> bool:
        now = self.clock.now()
        self.level = min(self.rate, self.level + (now - self.since) * self.rate)
        self.since = now
        if self.level < 1 - 1e-9:
            return False
        self.level -= 1
        return True


@dataclass
class Request:
    step: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    groups: dict[str, str]
    app_id: str = ""

    @property
    def json(self) -> Json:
        if not self.headers.get("content-type", "").startswith("application/json"):
            raise Refused(99992402, "content type must be application/json")
        try:
            body = json.loads(self.body)
        except ValueError:
            raise Refused(9499, "invalid json") from None
        if not isinstance(body, dict):
            raise Refused(9499, "invalid json")
        return body

    @property
    def parts(self) -> dict[str, bytes]:
        """The fields of a multipart body."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refused(99992402, "content type must be multipart/form-data")
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
        found: dict[str, bytes] = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[str(name)] = payload
        return found
