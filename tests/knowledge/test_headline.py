"""Which keys name the message itself."""

import pytest

from survey.knowledge.headline import load_headline
from survey.model.vocabulary import Role


@pytest.mark.parametrize(
    ("role", "key", "distance"),
    [
        (Role.INPUT, "gen_ai.user.message", 0),
        (Role.INPUT, "llm.input_messages.*.message.content", 0),
        (Role.INPUT, "gen_ai.prompt.*.content", 1),
        (Role.INPUT, "input.value", 2),
        (Role.INPUT, "events", 3),
        (Role.OUTPUT, "gen_ai.choice", 0),
        (Role.OUTPUT, "gen_ai.completion.*.content", 1),
        (Role.OUTPUT, "output.value", 2),
    ],
)
def test_the_plainest_key_is_nearest(role: Role, key: str, distance: int) -> None:
    words = load_headline()[role]
    assert (words.distance(key), words.is_beside(key)) == (distance, False)


@pytest.mark.parametrize(
    "key",
    [
        "gen_ai.assistant.message",
        "http.request.body.text",
        "llm.prompt_template.variables",
        "llm.input_messages.*.message.contents.*.message_content.image.image.url",
        "[*] setting span attribute - input.value : *",
    ],
)
def test_what_goes_with_the_prompt_is_beside_it(key: str) -> None:
    assert load_headline()[Role.INPUT].is_beside(key)
