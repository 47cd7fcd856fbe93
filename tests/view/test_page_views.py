"""What only the page shows, as data: filters that agree with the sentences, what still leaves, formulas, dialects, drawers."""

import pytest

from survey.model.document import Gate
from survey.model.vocabulary import Channel, GateKind, Role
from survey.view.build import build_view
from survey.view.dialects import KeyUse, dialects
from survey.view.drawer import Spot, drawers
from survey.view.filters import ALL, links_of, tokens_of
from survey.view.formula import formula
from survey.view.leaving import Left, leavings
from survey.view.wording import Message
from tests.report.documents import BASE
from tests.report.survey_of_kinds import survey_of_kinds, switched

VIEW = build_view(survey_of_kinds())
ROWS = [row for group in VIEW.groups for row in group.rows]
OPENED = drawers(VIEW.groups, VIEW.findings)


def messages(message: Message) -> list[Message]:
    inner = [part for value in message.params.values() for part in (value if isinstance(value, tuple) else (value,))]
    return [message, *(each for part in inner if isinstance(part, Message) for each in messages(part))]


def test_every_number_that_links_is_the_number_of_rows_it_filters() -> None:
    sentences = [*VIEW.answer, *(hypothesis.verdict for hypothesis in VIEW.hypotheses)]
    linked = [(each.params[name], token) for sentence in sentences for each in messages(sentence) for name, token in links_of(each).items()]
    assert len(linked) > 12
    assert [(count, token) for count, token in linked if count != sum(token in (*tokens_of(row), ALL) for row in ROWS)] == []


def test_the_uses_are_filters_too() -> None:
    for use in VIEW.uses:
        assert [row.anchor for row in use.rows] == [row.anchor for row in ROWS if use.label.id.removeprefix("use.") in tokens_of(row)]


def test_what_still_leaves() -> None:
    found = leavings(switched())
    told = {
        tuple(f"{gate.name} {value}" for setting in change.settings for gate, value in setting): (
            change.stopped,
            change.started,
            change.left,
        )
        for change in found.changes
    }
    prompt, log = (Channel.SPAN_ATTRIBUTE, Role.INPUT), (Channel.LOG_RECORD, Role.INPUT)
    answer = Left(Channel.SPAN_ATTRIBUTE, Role.OUTPUT, 1, 2, ("gen_ai.output.messages",))
    assert told == {
        ("CAPTURE_CONTENT false",): ((prompt,), (), (answer,)),
        ("Kit(use_events=) true",): ((prompt,), (log,), (answer, Left(*log, 1, 1, ("gen_ai.user.message",)))),
    }
    assert [(left.role, left.writes, left.of) for left in found.usual] == [(Role.INPUT, 1, 1), (Role.OUTPUT, 2, 2)]
    assert found.chosen == (Role.INPUT,)
    assert found.idle == ()


def test_two_switches_together_where_no_single_one_lets_anything_out() -> None:
    both = {"all": [{"gate": A.id, "in": ["all"]}, {"gate": B.id, "in": ["new"]}]}
    gates = tuple(gate.model_copy(update={"values": values}) for gate, values in ((A, ("all", "none")), (B, ("new",))))
    package = switched()
    write = package.records[0].writes[0].model_copy(update={"when": both, "gates": (A.id, B.id)})
    package = package.model_copy(update={"gates": gates, "records": (package.records[0].model_copy(update={"writes": (write,)}),)})
    (change,) = leavings(package).changes
    assert [[(gate.name, value) for gate, value in setting] for setting in change.settings] == [[("A", "all"), ("B", "new")]]
    assert change.started == ((Channel.SPAN_ATTRIBUTE, Role.INPUT),)
    assert leavings(package).idle == ()


