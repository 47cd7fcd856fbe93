"""Each rule by what it finds and what it leaves alone."""

import pytest

from survey.knowledge.loader import load_knowledge
from survey.model.analysis import ContentWrite
from survey.model.document import Gate, Redaction, TargetResult
from survey.model.vocabulary import Channel, Effect, GateKind, KeyShape, Role, TargetStatus
from survey.verdicts.findings import RULES, Rule, find
from tests.verdicts.builders import AS_ATTRIBUTES, CONTENT, CONTENT_ON, MODE, OPT_IN, OPTED_IN, SOMETHING, result, wrote

GATES = (CONTENT, OPT_IN)


def found(*writes: ContentWrite, gates: tuple[Gate, ...] = GATES) -> list[tuple[str, int, dict[str, str]]]:
    target = TargetResult(id="t", name="T", repo="o/t", status=TargetStatus.ANALYSED, packages=(result(*writes, gates=gates),))
    return [(f.rule, f.evidence.line, f.params) for f in find((target,), load_knowledge())]


def rules(*writes: ContentWrite, gates: tuple[Gate, ...] = GATES) -> list[tuple[str, int]]:
    return [(rule, line) for rule, line, _ in found(*writes, gates=gates)]


OWN = "my.prompt"  # a key that no convention knows, so that only the rule under test speaks


def test_ungated_path_among_gated_ones() -> None:
    assert found(wrote(when=CONTENT_ON, key=OWN), wrote(line=20, key=OWN)) == [
        ("ungated-path", 20, {"channel": "span_attribute", "role": "input", "key": "my.prompt"})
    ]
    assert rules(wrote(when=CONTENT_ON, key=OWN), wrote(line=20, when=CONTENT_ON, key=OWN)) == []
    assert rules(wrote(key=OWN), wrote(line=20, key=OWN)) == [], "a package without a content switch has no way around it"


def test_role_without_gate_is_told_once() -> None:
    writes = (wrote(when=CONTENT_ON, key=OWN), wrote(Role.TOOL_CALL, line=30, key=OWN), wrote(Role.TOOL_CALL, line=31, key=OWN))
    assert found(*writes) == [("role-without-gate", 30, {"channel": "span_attribute", "role": "tool_call", "switches": "TRACE_CONTENT"})]


def test_a_role_inside_anothers_value_needs_no_gate() -> None:
    assert rules(wrote(when=CONTENT_ON, key=OWN), wrote(Role.REASONING, line=30, nested=True, key=OWN)) == []


def test_deprecated_key_and_event() -> None:
    writes = (
        wrote(key="gen_ai.prompt.*.content", when=OPTED_IN),
        wrote(key="gen_ai.prompt.*.content", line=11, when=OPTED_IN),
        wrote(
            key="body.content",
            event="gen_ai.user.message",
            channel=Channel.LOG_RECORD,
            key_shape=KeyShape.EVENT_BODY,
            when=OPTED_IN,
            line=12,
        ),
    )
    assert found(*writes) == [
        ("deprecated-key", 10, {"key": "gen_ai.prompt.*.content", "replacement": "gen_ai.input.messages"}),
        ("deprecated-key", 12, {"key": "gen_ai.user.message", "replacement": "gen_ai.client.inference.operation.details"}),
    ]
    assert rules(wrote(key="gen_ai.input.messages", when=OPTED_IN)) == []


def test_opt_in_attribute_written_by_default() -> None:
    key = "gen_ai.input.messages"
    assert rules(wrote(when=CONTENT_ON, key=key)) == [("default-on-contradicts-semconv", 10)]
    assert rules(wrote(when=OPTED_IN, key=key)) == []
    assert rules(wrote(when=CONTENT_ON, channel=Channel.VENDOR_PAYLOAD, key=key)) == [], (
        "the conventions do not speak about vendors' payloads"
    )


def test_mask_scope_is_told_once_per_cell() -> None:
    masked = (Redaction(hook="Client(mask=)", scope="", stage="", evidence=wrote().write.evidence),)
    through = wrote(key=OWN, redaction=masked), wrote(Role.OUTPUT, key=OWN, line=22, redaction=masked)
    writes = (*through, wrote(key=OWN, line=20), wrote(key=OWN, line=21))
    assert found(*writes) == [
        ("mask-scope", 20, {"hook": "Client(mask=)", "channel": "span_attribute", "role": "input", "key": "my.prompt"})
    ]
    assert rules(wrote(key=OWN), wrote(key=OWN, line=20)) == [], "where no hook is, none misses anything"


def test_a_switch_that_was_lost_on_a_write_does_not_leak_there() -> None:
    moved = {"not": AS_ATTRIBUTES}
    there = wrote(key=OWN, when=moved, channel=Channel.LOG_RECORD, gates=("mode",))
    here, stays = wrote(key=OWN, when=AS_ATTRIBUTES, gates=("mode",)), wrote(key=OWN, line=20, when=SOMETHING)
    told = {"switch": "use_attributes", "value": "false", "channel": "span_attribute", "role": "input", "key": "my.prompt"}
    assert ("channel-switch-leaks", 20, told) in found(here, there, stays, gates=(MODE,))
    lost = wrote(key=OWN, line=20, when=SOMETHING, gates=("mode",))
    assert "channel-switch-leaks" not in {rule for rule, _ in rules(here, there, lost, gates=(MODE,))}


def test_a_switch_used_in_another_package_of_the_repository_is_used() -> None:
    idle = Gate(id="env:X", kind=GateKind.ENV, name="TRACE_CONTENT", effect=Effect.NONE, evidence=wrote().write.evidence)
    here, there = result(gates=(idle,)), result(wrote(when=CONTENT_ON, key=OWN), gates=(CONTENT,))
    for packages, expected in (((here,), ["gate-unused"]), ((here, there), [])):
        target = TargetResult(id="t", name="T", repo="o/t", status=TargetStatus.ANALYSED, packages=packages)
        assert [f.rule for f in find((target,), load_knowledge())] == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_it_means(rule: Rule) -> None:
    assert len(rule.text) > 20
