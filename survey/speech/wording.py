"""The script's own message catalog, in the form of the view's."""

from functools import cache
from importlib.resources import files

import yaml

from survey.view.wording import Wording

LANGUAGES = ("zh", "en")


@cache
def load_speech_wording(language: str) -> Wording:
    """The sentences of `language`."""
    text = (files("survey.speech") / "messages" / f"{language}.yaml").read_text(encoding="utf-8")
    return Wording(language, yaml.safe_load(text))
