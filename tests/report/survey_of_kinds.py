"""A survey with something of every kind that the page shows, small enough to know all its numbers."""

from survey.model.document import (
    Document,
    Evidence,
    Finding,
    Gate,
    Limit,
    Package,
    Place,
    Record,
    RecordGate,
    Redaction,
    Searched,
    Step,
    Unresolved,
    Write,
)
from survey.model.vocabulary import Channel, Confidence, Default, GateKind, KeyShape, Language, Outcome, Role, TargetStatus
from tests.report.documents import BASE, document, package, record, target

CAPTURE = Gate(
    id="env:CAPTURE_CONTENT",
    kind=GateKind.ENV,
    name="CAPTURE_CONTENT",
    values=("true",),
    default="true",
    evidence=Evidence(path="src/sdk/settings.py", line=4, end_line=4),
)
EVENTS = Gate(
    id="option:Kit.use_events",
    kind=GateKind.OPTION,
    name="Kit(use_events=)",
    values=("true",),
    default="false",
    evidence=Evidence(path="src/sdk/settings.py", line=9, end_line=9),
)
_ALLOWED = {"gate": CAPTURE.id, "in": ["true"]}
_AS_EVENTS = {"gate": EVENTS.id, "in": ["true"]}


def _write(key: str, line: int, when: object, *, event: str | None = None, limited: bool = False) -> Write:
    path = "src/sdk/spans.py"
    evidence = Evidence(
        path=path,
        line=line,
        end_line=line,
        symbol="Kit.trace",
        permalink=f"{BASE}/{path}#L{line}",
        steps=(
            Step(path="src/sdk/wrap.py", line=line - 3, note="comes from parameter messages of Kit.trace"),
            Step(path="src/sdk/wrap.py", line=line - 2, note="then handed to json.dumps(messages)"),
            Step(path=path, line=line, note=f"written under {key}"),
        ),
    )
    gates = tuple(gate.id for gate in (CAPTURE, EVENTS) if gate.id in repr(when))
    limits = (Limit(value=2000, unit="characters", strategy="truncate", evidence=evidence),) if limited else ()
    hooks = (Redaction(hook="Kit(mask=)", scope="all", stage="write", evidence=evidence),) if limited else ()
    return Write(key=key, event=event, key_shape=KeyShape.JSON, when=when, gates=gates, limits=limits, redaction=hooks, evidence=evidence)


def _record(channel: Channel, role: Role, default: Default, *writes: Write, ungated: int = 0) -> Record:
    gates = tuple(
        RecordGate(kind=gate.kind, name=gate.name, values=gate.values, default=gate.default)
        for gate in (CAPTURE, EVENTS)
        if any(gate.id in write.gates for write in writes)
    )
    places = tuple(Place(path="src/sdk/spans.py", line=ungated) for _ in range(bool(ungated)))
    keys = tuple(sorted({write.key for write in writes}))
    return Record(
        channel=channel, role=role, confidence=Confidence.HIGH, writes=writes, keys=keys, default=default, gates=gates, ungated=places
    )


def switched() -> Package:
    """A package whose prompt goes to attributes or logs as an option says, with one answer that escapes the switch."""
    attribute, log = {"all": [_ALLOWED, {"not": _AS_EVENTS}]}, {"all": [_ALLOWED, _AS_EVENTS]}
    records = (
        _record(Channel.SPAN_ATTRIBUTE, Role.INPUT, Default.ON, _write("gen_ai.input.messages", 20, attribute, limited=True)),
        _record(
            Channel.SPAN_ATTRIBUTE,
            Role.OUTPUT,
            Default.ON,
            _write("gen_ai.output.messages", 30, attribute),
            _write("gen_ai.output.messages", 40, True),
            ungated=40,
        ),
        _record(Channel.LOG_RECORD, Role.INPUT, Default.OFF, _write("gen_ai.user.message", 50, log)),
    )
    roles = {role: Outcome.NOT_FOUND for role in Role if role is not Role.UNKNOWN} | {Role.INPUT: Outcome.FOUND, Role.OUTPUT: Outcome.FOUND}
    return Package(
        name="switched-kit",
        version="2.0.0",
        language=Language.PYTHON,
        path="src",
        outcomes=roles,
        gates=(CAPTURE, EVENTS),
        records=records,
        searched=Searched(files=12, sinks=34),
    )


def survey_of_kinds() -> Document:
    """Eight packages of two projects and one project that could not be read."""
    cut = package("cut-short", record(key="app.prompt"), status=TargetStatus.PARTIAL)
    cut = cut.model_copy(update={"unresolved": (Unresolved(path="src/sdk/loop.py", line=7, sink="f", reason="calls nest too deeply"),)})
    return document(
        target(
            "kits",
            switched(),
            package(
                "every-mark",
                record(gates=[RecordGate(kind=GateKind.ENV, name="HIDE_IT", default="false")], key="llm.input_messages.*.message.content"),
                record(Channel.VENDOR_PAYLOAD, Role.OUTPUT, Default.DEPENDS, key="payload.output"),
                record(role=Role.TOOL_CALL, nested=True),
                record(role=Role.TOOL_RESULT, rewriter=True),
                record(role=Role.REASONING, default=Default.UNKNOWN, key="reasoning"),
            ),
            package("only-logs", record(Channel.LOG_RECORD, Role.INPUT, Default.OFF, key="gen_ai.user.message")),
            package("quiet"),
        ),
        target(
            "others",
            cut,
            package("crashed", status=TargetStatus.FAILED, outcome=Outcome.ERROR),
            package("blind", outcome=Outcome.NOT_SUPPORTED),
            package("neither", outcome=Outcome.NOT_APPLICABLE),
        ),
        target("gone", status=TargetStatus.FAILED, reason="too large"),
        findings=[
            Finding(
                rule="ungated-path",
                level="warning",
                package="switched-kit",
                params={"channel": "span_attribute", "role": "output", "key": "gen_ai.output.messages"},
                evidence=Evidence(path="src/sdk/spans.py", line=40, end_line=40, permalink=f"{BASE}/src/sdk/spans.py#L40"),
            )
        ],
    )
