"""Many targets at once: fetched in threads, their packages analysed in processes as soon as they are there.

One loop in the caller's thread owns all state; threads and processes only post events to it. A task that does not answer in time
is given up, not waited for: its late answer is ignored.
"""

import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from heapq import heappop, heappush
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

from survey.app.frames import Frames
from survey.app.jobs import Crash, save_bundle
from survey.app.jobs import analyse as analyse_in_worker
from survey.app.pins import Pins
from survey.app.reading import Languages, Libraries, LibraryShelf, Reading, read_libraries, read_target
from survey.app.request import Failure, RunRequest
from survey.app.results import describe_source, failed_package, failed_target, target_result
from survey.knowledge.loader import Knowledge
from survey.languages.registry import frontends
from survey.model.document import Package, Source, TargetResult
from survey.model.errors import SourceError, SurveyError
from survey.model.progress import Progress, Stage
from survey.model.target import Target
from survey.model.vocabulary import TargetStatus

_FETCHERS = 8
"""Targets fetched at the same time: enough to hide the network, few enough not to annoy a host."""
_CRASH_HINT = "this is a defect of Survey: run again with -v and report what it shows"
_LATE_HINT = "try again (what has arrived is kept), or allow more time with `--timeout`"

Analyse = Callable[[Path, int], Package | Crash]
"""A bundle and the number of its package to that package's result."""


OnSource = Callable[[TargetResult, Frames], None]
"""A target's result with its source and that of its libraries."""


class _Phase(Enum):
    READ = auto()
    LIBRARIES = auto()
    ANALYSE = auto()


@dataclass(frozen=True, slots=True)
class _Event:
    """A task's answer; `value` is what it returned or the exception it raised."""

    task: int
    value: Any


@dataclass(slots=True)
class _Course:
    """One target on its way."""

    target: Target
    result: TargetResult | None = None
    reading: Reading | None = None
    libraries: Libraries | None = None
    """Kept where their source is asked for."""
    source: Source | None = None
    missing: dict[str, str] = field(default_factory=dict)
    packages: dict[int, Package] = field(default_factory=dict)
    failures: dict[int, Failure] = field(default_factory=dict)
    """By package number; -1 for the target itself."""


@dataclass(frozen=True, slots=True)
class _Task:
    course: int
    phase: _Phase
    package: int = -1
    deadline: float | None = None
    """When the loop gives up on it; the process pool keeps the time of analyses itself."""


class _Waiting(NamedTuple):
    """A package that is to be analysed; the largest compares least."""

    size: int
    course: int
    package: int
    bundle: Path


def survey_targets(
    targets: tuple[Target, ...],
    request: RunRequest,
    pins: Pins,
    knowledge: Knowledge,
    progress: Progress,
    analyse: Analyse = analyse_in_worker,
    on_source: OnSource | None = None,
) -> tuple[tuple[TargetResult, ...], tuple[Failure, ...]]:
    """Every target's result, and what failed, both in the order of `targets`; independent of `request.jobs`.

    `analyse` runs in worker processes, so it must be importable there. `on_source` is given each finished target's source before that
    is let go.
    """
    languages = Languages(frontends())
    pool = ProcessPool(max_workers=max(1, request.jobs), context=get_context("spawn"))
    shelf = LibraryShelf(request.sources, languages.keep)
    try:
        with tempfile.TemporaryDirectory(prefix="survey-") as folder:
            loop = _Loop(targets, request, pins, knowledge, progress, languages, pool, shelf, Path(folder), analyse, on_source)
            try:
                loop.run()
            finally:
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join()
    finally:
        shelf.close()
    return loop.results()


