"""A real browser for the page: the system's chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from survey.model.document import Document
from survey.report.base import prepare
from survey.report.html import HtmlReport
from survey.view.excerpts import Excerpts

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

Saved = Callable[..., str]
"""A document (and a language, and code) to the file:// address of its page."""
Opened = Callable[..., Page]
"""An address (and options of a browser context) to an open page."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests of the page are left out, except where everything must be tested."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        missing = "no Chromium on this machine, so the page was not opened in a browser (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses to run as root with one; the pages are this test's own
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=sandbox)
        yield launched
        launched.close()


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(document: Document, language: str = "en", code: Excerpts | None = None) -> str:
        folder = tmp_path / language
        folder.mkdir(exist_ok=True)
        file = folder / "report.html"
        file.write_bytes(HtmlReport().render(prepare(document, language, code)))
        return file.as_uri()

    return save


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages without a network; any error on the console fails the test."""
    contexts, errors = [], list[str]()

    def open_(address: str, width: int = 1280, height: int = 800, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: errors.append(f"asked for {request.url}") if not request.url.startswith("file:") else None)
        page.on("dialog", lambda dialog: errors.append(f"said {dialog.message}"))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
