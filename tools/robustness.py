"""Runs the engine over other people's Python, package by package: what crashes it, hangs it, or is too much for it.

    python tools/robustness.py [--timeout SECONDS] [--jobs N] [--slow SECONDS] FOLDER...

Every folder is one that `import` searches (`site-packages`, the standard library); each module or package at its top is analysed
in a process of its own. One line is printed for each that is not done well within its time, and one for them all. `cuts`
counts what was given up for a bound, `file` cuts aside. Exit code 1 when something crashed or did not finish.
"""

import argparse
import os
import resource
import sys
import time
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pebble import ProcessPool

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.base import PackageSource
from survey.languages.python.frontend import PythonFrontend
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind

_SKIPPED = {"__pycache__", "site-packages", "dist-packages"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one package went; `peak` is in megabytes, of a process of its own."""

    name: str
    files: int
    seconds: float
    peak: int
    status: str
    cuts: int = 0


def modules_of(root: Path) -> dict[str, str]:
    """Module name to path, relative to the folder `root` is in, of one top-level module or package."""
    paths = [root] if root.is_file() else sorted(p for p in root.rglob("*.py") if not _SKIPPED & set(p.parts[len(root.parts) :]))
    found = {}
    for path in paths:
        relative = path.relative_to(root.parent)
        name = ".".join(relative.with_suffix("").parts)
        found[name.removesuffix(".__init__")] = relative.as_posix()
    return found


def analyse(root: Path) -> Outcome:
    """Analyse one package in this process."""
    modules = modules_of(root)
    files = {path: (root.parent / path).read_bytes() for path in modules.values()}
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, root.name), files)
    package = PackageSource(root.stem, None, Language.PYTHON, root.name, modules, ())
    begun = time.monotonic()
    result = analyse_package(PackageJob(snapshot, package), PythonFrontend())
    seconds = time.monotonic() - begun
    cuts = sum(1 for cut in result.unresolved if cut.sink in ("budget", "depth"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(root.name, len(modules), seconds, peak, "partial" if cuts else "analysed", cuts)


def outcome_of(root: Path, future: Future[Outcome], timeout: float) -> Outcome:
    """How the analysis of `root` ended, however it did."""
    try:
        return future.result()
    except TimeoutError:
        return Outcome(root.name, len(modules_of(root)), timeout, 0, "unfinished")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return Outcome(root.name, len(modules_of(root)), 0, 0, f"crashed: {type(error).__name__}: {error}"[:110])


def packages(folder: Path) -> list[Path]:
    """The top-level modules and packages of a folder that hold Python at all."""
    found = [p for p in folder.iterdir() if (p.suffix == ".py" and p.is_file()) or (p.is_dir() and p.name not in _SKIPPED)]
    return sorted(p for p in found if p.is_file() or (p.name.isidentifier() and modules_of(p)))


def main() -> int:
    """Exit code 1 when something crashed or did not finish."""
    parser = argparse.ArgumentParser(description="Run the engine over other people's Python.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--timeout", type=float, default=150, help="seconds for one package")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--slow", type=float, default=10, help="also print what took this many seconds")
    given = parser.parse_args()
    roots = [root for folder in given.folders for root in packages(folder)]
    row = "{:<40} {:>6} {:>8} {:>8} {:>6}  {}"
    print(row.format("package", "files", "seconds", "peak MB", "cuts", "status"))
    outcomes = []
    context = get_context("forkserver")
    context.set_forkserver_preload([analyse_package.__module__])
    with ProcessPool(given.jobs, max_tasks=1, context=context) as pool:
        futures = [pool.schedule(analyse, args=[root], timeout=given.timeout) for root in roots]
        for root, future in zip(roots, futures, strict=True):
            outcome = outcome_of(root, future, given.timeout)
            outcomes.append(outcome)
            if outcome.status != "analysed" or outcome.seconds >= given.slow:
                name = f"{root.parent.name}/{outcome.name}"
                print(row.format(name, outcome.files, f"{outcome.seconds:.1f}", outcome.peak, outcome.cuts, outcome.status), flush=True)
    bad = [o for o in outcomes if o.status not in ("analysed", "partial")]
    total = f"{len(outcomes)} packages", sum(o.files for o in outcomes), f"{sum(o.seconds for o in outcomes):.0f}"
    summary = f"{sum(o.status == 'analysed' for o in outcomes)} analysed, {len(bad)} crashed or unfinished"
    print(row.format(*total, max((o.peak for o in outcomes), default=0), sum(o.cuts for o in outcomes), summary))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