class _Loop:
    def __init__(
        self,
        targets: tuple[Target, ...],
        request: RunRequest,
        pins: Pins,
        knowledge: Knowledge,
        progress: Progress,
        languages: Languages,
        pool: ProcessPool,
        shelf: LibraryShelf,
        folder: Path,
        analyse: Analyse,
        on_source: OnSource | None,
    ) -> None:
        self._courses = [_Course(target) for target in targets]
        self._request = request
        self._pins = pins
        self._knowledge = knowledge
        self._progress = progress
        self._languages = languages
        self._pool = pool
        self._shelf = shelf
        self._folder = folder
        self._analyse_package = analyse
        self._on_source = on_source
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._tasks: dict[int, _Task] = {}
        self._waiting: list[_Waiting] = []
        """Packages whose analysis has not begun, as a heap."""
        self._count = 0

    def run(self) -> None:
        """Until every target has a result."""
        for course in self._courses:
            self._progress.stage(course.target.id, Stage.QUEUED)
        waiting = deque(range(len(self._courses)))
        while waiting or self._tasks or self._waiting:
            while waiting and sum(task.phase is not _Phase.ANALYSE for task in self._tasks.values()) < _FETCHERS:
                self._read(waiting.popleft())
            self._analyse_next()
            self._handle_next()

    def results(self) -> tuple[tuple[TargetResult, ...], tuple[Failure, ...]]:
        """All results and failures, in order."""
        failures = [course.failures[number] for course in self._courses for number in sorted(course.failures)]
        return tuple(course.result for course in self._courses if course.result), tuple(failures)

    # --- events ------------------------------------------------------------------------------------------------------

    def _handle_next(self) -> None:
        deadlines = [task.deadline for task in self._tasks.values() if task.deadline is not None]
        patience = max(0.0, min(deadlines) - monotonic()) if deadlines else None
        try:
            event = self._events.get(timeout=patience)
        except Empty:
            now = monotonic()
            for number, task in list(self._tasks.items()):
                if task.deadline is not None and task.deadline <= now:
                    late = SourceError(f"fetching took longer than {self._request.timeout:g} seconds", hint=_LATE_HINT)
                    self._handle(self._tasks.pop(number), late)
            return
        if event.task in self._tasks:
            self._handle(self._tasks.pop(event.task), event.value)

    def _handle(self, task: _Task, value: Any) -> None:
        match task.phase:
            case _Phase.READ:
                self._after_read(task.course, value)
            case _Phase.LIBRARIES:
                self._after_libraries(task.course, value)
            case _Phase.ANALYSE:
                self._after_analysis(task.course, task.package, value)

    def _start_thread(self, course: int, phase: _Phase, work: Callable[[], object]) -> None:
        number = self._count = self._count + 1
        self._tasks[number] = _Task(course, phase, deadline=monotonic() + self._request.timeout)

        def run() -> None:
            try:
                value = work()
            except BaseException as error:  # noqa: BLE001 - posted to the loop, which decides
                value = error
            self._events.put(_Event(number, value))

        threading.Thread(target=run, name=f"survey-{self._courses[course].target.id}", daemon=True).start()

    # --- reading -----------------------------------------------------------------------------------------------------

    def _read(self, number: int) -> None:
        course = self._courses[number]
        self._progress.stage(course.target.id, Stage.FETCH)
        target, options = self._pins.apply(course.target, self._request.sources)
        self._start_thread(number, _Phase.READ, partial(read_target, target, options, self._languages, self._progress))

    def _after_read(self, number: int, value: Reading | BaseException) -> None:
        course = self._courses[number]
        if isinstance(value, BaseException):
            self._fail(course, value)
            return
        try:
            course.source = self._pins.settle(course.target.id, describe_source(value.snapshot))
        except SurveyError as error:
            self._fail(course, error)
            return
        course.reading = value
        if not self._chosen(value):
            self._finish(course)
            return
        self._progress.stage(course.target.id, Stage.FETCH, "reading libraries")
        target = course.target.id
        chosen = tuple(value.packages[index] for index in self._chosen(value))
        work = partial(read_libraries, target, value, self._languages, self._knowledge, self._shelf, self._pins, chosen)
        self._start_thread(number, _Phase.LIBRARIES, work)

    def _after_libraries(self, number: int, value: Libraries | BaseException) -> None:
        course = self._courses[number]
        reading = course.reading
        if reading is None:
            return
        if isinstance(value, BaseException):
            course.failures[-1] = _failure(course, "", value)
            value = Libraries(tuple(() for _ in reading.packages), {"libraries": _reason(value)})
        course.missing.update(value.missing)
        course.libraries = value if self._on_source is not None else None
        bundle = self._folder / f"{number}.bundle"
        save_bundle(bundle, reading, value)
        self._progress.stage(course.target.id, Stage.ANALYSE)
        chosen = self._chosen(reading)
        self._progress.step(course.target.id, 0, len(chosen))
        for index in chosen:
            size = sum(len(reading.snapshot.files[path]) for path in reading.packages[index].modules.values())
            heappush(self._waiting, _Waiting(-size, number, index, bundle))

    # --- analysing ---------------------------------------------------------------------------------------------------

    def _analyse_next(self) -> None:
        """Keep every process busy, with the largest package at hand: one that begins last is waited for by all others."""
        running = sum(task.phase is _Phase.ANALYSE for task in self._tasks.values())
        while self._waiting and running < max(1, self._request.jobs):
            self._analyse(heappop(self._waiting))
            running += 1

    def _analyse(self, next_: _Waiting) -> None:
        number = self._count = self._count + 1
        self._tasks[number] = _Task(next_.course, _Phase.ANALYSE, next_.package)
        future = self._pool.schedule(self._analyse_package, args=(next_.bundle, next_.package), timeout=self._request.timeout)

        def post(done: Future[Any]) -> None:
            self._events.put(_Event(number, done.exception() or done.result()))

        future.add_done_callback(post)

    def _after_analysis(self, number: int, index: int, value: Package | Crash | BaseException) -> None:
        course = self._courses[number]
        reading = course.reading
        if reading is None:
            return
        if not isinstance(value, Package):
            reason, hint, trace = self._crash(value)
            course.failures[index] = Failure(course.target.id, reading.packages[index].name, reason, hint, trace)
            value = failed_package(reading.packages[index], reading.snapshot, reason)
        course.packages[index] = value
        chosen = self._chosen(reading)
        self._progress.step(course.target.id, len(course.packages), len(chosen))
        if len(course.packages) == len(chosen):
            self._finish(course)

    def _chosen(self, reading: Reading) -> list[int]:
        """Numbers of the packages that are asked for."""
        wanted = self._request.packages
        return [index for index, package in enumerate(reading.packages) if not wanted or package.name in wanted]

    def _crash(self, value: Crash | BaseException) -> tuple[str, str, str]:
        """Reason, hint and traceback."""
        if isinstance(value, Crash):
            return f"the analysis crashed: {value.reason}", _CRASH_HINT, value.trace
        if isinstance(value, TimeoutError):
            return f"the analysis took longer than {self._request.timeout:g} seconds", "allow more time with `--timeout`", ""
        if isinstance(value, ProcessExpired):
            return f"the analysis process died (exit code {value.exitcode})", "it may lack memory: try `--jobs 1`", ""
        return f"the analysis crashed: {_reason(value)}", _CRASH_HINT, _trace(value)

    def _finish(self, course: _Course) -> None:
        if course.reading is None or course.source is None:
            return
        packages = [course.packages[index] for index in sorted(course.packages)]
        course.result = target_result(course.target, course.reading, course.source, packages, course.missing, self._languages)
        if self._on_source is not None:
            frames = Frames(course.reading.snapshot)
            for library in (library for each in course.libraries.by_package for library in each) if course.libraries else ():
                frames.add(library[0])
            self._on_source(course.result, frames)
        course.reading = course.libraries = None  # their bytes are not needed any more
        failed = course.result.status is TargetStatus.FAILED
        self._progress.stage(course.target.id, Stage.FAILED if failed else Stage.DONE, course.result.reason)

    def _fail(self, course: _Course, error: BaseException) -> None:
        course.failures[-1] = _failure(course, "", error)
        course.result = failed_target(course.target, _reason(error))
        self._progress.stage(course.target.id, Stage.FAILED, _reason(error))


def _failure(course: _Course, package: str, error: BaseException) -> Failure:
    return Failure(course.target.id, package, _reason(error), error.hint if isinstance(error, SurveyError) else "", _trace(error))


def _reason(error: BaseException) -> str:
    if isinstance(error, SurveyError):
        return str(error)
    return f"unexpected {type(error).__name__}: {error}"


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
