"""Rows, cells and conditions as the reports get them."""

from survey.model.document import Gate, RecordGate
from survey.model.vocabulary import Channel, Default, GateKind, Outcome, Role, TargetStatus
from survey.view.build import build_view
from survey.view.conditions import condition_text
from survey.view.matrix import default_of
from survey.view.model import Row
from survey.view.wording import load_wording
from tests.report.documents import COMMIT, document, package, record, target

WORDS = load_wording()
ENV = RecordGate(kind=GateKind.ENV, name="CAPTURE_CONTENT", default="true")
OPTION = RecordGate(kind=GateKind.OPTION, name="capture=")


def row(*records: object) -> Row:
    return build_view(document(target("t", package("sdk", *records)))).groups[0].rows[0]  # type: ignore[arg-type]


def test_a_row_leads_with_prompt_and_completion() -> None:
    found = row(
        record(role=Role.TOOL_CALL, key="tools", gates=[OPTION]),
        record(role=Role.OUTPUT, key="out", default=Default.OFF, gates=[ENV]),
        record(role=Role.INPUT, key="in", gates=[ENV, OPTION]),
    )
    assert found.keys == ("in", "out")
    assert found.switches == (ENV, OPTION)
    assert found.mixed
    assert default_of(found) == "mixed"
    assert found.evidence is not None
    assert found.evidence.text == "src/sdk/spans.py:10"
    assert found.evidence.url == f"https://github.com/example/sdk/blob/{COMMIT}/src/sdk/spans.py#L10-L11"


def test_a_package_that_writes_no_prompt_shows_what_it_writes() -> None:
    found = row(record(role=Role.TOOL_RESULT, key="tool.result"))
    assert found.keys == ("tool.result",)
    assert default_of(found) == "none"
    assert found.cell(Role.INPUT).outcome is Outcome.NOT_FOUND


def test_entries_are_in_channel_order_with_their_marks() -> None:
    cell = row(record(Channel.LOG_RECORD, ungated=2), record(Channel.SPAN_ATTRIBUTE, nested=True)).cell(Role.INPUT)
    assert [(entry.channel, entry.nested, entry.ungated) for entry in cell.entries] == [
        (Channel.SPAN_ATTRIBUTE, True, 0),
        (Channel.LOG_RECORD, False, 2),
    ]


def test_the_unknown_role_has_a_column_only_when_it_has_something() -> None:
    assert Role.UNKNOWN not in build_view(document(target("t", package("a", record())))).roles
    assert Role.UNKNOWN in build_view(document(target("t", package("a", record(role=Role.UNKNOWN))))).roles


def test_anchors_are_unique() -> None:
    view = build_view(document(target("t", package("a.b"), package("a-b"), package("日本")), target("t", package("a b"))))
    anchors = [found.anchor for group in view.groups for found in group.rows]
    assert len(set(anchors)) == 4


def test_what_could_not_be_seen_is_listed() -> None:
    view = build_view(
        document(
            target("whole", package("a")),
            target("gone", status=TargetStatus.FAILED, reason="no such repository"),
            target("some", package("b", status=TargetStatus.PARTIAL), status=TargetStatus.PARTIAL),
        )
    )
    assert [group.target_id for group in view.unseen.targets] == ["gone", "some"]
    assert [found.package.name for found in view.unseen.packages] == ["b"]


def test_conditions_in_words() -> None:
    gates = {"e": Gate(id="e", kind=GateKind.ENV, name="CAPTURE"), "o": Gate(id="o", kind=GateKind.OPTION, name="hide=")}
    condition = {"all": [{"gate": "e", "in": ["true", "1"]}, {"not": {"gate": "o", "is": "set"}}]}
    assert condition_text(condition, gates, WORDS) == "CAPTURE is true or 1 and not (hide= is set)"
    assert condition_text(True, gates, WORDS) == "always"
    assert (
        condition_text({"any": [False, {"unknown": {"path": "a.py", "line": 3}}]}, gates, WORDS) == "never or something undecided at a.py:3"
    )
    assert condition_text({"gate": "lost", "in": [""]}, gates, WORDS) == 'lost is ""'


def test_a_deep_condition_is_cut() -> None:
    condition: object = True
    for _ in range(200):
        condition = {"not": condition}
    assert condition_text({"all": [condition]}, {}, WORDS).count("not (") < 10
