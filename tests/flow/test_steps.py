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
BRANCHES = """\
import json

def convert(content):
    parts = []
    for part in content.parts:
        if "function_response" in part:
            part = part.function_response
            parts.append(ToolCallResponse(id=part.id, response=part.response))
        elif "function_call" in part:
            part = part.function_call
            parts.append({"type": "tool_call", "name": part.name, "arguments": part.args})
        elif "text" in part:
            parts.append(Text(content=part.text))
    return parts

def wrap(wrapped, instance, args, kwargs):
    with start_span() as span:
        span.set_attribute("gen_ai.system_instructions", json.dumps(convert(kwargs["system"])))
        span.set_attribute("gen_ai.tool.call.arguments", json.dumps(convert(kwargs["call"])))
"""
RETURNS = """\
import json

def convert(message):
    if message["role"] == "tool":
        return as_result(message)
    return {"role": message["role"], "parts": message["text"]}

def as_result(message):
    return {"role": "tool", "parts": [{"type": "tool_call_response", "response": message["content"]}]}

def wrap(wrapped, instance, args, kwargs):
    span.set_attribute("gen_ai.tool.call.result", json.dumps(convert(kwargs["message"])))
"""
SPEAKERS = """\
from opentelemetry.sdk._logs import LogRecord
from dataclasses import dataclass

@dataclass
class Message:
    content: str
    role: str

def emit(logger, event):
    logger.emit(LogRecord(event_name=f"gen_ai.{event.role}.message", body={"content": event.content}))

def wrap(wrapped, instance, args, kwargs):
    emit(get_logger(), Message(content=kwargs["system"], role="system"))
    emit(get_logger(), Message(content=kwargs["result"], role=kwargs["role"]))
"""
EARLY = """\
def attributes(prompt):
    return {"gen_ai.prompt": prompt}

def wrap(wrapped, instance, args, kwargs):
    span = state.span
    if not span:
        print(attributes(kwargs["draft"]))
        return
    span.set_attributes(attributes(kwargs["final"]))
"""
RECORDING = """\
class Wrapped:
    def set_attribute(self, key, value):
        if not self.is_recording():
            if self.ended:
                self.span.set_attribute(key, value)
            return
        self.span.set_attribute(key, value)

def wrap(wrapped, instance, args, kwargs):
    Wrapped().set_attribute("gen_ai.prompt", kwargs["prompt"])
"""
OPTIONS = """\
import json

def dumps(obj, **kwargs):
    return json.dumps(obj, default=str, **kwargs)

def wrap(wrapped, instance, args, kwargs):
    for number, message in enumerate(instance.messages):
        span.set_attribute("gen_ai.prompt", dumps(message["content"]))
"""
BRACKETS = """\
def wrap(wrapped, instance, args, kwargs):
    messages = kwargs["messages"]
    span.set_attributes(
        dict([
            (
                "gen_ai.prompt",
                messages[0],
            ),
        ])
    )
"""
REGISTERED = """\
def _parse(kwargs):
    request = kwargs.get("request")
    return {"content": request.prompt}

def _with_tracer(func):
    def outer(tracer):
        def wrapper(wrapped, instance, args, kwargs):
            return func(tracer, wrapped, instance, args, kwargs)
        return wrapper
    return outer

@_with_tracer
def _wrap(tracer, wrapped, instance, args, kwargs):
    event = _parse(kwargs)
    tracer.start_span("chat").set_attribute("gen_ai.prompt", event["content"])
    response = wrapped(*args, **kwargs)
    return response

def instrument(tracer):
    wrap_function_wrapper("client", "Client.ask", _wrap(tracer))
"""

SAFE = """\
def safe(func):
    def inner(*args, **kwargs):
        return func(*args, **kwargs)
    return inner
"""
HANDLER = """\
from framework import CallbackHandler
from sdk.safe import safe

class Handler(CallbackHandler):
    @safe
    def on_end(self, response, **kwargs):
        tracer.start_span("chat").set_attribute("gen_ai.completion", response)

def setup():
    register(Handler())
"""


