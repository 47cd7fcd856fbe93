"""The script as SSML 1.1, for engines that take it: paragraphs, sentences, and Latin words marked as English inside Chinese."""

import re
from xml.sax.saxutils import escape

from survey.speech.model import Script

_TAGS = {"zh": "zh-CN", "en": "en-US"}
_LATIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")


def ssml(script: Script) -> str:
    """The whole document; what a name of a repository could smuggle in is escaped like all text."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{_TAGS[script.language]}">',
    ]
    for number, paragraph in enumerate(script.paragraphs):
        if number:
            lines.append('<break time="500ms"/>')
        spoken = "\n".join(f"<s>{_marked(sentence.text, script.language)}</s>" for sentence in paragraph)
        lines.append(f"<p>\n{spoken}\n</p>")
    return "\n".join([*lines, "</speak>"]) + "\n"


def _marked(text: str, language: str) -> str:
    if language == "en":
        return escape(text)
    return _LATIN.sub(r'<lang xml:lang="en-US">\g<0></lang>', escape(text))
