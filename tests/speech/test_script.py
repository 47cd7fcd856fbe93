"""The script: one minute whatever the survey, nothing that a voice stumbles over, and every claim with records to show for it."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.model.document import Document, Finding
from survey.model.vocabulary import Channel, Default, Outcome, Role, TargetStatus
from survey.speech.counting import BOUNDS, estimated_seconds, length
from survey.speech.files import script_files
from survey.speech.model import SurveyFile
from survey.speech.script import write_script
from survey.speech.ssml import ssml
from survey.speech.tally import count
from survey.view.build import build_view
from tests.report.documents import document, document_about, evidence, package, record, target
from tests.report.hostile import hostile_text
from tests.speech.surveys import surveys

SPAN, LOG, APP_LOG = Channel.SPAN_ATTRIBUTE, Channel.LOG_RECORD, Channel.APP_LOG
SAYABLE = {"en": re.compile(r"[A-Za-z ,.?\n]+"), "zh": re.compile(r"[\u4e00-\u9fffA-Za-z \u3001\u3002\uff0c\uff1f\n]+")}
CLAIMS = ("figures.", "leak.", "against", "hidden.", "dead", "limit", "also.escaping", "told.none")
"""Messages that say something of records; `figures.nobody` and `figures.nothing` tell that there are none."""


def known(survey: Document) -> tuple[set[str], set[str], set[str]]:
    """The ids of all records, packages and projects."""
    packages = [(each, one) for each in survey.targets for one in each.packages]
    return (
        {f"{each.id}/{one.name}/{found.channel}/{found.role}" for each, one in packages for found in one.records},
        {f"{each.id}/{one.name}" for each, one in packages},
        {each.id for each in survey.targets},
    )


def check(survey: Document, language: str) -> None:
    script = write_script(build_view(survey), language)
    least, most = length(script.text, language)
    assert BOUNDS[language].least <= least
    assert most <= BOUNDS[language].most
    assert SAYABLE[language].fullmatch(script.text), script.text
    assert "  " not in script.text
    assert not re.search(r"(?<!ty )(?<!hundred )(?<!thousand )\bone (of them do|packages|projects)\b", script.text), script.text
    assert 55 <= estimated_seconds(script.text, language) <= 65
    records, packages, projects = known(survey)
    for sentence in script.sentences:
        assert set(sentence.records) <= records
        assert set(sentence.packages) <= packages
        assert set(sentence.projects) <= projects
        if sentence.id.startswith(CLAIMS):
            assert sentence.records or sentence.id in ("figures.nobody", "figures.nothing"), sentence.id
    told = [each.id.partition(".")[2] for each in script.sentences if each.id.startswith("told.") and each.id != "told.none"]
    facts = [each for each in script.sentences if each.id.startswith(("leak.", "against", "hidden.", "dead", "limit"))]
    assert told == ([["one", "two", "three"][len(facts) - 1]] if facts else [])
    ET.fromstring(ssml(script))  # noqa: S314 - our own document
    again = write_script(build_view(Document.model_validate_json(survey.model_dump_json(by_alias=True))), language)
    assert again == script


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # a failing survey may be large to print
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(survey=surveys(), language=st.sampled_from(["zh", "en"]))
def test_any_survey_is_one_minute_of_what_can_be_said_and_shown(survey: Document, language: str) -> None:
    check(survey, language)


@settings(deadline=None, max_examples=60)
@given(text=hostile_text, language=st.sampled_from(["zh", "en"]))
def test_names_of_a_hostile_repository_are_left_unsaid(text: str, language: str) -> None:
    check(document_about(text), language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "survey",
    [
        document(),
        document(target("t", status=TargetStatus.FAILED, reason="no network")),
        document(target("t", package("p"))),
        document(target("t", package("p", record(SPAN)))),
        document(target("t", *(package(f"p{n}", record(LOG, default=Default.UNKNOWN)) for n in range(7)))),
    ],
    ids=["nothing", "failed", "no content", "one write", "unknown defaults"],
)
def test_small_surveys(survey: Document, language: str) -> None:
    check(survey, language)


def test_the_published_survey(project: Path) -> None:
    file = project / "reports" / "published" / "survey.json"
    if not file.exists():
        pytest.skip("nothing is published yet")
    survey = Document.model_validate_json(file.read_bytes())
    for language in ("zh", "en"):
        check(survey, language)
        facts = [
            each for each in write_script(build_view(survey), language).sentences if each.id.startswith(("leak.", "against", "hidden."))
        ]
        assert len({each.id.partition(".")[0] for each in facts}) == 3
        assert len({each.records[0].partition("/")[0] for each in facts}) == 3


def sentences(survey: Document, *ids: str, language: str = "en") -> list[str]:
    return [each.text for each in write_script(build_view(survey), language).sentences if each.id.startswith(ids)]


FIELD = document(
    target("one", package("a", record(SPAN)), package("b", record(SPAN, default=Default.OFF), record(LOG, default=Default.OFF))),
    target("two", package("c", record(SPAN), record(LOG)), package("d", record(Channel.VENDOR_PAYLOAD)), package("e")),
    target("three", status=TargetStatus.FAILED),
)


def test_the_hypotheses_in_words() -> None:
    assert sentences(FIELD, "figures.") == [
        "It holds for three of the four packages that write content, two by default.",
        "It holds for two of the four packages that write content, one by default.",
    ]
    assert sentences(FIELD, "figures.", language="zh")[0] == "写出内容的四个包里，三个是这样，两个默认就写。"
    assert sentences(FIELD, "also.failed") == ["One project could not be read."]


def test_projects_without_an_analysed_package_are_not_counted_as_read() -> None:
    survey = document(target("one", package("a", record())), target("two", package("b", status=TargetStatus.FAILED, outcome=Outcome.ERROR)))
    (text,) = sentences(survey, "intro.")
    assert text.startswith("Where does One put your prompts?")


def test_the_numbers_are_those_of_the_reports() -> None:
    view = build_view(FIELD)
    for guess, hypothesis in zip(count(view).guesses, view.hypotheses, strict=True):
        assert {"yes": guess.yes, "of": guess.of, "default": guess.default} == dict(hypothesis.verdict.params)


@pytest.mark.parametrize(
    ("records", "span", "log"),
    [
        ([[SPAN]], "It holds for the one package that writes content, and by default.", "It does not hold for the one package that"),
        ([[SPAN], [SPAN]], "It holds for both packages that write content, and by default.", "It holds for none of the two packages"),
        (
            [[SPAN], [LOG], [LOG]],
            "It holds for one of the three packages that write content, and there by default.",
            "It holds for two",
        ),
    ],
)
def test_few_packages(records: Sequence[Sequence[Channel]], span: str, log: str) -> None:
    survey = document(target("t", *(package(f"p{n}", *map(record, channels)) for n, channels in enumerate(records))))
    first, second = sentences(survey, "figures.")
    assert first == span
    assert second.startswith(log)


def test_every_claim_is_written_down_with_its_records() -> None:
    found = Finding(
        rule="default-on-contradicts-semconv",
        level="warning",
        package="a",
        params={"channel": SPAN, "role": Role.INPUT},
        evidence=evidence(),
    )
    survey = document(target("one", package("a", record(SPAN), record(APP_LOG, Role.OUTPUT))), findings=[found])
    scripts = {"en": write_script(build_view(survey), "en")}
    files = script_files(scripts, SurveyFile(survey.generated_at, "0" * 64), with_ssml=False)
    assert sorted(files) == ["speech.en.txt", "speech.json"]
    told = {each["id"]: each for each in json.loads(files["speech.json"])["scripts"]["en"]["sentences"]}
    assert told["against"]["records"] == ["one/a/span_attribute/input"]
    assert told["against"]["rule"] == "default-on-contradicts-semconv"
    assert told["against"]["evidence"]["line"] == 10
    assert told["hidden.app_log"]["records"] == ["one/a/app_log/output"]
    assert told["figures.single"]["records"] == ["one/a/span_attribute/input"]
    assert "records" not in told["guess.span"]
    joined = "".join(each["text"] for each in told.values())
    assert joined.replace(" ", "") == files["speech.en.txt"].decode().replace("\n", "").replace(" ", "")
