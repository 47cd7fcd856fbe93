"""Libraries and serialisers: what the patterns take in and what they leave out."""

import pytest

from survey.knowledge.loader import load_knowledge
from survey.model.vocabulary import Language


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("opentelemetry-semantic-conventions-ai", True),
        ("openinference-semantic-conventions", True),
        ("opentelemetry-util-genai", True),
        ("opentelemetry-instrumentation", True),
        ("openinference-instrumentation", True),
        ("trace-attributes", True),
        ("openai", False),
        ("wrapt", False),
        ("opentelemetry-api", False),
    ],
)
def test_libraries_read_as_source(name: str, wanted: bool) -> None:
    assert load_knowledge().libraries.wants(Language.PYTHON, name) is wanted


def test_serialisers_by_their_last_name() -> None:
    named = load_knowledge().serialisers.named
    assert named(Language.PYTHON, "dumps")
    assert named(Language.PYTHON, "safe_json_dumps")
    assert named(Language.PYTHON, "model_dump")
    assert named(Language.PYTHON, "len") is None
    cast = named(Language.PYTHON, "cast")
    assert cast is not None
    assert cast.argument == 1
