"""Failures stay where they happen; real threads, real worker processes."""

import socket
from pathlib import Path

from survey.app.pins import load_pins
from survey.app.request import RunRequest
from survey.app.scheduler import survey_targets
from survey.knowledge.loader import load_knowledge
from survey.model.document import Package, TargetResult
from survey.model.progress import Stage
from survey.model.target import Target
from survey.model.vocabulary import Outcome, Role, TargetStatus
from tests.app.projects import write_package
from tests.app.workers import misbehave


class Recorder:
    def __init__(self) -> None:
        self.events: list[tuple[str, Stage]] = []
        self.steps: list[tuple[str, int, int]] = []

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:  # noqa: ARG002
        self.events.append((target, stage))

    def step(self, target: str, done: int, total: int) -> None:
        self.steps.append((target, done, total))


def folder_of(tmp_path: Path, id_: str, *packages: str) -> Target:
    for name in packages:
        write_package(tmp_path / id_ / name, name)
    (tmp_path / id_).mkdir(exist_ok=True)
    return Target(id=id_, name=id_, path=str(tmp_path / id_))


def survey_of(tmp_path: Path, *targets: Target, timeout: float = 60) -> tuple[dict[str, TargetResult], Recorder]:
    request = RunRequest(out=tmp_path / "out", jobs=2, timeout=timeout)
    recorder = Recorder()
    results, _ = survey_targets(targets, request, load_pins(None), load_knowledge(), recorder, misbehave)
    assert [result.id for result in results] == [target.id for target in targets]
    return {result.id: result for result in results}, recorder


def reason(package: Package) -> str:
    assert package.status is TargetStatus.FAILED
    assert package.outcomes[Role.INPUT] is Outcome.ERROR
    return package.unresolved[0].reason


def test_each_failure_costs_its_own_package(tmp_path: Path) -> None:
    targets = [
        folder_of(tmp_path, "mixed", "exits", "fine", "killed", "raises", "well"),
        folder_of(tmp_path, "other", "good"),
        folder_of(tmp_path, "empty"),
        Target(id="gone", name="Gone", path=str(tmp_path / "no-such-folder")),
    ]
    results, recorder = survey_of(tmp_path, *targets)
    mixed = {package.name: package for package in results["mixed"].packages}
    assert list(mixed) == ["exits", "fine", "killed", "raises", "well"]
    assert reason(mixed["exits"]) == "the analysis process died (exit code 7)"
    assert reason(mixed["killed"]) == "the analysis process died (exit code -9)"
    assert "boom" in reason(mixed["raises"])
    assert {mixed["fine"].status, mixed["well"].status} == {TargetStatus.ANALYSED}
    assert results["mixed"].status is TargetStatus.PARTIAL
    assert results["other"].status is TargetStatus.ANALYSED
    assert results["empty"].status is TargetStatus.SKIPPED
    assert results["gone"].status is TargetStatus.FAILED
    assert ("gone", Stage.FAILED) in recorder.events
    assert recorder.steps.count(("mixed", 5, 5)) == 1


def test_an_analysis_that_hangs_is_stopped(tmp_path: Path) -> None:
    results, _ = survey_of(tmp_path, folder_of(tmp_path, "t", "fine", "hangs"), timeout=8)
    fine, hangs = results["t"].packages
    assert fine.status is TargetStatus.ANALYSED
    assert reason(hangs) == "the analysis took longer than 8 seconds"


def test_a_source_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ssh://127.0.0.1:{silent.getsockname()[1]}/o/r.git"
        results, _ = survey_of(tmp_path, Target(id="slow", name="Slow", git=url), folder_of(tmp_path, "t", "fine"), timeout=5)
    assert results["slow"].status is TargetStatus.FAILED
    assert results["t"].status is TargetStatus.ANALYSED
