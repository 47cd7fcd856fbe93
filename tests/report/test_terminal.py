"""The summary on the terminal."""

import unicodedata

from hypothesis import given
from rich.cells import cell_len

from survey.model.document import RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, TargetStatus
from survey.report.base import prepare
from survey.report.terminal import render_terminal
from tests.report.documents import document, document_about, package, record, target
from tests.report.hostile import hostile_text


def test_one_line_a_package_with_its_switch() -> None:
    gate = RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT")
    made = document(
        target("sdks", package("sdk", record(gates=[gate]), record(Channel.EXTERNAL_STORAGE, default=Default.OFF))),
        target("gone", status=TargetStatus.FAILED, reason="no network"),
    )
    lines = render_terminal(prepare(made)).splitlines()
    assert any(line.split() == ["sdk", "attr", "on", "not", "found", "CAPTURE_CONTENT"] for line in lines)
    assert any(line.strip() == "storage off" for line in lines)
    assert any("Gone  failed: no network" in line for line in lines)


@given(hostile_text)
def test_nothing_hostile_reaches_the_terminal(text: str) -> None:
    shown = render_terminal(prepare(document_about(text)), 80)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    assert all(cell_len(line) <= 80 for line in shown.splitlines())


def test_colours_only_when_asked_for() -> None:
    made = document(target("sdks", package("sdk", record())))
    assert "\x1b" not in render_terminal(prepare(made))
    assert "\x1b[" in render_terminal(prepare(made), color=True)
