"""How long a text is when it is said: Han characters for Chinese, words for English."""

import re
from dataclasses import dataclass

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one minute holds, and how fast it is said."""

    least: int
    most: int
    per_minute: int
    """Characters or words."""


BOUNDS = {"zh": Bounds(240, 260, 250), "en": Bounds(140, 155, 148)}


def length(text: str, language: str) -> tuple[int, int]:
    """The least and the most that `text` counts: a Latin word in Chinese is three or four characters, and a script must hold either way."""
    if language != "zh":
        words = len(_WORD.findall(text))
        return words, words
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return han + 3 * latin, han + 4 * latin


def estimated_seconds(text: str, language: str) -> float:
    """How long `text` takes at an ordinary pace; only a synthesised voice tells for sure."""
    least, most = length(text, language)
    return round((least + most) / 2 / BOUNDS[language].per_minute * 60, 1)
