"""The message catalog: complete, and whole sentences in every form."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

import survey
from survey.model.vocabulary import Channel, Confidence, Default, Effect, GateKind, Outcome, Role, TargetStatus
from survey.verdicts.findings import RULES
from survey.view.wording import LANGUAGES, load_wording, say

WORDS = load_wording()
FORMS = {"en": {"one", "other"}, "zh": {"other"}}
"""The plural forms of each language; a `zero` is a wording, which all languages have or none."""


def parameters(form: str | Mapping[str, str]) -> set[str]:
    forms = [form] if isinstance(form, str) else [text for kind, text in form.items() if kind != "by"]
    return {name for text in forms for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_says_the_same(language: str) -> None:
    usual, other = WORDS.messages, load_wording(language).messages
    assert list(other) == list(usual), "the same ids in the same order"
    assert {id_: parameters(form) for id_, form in other.items()} == {id_: parameters(form) for id_, form in usual.items()}
    assert {id_: form["by"] for id_, form in other.items() if not isinstance(form, str)} == {
        id_: form["by"] for id_, form in usual.items() if not isinstance(form, str)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_that_counts_has_the_plural_forms_of_its_language(language: str) -> None:
    for id_, form in load_wording(language).messages.items():
        if not isinstance(form, str):
            assert form.keys() - {"by", "zero"} == FORMS[language], id_
            assert ("zero" in form) == ("zero" in WORDS.messages[id_]), id_


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_is_said_twice(language: str) -> None:
    lines = (Path(survey.__file__).parent / "view" / "messages" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
    ids = [line.partition(":")[0] for line in lines if line[:1].isalpha()]
    assert len(ids) == len(set(ids)) == len(load_wording(language).messages)


def test_what_chinese_says_is_chinese() -> None:
    """Nothing was left in English: what has no Han character is a symbol or a placeholder."""
    left = {id_: form for id_, form in load_wording("zh").messages.items() if not re.search(r"[\u4e00-\u9fff]", str(form))}
    assert {id_ for id_, form in left.items() if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", str(form)))} == {
        "page.language"  # the button to the other language bears that language's own name
    }


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
    assert WORDS(say("details.places", places=1)) == "1 place"
    assert WORDS(say("details.places", places=2)) == "2 places"
    assert WORDS(say("terminal.group", name="sdk", packages=0)) == "sdk: no package"


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
