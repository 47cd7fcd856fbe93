"""`survey show`: the five questions about one package, on a terminal."""

import unicodedata

from hypothesis import given
from rich.cells import cell_len

from survey.model.document import Finding, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, Outcome, Role, TargetStatus
from survey.report.show import render_show
from survey.view.showing import show_package
from tests.report.documents import document_about, evidence, package, record, target
from tests.report.hostile import hostile_text
from tests.report.survey_of_kinds import switched

GATE = RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT", default="true")
SDK = package(
    "sdk",
    record(gates=[GATE], ungated=1),
    record(Channel.LOG_RECORD, Role.OUTPUT, Default.OFF, key="gen_ai.choice"),
    record(role=Role.REASONING, nested=True),
    outcome=Outcome.NOT_FOUND,
)
FINDING = Finding(rule="deprecated-key", level="note", package="sdk", params={"key": "a.b", "replacement": "c.d"}, evidence=evidence())


def shown(*roles: Role, language: str = "en") -> str:
    return render_show([show_package(target("sdks", SDK), SDK, [FINDING], roles)], language=language)


def test_channel_default_key_switch_and_line_stand_together() -> None:
    lines = shown(Role.INPUT).splitlines()
    head = lines.index("  input -> span attribute, written by default")
    assert [" ".join(line.split()) for line in lines[head + 1 : head + 6]] == [
        "key gen_ai.input.messages",
        "switch CAPTURE_CONTENT (env, default true)",
        "1 write escapes the switch",
        "escapes sdk/spans.py:20",
        "evidence sdk/spans.py:10",
    ]


def test_everything_is_told_unless_roles_are_asked_for() -> None:
    whole = shown()
    assert "output -> log record, not written by default" in whole
    assert "reasoning -> span attribute, written by default, inside another role's value" in whole
    assert "not found: system, tool call" in whole
    assert "output" not in shown(Role.INPUT)
    assert "not found: system" in shown(Role.SYSTEM)


def test_what_turns_everything_off_comes_first() -> None:
    lines = shown().splitlines()
    assert lines[2] == "  To turn all of it off: No setting does. This is written whatever is set:"
    assert lines[3:6] == [
        "    input as span attribute: sdk/spans.py:10",
        "    output as log record: sdk/spans.py:10",
        "    reasoning as span attribute: sdk/spans.py:10",
    ]
    assert "要全部关掉：" in shown(language="zh")


def test_each_switch_says_what_it_does() -> None:
    kit = switched()
    told = render_show([show_package(target("kits", kit), kit, [])], 200)
    assert "CAPTURE_CONTENT (env, default true): =false stops input\n" in told
    assert "Kit(use_events=) (option, default false): =True moves input to log record\n" in told
    assert "1 write is not stopped by CAPTURE_CONTENT=false" in told


def test_findings_are_told_by_rule() -> None:
    assert "note: A deprecated key is in use (1 place)\n      a.b has been replaced by c.d.  sdk/spans.py:10" in shown()
    assert "a.b 已被 c.d 取代。" in shown(language="zh")


def test_what_could_not_be_followed_is_told() -> None:
    partial = package("sdk", status=TargetStatus.PARTIAL, outcome=Outcome.ERROR)
    assert "analysis: partial" in render_show([show_package(target("t", partial), partial, [])])


@given(hostile_text)
def test_nothing_hostile_reaches_the_terminal(text: str) -> None:
    made = document_about(text)
    for language in ("en", "zh"):
        told = render_show([show_package(made.targets[0], made.targets[0].packages[0], made.findings)], 80, language=language)
        assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in told)
        assert all(cell_len(line) <= 80 for line in told.splitlines())
