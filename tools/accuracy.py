"""Surveys pinned PyPI releases, compares what it finds with what people read, and fails where that got worse.

    python -m tools.accuracy [--misses]     survey, compare, write reports/published/accuracy.md
    python -m tools.accuracy --raise        the same, and keep better figures as the new floor
    python -m tools.accuracy --pin          choose the releases anew and keep them in tests/gold/pins.json

The facts stand in `tests/gold/`, read at commits that `gold.yaml` names. Surveyed is, for each of their packages, the newest release
not after its commit: what lies between the two is shown in days, and accounts for part of what is missed. A figure below its floor in
`floor.json` is a failure; floors only go up. Exit code 1 when one is missed, 2 when something could not be surveyed.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from survey.app.request import RunRequest
from survey.app.run import run_survey
from survey.catalog import load_catalog
from survey.model.document import Document, TargetResult
from survey.model.errors import SourceError, SurveyError
from survey.model.progress import SilentProgress
from survey.model.target import Target
from survey.sources.options import SourceOptions, SourcePreference
from survey.sources.releases import Wanted, choose_release
from survey.sources.simple_api import SimpleApi
from tools.scoring import FIGURES, Score, facts_of, findings_of, score

PROJECT = Path(__file__).parents[1]
GOLD = PROJECT / "tests/gold"
PINS, RELEASES, FLOOR = GOLD / "pins.json", GOLD / "releases.json", GOLD / "floor.json"
RESULT = PROJECT / "reports/accuracy"
REPORT = PROJECT / "reports/published/accuracy.md"
ALL = "all"
HELD = tuple(name for name in FIGURES if name != "ungated_precision")
"""Figures that may not fall; people listed only a sample of the ungated lines, so what else is found there is no mistake."""
HELD_OF_ONE = tuple(name for name in HELD if name != "gates_precision")
"""The same of one file. Some name a dozen switches: there a write that is rightly told no more takes its right names along, and one that
is found at last brings its first wrong one. Their recall and F1 are held, the precision over all files."""
TOLERANCE = 0.0005
"""Figures are kept with three decimals."""
TITLES = {
    "cells_precision": "cells, precision",
    "cells_recall": "cells, recall",
    "cells_f1": "cells, F1",
    "verdicts_f1": "verdicts, F1",
    "keys_recall": "keys, recall",
    "keys_precision": "keys, precision",
    "default_accuracy": "defaults",
    "gates_recall": "switches, recall",
    "gates_precision": "switches, precision",
    "gates_f1": "switches, F1",
    "evidence_hit": "evidence lines",
    "ungated_recall": "ungated, recall",
    "ungated_precision": "ungated, precision",
    "known": "roles known",
}


@dataclass(frozen=True, slots=True)
class Gold:
    """One file of facts, and the commit that they were read at."""

    facts: str
    target: str
    commit: str
    committed: datetime

    def lines(self) -> list[str]:
        """The facts, one JSON object each."""
        return (GOLD / f"{self.facts}.jsonl").read_text(encoding="utf-8").splitlines()

    def packages(self) -> set[str]:
        """Names of the packages that the facts cover."""
        return {str(canonicalize_name(json.loads(line)["package"])) for line in self.lines()}


def load_gold() -> list[Gold]:
    """Every file of facts."""
    entries = yaml.safe_load((GOLD / "gold.yaml").read_text(encoding="utf-8"))
    return [Gold(e["facts"], e["target"], e["commit"], datetime.fromisoformat(e["committed"])) for e in entries]


def run(catalog: Path | None, pins: Path | None, golds: list[Gold]) -> Document:
    """Survey the packages that the facts cover."""
    request = RunRequest(
        out=RESULT,
        only=tuple(dict.fromkeys(gold.target for gold in golds)),
        catalog=catalog,
        pins=pins,
        sources=SourceOptions(prefer=SourcePreference.REGISTRY),
        packages=tuple(sorted({name for gold in golds for name in gold.packages()})),
    )
    return run_survey(request, SilentProgress()).document


def pin(golds: list[Gold]) -> None:
    """Choose the releases, survey them once, keep what was read: releases, libraries, and how far each is from its commit."""
    wanted: dict[str, dict[str, datetime]] = {}
    for gold in golds:
        wanted.setdefault(gold.target, {}).update(dict.fromkeys(gold.packages(), gold.committed))
    releases: dict[str, dict[str, dict[str, object]]] = {}
    with SimpleApi(SourceOptions()) as api:
        for target, packages in wanted.items():
            for name, committed in sorted(packages.items()):
                try:
                    files = api.project_files(name)
                    release = choose_release(name, files, Wanted(upload_before=committed))
                except SourceError as error:
                    print(f"{name}: {error}")
                    continue
                uploaded = max(file.upload_time for file in release.files if file.upload_time is not None)
                days = (committed - uploaded).days
                releases.setdefault(target, {})[name] = {"version": str(release.version), "days": days}
    RESULT.mkdir(parents=True, exist_ok=True)
    catalog = RESULT / "repos.yaml"
    entries = [_entry(target, releases[target.id]) for target in load_catalog(PROJECT / "repos.yaml").targets if target.id in releases]
    catalog.write_text(yaml.safe_dump({"targets": entries}))
    document = run(catalog, None, golds)
    kept = document.model_copy(update={"targets": tuple(_bare(target) for target in document.targets), "findings": ()})
    PINS.write_text(json.dumps(kept.model_dump(mode="json", by_alias=True), indent=1) + "\n", encoding="utf-8")
    RELEASES.write_text(json.dumps(releases, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _entry(target: Target, releases: dict[str, dict[str, object]]) -> dict[str, object]:
    packages = [{"pypi": name, "version": release["version"]} for name, release in releases.items()]
    return {"id": target.id, "name": target.name, "git": target.git, "registry": packages}


def _bare(target: TargetResult) -> TargetResult:
    """What pins need of a target: its releases, and the libraries that each package was read with."""
    nothing: dict[str, object] = {"activation": (), "outcomes": {}, "gates": (), "records": (), "unresolved": ()}
    return target.model_copy(update={"packages": tuple(package.model_copy(update=nothing) for package in target.packages), "skipped": ()})


def scores(golds: list[Gold]) -> dict[str, Score]:
    """By file of facts, and all together."""
    found: dict[str, Score] = {}
    total = Score()
    for gold in golds:
        one = found[gold.facts] = score(findings_of(RESULT / "survey.json", gold.target), facts_of(gold.lines()))
        total.cells += one.cells
        for name, share in one.shares.items():
            total.shares[name].add(share.hit, share.of)
    return {**found, ALL: total}


def fallen(found: dict[str, Score], floor: dict[str, dict[str, float]]) -> list[str]:
    """What is below its floor, in words."""
    return [
        f"{facts}: {TITLES[name]} {found[facts].shares[name].value:.3f}, was {least:.3f}"
        for facts, least_of in floor.items()
        for name, least in least_of.items()
        if found[facts].shares[name].value < least - TOLERANCE
    ]


def raised(found: dict[str, Score], floor: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The floors with every better figure in its place."""
    return {
        facts: {
            name: max(round(one.shares[name].value, 3), floor.get(facts, {}).get(name, 0.0))
            for name in (HELD if facts == ALL else HELD_OF_ONE)
        }
        for facts, one in found.items()
    }


