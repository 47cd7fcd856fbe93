"""The page in a real browser: what a reader gets within ten seconds, by keyboard, by link, without script, in two languages."""

import re
from importlib.resources import files
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from survey.knowledge.backends import load_backends
from survey.model.vocabulary import Channel, Role
from survey.view.excerpts import WayId
from survey.view.explanation import CodeLine
from survey.view.filters import PRESETS
from survey.view.legend import EITHER
from tests.report.conftest import Opened, Saved
from tests.report.documents import BASE, document, document_about, package, record, target
from tests.report.survey_of_kinds import survey_of_kinds

KIT = "kits-switched-kit"
SOURCES = tuple(backend.source for backend in load_backends())
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def rows(page: Page) -> list[str]:
    """Names of the packages that are shown, in order."""
    return [name.inner_text() for name in page.locator("tr.row:visible a.open").all()]


def rendered(page: Page) -> str:
    """Everything the page says, opened or not."""
    return re.sub(r"\s+", " ", page.evaluate("document.querySelector('main').textContent"))


def test_the_answer_is_on_the_first_screen_and_the_matrix_below_it(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    first = page.locator(".lead")
    expect(first).to_be_visible()
    box = first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800
    assert first.inner_text().startswith("4 of the packages surveyed (8) write the prompt: 3 without being asked, 1 only after")
    expect(page.locator("table.matrix")).to_be_in_viewport()


def test_the_five_questions_are_answered_without_a_click(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    row = page.locator("tr.row", has_text="switched-kit")
    cells = [cell.inner_text() for cell in row.locator("td").all()]
    assert re.sub(r"\s+", " ", cells[0]) == f"{EITHER} AL attr or log A ● on L ○ off"
    assert "CAPTURE_CONTENT" in cells[2]
    assert "env · default true" in cells[2]
    assert "=false stops input" in cells[2]
    assert "gen_ai.input.messages" in cells[3]
    assert cells[4] == "cut at 2000 characters (at 1 of 4 places)"
    proof = row.locator("td").nth(5).locator("a")
    expect(proof).to_be_visible()
    assert proof.get_attribute("href") == f"{BASE}/src/sdk/spans.py#L20"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_a_link_that_gives_the_same_rows_again(saved: Saved, opened: Opened, preset: str) -> None:
    page = opened(saved(survey_of_kinds()))
    page.locator(f".preset[href='#show={preset}']").click()
    assert page.url.endswith(f"#show={preset}")
    shown = rows(page)
    expect(page.locator("#count")).to_contain_text(f"Showing {len(shown)} of 8 packages: “")
    page.reload()
    assert rows(page) == shown
    expect(page.locator(".preset[aria-current]")).to_have_count(1)
    page.locator("#reset").click()
    assert len(rows(page)) == 8


def test_every_number_shows_the_packages_it_counts(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    numbers = page.locator(".lead a, .answer a, .verdicts a")
    assert numbers.count() >= 15
    for number in numbers.all():
        number.click()
        assert len(rows(page)) == int(number.inner_text()), number.get_attribute("href")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("CUT-", ["cut-short"]),
        ("gen_ai.user", ["switched-kit", "only-logs"]),
        ("HIDE_IT", ["every-mark"]),
        ("capture_content=false", ["switched-kit"]),
        ("no such thing", []),
    ],
)
def test_search_takes_packages_keys_and_variables(saved: Saved, opened: Opened, asked: str, found: list[str]) -> None:
    page = opened(saved(survey_of_kinds()))
    page.locator("#q").fill(asked)
    assert rows(page) == found
    assert unquote(page.url).replace("+", " ").endswith(f"#q={asked}")
    expect(page.locator("#none")).to_be_visible(visible=not found)


def test_a_column_sorts_up_then_down_then_not(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    usual, head = rows(page), page.locator("table.matrix th[data-k=name]")
    head.locator("button").click()
    assert rows(page) == sorted(usual)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert rows(page) == sorted(usual, reverse=True)
    page.reload()
    assert rows(page) == sorted(usual, reverse=True)
    head.locator("button").click()
    assert rows(page) == usual
    page.locator("table.matrix th[data-k=cell] button").first.click()
    assert rows(page)[:3] == ["switched-kit", "every-mark", "cut-short"]


def test_a_row_opens_by_keyboard_and_by_link(saved: Saved, opened: Opened) -> None:
    address = saved(survey_of_kinds())
    page = opened(address)
    link = page.locator(f"a.open[href='#{KIT}']")
    drawer = page.locator(f"#{KIT}")
    expect(drawer).to_be_hidden()
    link.focus()
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    assert link.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Space")
    expect(drawer).to_be_hidden()
    page = opened(f"{address}#pkg={KIT}&role=output")
    expect(page.locator(f"#{KIT} .rec[open]")).to_have_count(1)
    expect(page.locator(f"#{KIT} .rec[open] summary")).to_contain_text("output")
    step = page.locator(f"#{KIT} .rec[open] .way").nth(0).locator("li a").nth(1)
    assert step.inner_text() == ":28"
    assert step.get_attribute("href") == f"{BASE}/src/sdk/wrap.py#L28"


@pytest.mark.parametrize(
    "wrong", ["pkg=none&role=x", "sort=99", "sort=6-down", "show=%3Cimg%3E", "lang=tlh&theme=neon", "%E0%A4%A", "nowhere", "q=%00"]
)
def test_a_wrong_address_does_no_harm(saved: Saved, opened: Opened, wrong: str) -> None:
    page = opened(f"{saved(survey_of_kinds())}#{wrong}")
    expect(page.locator("h1")).to_have_text("Where agent-observability SDKs put prompts")
    page.locator(".preset").first.click()
    assert page.url.endswith("show=on")
    assert rows(page) == ([] if "q=" in wrong else ["switched-kit", "every-mark", "cut-short"])


def test_a_row_says_that_it_opens_and_opens_wherever_it_is_clicked(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    row, drawer = page.locator("tr.row", has_text="switched-kit"), page.locator(f"#{KIT}")
    expect(row.locator("th", has_text="steps and proof")).to_be_visible()
    row.locator("td").nth(4).click()
    expect(drawer).to_be_visible()
    row.locator("th b").click()
    expect(drawer).to_be_hidden()


def test_the_page_itself_scrolls_so_that_nothing_cuts_a_drawer(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}")
    around = "(x) => x ? [getComputedStyle(x).overflowY, ...around(x.parentElement)] : []"
    assert set(page.evaluate(f"(() => {{ const around = {around}; return around(document.querySelector('.drawer.open')) }})()")) == {
        "visible"
    }
    page.evaluate("scrollBy(300, 200)")
    head, name = page.locator(".matrix thead th").first.bounding_box(), page.locator("tr.row th").first.bounding_box()
    assert head is not None
    assert name is not None
    assert (head["x"], head["y"], name["x"]) == (0, 0, 0)


def test_a_backend_shows_the_packages_whose_prompt_it_reads(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    told = {row.locator("th a").inner_text(): row.locator("td").last for row in page.locator(".consumers tbody tr").all()}
    assert told["Grafana Loki"].inner_text().startswith("1 with nothing set, 1 more not by default")
    assert told["Arize Phoenix"].inner_text().startswith("2 with nothing set show them")
    told["Arize Phoenix"].locator("a").click()
    assert rows(page) == ["switched-kit", "every-mark"]


def test_only_marks_and_presets_that_some_row_has_are_shown(saved: Saved, opened: Opened) -> None:
    page = opened(saved(document(target("t", package("plain", record())))))
    assert page.locator(".legend .g").all_inner_texts() == ["A"]
    assert page.locator(".legend .p").all_inner_texts() == ["● on"]
    assert [each.get_attribute("href") for each in page.locator(".preset").all()] == [
        "#show=on",
        "#show=span_attribute",
        "#show=no_switch",
        "#show=semconv",
    ]
    expect(page.locator("#read ~ p", has_text="this survey found none of it")).to_contain_text(
        "vendor payload, external storage, app log, off, depends"
    )


def test_a_cell_opens_its_own_proof(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    page.locator("tr.row", has_text="switched-kit").locator("td").nth(1).locator(".p").click()
    assert page.url.endswith(f"#pkg={KIT}&role=output")
    expect(page.locator(f"#{KIT} .rec[open] summary")).to_contain_text("output")


def test_what_still_leaves_is_told_of_each_switch(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}")
    table = page.locator(f"#{KIT} table").first
    told = [[re.sub(r"\s+", " ", cell.inner_text()) for cell in row.locator("th, td").all()] for row in table.locator("tr").all()]
    assert told == [
        ["set", "stops", "starts", "still leaves"],
        ["nothing set", "", "", "A attr · input · output"],
        ["CAPTURE_CONTENT=false", "A attr · input", "", "A attr · output at 1 of 2 places, under gen_ai.output.messages"],
        ["Kit(use_events=True)", "A attr · input", "L log · input", "A attr · output at 1 of 2 places, under gen_ai.output.messages"],
    ]


def test_a_drawer_says_first_what_turns_everything_off(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}&role=output")
    off = page.locator(f"#{KIT} .turn")
    text = re.sub(r"\s+", " ", off.inner_text())
    assert (
        text == "To turn all of it off: No setting does. The most is CAPTURE_CONTENT=false; this is still written then: "
        "output as span attribute: spans.py:40"
    )
    assert off.locator("li a").get_attribute("href") == f"{BASE}/src/sdk/spans.py#L40"
    ways = [re.sub(r"\s+", " ", way.inner_text()) for way in page.locator(f"#{KIT} .rec[open] .way > p").all()]
    assert "Written unless any one of these is set: CAPTURE_CONTENT=false, Kit(use_events=True)." in ways[0]
    assert "Still written with CAPTURE_CONTENT=false: nothing on this way checks it." in " ".join(ways)
    expect(page.locator(f"#{KIT} .rec[open] summary").first).to_contain_text("1 write is not stopped by CAPTURE_CONTENT=false")


def test_the_whole_condition_is_folded_below_the_words(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}&role=input")
    whole = page.locator(f"#{KIT} .rec[open] .way details").first
    expect(whole.locator("code")).to_be_hidden()
    whole.locator("summary").click()
    expect(whole.locator("code")).to_have_text("CAPTURE_CONTENT == true and Kit(use_events=) != true")


def test_findings_in_a_drawer_are_whole_sentences(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}")
    page.locator(f"#{KIT} .rule summary").click()
    said = page.locator(f"#{KIT} .rule li").inner_text()
    assert said == "output leaves as span attribute under gen_ai.output.messages whatever the switch for content says. spans.py:40"


def test_a_path_into_the_json_leads_to_the_record(saved: Saved, opened: Opened) -> None:
    survey = survey_of_kinds()
    page = opened(f"{saved(survey)}#pkg={KIT}&role=output")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    paths = []
    for button in page.locator(f"#{KIT} button:visible", has_text="Copy JSON path").all():
        button.click()
        paths.append(page.locator("dialog textarea").input_value())
        page.locator("dialog button", has_text="Close").click()
    assert paths == [".targets[0].packages[0]", ".targets[0].packages[0].records[1]"]
    record = survey.targets[0].packages[0].records[1]
    assert (record.channel, record.role) == (Channel.SPAN_ATTRIBUTE, Role.OUTPUT)


def test_a_doubted_cell_and_a_package_can_be_copied(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator(f"#{KIT} .rec[open] button", has_text="This cell is wrong").click()
    text = page.locator("dialog textarea").input_value()
    assert text.startswith("Wrong cell: switched-kit, input as span attribute\n")
    for fact in (f"{'kits'}/switched-kit/span_attribute/input", BASE.rpartition("/")[2], f"{BASE}/src/sdk/spans.py#L20", "Survey 0.1.0"):
        assert fact in text
    page.locator("dialog button", has_text="Close").click()
    page.locator(f"#{KIT} button", has_text="Copy as Markdown").click()
    text = page.locator("dialog textarea").input_value()
    assert text.startswith("## switched-kit\n")
    assert f"3. [spans.py:20](<{BASE}/src/sdk/spans.py#L20>) written under gen\\_ai.input.messages" in text
    assert "| `CAPTURE_CONTENT=false` | A attr · input |  | A attr · output at 1 of 2 places, under `gen_ai.output.messages` |" in text
    assert "**To turn all of it off:**" not in text
    assert (
        "To turn all of it off: No setting does. The most is `CAPTURE_CONTENT=false`; this is still written then:\n\n"
        "- output as span attribute: [spans.py:40](<" in text
    )
    assert "The whole condition: `CAPTURE_CONTENT == true and Kit(use_events=) != true`" in text


def test_without_script_everything_can_still_be_read(saved: Saved, opened: Opened) -> None:
    bare = opened(saved(survey_of_kinds()), java_script_enabled=False)
    assert bare.locator("tr.row:visible").count() == 8
    drawer = bare.locator("tr.drawer").first
    drawer.locator("summary").first.click()
    expect(bare.locator(f"#{KIT} table").first).to_be_visible()
    drawer.locator(".rec summary").first.click()
    expect(drawer.locator(".way li").first).to_contain_text("comes from parameter messages of Kit.trace")
    assert not bare.locator(".script:visible").count()
    told = bare.locator("main").inner_text()
    for fact in ("gen_ai.input.messages", "CAPTURE_CONTENT", "cut at 2000 characters", "spans.py:20", "not found", "failed", "too large"):
        assert fact in told
    assert "calls nest too deeply" in rendered(bare)


def test_no_state_is_told_by_colour_alone(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    told = {re.sub(r"^[A-Z] \w+ ", "", re.sub(r"\s+", " ", pill.inner_text())) for pill in page.locator("tr.row .p").all()}
    looks = {
        look: set[str]() for look in ("on", "off", "depends", "unknown", "either", "not_found", "not_supported", "not_applicable", "error")
    }
    for look, words in looks.items():
        words |= {pill.inner_text() for pill in page.locator(f"tr.row .p.{look}").all()}
        assert words, look
    assert {"● on", "○ off", "◐ depends", "- not found", "? not supported", "· n/a", "▲ failed"} <= told
    assert not looks["not_found"] & looks["not_supported"]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing_to_complain_about(saved: Saved, opened: Opened, theme: str, width: int) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}&theme={theme}", width=width, bypass_csp=True)
    assert (
        page.evaluate("getComputedStyle(document.body).backgroundColor")
        == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}[theme]
    )
    page.evaluate(AXE)
    result = page.evaluate("axe.run()")
    found = [(each["id"], each["impact"], [node["html"][:200] for node in each["nodes"]][:3]) for each in result["violations"]]
    assert found == []
    assert len(result["passes"]) > 20


def test_the_other_language_is_in_the_same_file(saved: Saved, opened: Opened) -> None:
    english, chinese = opened(saved(survey_of_kinds())), opened(saved(survey_of_kinds(), "zh"))
    said = rendered(english)
    english.locator("#language").click()
    assert english.url.endswith("#lang=zh")
    assert english.locator("html").get_attribute("lang") == "zh"
    assert english.title() == chinese.title() == "Agent 可观测 SDK 把提示词写到了哪里"
    switched, served = (re.sub(r"(复制|Copy)", "", rendered(page)).replace(" ", "") for page in (english, chinese))
    assert switched == served
    assert "写" in switched
    english.reload()
    expect(english.locator("h1")).to_have_text("Agent 可观测 SDK 把提示词写到了哪里")
    english.locator("#language").click()
    assert rendered(english) == said


def test_on_a_phone_rows_are_cards_that_fit(saved: Saved, opened: Opened) -> None:
    page = opened(f"{saved(survey_of_kinds())}#pkg={KIT}", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    label = page.evaluate("getComputedStyle(document.querySelector('tr.row td'), '::before').content")
    assert label == '"input"'
    page.evaluate("location.hash = ''")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("tr.row .p").first).to_be_in_viewport()
    expect(page.locator(".lead")).to_be_in_viewport()
    page.locator(".numbers summary").click()
    expect(page.locator(".answer")).to_be_visible()
    page.evaluate("location.hash = 'lang=zh'")
    page.wait_for_function("document.documentElement.lang === 'zh'")
    assert page.evaluate("getComputedStyle(document.querySelector('tr.row td'), '::before').content") == '"输入"'


def test_print_opens_every_drawer(saved: Saved, opened: Opened) -> None:
    page = opened(saved(survey_of_kinds()))
    page.emulate_media(media="print")
    expect(page.locator(f"#{KIT} .way li").first).to_be_visible()
    assert not page.locator(".script:visible").count()


HOSTILE = "</script><img src=x onerror=alert(1)>\u202edesrever\x1b[31m" + "A" * 10_000


def test_hostile_code_and_names_are_inert_and_cut(saved: Saved, opened: Opened) -> None:
    survey = document_about("</script><img src=x onerror=alert(1)>\u202e#![x](javascript:alert(1))")
    package = survey.targets[0].packages[0]
    lines = (CodeLine(1, HOSTILE, marked=True), CodeLine(2, "def f(): return '''", marked=False))
    way = WayId(survey.targets[0].id, package.name, package.path, Channel.SPAN_ATTRIBUTE, Role.INPUT, 0)
    page = opened(f"{saved(survey, code={way: (lines,)})}#pkg=anything")
    page.locator("a.open").first.click()
    code = page.locator(".way pre").first
    expect(code).to_contain_text("</script><img src=x onerror=alert(1)>")
    shown = code.inner_text()
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) < 200
    assert page.locator("img, iframe, object, embed, form").count() == 0
    assert page.locator("script").count() == 2
    for link in page.locator("a[href]").all():
        assert (link.get_attribute("href") or "").startswith(
            ("#", "https://github.com/", "survey.json", "report.md", "report.svg", *SOURCES)
        )
    page.locator("button", has_text="Copy as Markdown").click()
