"""Recipes: the smallest setting, checked against what-if; and what no setting changes."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.model.document import Gate
from survey.model.vocabulary import Channel, Default, GateKind, Role
from survey.verdicts.defaults import default_of_write
from survey.verdicts.recipe import Recipe, Wanted, recipe
from survey.verdicts.what_if import Setting, lookup_under, what_if
from tests.verdicts.builders import ACTIVE, AS_ATTRIBUTES, CONTENT, CONTENT_ON, MODE, OPT_IN, OPTED_IN, SOMETHING, result, wrote

_GATES = (CONTENT, MODE, OPT_IN, ACTIVE)
_NOTHING = Wanted(None, tuple(Role))
_AS_LOGS = Wanted(Channel.LOG_RECORD, (Role.INPUT,))


def told(found: Recipe) -> dict[str, str]:
    return {gate.name: value for gate, value in found.setting}


def apply(found: Recipe) -> Setting:
    env = {gate.id: value for gate, value in found.setting if gate.kind is GateKind.ENV}
    return Setting(env, {gate.id: value for gate, value in found.setting if gate.id not in env})


def test_one_switch_for_everything() -> None:
    package = result(wrote(when=CONTENT_ON), wrote(Role.OUTPUT, {"all": [CONTENT_ON, SOMETHING]}, line=11), gates=_GATES)
    found = recipe(package, _NOTHING)
    assert found.complete
    assert told(found) == {"TRACE_CONTENT": "false"}


def test_nothing_to_set_where_nothing_leaves_by_default() -> None:
    found = recipe(result(wrote(when=OPTED_IN), gates=_GATES), _NOTHING)
    assert found == Recipe(())


def test_what_no_setting_changes_is_named_and_the_rest_is_stopped() -> None:
    package = result(wrote(when=CONTENT_ON), wrote(Role.OUTPUT, SOMETHING, line=11, key="gen_ai.completion"), gates=_GATES)
    found = recipe(package, _NOTHING)
    assert not found.complete
    assert [(role, write.evidence.line) for role, write in found.blocked] == [(Role.OUTPUT, 11)]
    assert told(found) == {"TRACE_CONTENT": "false"}


def test_content_is_brought_into_logs() -> None:
    as_logs = {"all": [{"not": AS_ATTRIBUTES}, CONTENT_ON]}
    package = result(wrote(when=AS_ATTRIBUTES), wrote(when=as_logs, channel=Channel.LOG_RECORD, line=12, key="event"), gates=_GATES)
    found = recipe(package, _AS_LOGS)
    assert found.complete
    assert told(found) == {"use_attributes": "false"}
    cells = {cell.channel: cell.written for cell in what_if(package, apply(found))}
    assert cells == {Channel.SPAN_ATTRIBUTE: False, Channel.LOG_RECORD: True}


def test_a_channel_that_a_role_never_takes_is_said() -> None:
    found = recipe(result(wrote(when=True), gates=_GATES), _AS_LOGS)
    assert (found.complete, found.missing) == (False, (Role.INPUT,))


_LEAVES = st.sampled_from([CONTENT_ON, AS_ATTRIBUTES, OPTED_IN, SOMETHING, True])
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_a_recipe_does_what_it_says(conditions: list[Any]) -> None:
    """Under a complete recipe what-if says that nothing leaves; under any other, only what was named may."""
    package = result(*(wrote(when=when, line=10 + number) for number, when in enumerate(conditions)), gates=_GATES)
    found = recipe(package, _NOTHING)
    lookup = lookup_under(package, apply(found))
    lines = {write.evidence.line for _, write in found.blocked}
    leaving = [write for record in package.records for write in record.writes if default_of_write(write, lookup) is not Default.OFF]
    assert {write.evidence.line for write in leaving} <= lines
    assert found.complete == (not lines)


@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_a_recipe_is_no_larger_than_needed(conditions: list[Any]) -> None:
    """Leaving any one switch of it unset lets something leave."""
    package = result(*(wrote(when=when, line=10 + number) for number, when in enumerate(conditions)), gates=_GATES)
    found = recipe(package, _NOTHING)
    blocked = {write.evidence.line for _, write in found.blocked}
    for spared in found.setting:
        fewer: tuple[tuple[Gate, str], ...] = tuple(each for each in found.setting if each is not spared)
        lookup = lookup_under(package, apply(Recipe(fewer)))
        open_ = [w for r in package.records for w in r.writes if w.evidence.line not in blocked]
        assert any(default_of_write(write, lookup) is not Default.OFF for write in open_)


def test_where_no_setting_stops_everything_the_one_that_leaves_least_is_told() -> None:
    """Each of the two can be stopped, but only by the opposite value of one switch."""
    as_logs = {"not": AS_ATTRIBUTES}
    package = result(
        wrote(when={"all": [AS_ATTRIBUTES, CONTENT_ON]}),
        wrote(Role.OUTPUT, AS_ATTRIBUTES, line=11, key="gen_ai.completion"),
        wrote(Role.OUTPUT, as_logs, line=12, key="event"),
        wrote(Role.TOOL_CALL, CONTENT_ON, line=13, key="tool"),
        gates=_GATES,
    )
    found = recipe(package, _NOTHING)
    assert not found.complete
    assert told(found) == {"TRACE_CONTENT": "false"}
    assert [write.evidence.line for _, write in found.blocked] == [11]
