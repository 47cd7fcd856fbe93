"""The one interface of every report file: a name, and bytes made from the document and its view."""

from dataclasses import dataclass
from typing import Protocol

from survey.model.document import Document
from survey.view.build import build_view
from survey.view.excerpts import Excerpts
from survey.view.model import ReportView
from survey.view.wording import LANGUAGES, Wording, load_wording


@dataclass(frozen=True, slots=True)
class ReportInput:
    """All that a report may read."""

    document: Document
    view: ReportView
    words: Wording
    code: Excerpts | None = None
    """Code to show beside the steps; None where only paths, lines and links are to be told."""


class Report(Protocol):
    """One output file."""

    filename: str

    def render(self, source: ReportInput) -> bytes:
        """The file's whole content; the same input gives the same bytes."""


def prepare(document: Document, language: str = LANGUAGES[0], code: Excerpts | None = None) -> ReportInput:
    """What every report of `document` is rendered from; `language` is one of `LANGUAGES`."""
    return ReportInput(document, build_view(document), load_wording(language), code)
