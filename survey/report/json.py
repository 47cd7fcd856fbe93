"""`survey.json`: the whole document under the schema `survey/v1` (schemas/survey.schema.json)."""

from survey.report.base import OneFile, ReportInput


class JsonReport(OneFile):
    """The machine-readable report; the others only show what it holds."""

    filename = "survey.json"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8, indented, fields in the order of the model."""
        return (source.document.model_dump_json(by_alias=True, indent=1) + "\n").encode()
