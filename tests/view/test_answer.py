"""The numbers of the answer and the two hypotheses, counted by hand here."""

import pytest

from survey.model.vocabulary import Channel, Default, Outcome, Role, TargetStatus
from survey.view.build import build_view
from survey.view.wording import load_wording
from tests.report.documents import document, package, record, target

WORDS = load_wording()
SPAN, LOG, VENDOR, EVENT = Channel.SPAN_ATTRIBUTE, Channel.LOG_RECORD, Channel.VENDOR_PAYLOAD, Channel.SPAN_EVENT

FIELD = document(
    target(
        "one",
        package("span-on", record(SPAN)),
        package("span-off-output", record(SPAN, Role.OUTPUT, Default.OFF)),
        package("both", record(SPAN, default=Default.OFF), record(LOG, default=Default.OFF, ungated=2)),
        package("log-on", record(LOG)),
    ),
    target(
        "two",
        package("vendor", record(VENDOR, default=Default.DEPENDS)),
        package("event", record(EVENT, default=Default.OFF)),
        package("nested-only", record(SPAN, nested=True)),
        package("rewriter", record(SPAN, rewriter=True)),
        package("nothing"),
        package("crashed", status=TargetStatus.FAILED, outcome=Outcome.ERROR),
        package("half", status=TargetStatus.PARTIAL),
    ),
)


def test_the_sentences() -> None:
    defaults = "2 without being asked, 2 only after a switch is set, 1 depending on more or unknown"
    figures = ("span attribute 3", "span event 1", "log record 2", "vendor payload 1")
    assert [WORDS(sentence) for sentence in build_view(FIELD).answer] == [
        f"5 of the packages surveyed (11) write the prompt: {defaults}.",
        f"The content of conversations goes to (in packages, of which some use several): {', '.join(figures)}.",
        "In 1 package some writes escape the content switch it has.",
        "2 packages could not be decided.",
        "Projects surveyed on 2026-01-05: 2; packages in which content was found: 6.",
    ]


def test_the_hypotheses() -> None:
    span, log = build_view(FIELD).hypotheses
    assert WORDS(span.word) == "Holds for some."
    assert WORDS(span.verdict) == "3 of the 6 packages that write any content put some into span attributes, 1 by default."
    assert WORDS(log.word) == "Holds for some."
    assert WORDS(log.verdict) == "2 of the 6 packages that write any content put some into log records, 1 by default."


def test_every_package_is_under_exactly_one_heading() -> None:
    found = {WORDS(use.label): [row.package.name for row in use.rows] for use in build_view(FIELD).uses}
    assert found == {
        "span attributes, not logs": ["span-on", "span-off-output"],
        "logs, not span attributes": ["log-on"],
        "both": ["both"],
        "neither, but elsewhere": ["vendor", "event"],
        "no content found": ["nested-only", "rewriter", "nothing"],
        "not decided": ["crashed", "half"],
    }


@pytest.mark.parametrize(
    ("records", "word"),
    [
        ([SPAN, SPAN], "Holds for all."),
        ([SPAN, SPAN, LOG], "Holds for most."),
        ([SPAN, LOG], "Holds for some."),
        ([LOG], "Holds for none."),
        ([], "Open."),
    ],
)
def test_the_word_of_a_hypothesis(records: list[Channel], word: str) -> None:
    view = build_view(document(target("t", *(package(f"p{n}", record(channel)) for n, channel in enumerate(records)))))
    assert WORDS(view.hypotheses[0].word) == word


def test_a_run_without_packages_says_so_and_nothing_else() -> None:
    view = build_view(document(target("t", status=TargetStatus.FAILED, reason="no network")))
    assert [WORDS(sentence) for sentence in view.answer] == ["No package could be analysed (1 project was asked for)."]
    assert [WORDS(hypothesis.word) for hypothesis in view.hypotheses] == ["Open.", "Open."]