def report(found: dict[str, Score], golds: list[Gold], releases: dict[str, dict[str, dict[str, object]]]) -> str:
    """The figures for people."""
    columns = [*found]
    rows = [["", *columns], ["---", *["---:"] * len(columns)], ["cells read", *(str(one.cells) for one in found.values())]]
    rows += [[TITLES[name], *(f"{found[column].shares[name].value:.3f}" for column in columns)] for name in FIGURES]
    lines = [
        "# How often Survey is right",
        "",
        "Measured by `make accuracy` against facts that people found by reading the SDKs line by line: which role each package writes to",
        "which channel, under which keys, behind which switches, on or off with nothing set. A cell is one package, channel and role; a",
        "verdict is whether a package writes prompts or answers to a channel at all. Surveyed are releases from PyPI, the facts were read",
        "at a commit of the repository: what changed in between counts as wrong here.",
        "",
        *_table(rows),
        "",
        "## What was surveyed",
        "",
    ]
    known = {name: (gold, releases.get(gold.target, {}).get(name)) for gold in golds for name in sorted(gold.packages())}
    table = [["package", "release", "days before the commit", "facts read at"], ["---", "---", "---:", "---"]]
    for name, (gold, release) in known.items():
        shown = (str(release["version"]), str(release["days"])) if release else ("none in time", "")
        table.append([f"`{name}`", *shown, f"`{gold.commit[:12]}`"])
    return "\n".join([*lines, *_table(table), ""])


def _table(rows: Iterable[Iterable[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in rows]


def main() -> int:
    """Exit code 1 when a figure fell, 2 when something could not be surveyed."""
    parser = argparse.ArgumentParser(description="Compare a survey of pinned releases with what people read.")
    parser.add_argument("--pin", action="store_true", help="choose the releases anew")
    parser.add_argument("--raise", dest="higher", action="store_true", help="keep better figures as the new floor")
    parser.add_argument("--misses", action="store_true", help="list every disagreement")
    given = parser.parse_args()
    golds = load_gold()
    try:
        if given.pin:
            pin(golds)
            return 0
        document = run(None, PINS, golds)
    except SurveyError as error:
        print(error, file=sys.stderr)
        return 2
    failed = [f"{target.id}: {target.reason}" for target in document.targets if target.source is None]
    if failed:
        print(*failed, sep="\n", file=sys.stderr)
        return 2
    found = scores(golds)
    REPORT.write_text(report(found, golds, json.loads(RELEASES.read_text(encoding="utf-8"))), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8").partition("## What")[0])
    for facts, one in found.items() if given.misses else ():
        print(f"\n{facts}", *one.misses, sep="\n  ")
    floor = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.is_file() else {}
    if given.higher:
        FLOOR.write_text(json.dumps(raised(found, floor), indent=1) + "\n", encoding="utf-8")
    worse = fallen(found, floor)
    print(*(f"worse: {line}" for line in worse), sep="\n", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
