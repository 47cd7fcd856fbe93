"""The summary on the terminal: one line a package, in both languages, at any width."""

import unicodedata

import pytest
from hypothesis import given
from rich.cells import cell_len

from survey.model.document import Document, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, Role, TargetStatus
from survey.report.base import prepare
from survey.report.terminal import render_terminal
from tests.report.documents import document, document_about, package, record, target
from tests.report.hostile import hostile_text

GATE = RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT")
LONG = RecordGate(kind=GateKind.ENV, name="OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")


def lines_of(made: Document, width: int = 80, language: str = "en") -> list[str]:
    return render_terminal(prepare(made, language), width).splitlines()


def test_one_line_a_package_by_channel_with_its_switch() -> None:
    made = document(
        target("sdks", package("sdk", record(gates=[GATE]), record(Channel.EXTERNAL_STORAGE, default=Default.OFF))),
        target("gone", status=TargetStatus.FAILED, reason="no network"),
    )
    lines = lines_of(made)
    assert ["package", "attr", "storage", "switch"] in [line.split() for line in lines]
    assert ["sdk", "on/-", "off/-", "CAPTURE_CONTENT"] in [line.split() for line in lines]
    assert "Gone: no package  failed" in lines
    assert "no network" in lines


def test_input_and_output_are_told_apart_only_where_they_differ() -> None:
    both = package("both", record(), record(role=Role.OUTPUT))
    split = package("split", record(), record(role=Role.OUTPUT, default=Default.DEPENDS))
    lines = [line.split()[:2] for line in lines_of(document(target("sdks", both, split)))]
    assert ["both", "on"] in lines
    assert ["split", "on/dep"] in lines


def test_what_is_not_prompt_or_completion_is_named() -> None:
    shown = "\n".join(lines_of(document(target("sdks", package("sdk", record(role=Role.DOCUMENT)), package("none")))))
    assert "no switch found (only document)" in shown
    assert "none    -    not found" in shown


def test_names_are_whole_where_they_fit_and_shortened_where_not() -> None:
    names = ("opentelemetry-instrumentation-openai", "opentelemetry-instrumentation-google-generativeai", "traceloop-sdk")
    made = document(target("sdks", *(package(name, record(gates=[LONG])) for name in names)))
    narrow, wide = lines_of(made, 80), lines_of(made, 132)
    assert "… stands for opentelemetry-instrumentation-" in narrow
    assert {"…openai", "…google-generativeai", "traceloop-sdk"} <= {line.split()[0] for line in narrow if line}
    assert set(names) <= {line.split()[0] for line in wide if line}
    assert not any("…" in line for line in wide)
    assert any(line.endswith("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT") for line in wide)


@pytest.mark.parametrize("width", [60, 80, 100, 132, 200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_the_terminal_and_no_switch_is_cut(width: int, language: str) -> None:
    every = [record(channel, default=default, gates=[LONG]) for channel, default in zip(Channel, [*Default, *Default], strict=False)]
    made = document(
        target("sdks", package("opentelemetry-instrumentation-google-generativeai", *every), package("opentelemetry-instrumentation-x"))
    )
    lines = lines_of(made, width, language)
    assert all(cell_len(line) <= width for line in lines)
    if width >= 80:
        assert "…" not in "".join(line for line in lines if "stands for" not in line and "代表" not in line).replace("…google", "").replace(
            "…x", ""
        )


def test_what_was_seen_in_part_is_not_called_decided() -> None:
    partial = package("sdk", record(), status=TargetStatus.PARTIAL)
    shown = "\n".join(lines_of(document(target("sdks", partial, status=TargetStatus.PARTIAL))))
    assert "sdk (partial)" in shown
    assert "Every package could be decided" not in shown
    assert "In 1 package something could not be followed" in shown
    assert "Every package could be decided." in "\n".join(lines_of(document(target("sdks", package("sdk", record())))))


def test_chinese_keeps_names_and_switches() -> None:
    lines = lines_of(document(target("sdks", package("sdk", record(gates=[GATE])))), language="zh")
    assert ["包", "属性", "开关"] in [line.split() for line in lines]
    assert ["sdk", "开/-", "CAPTURE_CONTENT"] in [line.split() for line in lines]


@given(hostile_text)
def test_nothing_hostile_reaches_the_terminal(text: str) -> None:
    for language in ("en", "zh"):
        shown = render_terminal(prepare(document_about(text), language), 80)
        assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
        assert all(cell_len(line) <= 80 for line in shown.splitlines())


def test_colours_only_when_asked_for() -> None:
    made = document(target("sdks", package("sdk", record())))
    assert "\x1b" not in render_terminal(prepare(made))
    assert "\x1b[" in render_terminal(prepare(made), color=True)
