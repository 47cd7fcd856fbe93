"""The one interface of every report: files made from the document and its view."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from survey.model.document import Document
from survey.view.build import build_view
from survey.view.drawer import Drawer, drawers
from survey.view.excerpts import Excerpts
from survey.view.model import ReportView
from survey.view.wording import LANGUAGES, Wording, load_wording


@dataclass(frozen=True)
class ReportInput:
    """All that a report may read."""

    document: Document
    view: ReportView
    words: Wording
    code: Excerpts | None = None
    """Code to show beside the steps; None where only paths, lines and links are to be told."""

    @cached_property
    def drawers(self) -> Mapping[str, Drawer]:
        """What every row opens, by its anchor; made once for all reports, since every condition is tried for it."""
        return drawers(self.view.groups, self.view.findings)


class Report(Protocol):
    """One kind of output."""

    def files(self, source: ReportInput) -> Mapping[str, bytes]:
        """Every file's name below the report folder, with `/`, and its whole content; the same input gives the same bytes."""


class OneFile(ABC):
    """A report that is one file."""

    filename: str

    @abstractmethod
    def render(self, source: ReportInput) -> bytes:
        """The file's whole content."""

    def files(self, source: ReportInput) -> Mapping[str, bytes]:
        """That one file."""
        return {self.filename: self.render(source)}


def prepare(document: Document, language: str = LANGUAGES[0], code: Excerpts | None = None) -> ReportInput:
    """What every report of `document` is rendered from; `language` is one of `LANGUAGES`."""
    return ReportInput(document, build_view(document), load_wording(language), code)
