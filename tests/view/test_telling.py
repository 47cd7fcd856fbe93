"""Which key and which line a reader sees first."""

from survey.model.document import Evidence, Gate, Package, Record, Step, Write
from survey.model.vocabulary import Channel, Confidence, Default, GateKind, KeyShape, Role
from survey.view.build import build_view
from survey.view.drawer import telling_writes
from survey.view.model import Row
from survey.view.telling import Telling
from tests.report.documents import document, package, record, target

SWITCH = Gate(id="env:S", kind=GateKind.ENV, name="S", values=("true",), default="false")


def write(key: str, line: int, when: object = True, *, path: str = "src/main.py", steps: int = 1, event: bool = False) -> Write:
    way = tuple(Step(path=path, line=n, note="") for n in range(1, steps + 1))
    place = Evidence(path=path, line=line, end_line=line, steps=way)
    shape = KeyShape.EVENT_BODY if event else KeyShape.JSON
    gates = (SWITCH.id,) if "gate" in repr(when) else ()
    return Write(key=key, event=key if event else None, key_shape=shape, when=when, gates=gates, evidence=place)


def of(*writes: Write, channel: Channel = Channel.SPAN_ATTRIBUTE, role: Role = Role.INPUT, default: Default = Default.ON) -> Record:
    keys = tuple(sorted({each.key for each in writes}))
    return Record(channel=channel, role=role, confidence=Confidence.HIGH, writes=writes, keys=keys, default=default)


def made(*records: Record) -> Package:
    return package("a", *records).model_copy(update={"gates": (SWITCH,)})


def row(*records: Record) -> Row:
    return build_view(document(target("t", made(*records)))).groups[0].rows[0]


ASKED = {"gate": SWITCH.id, "in": ["true"]}
DATA = {"unknown": {"path": "src/main.py", "line": 9}}


def test_written_by_default_comes_before_a_better_name() -> None:
    found = row(of(write("gen_ai.user.message", 1, ASKED)), of(write("events", 2), channel=Channel.LOG_RECORD))
    assert found.leading == ((Role.INPUT, "events"),)
    assert found.keys == ("events", "gen_ai.user.message")
    assert found.evidence is not None
    assert found.evidence.text == "src/main.py:2"


def test_the_users_message_comes_before_what_goes_with_it() -> None:
    found = row(of(write("gen_ai.assistant.message", 1), write("http.request.body.text", 2), write("gen_ai.user.message", 3, DATA)))
    assert found.keys == ("gen_ai.user.message", "gen_ai.assistant.message", "http.request.body.text")


def test_of_equal_keys_the_one_that_nothing_stops_then_the_way_followed_furthest() -> None:
    writes = of(write("gen_ai.user.message", 1, DATA, steps=9), write("gen_ai.user.message", 2), write("gen_ai.user.message", 3, steps=4))
    told = [each.evidence.line for _, each in Telling(made(writes)).writes((writes,))]
    assert told == [3, 2, 1]


def test_the_way_that_most_content_goes_comes_first() -> None:
    few, many = write("gen_ai.user.message", 1, path="src/aside.py"), [write("gen_ai.user.message", n, path="src/main.py") for n in (5, 6)]
    found = row(of(few, *many))
    assert found.evidence is not None
    assert found.evidence.text == "src/main.py:5"
    assert found.files == 2


def test_prompt_and_completion_lead_with_one_key_each() -> None:
    found = row(of(write("input.value", 1), write("llm.input_messages", 2)), of(write("output.value", 3), role=Role.OUTPUT))
    assert found.leading == ((Role.INPUT, "llm.input_messages"), (Role.OUTPUT, "output.value"))
    assert found.keys == ("llm.input_messages", "output.value", "input.value")


def test_without_either_the_first_other_role_leads() -> None:
    assert row(record(role=Role.TOOL_RESULT, key="tool.result")).leading == ((Role.TOOL_RESULT, "tool.result"),)


def test_a_drawer_tells_the_same_write_first() -> None:
    events = of(write("gen_ai.assistant.message", 1, event=True), write("gen_ai.user.message", 2, event=True), channel=Channel.LOG_RECORD)
    assert [each.key for each in telling_writes(events, Telling(made(events)))] == ["gen_ai.user.message"]
