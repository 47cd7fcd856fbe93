"""The one entry to the engine: a package and what surrounds it in, its writes out."""

import gc
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import FunctionType

from survey.flow import existence, recursion, state
from survey.flow.assemble import Assembler
from survey.flow.machine import Machine
from survey.flow.roots import Roots
from survey.knowledge.engine import load_engine_knowledge
from survey.knowledge.loader import load_knowledge
from survey.languages.base import Frontend, PackageSource
from survey.model.analysis import PackageAnalysis
from survey.model.snapshot import Snapshot
from survey.program.modules import Program

_PASSES = 2
"""Fields written late are seen by the second pass."""
_MAX_PASSES = 4
"""Passes in all, where every one but the first two stored content in a place where the one before had found none."""
_CHEAP = 250_000
"""Work of a pass that may be followed by such a further one."""
_RECURSION = 12_000
"""Python frames that the deepest analysis may need: every abstract call costs a dozen."""
_STACK = 512 * 1024 * 1024
"""Bytes of C stack for as many frames; only touched pages cost memory."""
_SLOTS = 1 << 20
"""Words of one piece of the interpreter's own stack. It is made of pieces of 16 KB, each unmapped as soon as it is empty: a deep
recursion that swings about the end of one maps and unmaps memory for every call, which cost a tenth of all time."""


@dataclass(frozen=True, slots=True)
class PackageJob:
    """One package with everything that its analysis may read."""

    snapshot: Snapshot
    package: PackageSource
    siblings: tuple[PackageSource, ...] = ()
    """Other packages of the same snapshot."""
    libraries: tuple[tuple[Snapshot, tuple[PackageSource, ...]], ...] = ()
    """Declared dependencies that are read as source."""


def analyse_package(job: PackageJob, frontend: Frontend) -> PackageAnalysis:
    """Every content write of one package; deterministic, and never executing a line of it."""
    # The interpreter recurses as deep as the code it reads nests: on a thread of its own it has the stack for that,
    # and a RecursionError where it still has not, never a crash.
    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        with ThreadPoolExecutor(1) as thread:
            future = thread.submit(_ROOMY, job, frontend)
            threading.stack_size(size)
            return future.result()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)


def _enter(job: PackageJob, frontend: Frontend) -> PackageAnalysis:
    return _analyse(job, frontend)


_ROOMY: Callable[[PackageJob, Frontend], PackageAnalysis] = FunctionType(_enter.__code__.replace(co_stacksize=_SLOTS), globals())
"""`_enter` with a frame so large that all frames above it find room in the piece of memory that holds it."""


def _analyse(job: PackageJob, frontend: Frontend) -> PackageAnalysis:
    program = Program(frontend, job.snapshot, job.package, job.siblings, job.libraries)
    machine = Machine(program, load_engine_knowledge(job.package.language))
    roots = Roots(machine)
    collecting = gc.isenabled()
    gc.disable()  # everything lives until the package is done: collecting cycles on the way costs a fifth of the time
    try:
        known: set[object] = set()
        for number in range(_MAX_PASSES):
            machine.restart()
            roots.run()
            existence.conclude(machine)
            before, known = known, state.content(machine)
            if number + 1 < _PASSES:
                continue
            if known <= before:
                break
            if number + 1 == _MAX_PASSES or machine.exhausted or machine.total_work > _CHEAP:
                first = program.own_files()[0]
                machine.cuts[first.path, 1, "state"] = "fields were still being given content that they had not held before"
                break
        recursion.hidden(machine)
        knowledge = load_knowledge()
        return Assembler(machine, program, knowledge.keys, knowledge.switches).analysis()
    finally:
        if collecting:
            gc.enable()
