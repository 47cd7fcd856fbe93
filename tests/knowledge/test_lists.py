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


def test_serialisers_by_kind_of_match() -> None:
    find = load_knowledge().serialisers.find
    assert find(Language.PYTHON, "dumps", qualified="json.dumps")
    assert find(Language.PYTHON, "dumps", qualified="pickle.dumps") is None
    assert find(Language.PYTHON, "safe_json_dumps")
    assert find(Language.PYTHON, "model_dump", method=True)
    assert find(Language.PYTHON, "model_dump") is None, "a function of that name is not the method"
    assert find(Language.PYTHON, "len", qualified="builtins.len") is None
    cast = find(Language.PYTHON, "cast", qualified="typing.cast")
    assert cast is not None
    assert cast.argument == 1
