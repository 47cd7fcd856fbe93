"""Every rule over real code: a fixture that triggers it, on exactly the marked lines, and one that looks alike and must not."""

import re
from pathlib import Path

import pytest

from survey.knowledge.loader import load_knowledge
from survey.model.document import TargetResult
from survey.model.vocabulary import TargetStatus
from survey.verdicts.findings import RULES, find
from tests.flow.test_fixtures import snapshot_of, surveyed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "findings"
_MARK = re.compile(r"# finding(?: (\d))?$")


def places(rule: str, folder: Path) -> list[tuple[str, int]]:
    """Where `rule` finds something in the project at `folder`."""
    packages = tuple(surveyed(snapshot_of(folder)))
    assert any(package.records for package in packages), "a fixture in which nothing is written shows nothing"
    target = TargetResult(id="t", name="T", repo="o/t", status=TargetStatus.ANALYSED, packages=packages)
    found = find((target,), load_knowledge())
    return sorted((each.evidence.path, each.evidence.line) for each in found if each.rule == rule)


def marked(folder: Path) -> list[tuple[str, int]]:
    """The lines of `folder` that end in a comment `finding`, or `finding N` for N of them."""
    found: list[tuple[str, int]] = []
    for path in sorted(folder.rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if mark := _MARK.search(line):
                found += [(path.relative_to(folder).as_posix(), number)] * int(mark[1] or 1)
    return found


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_rule(rule: str) -> None:
    told, quiet = FIXTURES / rule / "told", FIXTURES / rule / "quiet"
    assert marked(told)
    assert places(rule, told) == marked(told)
    assert marked(quiet) == []
    assert places(rule, quiet) == []
