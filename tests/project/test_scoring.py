"""The figures of `make accuracy`, on facts and findings made by hand; and that its own files hang together."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.accuracy import GOLD, HELD, HELD_OF_ONE, fallen, load_gold, raised
from tools.scoring import Cell, Fact, Place, Score, Share, facts_of, findings_of, score

SPAN = "span_attribute"
INPUT, OUTPUT, EVENT = Cell("sdk", SPAN, "input"), Cell("sdk", SPAN, "output"), Cell("sdk", "span_event", "input")
READ = Fact(
    keys=frozenset({"gen_ai.prompt"}),
    defaults=frozenset({"on"}),
    gates=(frozenset({"trace_content"}),),
    evidence=(Place("src/sdk/a.py", 10),),
    required=True,
)
FOUND = Fact(
    keys=READ.keys, defaults=READ.defaults, gates=(frozenset({"trace_content", "tc"}),), evidence=(Place("sdk/a.py", 12),), required=True
)


def figures(found: dict[Cell, Fact], facts: dict[Cell, Fact]) -> dict[str, float]:
    return score(found, facts).figures()


def changed(fact: Fact, **values: Any) -> Fact:
    return Fact(**{name: values.get(name, getattr(fact, name)) for name in Fact.__slots__})


def test_what_agrees_is_all_right() -> None:
    result = score({INPUT: FOUND}, {INPUT: READ})
    assert (set(result.figures().values()), result.misses, result.cells) == ({1.0}, [], 1)


def test_a_cell_too_few_and_one_too_many() -> None:
    result = score({INPUT: FOUND, EVENT: FOUND}, {INPUT: READ, OUTPUT: READ})
    found = result.figures()
    assert (found["cells_precision"], found["cells_recall"], found["cells_f1"]) == (0.5, 0.5, 0.5)
    assert [miss.split(":")[0] for miss in result.misses] == ["missing", "wrong"]
    assert found["verdicts_f1"] == pytest.approx(2 / 3)


def test_what_is_not_required_is_neither_asked_for_nor_wrong() -> None:
    assert figures({INPUT: FOUND}, {INPUT: READ, OUTPUT: changed(READ, required=False)})["cells_f1"] == 1.0
    assert figures({INPUT: FOUND, OUTPUT: FOUND}, {INPUT: READ, OUTPUT: changed(READ, required=False)})["cells_f1"] == 1.0


def test_a_package_that_writes_nothing() -> None:
    silent = {Cell("quiet", "none", ""): Fact()}
    assert figures({}, silent)["cells_f1"] == 1.0
    assert figures({Cell("quiet", SPAN, "input"): FOUND}, silent)["cells_precision"] == 0.0
    assert figures({Cell("stranger", SPAN, "input"): FOUND}, silent)["cells_precision"] == 1.0


@pytest.mark.parametrize(
    ("read", "found", "recall", "precision"),
    [
        ({"a.b"}, {"a.b"}, 1, 1),
        ({"a.b"}, {"a.c"}, 0, 0),
        ({"a.*.b"}, {"a.0.b"}, 1, 1),
        ({"a.0.b", "a.1.b"}, {"a.*.b"}, 1, 1),
        ({"a.0.b"}, {"a.*.b"}, 0, 0),
        ({"a.*"}, {"a.b.c"}, 1, 1),
        ({"a.b"}, {"*.b"}, 0, 0),
        ({"a.b", "a.c"}, {"a.b"}, 0.5, 1),
    ],
)
def test_keys(read: set[str], found: set[str], recall: float, precision: float) -> None:
    result = figures({INPUT: changed(FOUND, keys=frozenset(found))}, {INPUT: changed(READ, keys=frozenset(read))})
    assert (result["keys_recall"], result["keys_precision"]) == (recall, precision)


def test_possible_keys_and_switches_are_never_wrong() -> None:
    fact = changed(READ, also_keys=frozenset({"gen_ai.*"}), also_gates=(frozenset({"mode"}),))
    found = changed(FOUND, keys=frozenset({"gen_ai.prompt", "gen_ai.x"}), gates=(*FOUND.gates, frozenset({"mode"})))
    assert set(figures({INPUT: found}, {INPUT: fact}).values()) == {1.0}


@pytest.mark.parametrize(
    ("read", "found", "right"), [({"on"}, "off", 0), ({"on", "off"}, "depends", 1), ({"on"}, "depends", 0), (set(), "off", 1)]
)
def test_defaults(read: set[str], found: str, right: float) -> None:
    result = figures({INPUT: changed(FOUND, defaults=frozenset({found}))}, {INPUT: changed(READ, defaults=frozenset(read))})
    assert result["default_accuracy"] == right


def test_evidence_is_near_or_it_is_none() -> None:
    far = changed(FOUND, evidence=(Place("sdk/a.py", 14), Place("sdk/b.py", 10)))
    assert figures({INPUT: far}, {INPUT: READ})["evidence_hit"] == 0.0


def test_ungated_lines() -> None:
    fact = changed(READ, ungated=(Place("src/sdk/a.py", 30), Place("src/sdk/a.py", 50)))
    found = changed(FOUND, ungated=(Place("sdk/a.py", 31), Place("sdk/a.py", 90), Place("sdk/a.py", 10)))
    result = figures({INPUT: found}, {INPUT: fact})
    assert result["ungated_recall"] == 0.5
    assert result["ungated_precision"] == pytest.approx(2 / 3)


def test_what_a_survey_says(tmp_path: Path) -> None:
    record = {
        "channel": SPAN,
        "role": "input",
        "nested": False,
        "keys": ["Gen_AI.**.x"],
        "default": "on",
        "gates": [
            {"kind": "env", "name": "TRACE_CONTENT", "aliases": ["TC"]},
            {"kind": "option", "name": "Config(hide_inputs=)", "aliases": []},
        ],
        "writes": [{"evidence": {"path": "sdk/a.py", "line": 3}}],
        "ungated": [{"path": "sdk/a.py", "line": 4}],
    }
    file = tmp_path / "survey.json"
    file.write_text(
        json.dumps({"targets": [{"id": "t", "packages": [{"name": "The_SDK", "records": [record]}]}, {"id": "u", "packages": []}]})
    )
    (found,) = findings_of(file, "t").items()
    expected = Fact(
        keys=frozenset({"gen_ai.*.x"}),
        defaults=frozenset({"on"}),
        gates=(frozenset({"trace_content", "tc"}), frozenset({"hide_inputs"})),
        evidence=(Place("sdk/a.py", 3),),
        ungated=(Place("sdk/a.py", 4),),
        required=True,
    )
    assert found == (Cell("the-sdk", SPAN, "input"), expected)


def test_floors_only_go_up() -> None:
    one = Score()
    one.shares["keys_recall"] = Share(9, 10)
    assert fallen({"sdk": one}, {"sdk": {"keys_recall": 0.95}}) == ["sdk: keys, recall 0.900, was 0.950"]
    assert fallen({"sdk": one}, {"sdk": {"keys_recall": 0.9}}) == []
    floor = raised({"sdk": one}, {"sdk": {"keys_recall": 0.95}})
    assert (floor["sdk"]["keys_recall"], floor["sdk"]["cells_f1"]) == (0.95, 1.0)


def test_the_facts_hang_together() -> None:
    golds = load_gold()
    assert {f"{gold.facts}.jsonl" for gold in golds} == {path.name for path in GOLD.glob("*.jsonl")}
    releases = json.loads((GOLD / "releases.json").read_text())
    floor = json.loads((GOLD / "floor.json").read_text())
    assert set(floor) == {*(gold.facts for gold in golds), "all"}
    assert all(set(figures) == set(HELD if facts == "all" else HELD_OF_ONE) for facts, figures in floor.items())
    for gold in golds:
        facts = facts_of(gold.lines())
        assert facts
        assert releases[gold.target].keys() & gold.packages()
        assert all(fact.evidence for cell, fact in facts.items() if fact.required), gold.facts
