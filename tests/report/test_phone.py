"""The page 390 pixels wide, in a real browser: nothing is wider than the screen, and no name is cut where it would fit."""

import pytest

from survey.model.document import Unresolved
from survey.model.vocabulary import Role
from tests.report.conftest import Opened, Saved
from tests.report.documents import document, document_about, package, record, target
from tests.report.survey_of_kinds import survey_of_kinds, switched

KIT = "kits-switched-kit"
LONG = "deep_folder_of_a_package_whose_path_is_one_long_name/" * 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_green_is_only_where_nothing_remains_and_everything_was_followed(saved: Saved, opened: Opened, theme: str) -> None:
    kit = switched()
    stoppable = kit.model_copy(update={"name": "stoppable", "records": tuple(each for each in kit.records if each.role is Role.INPUT)})
    unseen = Unresolved(path="src/sdk/loop.py", line=7, sink="f", reason="calls nest too deeply")
    doubtful = stoppable.model_copy(update={"name": "doubtful", "unresolved": (unseen,)})
    page = opened(f"{saved(document(target('t', kit, stoppable, doubtful)))}#theme={theme}")
    warning, green = ("rgb(138, 45, 12)", "rgb(26, 90, 48)") if theme == "light" else ("rgb(255, 196, 138)", "rgb(143, 221, 166)")
    colours = [turn.evaluate("x => getComputedStyle(x).borderLeftColor") for turn in page.locator(".turn").all()]
    assert colours == [warning, green, warning]


def test_no_drawer_is_wider_than_a_phone(saved: Saved, opened: Opened) -> None:
    page = opened(saved(document_about(LONG)), width=390, height=844)
    drawers = [each.get_attribute("id") for each in page.locator(".in").all()]
    assert drawers
    for drawer in drawers:
        page.evaluate("id => { location.hash = id }", drawer)
        page.wait_for_function("id => document.getElementById(id).closest('.drawer').matches('.open')", arg=drawer)
        page.evaluate("document.querySelectorAll('.drawer.open details').forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, drawer


@pytest.mark.parametrize(("language", "label"), [("en", '"default"'), ("zh", '"默认"')])
def test_tables_of_a_drawer_are_cards_on_a_phone(saved: Saved, opened: Opened, language: str, label: str) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}&lang={language}", width=390, height=844)
    cell = page.locator(f"#{KIT} .gates tbody tr").first.locator("td").nth(3)
    assert cell.evaluate("x => getComputedStyle(x, '::before').content") == label
    for table in (".leaves", ".gates"):
        names = page.locator(f"#{KIT} {table} tbody code", has_text="CAPTURE_CONTENT")
        assert names.count()
        assert {name.evaluate("x => x.getClientRects().length") for name in names.all()} == {1}
        assert page.locator(f"#{KIT} {table}").evaluate("x => x.parentElement.scrollWidth <= x.parentElement.clientWidth")
    backends = page.locator(".consumers tbody code", has_text="gen_ai.output.messages")
    assert {name.evaluate("x => x.getClientRects().length") for name in backends.all()} == {1}


def test_a_label_of_two_lines_stays_within_its_card(saved: Saved, opened: Opened) -> None:
    page = opened(saved(document(target("t", package("plain", record(role=Role.TOOL_DEFINITION))))), width=390, height=844)
    labelled = "x => getComputedStyle(x, '::before').content"
    cells = [cell for cell in page.locator("tr.row td").all() if cell.evaluate(labelled) == '"tool definition"']
    assert len(cells) == 1
    assert cells[0].evaluate("x => x.offsetHeight >= 2 * parseFloat(getComputedStyle(x).lineHeight)")
