"""The steps of a write: told along the calls that the engine followed, whatever stands between the content and its key."""

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.registry import frontends
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, Role, SourceKind

FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)


def steps(source: str, role: Role) -> list[str]:
    """The notes of the first write of `role` in a package of this one module, each with its line."""
    files = {"pyproject.toml": b'[project]\nname = "sdk"\nversion = "1"\n', "sdk/__init__.py": source.encode()}
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "sdk"), files)
    (package,) = FRONTEND.find_packages(snapshot)
    writes = [found.write for found in analyse_package(PackageJob(snapshot, package), FRONTEND).writes if found.role is role]
    return [f"{step.line} {step.note}" for step in writes[0].evidence.steps]


DECORATED = """\
def safe(func):
    def inner(*args, **kwargs):
        return func(*args, **kwargs)
    return inner

@safe
def put(span, prompt):
    span.set_attribute("gen_ai.prompt", prompt)

@safe
def other(span, kwargs):
    span.set_attribute("gen_ai.request.model", kwargs.get("model"))

def wrap(wrapped, instance, args, kwargs):
    put(span(), kwargs["prompt"])
    other(span(), kwargs)
"""
FIELDS = """\
class Stream:
    def __init__(self, span):
        self._span = span
        self._text = ""

    def on_chunk(self, chunk):
        self._text += chunk.delta.content

    def close(self):
        self._span.set_attribute("gen_ai.completion", self._text)
"""
PAIRS = """\
def pairs(request):
    yield "gen_ai.prompt", request.get("messages")

def wrap(wrapped, instance, args, kwargs):
    span = tracer.start_span("chat", attributes=dict(pairs(kwargs)))
"""
HELPERS = """\
import json

def parts(content):
    return [{"type": "text", "content": content}]

def wrap(wrapped, instance, args, kwargs):
    messages = []
    for message in kwargs.get("messages"):
        messages.append({"role": message["role"], "parts": parts(message["content"])})
    span.set_attribute("gen_ai.input.messages", json.dumps(messages))
"""
CLOSURE = """\
def traced(fn):
    def inner(prompt, model):
        answer = fn(prompt, model)
        def finish(span):
            span.set_attribute("gen_ai.completion", answer.text)
        finish(start())
        return answer
    return inner
"""
CIRCLE = """\
def f(span, prompt):
    prompt = g(span, prompt)
    span.set_attribute("gen_ai.prompt", prompt)

def g(span, prompt):
    prompt = prompt or f(span, prompt)
    return g(span, prompt)
"""


@pytest.mark.parametrize(
    ("source", "role", "expected"),
    [
        (
            DECORATED,
            Role.INPUT,
            ["15 comes from kwargs['prompt']", "8 written under gen_ai.prompt"],
        ),
        (
            FIELDS,
            Role.OUTPUT,
            ["7 comes from chunk.delta.content, kept in self._text", "10 then read as self._text, written under gen_ai.completion"],
        ),
        (
            PAIRS,
            Role.INPUT,
            [
                "4 comes from parameter kwargs of wrap",
                "5 then handed to pairs(kwargs)",
                "2 then read as request.get('messages'), written under gen_ai.prompt",
                "5 reaches tracer.start_span('chat', attributes=dict(pairs(kwargs)))",
            ],
        ),
        (
            HELPERS,
            Role.INPUT,
            [
                "8 comes from kwargs.get('messages')",
                "9 then read as message['content']",
                "10 written under gen_ai.input.messages",
            ],
        ),
        (
            CLOSURE,
            Role.OUTPUT,
            ["3 comes from the result of fn(prompt, model)", "5 then read as answer.text, written under gen_ai.completion"],
        ),
    ],
    ids=["through a decorator", "kept in a field", "pairs of a generator", "a helper's result", "a closure"],
)
def test_the_way_is_told(source: str, role: Role, expected: list[str]) -> None:
    assert steps(source, role) == expected


def test_code_that_goes_round_in_circles_comes_to_an_end() -> None:
    assert steps(CIRCLE, Role.INPUT)[-1] == "3 written under gen_ai.prompt"