def test_what_is_left_under_a_key_that_the_record_does_not_list_is_told_by_that_key() -> None:
    package = switched()
    record = package.records[1]
    repeated = record.writes[1].model_copy(update={"key": "output.value"})
    record = record.model_copy(update={"writes": (record.writes[0], repeated)})
    found = leavings(package.model_copy(update={"records": (record,)}))
    assert [left.keys for left in found.changes[0].left] == [("output.value",)]


def test_other_spellings_of_a_boolean_are_not_told_beside_it() -> None:
    gate = A.model_copy(update={"values": ("0", "false", "legacy"), "default": "true"})
    off = {"not": {"gate": A.id, "in": ["0", "false", "legacy"]}}
    package = switched()
    write = package.records[0].writes[0].model_copy(update={"when": off, "gates": (A.id,)})
    package = package.model_copy(update={"gates": (gate,), "records": (package.records[0].model_copy(update={"writes": (write,)}),)})
    (change,) = leavings(package).changes
    assert [value for setting in change.settings for _, value in setting] == ["false", "legacy"]


A, B = (Gate(id=f"env:{name}", kind=GateKind.ENV, name=name) for name in "AB")
IS_A, IS_B = {"gate": A.id, "in": ["true"]}, {"gate": B.id, "in": ["x y", "z"]}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (True, "true"),
        (IS_A, "A == true"),
        ({"not": IS_A}, "A != true"),
        (IS_B, "B in ('x y', z)"),
        ({"not": {"gate": B.id, "is": "set"}}, "B is unset"),
        (
            {"all": [IS_A, {"any": [{"gate": B.id, "is": "set"}, {"not": {"all": [IS_A, IS_B]}}]}]},
            "A == true and (B is set or not (A == true and B in ('x y', z)))",
        ),
        (
            {"any": [{"unknown": {"path": "deep/in/file.py", "line": 3}}, {"gate": "env:C", "in": [""]}]},
            "undecided(file.py:3) or env:C == ''",
        ),
    ],
)
def test_a_condition_as_a_formula(condition: object, told: str) -> None:
    assert formula(condition, {gate.id: gate for gate in (A, B)}) == told


def test_a_long_formula_is_cut_between_its_parts() -> None:
    many = {"all": [{"gate": f"env:GATE_{number}", "is": "set"} for number in range(500)]}
    assert formula(many, {}, most=40) == "env:GATE_0 is set and env:GATE_1 is set and env:GATE_2 is set and …"


def test_keys_of_one_role_side_by_side() -> None:
    found = dialects(VIEW.groups, VIEW.roles)
    assert [group.target_id for group in found.groups] == ["kits", "others"]
    row = dict(found.rows)[Role.INPUT]
    assert row[0] == (
        KeyUse("gen_ai.user.message", 2),
        KeyUse("gen_ai.input.messages", 1),
        KeyUse("llm.input_messages.*.message.content", 1),
    )
    assert row[1] == (KeyUse("app.prompt", 1),)


def test_a_drawer_tells_the_first_way_and_the_one_that_escapes() -> None:
    opened = OPENED["kits-switched-kit"]
    output = next(each for each in opened.records if each.record.role is Role.OUTPUT)
    assert [(way.spot.line, way.still is None) for way in output.ways] == [(30, True), (40, False)]
    assert output.others == ()
    assert (opened.base, opened.folder) == (f"{BASE}/", "src/sdk/")
    assert [spot for spot, _ in output.ways[0].steps][:1] == [Spot("wrap.py", 27, outside=False, linked=True)]
    assert [(finding.rule, spot.line) for finding, spot in opened.findings] == [("ungated-path", 40)]


def test_a_place_in_a_library_is_not_linked_into_the_repository() -> None:
    spots = OPENED["kits-switched-kit"].spots
    step = switched().records[0].writes[0].evidence
    assert spots.of(step.model_copy(update={"path": "somelib/api.py"})) == Spot("somelib/api.py", 20, outside=True, linked=False)
    assert spots.of(step.model_copy(update={"path": "src/other.py"})) == Spot("src/other.py", 20, outside=True, linked=True)
