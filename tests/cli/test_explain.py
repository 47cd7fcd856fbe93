"""`survey explain` on a real little package: what it tells, what it says about wrong input, and what hostile source cannot do."""

import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from rich.cells import cell_len

from survey.cli import main
from survey.model.document import Evidence, Step
from survey.model.vocabulary import Channel, Role
from survey.report.explain import render_explanation
from survey.view.explanation import CodeLine, ExplainedRecord, ExplainedWrite, Explanation, ShownStep
from tests.report.documents import package, record
from tests.report.hostile import hostile_text

_PATCH = """\
import json
import os

from opentelemetry import trace

from tiny.spans import set_output, set_prompt

tracer = trace.get_tracer(__name__)


class TinyInstrumentor:
    def instrument(self):
        patch(self._wrap)

    def _wrap(self, wrapped, instance, args, kwargs):
        with tracer.start_as_current_span("chat") as span:
            if os.environ.get("TINY_CAPTURE_CONTENT", "true").lower() == "true":
                set_prompt(span, kwargs)
            response = wrapped(*args, **kwargs)
            set_output(span, response)
            return response
"""
_SPANS = """\
import json

PREFIX = "gen_ai.prompt"


def set_prompt(span, kwargs):
    for number, message in enumerate(kwargs.get("messages")):
        put(span, f"{PREFIX}.{number}", message)


def put(span, prefix, message):
    content = json.dumps(message.get("content"))
    span.set_attribute(f"{prefix}.content", content)


def set_output(span, response):
    _set(span, "gen_ai.completion.0.content", response.choices[0].text)


def _set(span, name, value):
    if value is not None:
        span.set_attribute(name, value)
"""


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    folder = tmp_path / "sdk"
    (folder / "tiny").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "tiny-sdk"\nversion = "1.0"\n')
    (folder / "tiny" / "__init__.py").write_text(_PATCH)
    (folder / "tiny" / "spans.py").write_text(_SPANS)
    return folder


def explain(*args: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["explain", *(str(arg) for arg in args)], env=env)


def flat(text: str) -> str:
    """Without the line breaks that the width of the terminal makes."""
    return " ".join(text.split())


def test_the_way_of_a_prompt_from_the_call_to_the_span(sdk: Path) -> None:
    result = explain("--path", sdk, "--role", "input")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "sdk: tiny-sdk  1.0"
    assert "input -> span attribute, written by default" in lines
    assert "  switch: TINY_CAPTURE_CONTENT (env, default true)  tiny/__init__.py:17" in lines
    assert "  gen_ai.prompt.*.content" in lines
    steps = [line.strip() for line in lines if line[:4].strip()[:2] in ("1.", "2.", "3.", "4.", "5.", "6.")]
    assert steps == [
        "1. comes from parameter kwargs of TinyInstrumentor._wrap",
        "2. then handed to set_prompt(span, kwargs)",
        "3. then read as kwargs.get('messages')",
        '4. then handed to put(span, "{PREFIX}.{number}", message), key made of',
        "5. then read as message.get('content')",
        "6. written under gen_ai.prompt.*.content",
    ]
    assert [line for line in lines if line.startswith("     >")][-2:] == [
        '     > 12 | content = json.dumps(message.get("content"))',
        '     > 13 | span.set_attribute(f"{prefix}.content", content)',
    ]
    assert all(cell_len(line) <= 80 for line in lines if " | " in line)


def test_what_comes_back_from_the_wrapped_call(sdk: Path) -> None:
    result = explain("--path", sdk, "--role", "output", "--channel", "span_attribute")
    assert "1. comes from the result of wrapped(*args, **kwargs)" in result.stdout
    assert "3. then read as response.choices[0].text, written under gen_ai.completion.0.content" in flat(result.stdout)
    assert "reaches span.set_attribute(name, value)" in result.stdout


def test_an_earlier_report_is_explained_without_analysing_again(sdk: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert CliRunner().invoke(main, ["run", "--path", str(sdk), "--out", str(out)]).exit_code == 0
    anew = explain("--path", sdk, "--role", "input")
    result = explain("sdk", "--report", out / "survey.json", "--path", sdk, "--role", "input")
    assert result.exit_code == 0, result.output
    assert result.stdout == anew.stdout
    assert "analysing" not in result.stderr
    gone = explain("--report", out / "survey.json")
    assert gone.exit_code == 0, gone.output
    assert "The code is not shown: the report does not say where this source can be read again" in flat(gone.stdout)
    assert "1. comes from parameter kwargs of TinyInstrumentor._wrap" in gone.stdout


def test_what_is_not_written_is_an_answer(sdk: Path) -> None:
    result = explain("--path", sdk, "--role", "reasoning")
    assert result.exit_code == 0, result.output
    assert "reasoning: not found in 2 files" in result.stdout
    result = explain("--path", sdk, "--role", "input", "--channel", "log_record")
    assert "input: not written there, but as span attribute." in result.stdout


@pytest.mark.parametrize(
    ("args", "says", "hint"),
    [
        (["langfus"], "not in the catalog", "langfuse"),
        ([], "say which target to explain", "langfuse"),
        (["--path", "sdk", "--package", "tiny"], "sdk has no package `tiny`", "tiny-sdk"),
        (["--path", "sdk", "--role", "prompt"], "'input', 'system', 'output'", ""),
        (["--path", "sdk", "--channel", "span"], "'span_attribute', 'span_event'", ""),
        (["--path", "nowhere"], "nowhere", ""),
        (["other", "--report", "report.json"], "the report has no target `other`", "it has sdk"),
        (["--report", "broken.json"], "is not a survey.json", "earlier run"),
    ],
)
def test_wrong_input_is_told_with_what_there_is(
    args: list[str], says: str, hint: str, sdk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.json").write_text("{")
    if "report.json" in args:
        CliRunner().invoke(main, ["run", "--path", str(sdk), "--out", str(tmp_path / "out")])
        (tmp_path / "out" / "survey.json").rename(tmp_path / "report.json")
    result = explain(*args)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert hint in result.stderr
    assert "Traceback" not in result.output


def test_nothing_to_explain(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = explain("--path", tmp_path / "empty")
    assert result.exit_code == 3
    assert "no package of a supported language was found" in result.stderr


def _about(text: str) -> Explanation:
    made = record(key=text)
    write = made.writes[0]
    evidence = Evidence(path=text, line=1, end_line=1, symbol=text, permalink=text, steps=(Step(path=text, line=1, note=text),))
    write = write.model_copy(update={"evidence": evidence, "event": text})
    step = ShownStep(text, text, 1, text, (CodeLine(1, text, marked=True), CodeLine(2, f"\t{text}", marked=False)))
    shown = ExplainedRecord(made, (), (ExplainedWrite(write, text, (step,)),), (write,), (write,))
    found = package("sdk", made).model_copy(update={"name": text})
    return Explanation(found, text, text, (shown,), (Role.OUTPUT,), ((Role.INPUT, (Channel.METRIC,)),), text)


@given(hostile_text)
def test_nothing_hostile_reaches_the_terminal(text: str) -> None:
    shown = render_explanation(_about(text))
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)


def test_colours_only_when_asked_for() -> None:
    assert "\x1b" not in render_explanation(_about("[bold]x[/bold]"))
    assert "[bold]x[/bold]" in render_explanation(_about("[bold]x[/bold]"))
    assert "\x1b[" in render_explanation(_about("x"), color=True)
