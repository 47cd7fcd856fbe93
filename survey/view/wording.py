"""The message catalog: the only place that turns what the view says into words of one language.

A `Message` is language-neutral (an id and its numbers and names); `Wording` holds one language's sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from survey.view.text import Clean, clean

LANGUAGES = ("en", "zh")
"""Every language outputs can be in, the usual one first."""


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence or word to say; parameters are numbers, text out of a repository, or messages (a tuple is shown as a list)."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)


LISTED = Message("list.separator")
"""What stands between the parts of a list."""


def say(id_: str, **params: Any) -> Message:
    """Shorthand for a `Message`."""
    return Message(id_, params)


@dataclass(frozen=True, slots=True)
class Wording:
    """All messages of one language."""

    language: str
    messages: Mapping[str, str | Mapping[str, str]]

    def __call__(self, message: Message | str, **params: Any) -> str:
        """The text of `message`, as plain text on one line; raises `KeyError` for an unknown id or a missing parameter."""
        if isinstance(message, str):
            message = Message(message, params)
        form = self.messages[message.id]
        if not isinstance(form, str):
            count = message.params[form["by"]]
            form = form.get({0: "zero", 1: "one"}.get(count, "other"), form["other"])
        return form.format_map({name: self._text(value) for name, value in message.params.items()})

    def _text(self, value: object) -> str:
        if isinstance(value, Message):
            return self(value)
        if isinstance(value, tuple):
            return self(LISTED).join(self._text(part) for part in value)
        return value if isinstance(value, Clean) else clean(str(value))

    def has(self, id_: str) -> bool:
        """Whether this language has a message of that id."""
        return id_ in self.messages


@cache
def load_wording(language: str = "en") -> Wording:
    """The catalog of `language`, one of `LANGUAGES`."""
    text = (files("survey.view") / "messages" / f"{language}.yaml").read_text(encoding="utf-8")
    return Wording(language, yaml.safe_load(text))
