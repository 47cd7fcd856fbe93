"""survey.json: valid under its published schema, and the same bytes for the same document."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from survey.model.document import Document
from survey.model.vocabulary import Default, Role
from survey.report.base import prepare
from survey.report.json import JsonReport
from tests.report.documents import document, document_about, package, record, target


def test_the_file_is_valid_under_the_published_schema(project: Path) -> None:
    schema = json.loads((project / "schemas" / "survey.schema.json").read_text())
    validator = Draft202012Validator(schema)
    for made in (document_about("text"), document(target("t", package("a", record(role=Role.OUTPUT)))), document()):
        data = json.loads(JsonReport().render(prepare(made)))
        assert data["schema"] == "survey/v1"
        assert [error.message for error in validator.iter_errors(data)] == []


def test_the_schema_refuses_what_is_no_survey(project: Path) -> None:
    validator = Draft202012Validator(json.loads((project / "schemas" / "survey.schema.json").read_text()))
    data = json.loads(JsonReport().render(prepare(document_about("text"))))
    data["targets"][0]["packages"][0]["records"][0]["channel"] = "carrier pigeon"
    assert not validator.is_valid(data)


def test_it_reads_back_as_the_same_document() -> None:
    made = document(target("t", package("提示词", record(default=Default.UNKNOWN))))
    data = JsonReport().render(prepare(made))
    assert Document.model_validate_json(data) == made
    assert "提示词".encode() in data
    assert JsonReport().render(prepare(Document.model_validate_json(data))) == data
