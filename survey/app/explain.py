"""The use case behind `survey explain`: one target's records, each followed from where content enters to the write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from survey.app.documents import choose_packages
from survey.app.frames import Frames
from survey.app.pins import Pins, load_pins
from survey.app.reading import Languages, LibraryShelf, Reading, read_libraries, read_target
from survey.app.request import Failure, RunRequest
from survey.app.results import describe_source
from survey.app.scheduler import survey_targets
from survey.catalog import load_catalog, select_targets
from survey.catalog.document import printable
from survey.knowledge.loader import load_knowledge
from survey.languages.registry import frontends
from survey.model.document import Package, Record, TargetResult, Write
from survey.model.errors import SourceError, SurveyError, UsageError
from survey.model.progress import Progress, Stage
from survey.model.target import Target
from survey.model.vocabulary import Channel, Role, TargetStatus
from survey.sources.options import SourceOptions
from survey.view.explanation import ExplainedRecord, ExplainedWrite, Explanation

_SHOWN = 2
"""Writes of one record that are explained unless all are asked for."""


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What is to be explained, as the user asked for it."""

    target: str | None = None
    """As for a run: an id of the catalog, `pypi:NAME`, a git address; with `report`, the id of one of its targets."""
    path: Path | None = None
    report: Path | None = None
    """An earlier `survey.json` to explain instead of analysing anew."""
    packages: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    channels: tuple[Channel, ...] = ()
    every: bool = False
    """Explain every write, not only the first of each record."""
    catalog: Path | None = None
    sources: SourceOptions = field(default_factory=SourceOptions)
    jobs: int = 1
    timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class ExplainResult:
    """The explanations, and what became of the target."""

    target: TargetResult
    explanations: tuple[Explanation, ...]
    failures: tuple[Failure, ...]


def explain(request: ExplainRequest, progress: Progress) -> ExplainResult:
    """Explain what `request` asks for; raises `UsageError` for what does not exist, `SourceError` where there is nothing to read."""
    sources = replace(request.sources, timeout=request.timeout)
    if request.report is not None:
        return _explain_report(request, sources, progress)
    target = _one_target(request)
    languages = Languages(frontends())
    progress.stage(target.id, Stage.FETCH)
    reading = read_target(target, sources, languages, progress)
    packages = choose_packages(target.id, [package.name for package in reading.packages], request.packages)
    source = describe_source(reading.snapshot)
    found = TargetResult(id=target.id, name=target.name, repo=target.repo, status=TargetStatus.ANALYSED, source=source)
    run = RunRequest(out=Path(), packages=packages, sources=sources, jobs=request.jobs, timeout=request.timeout)
    (result,), failures = survey_targets((target,), run, Pins({target.id: found}), load_knowledge(), progress)
    pins = Pins({target.id: result})
    return ExplainResult(result, _explanations(request, result, packages, _frames(result, reading, sources, pins, packages), ""), failures)


def _explain_report(request: ExplainRequest, sources: SourceOptions, progress: Progress) -> ExplainResult:
    pins = load_pins(request.report)
    result = _reported(pins.targets, request.target)
    packages = choose_packages(result.id, [package.name for package in result.packages], request.packages)
    why, frames = "", None
    try:
        target, options = pins.apply(_source_of(request, result), sources)
        languages = Languages(frontends())
        progress.stage(target.id, Stage.FETCH)
        reading = read_target(target, options, languages, progress)
        pins.settle(target.id, describe_source(reading.snapshot))
        frames = _frames(result, reading, options, pins, packages)
    except SurveyError as error:
        why = str(error)
    return ExplainResult(result, _explanations(request, result, packages, frames, why), ())


# --- choosing ----------------------------------------------------------------------------------------------------------


def _one_target(request: ExplainRequest) -> Target:
    catalog = load_catalog(request.catalog)
    if request.target is None and request.path is None:
        hint = f"the catalog has {', '.join(target.id for target in catalog.targets)}; or give --path DIR"
        raise UsageError("say which target to explain", hint=hint)
    targets = select_targets(catalog, (), (request.target,) if request.target is not None else (), request.path)
    if len(targets) > 1:
        raise UsageError("one target at a time: give a TARGET or --path, not both")
    return targets[0]


def _reported(targets: Mapping[str, TargetResult], wanted: str | None) -> TargetResult:
    if wanted is None and len(targets) == 1:
        return next(iter(targets.values()))
    if wanted is None or wanted not in targets:
        problem = f"the report has no target `{printable(wanted)}`" if wanted is not None else "say which target of the report to explain"
        raise UsageError(problem, hint=f"it has {', '.join(map(printable, targets)) or 'none'}")
    return targets[wanted]


