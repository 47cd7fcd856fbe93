"""What a document says in English, in the other languages: every phrase that Survey itself makes is recognised."""

import re
from string import Formatter

import pytest
from hypothesis import given

from survey.flow.steps import _PHRASES
from survey.view.phrases import told
from survey.view.text import clean
from survey.view.wording import load_wording
from tests.report.hostile import hostile_text

EN, ZH = load_wording("en"), load_wording("zh")
SAMPLES = {"count": "3", "of": "7", "library": "opentelemetry-util-genai", "owner": "Handler.on_event", "part": "comes from a[0]"}
SAMPLES |= {"reason": "binary", "more": "too large", "host": "github.com", "near": "did you mean `a`?"}


def forms(id_: str) -> list[str]:
    message = EN.messages[id_]
    return [message] if isinstance(message, str) else [text for kind, text in message.items() if kind != "by"]


@pytest.mark.parametrize("id_", [id_ for id_ in EN.messages if id_.startswith("told.")])
def test_every_phrase_is_said_in_chinese(id_: str) -> None:
    for form in forms(id_):
        names = [name for _, name, _, _ in Formatter().parse(form) if name]
        text = form.format_map({name: SAMPLES.get(name, f"{name}_1(x, y)") for name in names})
        said = told(text, id_.split(".")[1], ZH)
        assert re.search(r"[\u4e00-\u9fff]", said), said
        assert not re.search(r"comes from|could not|binary", said), said
        assert all(SAMPLES[name] in said for name in names if name in SAMPLES and name not in ("part", "reason", "more", "near"))
        assert told(text, id_.split(".")[1], EN) == text


@pytest.mark.parametrize("form", [form for forms in _PHRASES.values() for form in forms])
def test_every_hop_of_the_engine_is_a_phrase(form: str) -> None:
    assert told(form.format(text="kwargs of f", detail="g(a, b)"), "step", ZH).isascii() is False


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("comes from the result of fn(a, b), written under gen_ai.x", "来自 fn(a, b) 的返回值，写到 gen_ai.x 下"),
        ("then read as m.text, in util-genai", "随后取出 m.text（在 util-genai 里）"),
        (
            "then handed to f(x, y), read as y.text, written under k, in lib",
            "随后传给 f(x, y)，取出 y.text，写到 k 下（在 lib 里）",
        ),
        ("comes from message, kept in self.text", "来自 message，存进 self.text"),
    ],
)
def test_steps_on_one_line_are_taken_apart(english: str, chinese: str) -> None:
    assert told(english, "step", ZH) == chinese


def test_reasons_are_taken_apart() -> None:
    text = "1 source file could not be read: a.py; 2 of 5 packages could be analysed only in part"
    assert told(text, "reason", ZH) == "有 1 个源文件没能读取：a.py；5 个包中有 2 个只分析了一部分"


@given(hostile_text)
def test_what_is_no_phrase_stays_as_it_is_and_is_cleaned(text: str) -> None:
    assert told(f"§ {text}", "reason", ZH) == clean(f"§ {text}", 2000)
