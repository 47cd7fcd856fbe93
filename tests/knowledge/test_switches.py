"""What the names of switches say."""

import pytest

from survey.knowledge.loader import load_knowledge
from survey.model.vocabulary import Role

NAMES = load_knowledge().switches


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("TRACELOOP_TRACE_CONTENT", True),
        ("OpenAIInstrumentor(capture_message_content=)", True),
        ("hideInputs", True),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", False),
        ("TRACE_PROMPT_MAX_LENGTH", False),
        ("HIDE_EMBEDDING_VECTORS", False),
        ("COMPLETION_HOOK", False),
        ("RecordMessages(prompt=)", False),
    ],
)
def test_about_content(name: str, about: bool) -> None:
    assert NAMES.about_content(name) is about


def test_sides() -> None:
    (side,) = NAMES.sides_of("DEMO_HIDE_OUTPUTS")
    assert side.own == (Role.OUTPUT,)
    assert len(NAMES.sides_of("capture_input_output")) == 2
    assert NAMES.sides_of("TRACE_CONTENT") == ()
    assert NAMES.is_narrower("hide_output_text")
    assert not NAMES.is_narrower("hide_outputs")
