"""How numbers, names and switches are said, and the catalogs that say them."""

import re
from string import Formatter

import pytest

from survey.speech.counting import length
from survey.speech.fit import Option, choose
from survey.speech.numbers import chinese, english
from survey.speech.spoken import say_name, say_project, say_switch
from survey.speech.surprises import KINDS, WEIGHTS
from survey.speech.wording import load_speech_wording


@pytest.mark.parametrize(
    ("number", "en", "zh"),
    [
        (0, "zero", "零"),
        (2, "two", "两"),
        (10, "ten", "十"),
        (12, "twelve", "十二"),
        (22, "twenty two", "二十二"),
        (66, "sixty six", "六十六"),
        (100, "one hundred", "一百"),
        (101, "one hundred one", "一百零一"),
        (128, "one hundred twenty eight", "一百二十八"),
        (212, "two hundred twelve", "两百一十二"),
        (1000, "one thousand", "一千"),
        (2005, "two thousand five", "两千零五"),
        (10_010, "ten thousand ten", "一万零一十"),
        (304_000, "three hundred four thousand", "三十万四千"),
        (1_000_000, "one million", "一百万"),
    ],
)
def test_numbers(number: int, en: str, zh: str) -> None:
    assert english(number) == en
    assert chinese(number) == zh


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("opentelemetry-instrumentation-openai-agents-v2", "Open AI Agents", "Open AI Agents"),
        ("openinference-instrumentation-llama-index", "Llama Index", "Llama Index"),
        ("opentelemetry-instrumentation-llamaindex", "Llama Index", "Llama Index"),
        ("opentelemetry-instrumentation-mcp", "M C P", "MCP"),
        ("opentelemetry-instrumentation-google-genai", "Google Gen AI", "谷歌 Gen AI"),
        ("traceloop-sdk", "Traceloop", "Traceloop"),
        ("openinference-instrumentation", "", ""),
        ("xkcdqz-pkg", "", ""),
        ("https://evil.example/x", "", ""),
        ("a-b-c-d-e-f", "", ""),
        ("观测", "", ""),
        ("rm -rf /; echo $(id) <b>", "", ""),
    ],
)
def test_packages(name: str, en: str, zh: str) -> None:
    assert say_name(name, "en") == en
    assert say_name(name, "zh") == zh


@pytest.mark.parametrize(
    ("name", "en"),
    [
        ("OpenLLMetry", "Open L L Metry"),
        ("OpenTelemetry Python Contrib (GenAI)", "Open Telemetry"),
        ("OpenInference", "Open Inference"),
        ("Langfuse", "Langfuse"),
        ("SomeNewSdk", "Some New"),
        ("pypi:acme==1.2.3", "Pypi Acme"),
    ],
)
def test_projects(name: str, en: str) -> None:
    assert say_project(name, "en") == en


@pytest.mark.parametrize(
    ("name", "en"),
    [
        ("TRACELOOP_TRACE_CONTENT", "traceloop trace content"),
        ("LangchainInstrumentor(use_legacy_attributes=)", "use legacy attributes"),
        ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "Gen AI capture message content"),
        ("SOME_VERY_LONG_SWITCH_OF_MANY_WORDS", ""),
    ],
)
def test_switches(name: str, en: str) -> None:
    assert say_switch(name, "en") == en


def test_a_latin_word_in_chinese_counts_three_or_four() -> None:
    assert length("写进 Open AI 的包。", "zh") == (4 + 6, 4 + 8)
    assert length("Sixty six, so it is.", "en") == (5, 5)


def test_the_cheapest_choice_within_the_bounds() -> None:
    def option(size: int, cost: int) -> Option:
        return Option((size, size), cost)

    slots = [(option(10, 0), option(4, 2)), (option(5, 0), option(0, 1))]
    assert [each.length[0] for each in choose(slots, 15, 15)] == [10, 5]
    assert [each.length[0] for each in choose(slots, 8, 14)] == [10, 0]
    assert [each.length[0] for each in choose(slots, 1, 9)] == [4, 5]
    with pytest.raises(ValueError, match="no choice"):
        choose(slots, 16, 20)


def test_both_catalogs_say_the_same_things() -> None:
    def shape(form: object) -> object:
        if isinstance(form, str):
            return {name for _, name, _, _ in Formatter().parse(form) if name}
        assert isinstance(form, dict)
        return form["by"], form.keys(), {name for text in form.values() for _, name, _, _ in Formatter().parse(text) if name}

    en, zh = (load_speech_wording(language).messages for language in ("en", "zh"))
    assert list(en) == list(zh)
    assert {id_: shape(form) for id_, form in en.items()} == {id_: shape(form) for id_, form in zh.items()}


def test_no_sentence_holds_what_a_voice_stumbles_over() -> None:
    for language, allowed in (("en", r"[A-Za-z ,.?{}_]+"), ("zh", r"[\u4e00-\u9fffA-Za-z \u3001\u3002\uff0c\uff1f{}_]+")):
        for id_, form in load_speech_wording(language).messages.items():
            for text in [form] if isinstance(form, str) else [text for kind, text in form.items() if kind != "by"]:
                assert re.fullmatch(allowed, text), (language, id_)


def test_every_form_of_a_surprise_has_a_sentence() -> None:
    words = load_speech_wording("en")
    assert [form for form in WEIGHTS if not words.has(form) and not words.has(f"{form}.off")] == []
    assert {form.partition(".")[0] for form in WEIGHTS} == set(KINDS)
