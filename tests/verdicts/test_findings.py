"""Each rule by what it finds and what it leaves alone."""

import pytest

from survey.knowledge.loader import load_knowledge
from survey.model.analysis import ContentWrite
from survey.model.document import Gate, TargetResult
from survey.model.vocabulary import Channel, KeyShape, Role, TargetStatus
from survey.verdicts.findings import RULES, Rule, find
from tests.verdicts.builders import CONTENT, CONTENT_ON, OPT_IN, OPTED_IN, result, wrote

GATES = (CONTENT, OPT_IN)


def found(*writes: ContentWrite, gates: tuple[Gate, ...] = GATES) -> list[tuple[str, int, dict[str, str]]]:
    target = TargetResult(id="t", name="T", repo="o/t", status=TargetStatus.ANALYSED, packages=(result(*writes, gates=gates),))
    return [(f.rule, f.evidence.line, f.params) for f in find((target,), load_knowledge().keys)]


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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_it_means(rule: Rule) -> None:
    assert len(rule.text) > 20
