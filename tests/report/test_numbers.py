"""Every number of the reports, counted again from survey.json by itself: what means the same is the same wherever it stands."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from survey.model.document import Document
from survey.report.base import ReportInput, prepare
from survey.report.html import HtmlReport
from survey.report.markdown import MarkdownReport
from survey.view.rules import rules_found
from survey.view.wording import load_wording
from tests.report.survey_of_kinds import survey_of_kinds

Facts = dict[str, Any]
PUBLISHED = Path(__file__).parents[2] / "reports" / "published" / "survey.json"


@pytest.fixture(scope="module", params=["kinds", "published"])
def source(request: pytest.FixtureRequest) -> ReportInput:
    if request.param == "kinds":
        return prepare(survey_of_kinds())
    if not PUBLISHED.exists():
        pytest.skip("nothing is published yet")
    return prepare(Document.model_validate_json(PUBLISHED.read_bytes()))


@pytest.fixture(scope="module")
def facts(source: ReportInput) -> Facts:
    """The survey's numbers, from its JSON alone."""
    document = json.loads(source.document.model_dump_json())
    counted: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {}
    for target in document["targets"]:
        group = groups.setdefault(target["id"], Counter())
        for package in target["packages"]:
            own = [each for each in package["records"] if not each["nested"] and not all(write["rewriter"] for write in each["writes"])]
            prompts = {each["default"] for each in own if each["role"] == "input"}
            counted["packages"] += 1
            counted["writers"] += bool(own)
            counted["inputs"] += bool(prompts)
            counted["on"] += "on" in prompts
            counted["off"] += prompts == {"off"}
            counted["escaping"] += any(each["ungated"] for each in own)
            counted.update({f"channel {each['channel']}" for each in own})
            counted.update({f"default {each['channel']}" for each in own if each["default"] == "on"})
            group["packages"] += 1
            group.update({each["role"] for each in own})
    return {**counted, "groups": groups}


class Messages(HTMLParser):
    """What a page says, message by message."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[tuple[str, list[str]]] = []
        self._open: list[list[str] | None] = []
        catalog = json.loads(re.findall(r'id="catalogs">(.*?)</script>', page, re.DOTALL)[0])["words"]["en"]
        known = load_wording().messages
        self.marks = {id_: mark for id_ in known for mark in catalog if known[id_] == catalog[mark] and mark not in known}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("i", "b"):
            id_ = dict(attrs).get("data-m")
            self._open.append([] if id_ else None)
            if id_:
                self.said.append((id_, self._open[-1] or []))
                self._open[-1] = self.said[-1][1]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("i", "b"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for held in self._open:
            if held is not None:
                held.append(data)

    def numbers(self, id_: str) -> list[list[int]]:
        """The numbers in each saying of the message, in order."""
        return [
            [int(each) for each in re.findall(r"(?<![\w.])\d+(?![\w.]*\w)", "".join(held))]
            for told, held in self.said
            if told == self.marks.get(id_)
        ]


@pytest.fixture(scope="module")
def page(source: ReportInput) -> str:
    return HtmlReport().render(source).decode()


@pytest.fixture(scope="module")
def messages(page: str) -> Messages:
    return Messages(page)


def test_the_answer(facts: Facts, messages: Messages) -> None:
    other = facts["inputs"] - facts["on"] - facts["off"]
    assert messages.numbers("answer.default") == [[facts["inputs"], facts["packages"], facts["on"], facts["off"], other]]


@pytest.mark.parametrize(("name", "channel"), [("span", "span_attribute"), ("log", "log_record")])
def test_the_hypotheses(facts: Facts, messages: Messages, name: str, channel: str) -> None:
    told = [facts[f"channel {channel}"], facts["writers"], facts.get(f"default {channel}", 0)]
    assert messages.numbers(f"hypothesis.{name}.verdict") == [told]


def test_where_packages_write(facts: Facts, page: str, messages: Messages) -> None:
    uses = [
        int(count) for count in re.findall(r'<a href="#show=(?:attributes_only|logs_only|both|elsewhere|none|undecided)">(\d+)</a>', page)
    ]
    assert sum(uses) == facts["packages"]
    assert messages.numbers("uses.all") == [[facts["packages"]]]
    figures = [number for (number,) in messages.numbers("answer.figure")]
    assert sorted(figures) == sorted(count for name, count in facts.items() if name.startswith("channel "))


def test_the_lines_of_projects(source: ReportInput, facts: Facts, messages: Messages) -> None:
    told = [[group[role.value], group["packages"]] for group in facts["groups"].values() for role in source.view.roles]
    assert messages.numbers("group.writes") == told


def test_packages_that_escape_are_the_same_in_answer_and_findings(source: ReportInput, facts: Facts, messages: Messages) -> None:
    assert messages.numbers("answer.ungated") == [[facts["escaping"]]]
    rules = {each.rule: len(each.rows) for each in rules_found(source.drawers.values())}
    for packages, partly, wholly, both in messages.numbers("findings.escaping"):
        assert packages == facts["escaping"] == partly + wholly - both
        assert (partly, wholly) == (rules.get("ungated-path", 0), rules.get("role-without-gate", 0))
    assert len(messages.numbers("findings.escaping")) == 1


def test_markdown_says_the_same_of_findings(source: ReportInput, page: str, messages: Messages) -> None:
    text = MarkdownReport().render(source).decode()
    table = dict(re.findall(r"\| `([\w-]+)` \| [^|]* \| (\d+ \| \d+) \|", text))
    rules = re.findall(r'<details class="rule"><summary>.*?<code>([\w-]+)</code></summary>', page)
    assert table == {
        rule: f"{packages} | {places}" for rule, (packages, places) in zip(rules, messages.numbers("findings.rule"), strict=False)
    }
    assert len(table) == len({finding.rule for finding in source.document.findings})


def test_every_revision_has_its_date(source: ReportInput, page: str) -> None:
    for group in source.view.groups:
        assert f"{group.revision[:10]}</i> of <i data-s=date>{group.committed_at[:10]}" in page
