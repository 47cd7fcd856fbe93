"""Chats and webhooks: a card, a voice message where one can be sent, each once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import main
from survey.model.errors import UsageError
from survey.publish.webhook import sign
from tests.publish.conftest import CHAT, HOOK, Way, write_recording, write_report
from tests.publish.docx_rules import Json
from tests.publish.im_rules import check_card
from tests.publish.sound import opus
from tests.report.documents import document, document_about

Set = Callable[[str, str], None]
needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: apt install espeak-ng")


def buttons(card: Json) -> dict[str, str]:
    found = [element for element in card["body"]["elements"] if element["tag"] == "button"]
    return {button["text"]["content"]: button["behaviors"][0]["default_url"] for button in found}


def texts_of(card: Json) -> list[str]:
    return [element["text"]["content"] for element in card["body"]["elements"] if element["tag"] == "div"]


def test_the_card_says_the_answer_and_leads_to_the_report(way: Way, setenv: Set) -> None:
    setenv("HTML_URL", "https://reports.example.com/latest/report.html")
    result = way.export(CHAT)
    (message,) = way.fake.chat(CHAT)
    card = message["content"]
    assert card["header"]["title"]["content"] == "Where agent-observability SDKs put prompts"
    assert any(text.startswith("Hypothesis 1: message text goes into span attributes. Holds for all") for text in texts_of(card))
    assert texts_of(card)[0].startswith("• 3 of the packages surveyed (3) write the prompt: 3 without being asked")
    (counts,) = [element for element in card["body"]["elements"] if element["tag"] == "column_set"]
    assert [[each["text"]["content"] for each in column["elements"]] for column in counts["columns"]] == [
        ["3", "span attributes, not logs"]
    ]
    assert buttons(card) == {"Open the document": result.url, "Open the page": "https://reports.example.com/latest/report.html"}


def test_a_card_in_chinese(way: Way) -> None:
    way.export(CHAT, language="zh")
    (message,) = way.fake.chat(CHAT)
    assert list(buttons(message["content"])) == ["打开文档"]


def test_the_voice_message(way: Way) -> None:
    data = opus(61.5)
    write_recording(way.report, data)
    way.export(CHAT, "webhook")
    assert [message["type"] for message in way.fake.chat(CHAT)] == ["interactive", "audio"]
    (file,) = way.fake.files.values()
    assert file["data"] == data
    assert file["name"] == "speech.en.opus"
    assert file["duration"] == 61_500
    assert [message["type"] for message in way.fake.chat(f"hook {HOOK}")] == ["interactive"]
    assert any("cannot carry a voice message" in line for line in way.told)


def test_no_recording_is_said(way: Way) -> None:
    way.export(CHAT)
    assert any("No voice message, since there is no recording beside the report" in line for line in way.told)


@pytest.mark.parametrize("data", [b"", b"OggS", b"RIFF....WAVE", b"OggS" + bytes(200), opus(0.0)])
def test_a_recording_that_is_none_is_told_before_anything_is_sent(data: bytes, way: Way) -> None:
    write_recording(way.report, data)
    with pytest.raises(UsageError, match="no Ogg/Opus recording") as caught:
        way.export(CHAT)
    assert f"survey speech {way.report} --lang en --audio" in caught.value.hint
    assert way.fake.requests == []


def test_nobody_is_told_twice_of_the_same(way: Way) -> None:
    write_recording(way.report, opus(1.0))
    for _ in range(3):
        way.export(CHAT, CHAT, "webhook")
        way.clock.sleep(7200.0)
    assert [message["type"] for message in way.fake.messages] == ["interactive", "audio", "interactive"]
    write_report(way.report, document())
    way.export(CHAT)
    assert [message["type"] for message in way.fake.chat(CHAT)] == ["interactive", "audio"] * 2


def test_a_chat_that_cannot_open_the_document_is_said(way: Way, setenv: Set) -> None:
    way.export(CHAT)
    assert any(f"The document is not shared with {CHAT}" in line for line in way.told)
    way.told.clear()
    setenv("CHAT", CHAT)
    way.export(CHAT)
    assert not any("is not shared with" in line for line in way.told)


def test_a_recording_of_another_survey_is_not_sent(way: Way) -> None:
    """Whoever surveys anew without speaking anew would tell the chat the figures of the last time."""
    for spoil in (
        lambda: (way.report / "survey.json").write_text(document().model_dump_json(by_alias=True), encoding="utf-8"),
        lambda: (way.report / "speech.en.opus").write_bytes(opus(3.0)),
        lambda: (way.report / "speech.json").write_text('{"schema": "survey-speech/v1", "scripts": []}'),
        (way.report / "speech.json").unlink,
    ):
        write_recording(way.report, opus(2.0))
        spoil()
        with pytest.raises(UsageError, match=r"speech\.en\.opus is not of this report") as caught:
            way.export(CHAT)
        assert f"survey speech {way.report} --lang en --audio" in caught.value.hint
    assert way.fake.requests == []
    way.export("webhook")
    assert len(way.fake.messages) == 1, "a webhook gets no recording, so that none is asked for"


@needs_espeak
def test_what_survey_speech_made_is_sent(way: Way) -> None:
    made = CliRunner().invoke(main, ["speech", str(way.report), "--lang", "en", "--engine", "espeak-ng"])
    assert made.exit_code == 0, made.output
    way.export(CHAT)
    (file,) = way.fake.files.values()
    assert file["data"] == (way.report / "speech.en.opus").read_bytes()
    assert 55_000 <= file["duration"] <= 65_000


@pytest.mark.parametrize(
    ("notify", "says"),
    [
        ("chat", "there is no chat to notify"),
        ("everybody", "`everybody` is nobody to notify"),
        ("webhook", "there is no webhook to notify"),
    ],
)
def test_a_receiver_that_is_not_known(notify: str, says: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SURVEY_FEISHU_WEBHOOK")
    with pytest.raises(UsageError, match=says):
        way.export(notify)
    assert way.fake.requests == []


def test_the_signature_of_the_documentation() -> None:
    assert sign(1599360473, "testsecret") == "363UeKLKin0EeG+hrOQd23TNUSH+orqAFf6mWFdhcD4="


def test_a_webhook_without_a_secret(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    way.fake.hooks[HOOK] = (None, None)
    monkeypatch.delenv("SURVEY_FEISHU_WEBHOOK_SECRET")
    way.export("webhook")
    assert len(way.fake.messages) == 1


@pytest.mark.parametrize("text", ["<at id=all></at>", "[click](https://evil.example)", "**bold**\n# head", "</font><at user_id='all'>"])
def test_hostile_names_are_no_markup_in_a_card(text: str, way: Way, tmp_path: Path) -> None:
    write_report(tmp_path / "report", document_about(text))
    way.export(CHAT, "webhook")
    for message in way.fake.messages:
        check_card(message["content"])
        assert "markdown" not in str(message["content"]).lower(), "plain text alone is never read as markup"
        assert "lark_md" not in str(message["content"])
        assert "evil" not in str(buttons(message["content"]))
