"""`report.html`: one self-contained page that works from a file, with no network and no script."""

from survey.report.base import ReportInput
from survey.report.markup import environment
from survey.report.names import template_names


class HtmlReport:
    """The page for people."""

    filename = "report.html"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8 HTML with its style inlined."""
        template = environment(html=True).get_template("report.html.jinja")
        return template.render(view=source.view, **template_names(source)).encode()
