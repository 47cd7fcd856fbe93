"""What findings say: whole sentences, in both languages, whatever a rule was given."""

import re
from string import Formatter

import pytest

from survey.model.document import Finding
from survey.verdicts.findings import RULES
from survey.view.findings import by_rule, finding_text, rule_text
from survey.view.wording import LANGUAGES, load_wording
from tests.report.documents import evidence

GIVEN = {"channel": "log_record", "role": "tool_call", "roles": "input, output", "kind": "env", "key": "gen_ai.x", "switch": "CAPTURE"}
GIVEN |= {"switches": "A, B", "value": "false", "limit": "128", "hook": "Sdk(mask=)", "replacement": "gen_ai.y"}


def finding(rule: str, level: str = "note", **params: str) -> Finding:
    return Finding.model_validate({"rule": rule, "level": level, "package": "p", "params": params, "evidence": evidence()})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_rule_has_a_sentence_with_all_that_it_was_given(rule: str, language: str) -> None:
    words = load_wording(language)
    ids = [id_ for id_ in words.messages if re.fullmatch(rf"finding\.{rule}(\.\w+)?", id_)]
    assert ids
    for id_ in ids:
        names = {name for _, name, _, _ in Formatter().parse(str(words.messages[id_])) if name}
        fault = id_.removeprefix(f"finding.{rule}").lstrip(".")
        said = finding_text(finding(rule, **{name: GIVEN[name] for name in names}, **({"fault": fault} if fault else {})), words)
        assert "log_record" not in said
        assert "tool_call" not in said
        assert all(GIVEN[name] in said for name in names & {"key", "switch", "switches", "hook", "replacement"})


def test_a_rule_that_nobody_knows_is_told_with_what_it_was_given() -> None:
    words = load_wording()
    assert finding_text(finding("new-rule", key="gen_ai.x"), words) == "new-rule: key=gen_ai.x"
    assert rule_text("new-rule", words) == "new-rule"
    assert finding_text(finding("deprecated-key", key="k"), words) == "deprecated-key: key=k"


def test_the_worst_first_then_the_most() -> None:
    made = (finding("b"), finding("a"), finding("a"), finding("c", "error"))
    assert {rule: len(found) for rule, found in by_rule(made).items()} == {"c": 1, "a": 2, "b": 1}
    assert list(by_rule(made)) == ["c", "a", "b"]
