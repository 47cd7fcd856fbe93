"""Documents built by hand for the tests of views and reports."""

from collections.abc import Sequence

from survey.model.document import (
    Document,
    Evidence,
    Finding,
    Gate,
    Library,
    Limit,
    Package,
    Place,
    Record,
    RecordGate,
    Redaction,
    Searched,
    Skipped,
    Source,
    Step,
    TargetResult,
    Tool,
    Unresolved,
    Write,
)
from survey.model.vocabulary import (
    Channel,
    Confidence,
    Default,
    Effect,
    GateKind,
    KeyShape,
    Language,
    Outcome,
    Role,
    SourceKind,
    TargetStatus,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
BASE = f"https://github.com/example/sdk/blob/{COMMIT}"


def evidence(path: str = "src/sdk/spans.py", line: int = 10) -> Evidence:
    return Evidence(path=path, line=line, end_line=line + 1, symbol="f", permalink=f"{BASE}/{path}#L{line}-L{line + 1}")


def record(
    channel: Channel = Channel.SPAN_ATTRIBUTE,
    role: Role = Role.INPUT,
    default: Default = Default.ON,
    *,
    nested: bool = False,
    rewriter: bool = False,
    key: str = "gen_ai.input.messages",
    gates: Sequence[RecordGate] = (),
    ungated: int = 0,
) -> Record:
    return Record(
        channel=channel,
        role=role,
        nested=nested,
        confidence=Confidence.HIGH,
        writes=(Write(key=key, key_shape=KeyShape.JSON, when=True, rewriter=rewriter, evidence=evidence()),),
        keys=(key,),
        default=default,
        gates=tuple(gates),
        ungated=tuple(Place(path="src/sdk/spans.py", line=20 + n) for n in range(ungated)),
    )


def package(name: str, *records: Record, status: TargetStatus = TargetStatus.ANALYSED, outcome: Outcome = Outcome.NOT_FOUND) -> Package:
    found = {each.role for each in records}
    return Package(
        name=name,
        version="1.2.3",
        language=Language.PYTHON,
        path="src",
        status=status,
        outcomes={role: Outcome.FOUND if role in found else outcome for role in Role if role is not Role.UNKNOWN},
        records=records,
        searched=Searched(files=3, sinks=7),
    )


def target(id_: str, *packages: Package, status: TargetStatus = TargetStatus.ANALYSED, reason: str = "") -> TargetResult:
    source = Source(
        kind=SourceKind.GIT, url="https://github.com/example/sdk.git", ref="main", commit=COMMIT, committed_at="2026-01-02T03:04:05Z"
    )
    return TargetResult(id=id_, name=id_.title(), repo="example/sdk", status=status, reason=reason, source=source, packages=packages)


def document(*targets: TargetResult, findings: Sequence[Finding] = ()) -> Document:
    return Document(
        schema_="survey/v1",
        tool=Tool(version="0.1.0", knowledge_sha256="ab" * 32),
        generated_at="2026-01-05T00:00:00Z",
        targets=targets,
        findings=tuple(findings),
    )


def document_about(text: str) -> Document:
    """`text` in every place that can hold words of a surveyed repository, and something for every part of a report."""
    shown = Evidence(
        path=text,
        line=3,
        end_line=4,
        symbol=text,
        permalink=f"https://github.com/o/r/blob/c/{text}#L3",
        steps=(Step(path=text, line=1, note=text),),
    )
    gate = Gate(
        id=text,
        kind=GateKind.ENV,
        name=text,
        aliases=(text,),
        values=(text,),
        default=text,
        effect=Effect.EMPTY,
        precedence=(text,),
        evidence=shown,
    )
    condition = {"any": [{"gate": text, "in": [text]}, {"not": {"gate": "other", "is": "set"}}, {"unknown": {"path": text, "line": 3}}]}
    write = Write(
        key=text,
        event=text,
        field=text,
        key_shape=KeyShape.JSON,
        when=condition,
        gates=(text,),
        limits=(Limit(value=5, unit=text, strategy=text, evidence=shown),),
        redaction=(Redaction(hook=text, scope=text, stage=text, evidence=shown),),
        via=text,
        evidence=shown,
    )
    repeated = RecordGate(kind=GateKind.ENV, name=text, aliases=(text,), values=(text,), default=text)
    whole = Record(
        channel=Channel.SPAN_ATTRIBUTE,
        role=Role.INPUT,
        confidence=Confidence.LOW,
        writes=(write, write),
        keys=(text,) * 9,
        default=Default.DEPENDS,
        gates=(repeated,),
        ungated=(Place(path=text, line=9),),
    )
    hostile = Package(
        name=text,
        version=text,
        language=Language.PYTHON,
        path=text,
        status=TargetStatus.PARTIAL,
        libraries=(Library(name=text, version=text, sha256="0"),),
        activation=(gate,),
        outcomes={Role.INPUT: Outcome.FOUND, Role.OUTPUT: Outcome.NOT_FOUND, Role.SYSTEM: Outcome.ERROR},
        gates=(gate,),
        records=(whole,),
        unresolved=(Unresolved(path=text, line=1, sink=text, reason=text),),
        searched=Searched(files=1, sinks=1),
    )
    result = TargetResult(
        id=text,
        name=text,
        repo=text,
        status=TargetStatus.PARTIAL,
        reason=text,
        source=Source(
            kind=SourceKind.GIT, url=f"https://github.com/{text}", ref=text, commit=text, committed_at=text, fallback_reason=text
        ),
        packages=(hostile,),
        skipped=(Skipped(path=text, reason=text),),
    )
    finding = Finding(rule=text, level="error", package=text, params={text: text}, evidence=shown)
    return document(result, findings=[finding])
