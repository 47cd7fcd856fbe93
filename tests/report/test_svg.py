"""report.svg: a picture that stands alone, tells states by shape, and in which text stays text."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from survey.model.document import Document
from survey.model.vocabulary import Channel, Default, Role, TargetStatus
from survey.report.base import prepare
from survey.report.svg import SvgReport
from tests.report.documents import document, document_about, package, record, target
from tests.report.hostile import hostile_text

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "style", "rect", "text", "line", "g", "circle", "path"}
STATES = package(
    "sdk",
    record(default=Default.ON),
    record(role=Role.OUTPUT, default=Default.OFF),
    record(Channel.LOG_RECORD, default=Default.DEPENDS),
    record(Channel.LOG_RECORD, Role.OUTPUT, Default.UNKNOWN),
    record(Channel.SPAN_EVENT, Role.DOCUMENT),
)


def drawn(made: Document, language: str = "en") -> ET.Element:
    return ET.fromstring(SvgReport().render(prepare(made, language)))  # noqa: S314 - what is read was just written


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def shapes(root: ET.Element, name: str) -> list[str]:
    row = next(group for group in root.iter(f"{SVG}g") if f"{name}:" in (group.findtext(f"{SVG}title") or ""))
    return [each.get("class", "") for each in row if each.tag in (f"{SVG}circle", f"{SVG}path")]


def test_every_state_has_a_shape_of_its_own() -> None:
    root = drawn(document(target("sdks", STATES)))
    assert shapes(root, "sdk") == ["on", "off", "other", "off", "half", "open"]
    legend = {"by default", "only after a switch is set", "depends on more", "unknown", "not found", "other content only"}
    assert legend <= set(texts(root))


def test_a_reader_who_cannot_see_it_hears_it() -> None:
    root = drawn(document(target("sdks", STATES)))
    named = (root.get("aria-labelledby") or "").split()
    said = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert said[named[0]] == "Where agent-observability SDKs put prompts"
    assert "Hypothesis 2" in str(said[named[1]])
    (title,) = [group.findtext(f"{SVG}title") or "" for group in root.iter(f"{SVG}g")]
    assert title.startswith(
        "sdk: input as span attribute by default, output as span attribute only after a switch is set, other content as "
    )
    assert title.endswith("input as log record depends on more, output as log record unknown")


def test_channels_are_counted() -> None:
    made = document(target("sdks", STATES, package("second", record(default=Default.OFF))))
    assert {"2 packages, 1 by default", "1 package, 0 by default"} <= set(texts(drawn(made)))


def test_both_languages_and_their_ids() -> None:
    made = document(target("sdks", STATES, status=TargetStatus.PARTIAL))
    english, chinese = drawn(made), drawn(made, "zh")
    assert english.get("lang") == "en"
    assert "只有其他内容" in texts(chinese)
    assert not {element.get("id") for element in english.iter() if element.get("id")} & {element.get("id") for element in chinese.iter()}
    assert any("sdk" in text for text in texts(chinese))


def test_many_packages_stand_in_two_blocks_and_none_is_lost() -> None:
    names = [f"opentelemetry-instrumentation-sdk{number}" for number in range(60)]
    made = document(target("one", *(package(name, record()) for name in names)), target("two", package("other", record())), target("none"))
    root = drawn(made)
    rows = {element.get("x") for group in root.iter(f"{SVG}g") for element in group.iter(f"{SVG}text")}
    assert len(rows) == 2
    assert len(list(root.iter(f"{SVG}g"))) == 61
    assert "One, continued" in texts(root)
    assert texts(root).count("… stands for opentelemetry-instrumentation-") == 2
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    marks = [(float(each.get("cx", 0)), float(each.get("cy", 0))) for each in root.iter(f"{SVG}circle")]
    assert all(0 < x < width and 0 < y < height for x, y in marks)


@pytest.mark.parametrize("made", [document(), document(target("gone", status=TargetStatus.FAILED, reason="no network"))])
def test_nothing_to_show_is_no_error(made: Document) -> None:
    assert any("No package could be analysed" in text for text in texts(drawn(made)))


@settings(max_examples=100)
@given(hostile_text)
def test_hostile_text_stays_text(text: str) -> None:
    for language in ("en", "zh"):
        root = drawn(document_about(text), language)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED
        names = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}
        assert not re.search(r"url\(|@import", "".join(element.text or "" for element in root.iter(f"{SVG}style")))
        assert not {"\u202e", "\u2066", "\x1b"} & set("".join(root.itertext()))


def test_the_same_survey_gives_the_same_picture() -> None:
    made = document(target("sdks", STATES))
    assert SvgReport().render(prepare(made)) == SvgReport().render(prepare(made))
