"""Names out of a repository, as a voice can say them: letters and spaces only, short, or '' where there is no way to say them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from survey.speech.numbers import chinese, english

_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_VERSION = re.compile(r"[vV]?[0-9]+")
_ASIDE = re.compile(r"\([^)]*\)")
_OPTION = re.compile(r"\(([A-Za-z0-9_]+)=\)$")
_CUT = 100
_LONGEST_WORD = 14
_LONGEST_RUN = 3
_NO_NAME = frozenset({"http", "https", "www", "com", "org"})
"""Parts of addresses: a name that holds one is not said."""
MOST = {"en": 4, "zh": 3}
"""Words of a name that a listener can take in; a Chinese one hears Latin words more slowly."""
MOST_OF_SWITCH = {"en": 5, "zh": 4}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How words are said: see `lexicon.yaml`."""

    generic: frozenset[str]
    said: Mapping[str, Mapping[str, str]]


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that comes with Survey."""
    data = yaml.safe_load((files("survey.speech") / "lexicon.yaml").read_text(encoding="utf-8"))
    return Lexicon(frozenset(data["generic"]), data["said"])


def say_number(number: int, language: str) -> str:
    """`number` in words of `language`."""
    return chinese(number) if language == "zh" else english(number)


def say_name(name: str, language: str) -> str:
    """A project or package: without what is generic and without versions; '' where nothing that can be said is left."""
    lexicon = load_lexicon()
    words = _split(_ASIDE.sub(" ", name[:_CUT]))
    words = [word for n, word in enumerate(words) if n == 0 or not _VERSION.fullmatch(word)]
    telling = [word for word in words if word.lower() not in lexicon.generic and word.lower() != "v"]
    return _join(telling, language, MOST[language], capital=True)


def say_project(name: str, language: str) -> str:
    """Like `say_name`, but a project may be called by a generic word."""
    return say_name(name, language) or _join(_split(_ASIDE.sub(" ", name[:_CUT]))[:1], language, MOST[language], capital=True)


def say_switch(name: str, language: str) -> str:
    """A variable, or the option of a call, word by word; without what is generic where it is too long."""
    option = _OPTION.search(name)
    words = _split((option[1] if option else name)[:_CUT].lower())
    telling = [word for word in words if word not in load_lexicon().generic]
    most = MOST_OF_SWITCH[language]
    return _join(words, language, most, capital=False) or _join(telling, language, most, capital=False)


def _split(text: str) -> list[str]:
    """The words of an identifier; a word of the lexicon that is written with capitals inside stays whole."""
    said = load_lexicon().said
    words: list[str] = []
    for part in re.split(r"[^A-Za-z0-9]+", text):
        words += [part] if part.lower() in said else _WORDS.findall(part)
    return words if text.isascii() else []


def _join(words: list[str], language: str, most: int, *, capital: bool) -> str:
    said = load_lexicon().said
    spoken: list[str] = []
    rest = list(words)
    while rest:
        size = next((n for n in range(min(_LONGEST_RUN, len(rest)), 0, -1) if " ".join(rest[:n]).lower() in said), 0)
        if size:
            spoken.append(said[" ".join(rest[:size]).lower()][language])
        elif (plain := _plain(rest[0], language, capital=capital)) is not None:
            spoken.append(plain)
        else:
            return ""
        rest = rest[size or 1 :]
    text = " ".join(spoken)
    return text if 0 < len(text.split()) <= most else ""


def _plain(word: str, language: str, *, capital: bool) -> str | None:
    if word.isdigit():
        return say_number(int(word), language) if len(word) <= 3 else None
    if word.lower() in _NO_NAME or len(word) > _LONGEST_WORD:
        return None
    if not re.search("[aeiouy]", word.lower()) or (word.isupper() and 1 < len(word) <= 3):
        # A voice takes a lone A for the article, so that an abbreviation with one stays in one piece.
        letters = word.upper()
        return None if len(word) > 4 else letters if "A" in letters or language == "zh" else " ".join(letters)
    return word.capitalize() if capital else word.lower()
