"""Hand-built gates, writes and analyses for the tests of the verdicts."""

from typing import Any

from survey.languages.base import PackageSource
from survey.model.analysis import ContentWrite, PackageAnalysis
from survey.model.document import Evidence, Gate, Package, Searched, Write
from survey.model.snapshot import Distribution, Snapshot, SourceInfo
from survey.model.vocabulary import Channel, Confidence, GateKind, KeyShape, Language, Role, SourceKind
from survey.verdicts.package import package_result

CONTENT = Gate(id="content", kind=GateKind.ENV, name="TRACE_CONTENT", values=("true",), default="true")
OPT_IN = Gate(id="opt_in", kind=GateKind.OPTION, name="capture", values=("True",), default="False")
MODE = Gate(id="mode", kind=GateKind.OPTION, name="use_attributes", values=("True",), default="True")
ACTIVE = Gate(id="active", kind=GateKind.ENV, name="ENABLED", values=("true",), default=None)

CONTENT_ON = {"gate": "content", "in": ["true"]}
OPTED_IN = {"gate": "opt_in", "in": ["True"]}
AS_ATTRIBUTES = {"gate": "mode", "in": ["True"]}
SOMETHING = {"unknown": {"path": "p.py", "line": 3}}


def wrote(
    role: Role = Role.INPUT,
    when: Any = True,
    *,
    channel: Channel = Channel.SPAN_ATTRIBUTE,
    line: int = 10,
    key: str = "gen_ai.prompt",
    nested: bool = False,
    repeats: bool = False,
    confidence: Confidence = Confidence.HIGH,
    **more: Any,
) -> ContentWrite:
    more.setdefault("key_shape", KeyShape.JSON)
    write = Write(key=key, when=when, evidence=Evidence(path="p.py", line=line, end_line=line), **more)
    return ContentWrite(channel, role, nested, confidence, write, repeats)


def result(
    *writes: ContentWrite, gates: tuple[Gate, ...] = (), others: tuple[tuple[str, Any], ...] = (), cut: bool = False, path: str = ""
) -> Package:
    analysis = PackageAnalysis(writes, gates, others, (), Searched(files=1, sinks=len(writes)), cut)
    source = PackageSource("pkg", None, Language.PYTHON, path, {}, ())
    files = {"pkg-1.0/setup.py": b""}
    snapshot = Snapshot(SourceInfo(SourceKind.PYPI, "https://pypi.org"), files, (), (Distribution("pkg-1.0", "pkg", "1.0", "f", "0", "u"),))
    return package_result(source, snapshot, analysis, ())
