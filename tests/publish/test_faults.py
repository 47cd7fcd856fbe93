"""Whatever goes wrong at whatever step: after at most one rerun the document holds every block once, and every chat one message.

`faults.md` says what happens in each case; its table is read here, and held.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from survey.app.feishu import FeishuRequest, export_feishu
from survey.publish import exporting
from survey.publish.api import FeishuApi
from survey.publish.blocks import Json
from survey.publish.errors import FeishuError, OutcomeUnknown
from survey.publish.fitting import batches
from survey.publish.settings import FeishuSettings
from tests.publish.conftest import CHAT, HOOK, PATIENCE, TIMEOUT, Way, many_packages, write_recording, write_report
from tests.publish.fake_feishu import FakeFeishu, serving
from tests.publish.killing import Victim, start_export
from tests.publish.reading import tree_text
from tests.publish.sound import opus
from tests.publish.tenant_parts import App, Fault, ManualClock, RealClock

FEW, MANY, SMALL = 3, 22, 100
"""Packages: a report that small batches (in blocks) part in several, and one of two batches of the real size."""
TABLE = (Path(__file__).parent / "faults.md").read_text(encoding="utf-8").partition("## Table")[2]
RECOVERS, RERUN, RERUN_AFTER_KILL = "recovers", "told; a rerun ends it", "a rerun ends it"
NO_CARD = "a rerun ends it, without this card"


def _cells() -> dict[tuple[str, str], str]:
    """(step, fault) -> what happens; without what cannot be."""
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if line.startswith("|")]
    found = {(step, row[0]): cell for row in rows for step, cell in zip(header[1:], row[1:], strict=True)}
    return {case: cell for case, cell in found.items() if cell != "-"}


CELLS = _cells()
CASES = [case for case in CELLS if not case[1].startswith("kill") and case[0] != "clear"]
CLEARING = [kind for step, kind in CELLS if step == "clear" and not kind.startswith("kill")]


@pytest.fixture
def full(way: Way, monkeypatch: pytest.MonkeyPatch) -> Way:
    """Everything an export can be asked for."""
    monkeypatch.setattr(exporting, "batches", partial(batches, most=SMALL))
    write_report(way.report, many_packages(FEW))
    write_recording(way.report, opus(2.0))
    monkeypatch.setenv("SURVEY_FEISHU_MEMBERS", "email:reader@example.com=view")
    monkeypatch.setenv("SURVEY_FEISHU_LINK", "tenant_readable")
    monkeypatch.setenv("SURVEY_FEISHU_CHAT", CHAT)
    return way


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tree of an export that nothing disturbed."""
    return tree_of(FEW, tmp_path_factory)


