"""Of writes at one place, what one says already under fewer switches is not said again."""

from survey.flow.conditions import UNKNOWN, Cond, Conditions, GateRef, Predicate
from survey.flow.subsumed import Found, left_out
from survey.flow.values import Site
from survey.model.analysis import ContentWrite
from survey.model.document import Evidence, Write
from survey.model.vocabulary import Channel, Confidence, GateKind, KeyShape, Role

HIDE = GateRef(GateKind.ENV, "HIDE")
MODE = GateRef(GateKind.OPTION, "exclusive", None, "Instrumentor")


def _write(conds: Conditions, cond: Cond, *, line: int = 7, arm: int = 1, caller: str = "instrument") -> Found:
    gates = tuple(sorted(gate.name for gate in conds.gates(cond)))
    made = Write(
        key="input.value", key_shape=KeyShape.JSON, when=True, gates=gates, evidence=Evidence(path="a.py", line=line, end_line=line)
    )
    return (
        ContentWrite(Channel.SPAN_ATTRIBUTE, Role.INPUT, nested=False, confidence=Confidence.HIGH, write=made),
        cond,
        (Site("a.py", 7, 7, "_end"), Site("b.py", arm, arm, caller)),
    )


def _known() -> tuple[Conditions, Cond, Cond]:
    conds = Conditions()
    shown = conds.negate(conds.atom(Predicate(HIDE, "true")))
    return conds, conds.all(shown, UNKNOWN), conds.atom(Predicate(MODE, "false"))


def test_the_same_under_one_more_switch_is_no_news() -> None:
    conds, shown, mode = _known()
    one, other = _write(conds, shown), _write(conds, conds.all(shown, mode), arm=2)
    assert left_out(conds, [other, one]) == [one[0]]


def test_what_no_switch_decides_leaves_the_switches_of_the_other_named() -> None:
    conds, shown, _ = _known()
    bare, other = _write(conds, UNKNOWN), _write(conds, shown)
    assert left_out(conds, [bare, other]) == [bare[0], other[0]]


def test_what_is_made_where_the_other_is_not_stays() -> None:
    conds, shown, mode = _known()
    one, other = _write(conds, conds.all(shown, mode)), _write(conds, mode)
    third = _write(conds, conds.all(conds.negate(mode), conds.negate(shown)))
    assert left_out(conds, [third, other]) == [third[0], other[0]]
    assert left_out(conds, [one, other]) == [other[0]]


def test_another_place_is_another_write() -> None:
    conds, shown, mode = _known()
    one, other = _write(conds, shown), _write(conds, conds.all(shown, mode), line=8)
    assert left_out(conds, [one, other]) == [one[0], other[0]]


def test_what_another_function_brings_is_told_apart() -> None:
    conds, shown, mode = _known()
    one, other = _write(conds, shown), _write(conds, conds.all(shown, mode), caller="configure")
    assert left_out(conds, [one, other]) == [one[0], other[0]]
