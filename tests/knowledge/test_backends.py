"""What backends read, and that a mistake in the file is told."""

import pytest
from pydantic import TypeAdapter

from survey.knowledge.backends import Backend, load_backends
from survey.knowledge.loader import parse_file
from survey.model.errors import KnowledgeError
from survey.model.vocabulary import Channel, Role

BACKENDS = {backend.id: backend for backend in load_backends()}


@pytest.mark.parametrize(
    ("backend", "channel", "key", "read"),
    [
        ("langsmith", Channel.SPAN_ATTRIBUTE, "gen_ai.prompt.0.content", True),
        ("langsmith", Channel.SPAN_ATTRIBUTE, "gen_ai.input.messages", False),
        ("phoenix", Channel.SPAN_ATTRIBUTE, "llm.input_messages.*.message.content", True),
        ("phoenix", Channel.LOG_RECORD, "gen_ai.input.messages", False),
        ("tempo", Channel.SPAN_EVENT, "whatever.it.is", True),
        ("loki", Channel.LOG_RECORD, "gen_ai.user.message", True),
    ],
)
def test_what_is_read(backend: str, channel: Channel, key: str, read: bool) -> None:
    assert any(each.channel is channel and each.reads(Role.INPUT, key) for each in BACKENDS[backend].reads) is read


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("source: http://x.example/", "not a public https address"),
        ("source: https://x.example/\n  seen: today", "seen"),
        ("source: https://x.example/\n  reads: []", "reads"),
    ],
)
def test_a_mistake_is_told_with_its_field(change: str, fault: str) -> None:
    data = f"""
- id: x
  name: X
  reads: [{{channel: metric, input: [a], output: [b]}}]
  seen: "2026-01-01"
  {change}
"""
    with pytest.raises(KnowledgeError, match=fault):
        parse_file(TypeAdapter(tuple[Backend, ...]), "backends.yaml", data.encode())
