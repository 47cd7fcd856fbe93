"""Surveys of every kind, generated: small, empty, failed, of one project or many, with names that nobody can say."""

from hypothesis import strategies as st

from survey.model.document import Document, Evidence, Finding, Gate, Package, Record, TargetResult
from survey.model.vocabulary import Channel, Default, Effect, GateKind, Outcome, Role, TargetStatus
from survey.verdicts.findings import RULES
from tests.report.documents import document, evidence, package, record, target
from tests.report.hostile import hostile_text

_PROJECTS = st.sampled_from(
    ["Langfuse", "OpenLLMetry", "OpenTelemetry Python Contrib (GenAI)", "my-sdk", "pypi:some_thing==1.2", "X", "观测"]
)
_PACKAGES = st.sampled_from(
    ["langfuse", "opentelemetry-instrumentation-openai-agents-v2", "openinference-instrumentation-llama-index", "traceloop-sdk", "a" * 90]
)
_SWITCHES = st.sampled_from(
    [
        "TRACELOOP_TRACE_CONTENT",
        "LangchainInstrumentor(use_legacy_attributes=)",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        "mask",
    ]
)
_VALUES = st.sampled_from(["false", "SPAN_ONLY", "", "0", "https://evil.example", "no_content"])
_REPOSITORIES = st.sampled_from(["example/sdk", "open-telemetry/opentelemetry-python-contrib"])


def _name(usual: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(usual, usual, hostile_text)


@st.composite
def _record(draw: st.DrawFn, channel: Channel, role: Role) -> Record:
    made = record(
        channel,
        role,
        draw(st.sampled_from(Default)),
        nested=draw(st.integers(0, 5)) == 0,
        rewriter=draw(st.integers(0, 9)) == 0,
        ungated=draw(st.integers(0, 1)),
    )
    write = made.writes[0].model_copy(update={"evidence": evidence(line=draw(st.integers(1, 9)))})
    return made.model_copy(update={"writes": (write,)})


@st.composite
def _package(draw: st.DrawFn) -> Package:
    places = draw(st.lists(st.tuples(st.sampled_from(Channel), st.sampled_from(Role)), max_size=5, unique=True))
    records = [draw(_record(channel, role)) for channel, role in places]
    status = draw(st.sampled_from([TargetStatus.ANALYSED, TargetStatus.PARTIAL, TargetStatus.FAILED]))
    outcome = Outcome.ERROR if status is TargetStatus.FAILED else Outcome.NOT_FOUND
    made = package(draw(_name(_PACKAGES)), *(records if status is not TargetStatus.FAILED else []), status=status, outcome=outcome)
    gate = Gate(id="g", kind=GateKind.ENV, name=draw(_name(_SWITCHES)), effect=Effect.NONE, evidence=evidence(line=99))
    return made.model_copy(update={"gates": (gate,)})


@st.composite
def _target(draw: st.DrawFn, number: int) -> TargetResult:
    if draw(st.integers(0, 4)) == 0:
        return target(f"t{number}", status=draw(st.sampled_from([TargetStatus.FAILED, TargetStatus.SKIPPED])), reason="no network")
    packages = draw(st.lists(_package(), max_size=4)) * draw(st.sampled_from([1, 1, 1, 40]))
    made = target(f"t{number}", *packages, status=draw(st.sampled_from([TargetStatus.ANALYSED, TargetStatus.PARTIAL])))
    return made.model_copy(update={"name": draw(_name(_PROJECTS)), "repo": draw(_REPOSITORIES)})


@st.composite
def _finding(draw: st.DrawFn, packages: list[Package]) -> Finding:
    rule = draw(st.sampled_from(RULES))
    found = draw(st.sampled_from(packages))
    params = {"switch": draw(_name(_SWITCHES)), "value": draw(_name(_VALUES)), "limit": draw(st.sampled_from(["128", "", "many"]))}
    shown: Evidence = evidence(line=99 if rule.name == "gate-unused" else draw(st.integers(1, 9)))
    if found.records and rule.name != "gate-unused" and draw(st.booleans()):
        told = draw(st.sampled_from(found.records))
        shown = told.writes[0].evidence
        params |= {"channel": told.channel, "role": told.role}
    return Finding(rule=rule.name, level=rule.level, package=found.name, params=params, evidence=shown)


@st.composite
def surveys(draw: st.DrawFn) -> Document:
    """Any survey."""
    targets = [draw(_target(number)) for number in range(draw(st.integers(0, 5)))]
    packages = [each for one in targets for each in one.packages]
    findings = draw(st.lists(_finding(packages), max_size=8)) if packages else []
    return document(*targets, findings=findings)