def _source_of(request: ExplainRequest, result: TargetResult) -> Target:
    """The target whose source a report describes; raises `SourceError` where the catalog does not know it."""
    if request.path is not None:
        return replace(select_targets(load_catalog(request.catalog), path=request.path)[0], id=result.id)
    for target in load_catalog(request.catalog).targets:
        if target.id == result.id:
            return target
    source = result.source
    if source is not None and source.commit and source.url.startswith("https://"):
        return replace(select_targets(load_catalog(request.catalog), adhoc=(f"{source.url}@{source.commit}",))[0], id=result.id)
    raise SourceError("the report does not say where this source can be read again", hint="give its folder with --path")


# --- explaining --------------------------------------------------------------------------------------------------------


def _frames(result: TargetResult, reading: Reading, sources: SourceOptions, pins: Pins, packages: tuple[str, ...]) -> Frames:
    """The source of the target, and of its packages' libraries where a step lies in one."""
    frames = Frames(reading.snapshot)
    steps = [step for package in result.packages for record in package.records for w in record.writes for step in w.evidence.steps]
    if all(frames.has(step.path) for step in steps):
        return frames
    languages = Languages(frontends())
    shelf = LibraryShelf(sources, languages.keep)
    try:
        chosen = tuple(package for package in reading.packages if package.name in packages)
        libraries = read_libraries(result.id, reading, languages, load_knowledge(), shelf, pins, chosen)
    finally:
        shelf.close()
    for library in (library for each in libraries.by_package for library in each):
        frames.add(library[0])
    return frames


def _explanations(
    request: ExplainRequest, result: TargetResult, packages: tuple[str, ...], frames: Frames | None, why: str
) -> tuple[Explanation, ...]:
    source = result.source
    revision = source.commit or "" if source is not None else ""
    return tuple(
        _explain_package(request, result.id, revision, package, frames, why) for package in result.packages if package.name in packages
    )


def _explain_package(request: ExplainRequest, target: str, revision: str, package: Package, frames: Frames | None, why: str) -> Explanation:
    wanted = [record for record in package.records if not request.roles or record.role in request.roles]
    shown = [record for record in wanted if not request.channels or record.channel in request.channels]
    told: set[tuple[str, str | None, str, int]] = set()
    found = {role: tuple(r.channel for r in wanted if r.role is role) for role in dict.fromkeys(r.role for r in wanted)}
    return Explanation(
        package=package,
        target=target,
        revision=revision,
        records=tuple(_explain_record(package, record, frames, told, every=request.every) for record in shown),
        missing=tuple(role for role in request.roles if role not in found),
        elsewhere=tuple((role, channels) for role, channels in found.items() if not any(record.role is role for record in shown)),
        no_code=why,
    )


def _explain_record(
    package: Package, record: Record, frames: Frames | None, told: set[tuple[str, str | None, str, int]], *, every: bool
) -> ExplainedRecord:
    """`told` are the writes explained so far: a nested role's need not be told again."""
    above = tuple(write for write in record.writes if record.nested and _identity(write) in told)
    open_ = tuple(write for write in record.writes if write not in above)
    first = open_ if every else () if above else _telling(open_)
    told.update(map(_identity, first))
    named = {gate.name for gate in record.gates}
    show: Callable[[Write], ExplainedWrite] = lambda write: ExplainedWrite(  # noqa: E731 - one expression, used once
        write, write.evidence.permalink, frames.steps(package, write) if frames is not None else Frames.bare(package, write)
    )
    return ExplainedRecord(
        record=record,
        gates=tuple(gate for gate in package.gates if gate.name in named),
        writes=tuple(show(write) for write in first),
        others=tuple(write for write in open_ if write not in first),
        above=above,
    )


def _identity(write: Write) -> tuple[str, str | None, str, int]:
    return write.key, write.event, write.evidence.path, write.evidence.line


def _telling(writes: tuple[Write, ...]) -> tuple[Write, ...]:
    """The first few writes of different functions, those whose way is known best first."""
    ranked = sorted(writes, key=lambda write: not any("comes from" in step.note for step in write.evidence.steps))
    chosen: dict[tuple[str, str], Write] = {}
    for write in ranked:
        chosen.setdefault((write.evidence.path, write.evidence.symbol), write)
    return tuple(chosen.values())[:_SHOWN]