@pytest.fixture(scope="module")
def undisturbed_many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same of a large report."""
    return tree_of(MANY, tmp_path_factory)


def tree_of(packages: int, tmp_path_factory: pytest.TempPathFactory) -> str:
    with pytest.MonkeyPatch.context() as patch, serving(FakeFeishu(clock=ManualClock())) as fake:
        fake.apps["cli_undisturbed"] = App("s")
        for name, value in (("APP_ID", "cli_undisturbed"), ("APP_SECRET", "s"), ("DOMAIN", fake.origin)):
            patch.setenv(f"SURVEY_FEISHU_{name}", value)
        report = write_report(tmp_path_factory.mktemp("undisturbed") / "report", many_packages(packages))
        assert isinstance(fake.clock, ManualClock)
        Way(fake, fake.clock, report, "cli_undisturbed").export()
        (found,) = fake.documents.values()
        assert fake.steps().count("write") == (2 if packages == MANY else 1)
        return tree_text(found)


def assert_exactly_once(way: Way, tree: str) -> None:
    assert tree_text(way.document) == tree
    assert [message["type"] for message in way.fake.chat(CHAT)] == ["interactive", "audio"]
    assert len(way.fake.chat(f"hook {HOOK}")) <= 1
    assert {member["member_id"] for member in way.document.members} == {"reader@example.com", CHAT}
    assert way.document.public == {"link_share_entity": "tenant_readable"}


def _attempt(way: Way) -> FeishuError | None:
    try:
        way.export("chat", "webhook")
    except FeishuError as error:
        return error
    return None


@pytest.mark.parametrize(("step", "kind"), CASES)
def test_every_block_once(step: str, kind: str, full: Way, undisturbed: str) -> None:
    name, _, nth = step.partition(" ")
    seconds = TIMEOUT * (0.25 if kind.startswith("slow") else 1.5) if kind.startswith(("no answer", "slow")) else 7.0
    full.fake.faults.append(Fault(name, kind, int(nth or 1), seconds))
    full.timeout = TIMEOUT if kind.startswith("no answer") else full.timeout
    error = _attempt(full)
    if error is not None:
        assert error.hint, "what to do is told"
        full.export("chat", "webhook")
    assert full.fake.faults[0].met == full.fake.faults[0].nth, "the fault was never met"
    assert_exactly_once(full, undisturbed)
    lost = name == "hook" and kind in ("no answer", "html 500", "html login page")  # no idempotency there: rather never than twice
    assert len(full.fake.chat(f"hook {HOOK}")) == (0 if lost else 1)
    assert full.fake.refusals == [], "nothing that was sent broke a rule, and no limit was run into"
    if kind.startswith("rate") and name != "hook":
        assert 7.0 in full.clock.slept, "it waits as long as it is told to"
        assert "Waiting 7 seconds, as Feishu is busy or did not answer." in full.told
    assert CELLS[step, kind] == (RECOVERS if error is None else RERUN)


@pytest.mark.parametrize("kind", CLEARING)
def test_an_update_that_is_disturbed_while_clearing(kind: str, full: Way, undisturbed: str) -> None:
    write_report(full.report, many_packages(FEW - 1))
    full.export()
    write_report(full.report, many_packages(FEW))
    full.fake.faults.append(Fault("clear", kind, 1, TIMEOUT * (0.25 if kind.startswith("slow") else 1.5)))
    full.timeout = TIMEOUT if kind.startswith("no answer") else full.timeout
    error = _attempt(full)
    if error is not None:
        full.export("chat", "webhook")
    assert full.fake.faults[0].met == 1
    assert_exactly_once(full, undisturbed)
    assert CELLS["clear", kind] == (RECOVERS if error is None else RERUN)


def test_a_rate_limit_that_does_not_end_is_told_and_the_next_run_goes_on(full: Way, undisturbed: str) -> None:
    full.fake.faults += [Fault("write", "rate 429", nth, 30.0) for nth in range(2, 12)]
    with pytest.raises(FeishuError, match="says to wait 30 seconds") as caught:
        full.export("chat")
    assert "run the same command again later" in caught.value.hint
    full.fake.faults.clear()
    full.told.clear()
    full.export("chat", "webhook")
    assert "Going on after batch 1 of" in " ".join(full.told)
    assert_exactly_once(full, undisturbed)


def test_a_wait_that_is_too_long_is_told_at_once(full: Way) -> None:
    full.fake.faults.append(Fault("write", "rate 400", 1, 3600.0))
    with pytest.raises(FeishuError, match="says to wait 3600 seconds"):
        full.export()
    assert 3600.0 not in full.clock.slept


def test_a_lost_document_is_found_again_and_not_made_twice(full: Way, undisturbed: str) -> None:
    """The answer to `create` is lost, and so are those of the search: the next run finds the empty document."""
    full.fake.faults += [Fault("create", "broken after"), Fault("find", "html login page")]
    with pytest.raises(FeishuError):
        full.export()
    assert len(full.fake.documents) == 1
    full.export("chat", "webhook")
    assert any("Found the document" in line for line in full.told)
    assert_exactly_once(full, undisturbed)


def test_somebody_elses_document_of_the_same_title_is_not_taken(full: Way) -> None:
    title = "Where agent-observability SDKs put prompts"
    api = full.fake
    other = api._made(full.app_id, title, "")
    other.add(other.id, -1, ["a"], {"a": {"block_type": 2, "text": {"elements": [{"text_run": {"content": "mine"}}]}}}, api._block_id)
    full.fake.faults.append(Fault("create", "html 500"))
    assert isinstance(_attempt(full), OutcomeUnknown)
    full.export()
    assert len(full.fake.documents) == 2
    assert len(other.root) == 1


class InterruptedApi(FeishuApi):
    """Ctrl-C at the nth call, before it or when its answer has come."""

    def __init__(self, settings: FeishuSettings, clock: ManualClock, nth: int, when: str) -> None:
        super().__init__(settings, clock, timeout=PATIENCE)
        self._left, self._when = nth, when

    def call(self, *args: Any, **more: Any) -> Json:
        self._left -= 1
        if self._left == 0 and self._when == "before":
            raise KeyboardInterrupt
        answer = super().call(*args, **more)
        if self._left == 0:
            raise KeyboardInterrupt
        return answer


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("first", [0, FEW - 1], ids=["a new document", "an update"])
def test_an_interrupt_at_every_call(first: int, when: str, full: Way, undisturbed: str) -> None:
    """Each call in turn, each time from the beginning: what the next export makes of it is whole, and nothing is there twice."""
    for nth in count(1):
        full.fake.documents.clear()
        full.fake.messages.clear()
        full.clock.sleep(7200.0)
        (full.report / "feishu.json").unlink(missing_ok=True)
        if first:
            write_report(full.report, many_packages(first))
            full.export()
            write_report(full.report, many_packages(FEW))
        request, interrupted = FeishuRequest(report=full.report, notify=("chat", "webhook")), True
        with suppress(KeyboardInterrupt):
            export_feishu(request, lambda _: None, partial(InterruptedApi, clock=full.clock, nth=nth, when=when))
            interrupted = False
        full.export("chat", "webhook")
        assert_exactly_once(full, undisturbed)
        assert len(full.fake.chat(f"hook {HOOK}")) == 1
        if not interrupted:
            break
    assert nth > 9, "every call had its turn"
    assert full.fake.refusals == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("first", [0, FEW - 1], ids=["a new document", "an update"])
def test_kill_9_at_every_call(first: int, when: str, full: Way, undisturbed: str) -> None:
    """SIGKILL to a real process around each of its calls in turn, between any two batches too; the next process finishes its work."""
    fake, cells = full.fake, {}
    fake.write_rate = fake.read_rate = None
    for nth in count(1):
        fake.forget()
        (full.report / "feishu.json").unlink(missing_ok=True)
        if first:
            write_report(full.report, many_packages(first))
            full.export()
            write_report(full.report, many_packages(FEW))
            fake.requests.clear()
        victim = Victim()
        fake.faults = [Fault("*", f"killed {when}", nth, act=victim.kill)]
        victim.process = start_export(full.report, ("chat", "webhook"), SMALL)
        victim.process.join(PATIENCE)
        if victim.process.exitcode == 0:
            break
        assert victim.process.exitcode == -signal.SIGKILL
        place = column(fake.steps())
        fake.faults.clear()
        again = start_export(full.report, ("chat", "webhook"), SMALL)
        again.join(PATIENCE)
        assert again.exitcode == 0, place
        assert_exactly_once(full, undisturbed)
        cells[place] = RERUN_AFTER_KILL if full.fake.chat(f"hook {HOOK}") else NO_CARD
    assert fake.refusals == []
    elsewhere = {"create", "share", "link", "address"} if first else {"clear"}
    held = {step: cell for (step, kind), cell in CELLS.items() if kind == f"kill -9 {when}" and step not in elsewhere}
    assert {place: cells.get(place, "never met") for place in held} == held
    assert set(cells) - set(held) <= {f"{name} {n}" for name in ("write", "look", "verify", "share") for n in range(2, 20)}, (
        "every step has its column"
    )


def column(steps: list[str]) -> str:
    """The table's name for the last of `steps`: the first of its kind bears the kind's name."""
    nth = steps.count(steps[-1])
    return steps[-1] if nth == 1 else f"{steps[-1]} {nth}"


def test_kill_9_of_the_command(full: Way, undisturbed_many: str) -> None:
    """The same with the command itself and requests of the real size."""
    write_report(full.report, many_packages(MANY))
    full.fake.clock, full.fake.write_rate, full.fake.read_rate = RealClock(), None, None
    command = [sys.executable, "-m", "survey", "export", "feishu", str(full.report), "--notify", "chat", "--notify", "webhook"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    full.fake.faults.append(Fault("write", "killed after", 1, act=lambda: running.send_signal(signal.SIGKILL)))
    running.communicate(timeout=120)
    assert running.returncode == -signal.SIGKILL
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"https://tenant.feishu.cn/docx/{full.document.id}\n"
    assert "Going on after batch 1 of 2." in done.stderr
    assert "stamina" not in done.stderr
    assert_exactly_once(full, undisturbed_many)
    assert full.fake.refusals == []
