"""All files of a report. Not in the package itself: who asks for one of them need not wait for the others to load."""

from survey.report.base import Report
from survey.report.html import HtmlReport
from survey.report.json import JsonReport
from survey.report.markdown import MarkdownReport
from survey.report.svg import SvgReport


def all_reports() -> tuple[Report, ...]:
    """The files of one report folder, in the order in which they are rendered."""
    return (JsonReport(), MarkdownReport(), HtmlReport(), SvgReport())
