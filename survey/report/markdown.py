"""`report.md`: the answer, one table, and a section a package, for people and for coding agents."""

from survey.report.base import ReportInput
from survey.report.markup import environment
from survey.report.names import template_names


class MarkdownReport:
    """GitHub-flavoured Markdown."""

    filename = "report.md"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8 text, nothing in it but what the templates wrote as markup."""
        template = environment(html=False).get_template("report.md.jinja")
        return template.render(view=source.view, **template_names(source)).encode()
