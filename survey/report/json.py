"""`survey.json`: the whole document under the schema `survey/v1` (schemas/survey.schema.json)."""

import json

from survey.report.base import OneFile, ReportInput


class JsonReport(OneFile):
    """The machine-readable report; the others only show what it holds."""

    filename = "survey.json"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8, indented, fields in the order of the model."""
        data = source.document.model_dump(mode="json", by_alias=True)
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
