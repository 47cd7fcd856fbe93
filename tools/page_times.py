"""How long the page takes: to render and to open, for the first 60 packages of a survey.

    python -m tools.page_times reports/published/survey.json [--packages 60] [--times 5]

Rendering is everything from the document to the bytes of report.html; opening is a cold start of the page in Chromium, from asking for
the file to the script having run. Prints the median of each in seconds, and the size. Aims: 2 s, 1 s, 25 KB a package. Not a test.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from playwright.sync_api import sync_playwright

from survey.model.document import Document
from survey.report.base import prepare
from survey.report.html import HtmlReport


def first(document: Document, packages: int) -> Document:
    """The document with no more than so many packages."""
    targets, left = [], packages
    for target in document.targets:
        targets.append(target.model_copy(update={"packages": target.packages[:left]}))
        left -= len(targets[-1].packages)
    return document.model_copy(update={"targets": tuple(targets)})


def median(times: int, run: Callable[[], object]) -> float:
    """Seconds of the middle one of so many runs."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        run()
        taken.append(perf_counter() - began)
    return statistics.median(taken)


def opening(page: Path, times: int) -> float:
    """Seconds until the page is there, in a new browser context each time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

        def run() -> None:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
            tab = context.new_page()
            tab.goto(page.as_uri())
            tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            context.close()

        run()  # the browser's own first start is not the page's
        taken = median(times, run)
        browser.close()
    return taken


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("survey", type=Path)
    parser.add_argument("--packages", type=int, default=60)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    document = first(Document.model_validate_json(asked.survey.read_bytes()), asked.packages)
    count = sum(len(target.packages) for target in document.targets)
    page = HtmlReport().render(prepare(document))
    print(f"{count} packages, {len(page)} bytes, {len(page) / max(count, 1) / 1000:.1f} KB a package")
    print(f"render {median(asked.times, lambda: HtmlReport().render(prepare(document))):.2f} s")
    if shutil.which("chromium") is None:
        print("no chromium here, so the page was not opened")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_bytes(page)
        print(f"open {opening(file, asked.times):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
