"""The message catalog: the only place that turns what the view says into words of one language.

A `Message` is language-neutral (an id and its numbers and names); `Wording` holds one language's sentences.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml

from survey.view.text import Clean, clean

LANGUAGES = ("en", "zh")
"""Every language outputs can be in, the usual one first."""


class Code(str):
    """A parameter that is a piece of code; outputs that can mark it as such do."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence or word to say; parameters are numbers, text out of a repository, or messages (a tuple is shown as a list)."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)


_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z0-9]")


@cache
def _pieces(form: str) -> tuple[tuple[str, str | None], ...]:
    """What a form says, each piece with the parameter that follows it."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(form))


def _set_beside(before: str, after: str) -> str:
    """Both, with a space between where Han and Latin letters meet, as Chinese is set."""
    edges = before[-1:], after[:1]
    mixed = any(_HAN.match(one) and _LATIN.match(other) for one, other in (edges, edges[::-1]))
    return f"{before} {after}" if mixed else before + after


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
        said = ""
        for literal, name in _pieces(self._form(message)):
            said = _set_beside(said, literal)
            if name is not None:
                said = _set_beside(said, self._text(message.params[name]))
        return said

    def parts(self, message: Message) -> tuple[tuple[str, bool], ...]:
        """The text of `message` in pieces, each with whether it is a name or a piece of code rather than words; for marking these up."""
        found: list[tuple[str, bool]] = []
        for literal, name in _pieces(self._form(message)):
            pieces = self._marked(message.params[name]) if name is not None else ()
            for text, is_name in ((literal, False), *pieces):
                if text and found and _set_beside(found[-1][0], text) != found[-1][0] + text:
                    found.append((" ", False))
                found += [(text, is_name)] if text else []
        return tuple(found)

    def _marked(self, value: object) -> tuple[tuple[str, bool], ...]:
        if isinstance(value, Message):
            return self.parts(value)
        if isinstance(value, tuple):
            listed = (((self(LISTED), False), *self._marked(part)) for part in value)
            return tuple(piece for pieces in listed for piece in pieces)[1:]
        return ((self._text(value), isinstance(value, str)),)

    def _form(self, message: Message) -> str:
        form = self.messages[message.id]
        if isinstance(form, str):
            return form
        count = message.params[form["by"]]
        return form.get({0: "zero", 1: "one"}.get(count, "other"), form["other"])

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
