"""Records, defaults, gates, ungated places and outcomes of hand-built analyses."""

from itertools import permutations
from typing import Any

import pytest

from survey.model.vocabulary import Channel, Confidence, Default, KeyShape, Outcome, Role, TargetStatus
from tests.verdicts.builders import (
    ACTIVE,
    AS_ATTRIBUTES,
    CONTENT,
    CONTENT_ON,
    MODE,
    OPT_IN,
    OPTED_IN,
    SOMETHING,
    result,
    wrote,
)

LOG = Channel.LOG_RECORD
ALL = (CONTENT, OPT_IN, MODE, ACTIVE)
IS_ACTIVE = {"gate": "active", "in": ["true"]}
ACTIVATED = (("gen_ai.request.model", IS_ACTIVE), ("gen_ai.usage.input_tokens", IS_ACTIVE))


def test_one_record_per_channel_and_role() -> None:
    package = result(wrote(), wrote(line=11, key="b"), wrote(Role.OUTPUT), wrote(channel=LOG, event="e", key_shape=KeyShape.EVENT_BODY))
    cells = [(record.channel, record.role, record.keys, len(record.writes)) for record in package.records]
    assert cells == [
        (Channel.SPAN_ATTRIBUTE, Role.INPUT, ("b", "gen_ai.prompt"), 2),
        (Channel.SPAN_ATTRIBUTE, Role.OUTPUT, ("gen_ai.prompt",), 1),
        (LOG, Role.INPUT, ("e",), 1),
    ]


def test_attribute_style_events_keep_their_attribute_key() -> None:
    record = result(wrote(channel=LOG, event="details", key="gen_ai.input.messages")).records[0]
    assert record.keys == ("gen_ai.input.messages",)


def test_a_bare_attribute_of_a_span_event_is_listed_with_its_event() -> None:
    record = result(wrote(channel=Channel.SPAN_EVENT, event="memory.save", key="value")).records[0]
    assert record.keys == ("memory.save#value",)


def test_the_result_does_not_depend_on_the_order_of_writes() -> None:
    writes = [wrote(line=12), wrote(line=10, when=CONTENT_ON), wrote(line=10), wrote(Role.OUTPUT), wrote(line=12, via="other")]
    results = {result(*order, gates=ALL).model_dump_json() for order in permutations(writes)}
    assert len(results) == 1
    assert [write.evidence.line for write in result(*writes, gates=ALL).records[0].writes] == [10, 10, 12]


def test_a_key_that_repeats_others_is_listed_where_the_role_has_no_other() -> None:
    riding = wrote(Role.TOOL_CALL, key="input.value", nested=True, repeats=True)
    own = wrote(Role.TOOL_CALL, line=11, key="tool.arguments")
    assert result(riding).records[0].keys == ("input.value",)
    assert (result(riding, own).records[0].keys, len(result(riding, own).records[0].writes)) == (("tool.arguments",), 2)
    also = wrote(Role.TOOL_CALL, line=12, key="input.value", repeats=True)
    assert result(riding, own, also).records[0].keys == ("input.value", "tool.arguments")


def test_nested_only_where_all_writes_are_and_confidence_is_the_best() -> None:
    nested = wrote(Role.REASONING, nested=True, confidence=Confidence.LOW)
    own = wrote(Role.REASONING, line=11, confidence=Confidence.MEDIUM)
    assert (result(nested).records[0].nested, result(nested).records[0].confidence) == (True, Confidence.LOW)
    assert (result(nested, own).records[0].nested, result(nested, own).records[0].confidence) == (False, Confidence.MEDIUM)
    assert result(nested).outcomes[Role.REASONING] is Outcome.FOUND


def test_outcomes_name_every_role_but_unknown() -> None:
    outcomes = result(wrote(Role.UNKNOWN), wrote(Role.OUTPUT)).outcomes
    assert set(outcomes) == set(Role) - {Role.UNKNOWN}
    assert [role for role, outcome in outcomes.items() if outcome is Outcome.FOUND] == [Role.OUTPUT]


