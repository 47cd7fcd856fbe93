"""The message catalog: complete, and whole sentences in every form."""

import re
from pathlib import Path
from string import Formatter

import pytest

import survey
from survey.model.vocabulary import Channel, Confidence, Default, Effect, GateKind, Outcome, Role, TargetStatus
from survey.verdicts.findings import RULES
from survey.view.wording import load_wording, say

WORDS = load_wording()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("channel", Channel),
        ("channel.short", Channel),
        ("channel.meaning", Channel),
        ("role", Role),
        ("default", Default),
        ("default.meaning", Default),
        ("outcome", Outcome),
        ("gate", GateKind),
        ("effect", Effect),
        ("confidence", Confidence),
        ("status", TargetStatus),
    ],
)
def test_every_word_of_the_vocabulary_has_a_message(kind: str, values: type[Channel]) -> None:
    missing = [value.value for value in values if not WORDS.has(f"{kind}.{value}")]
    assert missing == []


def test_all_forms_of_a_message_use_known_parameters() -> None:
    for id_, form in WORDS.messages.items():
        if isinstance(form, str):
            continue
        assert {"by", "other"} <= set(form), id_
        known = {name for _, name, _, _ in Formatter().parse(form["other"]) if name} | {form["by"]}
        for kind in form.keys() - {"by"}:
            assert {name for _, name, _, _ in Formatter().parse(form[kind]) if name} <= known, (id_, kind)


def test_the_number_chooses_the_form() -> None:
    assert WORDS(say("details.writes", count=1)) == "1 write"
    assert WORDS(say("details.writes", count=2)) == "2 writes"
    assert WORDS(say("details.records", records=0)) == "nothing found"


def test_parameters_are_cleaned_and_never_read_as_format() -> None:
    assert WORDS(say("details.via", package="\x1b[31m{tool}{0}")) == "written through {tool}{0}"


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        WORDS(say("no.such.message"))


def test_every_message_the_code_names_exists() -> None:
    root = Path(survey.__file__).parent
    sources = [*root.glob("view/*.py"), *root.glob("report/*.py"), *root.glob("report/templates/*.jinja")]
    named = {id_ for path in sources for id_ in re.findall(r"""\b(?:say|words|w)\(["']([a-z_.]+[a-z_])["'][,)]""", path.read_text())}
    assert len(named) > 50
    assert [id_ for id_ in sorted(named) if not WORDS.has(id_)] == []


def test_every_rule_of_the_findings_has_a_message() -> None:
    assert [rule.name for rule in RULES if not WORDS.has(f"rule.{rule.name}")] == []
