"""Everything a run writes: one interface, one file an output."""

from survey.report.base import Report
from survey.report.html import HtmlReport
from survey.report.json import JsonReport
from survey.report.markdown import MarkdownReport
from survey.report.svg import SvgReport


def all_reports() -> tuple[Report, ...]:
    """The files of one report folder, in the order in which they are rendered."""
    return (JsonReport(), MarkdownReport(), HtmlReport(), SvgReport())
