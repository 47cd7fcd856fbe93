"""What a document says in English (a step's note, a reason), said in the language of the output.

A document holds plain English, for programs and for whoever reads it alone. Its phrases stand in the catalog under `told.`: the English
wording is the pattern by which a phrase is recognised, the other languages' wording is what it becomes. What no pattern fits (the words
of an operating system, of a server) stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from survey.view.text import clean
from survey.view.wording import LANGUAGES, Message, Wording, load_wording

_NUMBER = re.compile(r"\d{1,9}")
_LONGEST = 2000
_DEEPEST = 6
_JOINS = "reaches|written under|kept in|handed to|read as|the result of|parameter|key made of"
"""How a further step on the same line begins."""
_SHAPES = {
    "count": r"\d+",
    "of": r"\d+",
    "library": r"[\w.@/\[\]-]+",
    "owner": r"[\w.<>]+",
    "code": rf"(?:(?!, (?:{_JOINS}) ).)+",
    "part": ".+",
    "host": r"\S+|the package index",
    "near": r"did you mean .+?\?",
}
"""What a parameter may hold, where that is not just anything."""
FAMILIES = ("step", "reason")
"""What a document says in phrases: the note of a step, the reason of a shortfall."""
PARTS = {"part": "step", "reason": "reason", "more": "reason", "near": "hint", "fault": "usage"}
"""Parameters that are phrases themselves, and of which family."""
_ALSO = {"error": ("reason",)}
"""What ends a command may be what would have been a shortfall of a run."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    id: str
    pattern: re.Pattern[str]


def told(text: str, family: str, words: Wording) -> str:
    """`text` of the document in the language of `words`; `family` is `step` (a step's note) or `reason`."""
    shown = clean(text, _LONGEST)
    if words.language == LANGUAGES[0]:
        return shown
    message = _read(shown, family)
    return shown if message is None else words(message)


def recognisers(language: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Per family the patterns that recognise a phrase as `told` says it in `language`, each with the id of its message."""
    return {family: tuple((each.id, each.pattern.pattern) for each in _phrases(family, language)) for family in FAMILIES}


def told_parts(text: str, family: str, words: Wording) -> tuple[tuple[str, bool], ...]:
    """The same in pieces, each with whether it is a name or a piece of code; one piece of words where no phrase fits."""
    shown = clean(text, _LONGEST)
    message = _read(shown, family)
    return ((shown, False),) if message is None else words.parts(message)


def _read(text: str, family: str, depth: int = 0) -> Message | None:
    for phrase in _phrases(family):
        found = phrase.pattern.fullmatch(text)
        if found is not None:
            return Message(phrase.id, {name: _value(name, value, depth) for name, value in found.groupdict().items()})
    return None


def _value(name: str, text: str, depth: int) -> str | int | Message:
    if name in PARTS and depth < _DEEPEST:
        return _read(text, PARTS[name], depth + 1) or text
    return int(text) if _NUMBER.fullmatch(text) else text


@cache
def _phrases(family: str, language: str = LANGUAGES[0]) -> tuple[_Phrase, ...]:
    """The patterns of one family in the order of the English catalog, so that the first that fits is the most telling one."""
    wording = load_wording(language).messages
    messages = {id_: wording[id_] for id_ in load_wording().messages}
    found = [
        _Phrase(id_, re.compile(_pattern(form)))
        for each in (family, *_ALSO.get(family, ()))
        for id_, whole in messages.items()
        if id_.startswith(f"told.{each}.")
        for form in _forms(whole)
    ]
    return tuple(found)


def _forms(message: str | Mapping[str, str]) -> Iterator[str]:
    if isinstance(message, str):
        yield message
    else:
        yield from (form for kind, form in message.items() if kind != "by")


def _pattern(form: str) -> str:
    """`then read as {code}` as an expression."""
    parts = []
    for literal, name, _, _ in Formatter().parse(form):
        parts.append(re.escape(literal))
        if name:
            parts.append(f"(?P<{name}>{_SHAPES.get(name, '.+?')})")
    return "".join(parts)
