"""Sentences of errors: English for whoever reads the error alone, and the message behind it for whoever says it in another language."""

from typing import Any, Self

from survey.view.phrases import told
from survey.view.wording import Message, Wording, load_wording, say


class Sentence(str):
    """A message in English that remembers which it is."""

    __slots__ = ("message",)
    message: Message

    def __new__(cls, message: Message) -> Self:
        """The English of `message`; raises `KeyError` like `Wording`."""
        made = super().__new__(cls, load_wording()(message))
        made.message = message
        return made


def sentence(id_: str, **params: Any) -> Sentence:
    """Shorthand for a `Sentence`."""
    return Sentence(say(id_, **params))


def part(text: str) -> Message | str:
    """`text` as a parameter of another message: what knows its message is said in that one's language."""
    return text.message if isinstance(text, Sentence) else text


def in_words(text: str, family: str, words: Wording) -> str:
    """`text` in the language of `words`: by its message where it has one, else by the phrase that it is (`view/phrases.py`)."""
    return words(text.message) if isinstance(text, Sentence) else told(text, family, words)
