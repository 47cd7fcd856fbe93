"""Finding rows on the page, in a real browser: by any words in any order, with the filter that is on said in words."""

import pytest
from playwright.sync_api import expect

from tests.report.conftest import Opened, Saved
from tests.report.documents import document, package, record, target
from tests.report.survey_of_kinds import survey_of_kinds
from tests.report.test_page import rows


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("OpenTools", ["kit_for_chains", "kit-for-graphs"]),
        ("opentools chains", ["kit_for_chains"]),
        ("  Graphs   opentools ", ["kit-for-graphs"]),
        ("kit-for-chains", ["kit_for_chains"]),
        ("kit_for_graphs", ["kit-for-graphs"]),
        ("gen-ai.input.messages opentools graphs", ["kit-for-graphs"]),
        ("opentools elsewhere", []),
        ("   ", ["kit_for_chains", "kit-for-graphs", "elsewhere"]),
    ],
)
def test_all_words_must_be_somewhere_in_project_package_keys_and_variables(
    saved: Saved, opened: Opened, asked: str, found: list[str]
) -> None:
    kits = target("opentools", package("kit_for_chains", record(key="app.prompt")), package("kit-for-graphs", record()))
    page = opened(saved(document(kits, target("other", package("elsewhere", record())))))
    page.locator("#q").fill(asked)
    assert rows(page) == found
    page.locator("table.matrix th[data-k=name] button").click()  # which takes the rows out of their project
    assert rows(page) == sorted(found)


def test_the_filter_that_is_on_is_said_and_can_be_taken_off(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    count, reset = page.locator("#count"), page.locator("#reset")
    expect(count).to_have_text("Showing 8 of 8 packages.")
    expect(reset).to_be_hidden()
    links = page.locator(".lead a, .answer a, .verdicts a, .consumers tbody td a, .preset")
    said = set()
    for link in links.all():
        link.click()
        told = count.inner_text()
        assert told.startswith(f"Showing {len(rows(page))} of 8 packages")
        if not page.url.endswith("#"):  # a preset takes itself off; so does the number of all packages
            assert told.endswith("”."), link.get_attribute("href")
            said.add(told.partition("“")[2])
            reset.click()
        expect(count).to_have_text("Showing 8 of 8 packages.")
    assert {"prompt shown by Arize Phoenix”.", "span attribute, on by default”.", "On by default”.", "writes content”."} <= said
    page.locator(".consumers tbody tr", has_text="Arize Phoenix").locator("td a").click()
    page.locator("#language").click()
    expect(count).to_have_text("显示 8 个包中的 2 个：“Arize Phoenix 能显示其提示词”。")


def test_a_doubt_is_told_where_to_go(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg=kits-switched-kit")
    page.locator(".rec[open] button", has_text="This cell is wrong").click()
    expect(page.locator("dialog p")).to_have_text("Copy this, fill in its last line, and send it to whoever runs this survey.")
    page.locator("dialog button", has_text="Close").click()


def test_the_button_says_which_theme_is_on(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()), color_scheme="dark")
    button = page.locator("#theme")
    expect(button).to_have_text("Theme: dark")
    button.click()
    expect(button).to_have_text("Theme: light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.locator("#language").click()
    expect(button).to_have_text("主题：浅色")
