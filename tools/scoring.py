"""Compares a survey.json with facts that people found by reading: which cells, keys, gates and defaults are right.

A fact is one line of `tests/gold/*.jsonl`: a package, a channel and a role, with the keys, defaults, gates (each a list of names that it
may go by) and lines that reading gave. `also_keys` and `also_gates` are possible and never wrong. A fact that is not `required` (its role
only rides inside another's value, or the reader was not sure) is neither asked for nor held against what is found. A fact with channel
`none` says that the package writes no content at all.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

NEAR = 3
"""Lines that an evidence line may be off."""
HEADLINE = frozenset({"input", "output"})
FIGURES = (
    *("cells_precision", "cells_recall", "cells_f1", "verdicts_f1", "keys_recall", "keys_precision", "default_accuracy"),
    *("gates_recall", "gates_precision", "gates_f1", "evidence_hit", "ungated_recall", "ungated_precision", "known"),
)
"""`known` is the share of records whose role is known. All are between 0 and 1, the more the better."""


class Cell(NamedTuple):
    """What a fact is about."""

    package: str
    channel: str
    role: str


class Place(NamedTuple):
    """A line of a file; the path is the repository's or, in a release, a part of its end."""

    path: str
    line: int

    def near(self, others: Iterable["Place"]) -> bool:
        """Whether any of `others` is in the same file and close."""
        return any(
            abs(self.line - other.line) <= NEAR and (self.path.endswith(other.path) or other.path.endswith(self.path)) for other in others
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """What reading gave for one cell, or what a survey says of it."""

    keys: frozenset[str] = frozenset()
    also_keys: frozenset[str] = frozenset()
    defaults: frozenset[str] = frozenset()
    gates: tuple[frozenset[str], ...] = ()
    also_gates: tuple[frozenset[str], ...] = ()
    evidence: tuple[Place, ...] = ()
    ungated: tuple[Place, ...] = ()
    gated: tuple[Place, ...] = ()
    required: bool = False


@dataclass(slots=True)
class Share:
    """So many of so many."""

    hit: int = 0
    of: int = 0

    def add(self, hit: int, of: int = 1) -> None:
        """Count some more."""
        self.hit += hit
        self.of += of

    @property
    def value(self) -> float:
        """1.0 of nothing."""
        return self.hit / self.of if self.of else 1.0


@dataclass(slots=True)
class Score:
    """Every figure, and every disagreement in words."""

    cells: int = 0
    shares: dict[str, Share] = field(default_factory=lambda: {name: Share() for name in FIGURES})
    misses: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """By the names of `FIGURES`."""
        return {name: share.value for name, share in self.shares.items()}


def facts_of(lines: Iterable[str]) -> dict[Cell, Fact]:
    """The facts of one file, by cell."""
    return {Cell(_plain(line["package"]), line["channel"], line.get("role", "")): _fact(line) for line in map(json.loads, lines)}


def _fact(line: dict[str, Any]) -> Fact:
    def places(name: str) -> tuple[Place, ...]:
        return tuple(Place(path, int(number)) for path, _, number in (text.rpartition(":") for text in line.get(name, ())))

    def gates(name: str) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(names) for names in line.get(name, ()))

    return Fact(
        keys=frozenset(line.get("keys", ())),
        also_keys=frozenset(line.get("also_keys", ())),
        defaults=frozenset(line.get("defaults", ())),
        gates=gates("gates"),
        also_gates=gates("also_gates"),
        evidence=places("evidence"),
        ungated=places("ungated"),
        gated=places("gated"),
        required=line.get("required", False),
    )


def findings_of(survey: Path, target: str) -> dict[Cell, Fact]:
    """What a survey.json says of one target's packages; `required` is what stands for itself there."""
    found = {}
    for surveyed in json.loads(survey.read_text())["targets"]:
        for package in surveyed["packages"] if surveyed["id"] == target else ():
            for record in package["records"]:
                found[Cell(_plain(package["name"]), record["channel"], record["role"])] = _finding(record)
    return found


