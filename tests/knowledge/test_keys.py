"""Each knowledge file carries its own examples; the rest is about matching and about the files as a whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from survey.knowledge.keys import EventMatch, KeyMatch, KeyTable
from survey.knowledge.loader import Example, load_knowledge, parse_file, role_files
from survey.model.errors import KnowledgeError
from survey.model.vocabulary import Channel, KeyShape, Role

EXAMPLES = [(dialect.dialect, example) for dialect in role_files() for example in dialect.examples]


def key(pattern: str, role: Role | None, *nested: Role, **more: object) -> KeyMatch:
    return KeyMatch(role=role, nested=nested, shape=None, dialect="d", by_kind={}, entry=pattern, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("dialect", "example"), EXAMPLES, ids=[f"{d}-{e.key or e.event}-{e.kind or e.field or ''}" for d, e in EXAMPLES])
def test_examples_of_the_files(dialect: str, example: Example) -> None:
    keys = load_knowledge().keys
    if example.event:
        event = keys.event(example.event, example.kind)
        assert event is not None
        found = event.field_role(example.field) if example.field else event.role
    else:
        match = keys.lookup(example.key or "", example.kind)
        if example.role is Role.UNKNOWN:
            assert match is None
            return
        assert match is not None
        assert match.dialect in (dialect, "common")
        found = match.role
    assert (found or "none") == example.role


def test_one_pattern_has_one_role_in_every_dialect() -> None:
    said = sorted((entry.key, str(entry.role), dialect.dialect) for dialect in role_files() for entry in dialect.keys)
    clashes = [(one, other) for one, other in pairwise(said) if one[0] == other[0] and one[1] != other[1]]
    assert clashes == []


def test_content_keys_name_a_shape() -> None:
    assert [entry.key for dialect in role_files() for entry in dialect.keys if entry.role != "none" and entry.shape is None] == []


def test_replacements_of_deprecated_keys_are_known_content() -> None:
    table = load_knowledge().keys
    for dialect in role_files():
        for entry in dialect.keys:
            if entry.deprecated:
                match = table.lookup(entry.deprecated)
                assert match, entry.deprecated
                assert match.is_content
        for event in dialect.events:
            assert event.deprecated is None or table.event(event.deprecated)


def test_the_most_specific_pattern_wins() -> None:
    table = KeyTable(
        [
            key("a.**", None),
            key("a.b.**", Role.INPUT),
            key("a.b.*.role", None),
            key("**.kind", None),
            key("a.b.*.content", Role.OUTPUT),
        ],
        [],
    )
    asked = {
        "a.x": "a.**",
        "a.b.0": "a.b.**",
        "a.b.0.role": "a.b.*.role",
        "a.b.*.content": "a.b.*.content",
        "a.b.x.y.kind": "**.kind",
        "kind": "**.kind",
    }
    assert {k: m.entry for k in asked if (m := table.lookup(k))} == asked
    assert table.lookup("b.content") is None


def test_holes_in_the_key_asked_for() -> None:
    table = KeyTable(
        [
            key("g.input.messages", Role.INPUT, Role.SYSTEM),
            key("g.output.messages", Role.OUTPUT),
            key("g.usage.a", None),
            key("g.usage.b", Role.INPUT),
            key("g.tool.x", Role.DOCUMENT),
        ],
        [],
    )
    both = table.lookup("g.*.messages")
    assert both is not None
    assert both.role is Role.UNKNOWN
    assert set(both.nested) == {Role.INPUT, Role.OUTPUT, Role.SYSTEM}
    only = table.lookup("g.in*t.messages")
    assert only is not None
    assert only.role is Role.INPUT
    assert table.lookup("g.usage.*") is None, "content and not content meet it: undecided"
    assert table.lookup("*.messages") is None, "nothing literal says whose key it is"


def test_span_kind_decides_the_role() -> None:
    keys = load_knowledge().keys
    tool = keys.lookup("output.value", "TOOL")
    assert tool is not None
    assert tool.role is Role.TOOL_RESULT
    assert Role.TOOL_RESULT not in tool.nested
    assert (keys.lookup("output.value", "CHAIN"), keys.lookup("output.value")) == (keys.lookup("output.value"),) * 2


def test_a_key_made_for_parameters_may_carry_content() -> None:
    match = load_knowledge().keys.lookup("llm.invocation_parameters")
    assert match is not None
    assert not match.is_content
    assert Role.TOOL_DEFINITION in match.nested


def test_upload_references_say_where_the_content_is() -> None:
    match = load_knowledge().keys.lookup("gen_ai.input.messages_ref")
    assert match is not None
    assert (match.channel, match.shape) == (Channel.EXTERNAL_STORAGE, KeyShape.JSON)


def test_event_fields_fall_back_to_their_parents_and_the_event() -> None:
    event = EventMatch(Role.OUTPUT, (), "d", {}, "e", {"body.message.tool_calls": Role.TOOL_CALL, "body.index": None})
    paths = ("body.message.tool_calls.function.arguments", "body.message.content", "body.index")
    assert [event.field_role(path) for path in paths] == [Role.TOOL_CALL, Role.OUTPUT, None]


segments = st.sampled_from(["a", "b", "ab", "*", "a*"])
patterns = st.lists(st.one_of(segments, st.just("**")), min_size=1, max_size=4).map(".".join)
plain = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4)


@given(patterns, plain, st.data())
def test_a_hole_never_covers_more_than_its_fillings(pattern: str, filled: list[str], data: st.DataObject) -> None:
    table = KeyTable([key(pattern, Role.INPUT)], [])
    holes = ".".join("*" if data.draw(st.booleans()) else segment for segment in filled)
    concrete = table.lookup(".".join(filled))
    match = table.lookup(holes)
    if concrete and not holes.startswith("*"):
        assert match, "a key that matches when filled must be met by its holes"
    if match and "*" not in holes:
        assert match == concrete


def test_the_digest_covers_every_file_and_is_stable() -> None:
    assert load_knowledge().sha256 == load_knowledge.__wrapped__().sha256
    assert len(load_knowledge().sha256) == 64


@given(st.text("ab*", max_size=8), st.text("ab*", max_size=8))
def test_two_keys_with_holes_that_agree_on_nothing_have_no_text_in_common(one: str, other: str) -> None:
    for filling in ("", "a", "ab", "b"):
        if one.replace("*", filling) == other:
            assert KeyTable((key(f"x.{other}*y", Role.INPUT),), ()).lookup(f"x.{one}*y") is not None


def test_a_key_of_many_holes_is_no_hang() -> None:
    table = KeyTable((key(f"x.{'a*' * 14}b", Role.INPUT),), ())
    assert table.lookup(f"x.{'*a' * 30}c") is None
    assert table.lookup(f"x.{'*a' * 30}*") is not None


def test_a_mistake_names_file_and_field() -> None:
    with pytest.raises(KnowledgeError, match=r"knowledge file x\.yaml.*(?s:.*)role") as caught:
        parse_file(TypeAdapter(Example), "x.yaml", b"{key: a, role: nonsense}")
    assert caught.value.hint
