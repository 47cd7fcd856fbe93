"""A tenant to export to, a report to export, and the way between them: the real SDK over real HTTP. Time passes when somebody waits."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest

from survey.app.feishu import FeishuRequest, FeishuResult, export_feishu
from survey.model.document import Document
from survey.publish.api import FeishuApi
from survey.publish.settings import FeishuSettings
from survey.view.wording import load_wording
from tests.publish.docx_rules import Document as FeishuDocument
from tests.publish.fake_feishu import FakeFeishu, serving
from tests.publish.tenant_parts import App, ManualClock
from tests.report.documents import document, package, record, target

SECRET = "s3cr3t-of-the-app"  # noqa: S105 - what tests look for where it must not be
HOOK = "hook-token-0123456789"
HOOK_SECRET = "s3cr3t-of-the-hook"  # noqa: S105
CHAT = "oc_team"
TIMEOUT = 0.4
"""Seconds the client waits where an answer is held back for longer."""
PATIENCE = 30.0
"""Seconds it waits elsewhere: a busy machine is no fault."""
WORDS = load_wording()
_numbers = count(1)


def many_packages(number: int) -> Document:
    packages = [package(f"sdk-{n}", record(), record(key=f"key.{n}")) for n in range(number)]
    return document(target("many", *packages))


def write_report(folder: Path, content: Document) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "survey.json").write_text(content.model_dump_json(by_alias=True), encoding="utf-8")
    if (folder / "speech.en.opus").exists():
        write_recording(folder, (folder / "speech.en.opus").read_bytes())
    return folder


def write_recording(folder: Path, opus: bytes) -> None:
    """A recording of the report in `folder`, with the file that says so."""
    (folder / "speech.en.opus").write_bytes(opus)
    survey = {"generated_at": "", "sha256": hashlib.sha256((folder / "survey.json").read_bytes()).hexdigest()}
    scripts = {"en": {"audio": {"files": {"speech.en.opus": hashlib.sha256(opus).hexdigest()}}}}
    (folder / "speech.json").write_text(json.dumps({"schema": "survey-speech/v1", "survey": survey, "scripts": scripts}))


@dataclass
class Way:
    """One report and one tenant."""

    fake: FakeFeishu
    clock: ManualClock
    report: Path
    app_id: str
    told: list[str] = field(default_factory=list)
    timeout: float = PATIENCE

    def connect(self, settings: FeishuSettings) -> FeishuApi:
        return FeishuApi(settings, self.clock, timeout=self.timeout)

    def export(self, *notify: str, **changes: object) -> FeishuResult:
        request = replace(FeishuRequest(report=self.report, notify=notify), **changes)  # type: ignore[arg-type]
        return export_feishu(request, lambda message: self.told.append(WORDS(message)), self.connect)

    @property
    def document(self) -> FeishuDocument:
        """The only document of the tenant."""
        (found,) = self.fake.documents.values()
        return found

    @property
    def state(self) -> str:
        return (self.report / "feishu.json").read_text(encoding="utf-8")


@pytest.fixture
def fake() -> Iterator[FakeFeishu]:
    with serving(FakeFeishu(clock=ManualClock())) as running:
        yield running


@pytest.fixture
def way(fake: FakeFeishu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Way:
    """An app with every scope, a chat its bot is in, a webhook with a secret, a report of three packages."""
    app_id = f"cli_{next(_numbers):016d}"
    fake.apps[app_id] = App(SECRET)
    fake.chats[CHAT] = {app_id}
    fake.hooks[HOOK] = (HOOK_SECRET, None)
    settings = {"APP_ID": app_id, "APP_SECRET": SECRET, "DOMAIN": fake.origin, "WEBHOOK_SECRET": HOOK_SECRET}
    for name, value in {**settings, "WEBHOOK": f"{fake.origin}/open-apis/bot/v2/hook/{HOOK}"}.items():
        monkeypatch.setenv(f"SURVEY_FEISHU_{name}", value)
    assert isinstance(fake.clock, ManualClock)
    return Way(fake, fake.clock, write_report(tmp_path / "report", many_packages(3)), app_id)


@pytest.fixture
def setenv(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    return lambda name, value: monkeypatch.setenv(f"SURVEY_FEISHU_{name}", value)