def test_rewriters_make_no_record() -> None:
    assert result(wrote(rewriter=True)).records == ()
    assert result(wrote(rewriter=True)).outcomes[Role.INPUT] is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("conditions", "default"),
    [
        ([True], Default.ON),
        ([False], Default.OFF),
        ([CONTENT_ON], Default.ON),
        ([{"not": CONTENT_ON}], Default.OFF),
        ([OPTED_IN], Default.OFF),
        ([OPTED_IN, CONTENT_ON], Default.ON),
        ([{"all": [OPTED_IN, SOMETHING]}], Default.OFF),
        ([{"all": [CONTENT_ON, SOMETHING]}], Default.ON),
        ([SOMETHING], Default.ON),
        ([{"any": [OPTED_IN, SOMETHING]}], Default.DEPENDS),
        ([{"any": [OPTED_IN, {"all": [CONTENT_ON, SOMETHING]}]}, OPTED_IN], Default.DEPENDS),
        ([IS_ACTIVE], Default.ON),
        ([{"all": [IS_ACTIVE, OPTED_IN]}], Default.OFF),
    ],
)
def test_defaults(conditions: list[Any], default: Default) -> None:
    writes = [wrote(when=when, line=10 + n) for n, when in enumerate(conditions)]
    assert result(*writes, gates=ALL, others=ACTIVATED).records[0].default is default


def test_a_switch_whose_effect_was_lost_leaves_the_default_unknown() -> None:
    assert result(wrote(when=SOMETHING, gates=("opt_in",)), gates=ALL).records[0].default is Default.UNKNOWN


def test_gates_of_a_record_leave_activation_out() -> None:
    when = {"all": [CONTENT_ON, IS_ACTIVE]}
    package = result(wrote(when=when), wrote(Role.OUTPUT, when=IS_ACTIVE, gates=("mode",)), gates=ALL, others=ACTIVATED)
    assert [[gate.name for gate in record.gates] for record in package.records] == [["TRACE_CONTENT"], ["use_attributes"]]
    assert [gate.name for gate in package.activation] == ["ENABLED"]


def test_gates_of_a_record_leave_out_what_only_chooses_among_its_writes() -> None:
    as_events = {"not": AS_ATTRIBUTES}
    package = result(
        wrote(when={"all": [CONTENT_ON, AS_ATTRIBUTES]}),
        wrote(when={"all": [OPTED_IN, as_events]}, key="llm.prompts", line=11),
        wrote(Role.OUTPUT, when=AS_ATTRIBUTES, line=20),
        wrote(Role.OUTPUT, line=21),
        gates=ALL,
    )
    assert [[gate.name for gate in record.gates] for record in package.records] == [["TRACE_CONTENT", "capture"], ["use_attributes"]]


def test_a_gate_under_whose_value_more_is_asked_of_others_is_listed() -> None:
    otherwise = {"all": [OPTED_IN, {"not": AS_ATTRIBUTES}]}
    package = result(wrote(when=AS_ATTRIBUTES), wrote(when=otherwise, line=11), gates=ALL)
    assert [gate.name for gate in package.records[0].gates] == ["capture", "use_attributes"]


def test_ungated_are_the_writes_that_escape_every_content_switch() -> None:
    package = result(wrote(when=CONTENT_ON), wrote(line=20), wrote(Role.OUTPUT, line=30, when=SOMETHING), gates=ALL)
    assert [[place.line for place in record.ungated] for record in package.records] == [[20], [30]]


def test_a_write_goes_by_a_switch_under_whichever_default_it_is_read() -> None:
    twin = CONTENT.model_copy(update={"id": "content#2", "default": "false"})
    either = {"any": [{"gate": "content#2", "in": ["true"]}, SOMETHING]}
    package = result(wrote(when=CONTENT_ON), wrote(when=either, line=20), wrote(line=30), gates=(CONTENT, twin))
    assert [[place.line for place in record.ungated] for record in package.records] == [[30]]


def test_without_a_content_switch_nothing_is_ungated() -> None:
    assert result(wrote(), gates=()).records[0].ungated == ()


def test_a_switch_of_channels_is_no_content_switch() -> None:
    package = result(
        wrote(when={"all": [CONTENT_ON, AS_ATTRIBUTES]}),
        wrote(channel=LOG, when={"all": [CONTENT_ON, {"not": AS_ATTRIBUTES}]}, line=11),
        wrote(when=AS_ATTRIBUTES, line=40),
        gates=ALL,
    )
    assert [[place.line for place in record.ungated] for record in package.records] == [[40], []]


def test_a_role_obeys_its_own_switch_only() -> None:
    hide_outputs = {"not": {"gate": "opt_in", "in": ["True"]}}
    package = result(wrote(when=CONTENT_ON), wrote(Role.OUTPUT, when=hide_outputs), gates=ALL)
    assert [record.ungated for record in package.records] == [(), ()]


def test_a_cut_analysis_makes_the_package_partial() -> None:
    assert (result().status, result(cut=True).status) == (TargetStatus.ANALYSED, TargetStatus.PARTIAL)


def test_paths_are_shown_without_the_archives_folder() -> None:
    package = result(path="pkg-1.0/sub")
    assert (package.path, package.version, result(path="pkg-1.0").path, result(path="").path) == ("sub", "1.0", "", "")