@pytest.mark.parametrize(
    ("source", "role", "expected"),
    [
        (
            BRANCHES,
            Role.SYSTEM,
            [
                "18 comes from kwargs['system']",
                "5 then read as content.parts",
                "13 then read as part.text",
                "18 written under gen_ai.system_instructions",
            ],
        ),
        (
            BRANCHES,
            Role.TOOL_CALL,
            [
                "19 comes from kwargs['call']",
                "5 then read as content.parts",
                "10 then read as part.function_call",
                "11 then read as part.args",
                "19 written under gen_ai.tool.call.arguments",
            ],
        ),
        (
            RETURNS,
            Role.TOOL_RESULT,
            [
                "12 comes from kwargs['message']",
                "5 then handed to as_result(message)",
                "9 then read as message['content']",
                "12 written under gen_ai.tool.call.result",
            ],
        ),
        (
            SPEAKERS,
            Role.TOOL_RESULT,
            [
                "14 comes from kwargs['result']",
                "10 then read as event.content, written under gen_ai.tool.message",
            ],
        ),
        (
            EARLY,
            Role.INPUT,
            [
                "9 comes from kwargs['final']",
                "2 written under gen_ai.prompt",
                "9 reaches span.set_attributes(attributes(kwargs['final']))",
            ],
        ),
        (
            RECORDING,
            Role.INPUT,
            [
                "10 comes from kwargs['prompt'], written under gen_ai.prompt",
                "7 reaches self.span.set_attribute(key, value)",
            ],
        ),
        (
            OPTIONS,
            Role.INPUT,
            [
                "7 comes from instance.messages",
                "8 then read as message['content'], written under gen_ai.prompt",
            ],
        ),
        (
            BRACKETS,
            Role.INPUT,
            [
                "2 comes from kwargs['messages']",
                "7 then read as messages[0]",
                "6 written under gen_ai.prompt",
                "3 reaches span.set_attributes(dict([('gen_ai.prompt', messages[0])]))",
            ],
        ),
        (
            REGISTERED,
            Role.INPUT,
            [
                "7 comes from parameter kwargs of outer.wrapper",
                "8 then handed to func(tracer, wrapped, instance, args, kwargs)",
                "14 then handed to _parse(kwargs)",
                "2 then read as kwargs.get('request')",
                "3 then read as request.prompt",
                "15 then read as event['content'], written under gen_ai.prompt",
            ],
        ),
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
    ids=[
        "the text arm",
        "the arm of calls",
        "the helper of results",
        "who can speak so",
        "an arm that returns",
        "a span that records",
        "options of a helper",
        "the line of the key",
        "a wrapper that is registered",
        "through a decorator",
        "kept in a field",
        "pairs of a generator",
        "a helper's result",
        "a closure",
    ],
)
def test_the_way_is_told(source: str, role: Role, expected: list[str]) -> None:
    assert steps(source, role) == expected


def test_code_that_goes_round_in_circles_comes_to_an_end() -> None:
    assert steps(CIRCLE, Role.INPUT)[-1] == "3 written under gen_ai.prompt"


def test_a_step_stands_in_the_file_of_its_line() -> None:
    code = "\n" * 20 + HANDLER
    files = {"pyproject.toml": b'[project]\nname = "sdk"\nversion = "1"\n', "sdk/__init__.py": code.encode(), "sdk/safe.py": SAFE.encode()}
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "sdk"), files)
    (package,) = FRONTEND.find_packages(snapshot)
    (write,) = [found.write for found in analyse_package(PackageJob(snapshot, package), FRONTEND).writes]
    assert [(step.path, step.line) for step in write.evidence.steps] == [("sdk/__init__.py", 26), ("sdk/__init__.py", 27)]