def _finding(record: dict[str, Any]) -> Fact:
    return Fact(
        keys=frozenset(_key(key) for key in record["keys"]),
        defaults=frozenset({record["default"]}),
        gates=tuple(names for gate in record["gates"] if (names := _names(gate))),
        evidence=tuple(Place(write["evidence"]["path"], write["evidence"]["line"]) for write in record["writes"]),
        ungated=tuple(Place(place["path"], place["line"]) for place in record["ungated"]),
        required=not record["nested"],
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _key(text: str) -> str:
    return re.sub(r"\*+", "*", text).lower()


def _names(gate: dict[str, Any]) -> frozenset[str]:
    """The names a gate goes by: an option by the parameter, whatever declares it."""
    known = (gate["name"], *gate["aliases"])
    if gate["kind"] == "env":
        return frozenset(name.lower() for name in known)
    return frozenset(re.findall(r"(\w+)=?\)?$", name)[0].lower() for name in known if re.search(r"\w", name))


def score(found: dict[Cell, Fact], facts: dict[Cell, Fact]) -> Score:
    """How `found` compares with `facts`, over the packages that these cover."""
    covered = {cell.package for cell in facts}
    facts = {cell: fact for cell, fact in facts.items() if cell.channel != "none"}
    mine = {cell: finding for cell, finding in found.items() if cell.package in covered}
    known = {cell: finding for cell, finding in mine.items() if cell.role != "unknown"}
    must = {cell for cell, fact in facts.items() if fact.required}
    shown = {cell for cell, finding in known.items() if finding.required}
    result = Score(cells=len(must))
    result.misses += [f"missing: {_said(cell)}" for cell in sorted(must - shown)]
    result.misses += [f"wrong: {_said(cell)}" for cell in sorted(shown - set(facts))]
    shares = result.shares
    shares["known"].add(len(known), len(mine))
    _count(shares, "cells", must, shown, set(facts))
    _count(shares, "verdicts", _verdicts(must), _verdicts(shown), _verdicts(facts))
    for cell in sorted(must & shown):
        _compare(result, cell, known[cell], facts[cell])
    _compare_ungated(result, known, facts)
    return result


def _count(shares: dict[str, Share], name: str, must: Collection[object], shown: Collection[object], allowed: Collection[object]) -> None:
    hits = sum(1 for one in must if one in shown)
    extra = sum(1 for one in shown if one not in allowed)
    if f"{name}_precision" in shares:
        shares[f"{name}_precision"].add(hits, hits + extra)
        shares[f"{name}_recall"].add(hits, len(must))
    shares[f"{name}_f1"].add(2 * hits, len(must) + hits + extra)


def _verdicts(cells: Iterable[Cell]) -> set[tuple[str, str]]:
    """The packages and channels that prompts or answers go by: the headline answer."""
    return {(cell.package, cell.channel) for cell in cells if cell.role in HEADLINE and cell.channel != "app_log"}


def _compare(result: Score, cell: Cell, found: Fact, fact: Fact) -> None:
    shares = result.shares
    if cell.channel != "app_log":
        lost, wrong = _compare_keys(found.keys, fact)
        shares["keys_recall"].add(len(fact.keys) - len(lost), len(fact.keys))
        shares["keys_precision"].add(len(found.keys) - len(wrong), len(found.keys))
        result.misses += _differences("keys", cell, lost, wrong)
    if fact.defaults:
        right = bool(found.defaults & fact.defaults) or (len(fact.defaults) > 1 and "depends" in found.defaults)
        shares["default_accuracy"].add(right)
        if not right:
            result.misses.append(f"default: {_said(cell)}: {' or '.join(sorted(fact.defaults))}, not {''.join(found.defaults)}")
    missing = [sorted(names) for names in fact.gates if not any(names & own for own in found.gates)]
    extra = [sorted(own) for own in found.gates if not any(names & own for names in (*fact.gates, *fact.also_gates))]
    shares["gates_recall"].add(len(fact.gates) - len(missing), len(fact.gates))
    shares["gates_precision"].add(len(found.gates) - len(extra), len(found.gates))
    shares["gates_f1"].add(len(fact.gates) - len(missing) + len(found.gates) - len(extra), len(fact.gates) + len(found.gates))
    result.misses += _differences("gates", cell, [names[0] for names in missing], [names[0] for names in extra])
    if places := (*fact.evidence, *fact.ungated):
        hit = any(place.near(places) for place in found.evidence)
        shares["evidence_hit"].add(hit)
        if not hit:
            result.misses.append(f"evidence: {_said(cell)}: nothing near {places[0].path}:{places[0].line}")


def _compare_keys(own: frozenset[str], fact: Fact) -> tuple[set[str], set[str]]:
    """Keys of the fact that are not found, and keys found that are none of its. `*` is a segment that the code computes."""
    computed = {key: {one for one in fact.keys if one.count(".") == key.count(".") and _matches(one, key)} for key in own if "*" in key}
    listed = {key: keys for key, keys in computed.items() if len(keys) > 1 and not key.startswith("*")}
    lost = {key for key in fact.keys if not any(_matches(one, key) for one in own) and not any(key in keys for keys in listed.values())}
    wrong = {key for key in own if key not in listed and not any(_matches(key, one) for one in fact.keys | fact.also_keys)}
    return lost, wrong


def _matches(key: str, wanted: str) -> bool:
    """Segment by segment; a `*` in `wanted` stands for any one, at its end for any number."""
    own, other = key.split("."), wanted.split(".")
    if own[0] == "*" and key != wanted:
        return False
    if other[-1] == "*" and len(own) >= len(other):
        own = [*own[: len(other) - 1], "*"]
    return len(own) == len(other) and all(
        a == b or ("*" in b and re.fullmatch(".*".join(map(re.escape, b.split("*"))), a)) for a, b in zip(own, other, strict=True)
    )


def _compare_ungated(result: Score, known: dict[Cell, Fact], facts: dict[Cell, Fact]) -> None:
    lines: dict[str, list[Place]] = {}
    for cell, fact in facts.items():
        lines.setdefault(cell.package, []).extend((*fact.evidence, *fact.ungated, *fact.gated))
    for cell in sorted(known.keys() & facts.keys()):
        listed = known[cell].ungated
        for place in facts[cell].ungated:
            hit = place.near(listed)
            result.shares["ungated_recall"].add(hit)
            if not hit:
                result.misses.append(f"ungated: {_said(cell)}: {place.path}:{place.line} is not listed")
        result.shares["ungated_precision"].add(sum(place.near(lines[cell.package]) for place in listed), len(listed))


def _differences(what: str, cell: Cell, missing: Iterable[str], extra: Iterable[str]) -> list[str]:
    parts = [f"{word} {', '.join(sorted(set(names)))}" for word, names in (("missing", missing), ("too many", extra)) if names]
    return [f"{what}: {_said(cell)}: {'; '.join(parts)}"] if parts else []


def _said(cell: Cell) -> str:
    return f"{cell.package}, {cell.channel}, {cell.role}"
