"""What another language brings that Python has not: an object that is no parameter, options objects, literals as objects.

There is no second frontend yet: these programs are Python by syntax, lowered as a frontend of TypeScript would (`this` becomes the
receiver, a parameter called `options` an options object), and read with TypeScript's knowledge.
"""

from dataclasses import fields, replace
from typing import Any

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.base import PackageSource
from survey.languages.python.lowering import lower
from survey.model import ir
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind


def rewritten(node: Any) -> Any:
    """The tree with `this` as the receiver of what has it for its first parameter."""
    if isinstance(node, tuple):
        return tuple(rewritten(item) for item in node)
    if not isinstance(node, ir.Node | ir.Arg):
        return node
    made = replace(node, **{f.name: rewritten(getattr(node, f.name)) for f in fields(node)})
    if isinstance(made, ir.Function) and made.params and made.params[0].name == "this":
        return replace(made, params=made.params[1:], receiver="this")
    return replace(made, options=True) if isinstance(made, ir.Param) and made.name == "options" else made


class Frontend:
    language = Language.TYPESCRIPT
    extensions: tuple[str, ...] = (".ts",)

    def keep(self, path: str) -> bool:
        return path.endswith(".ts")

    def find_packages(self, _snapshot: Snapshot) -> tuple[PackageSource, ...]:
        return (PackageSource("sdk", None, Language.TYPESCRIPT, "sdk", {"sdk": "sdk/index.ts"}, ()),)

    def lower(self, path: str, source: bytes) -> ir.Module:
        module = lower(path, source)
        return replace(module, body=rewritten(module.body))

    def absolute_module(self, module: str, level: int, importer: str, importer_is_package: bool) -> str:
        del level, importer, importer_is_package
        return module


def found(source: str) -> list[str]:
    """`channel role key`, and the switches, of every write of a package of this one module."""
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "sdk"), {"sdk/index.ts": source.encode()})
    (package,) = Frontend().find_packages(snapshot)
    result = analyse_package(PackageJob(snapshot, package), Frontend())
    gates = {gate.id: gate for gate in result.gates}
    return sorted(
        " ".join([found.channel, found.role, found.write.key, *(f"{gates[g].name}={gates[g].default}" for g in found.write.gates)])
        for found in result.writes
    )


OPTIONS = """\
class Instrumentation:
    def __init__(this, options):
        this.capture = BODY
    def enable(this):
        wrap("create", this.patch())
    def patch(this):
        plugin = this
        def patched(original):
            def create(this, *args):
                if plugin.capture:
                    span.setAttribute("gen_ai.prompt", args[0].prompt)
                return original.apply(this, args)
            return create
        return patched
"""
LITERALS = """\
KEYS = {"PROMPT": "gen_ai.prompt", "ANSWER": "gen_ai.completion"}
def start(body):
    attributes = {KEYS.PROMPT: body.messages}
    attributes.extra = 1
    tracer.startSpan("chat", {"kind": 1, "attributes": attributes})
def log(logger, body):
    logger.emit({"eventName": "gen_ai.user.message", "body": {"content": body.prompt}})
"""
CALLBACKS = """\
def own(message):
    return {"content": message.content}
def put(acc, message, index):
    for pair in Object.entries(own(message)):
        key, value = pair
        acc[f"llm.input_messages.{index}.message.{key}"] = value
    return acc
def start(span, body, response):
    span.setAttributes(body.messages.reduce(put, {}))
    Object.entries({"gen_ai.completion": response.text}).forEach(lambda pair: span.setAttribute(pair[0], pair[1]))
    call(body).then(lambda result: span.setAttribute("output.value", result.output))
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (OPTIONS.replace("BODY", "options.capture"), ["span_attribute input gen_ai.prompt Instrumentation(capture=)=None"]),
        (LITERALS, ["log_record input gen_ai.user.message", "span_attribute input gen_ai.prompt"]),
        (
            CALLBACKS,
            [
                "span_attribute input llm.input_messages.*.message.content",
                "span_attribute output gen_ai.completion",
                "span_attribute output output.value",
            ],
        ),
        (
            'def f(span, body):\n  if process.env.CAPTURE == "on":\n    span.setAttribute("gen_ai.prompt", body.prompt)\n',
            ["span_attribute input gen_ai.prompt CAPTURE=None"],
        ),
    ],
    ids=["receiver and options", "literals", "callbacks", "environment"],
)
def test_what_only_the_other_language_has(source: str, expected: list[str]) -> None:
    assert found(source) == expected
