"""How what there is to say of a spoken script is told."""

import click

from survey.app.speech import SpeechNote
from survey.cli.group import tell
from survey.view.wording import Wording


def tell_notes(notes: tuple[SpeechNote, ...], words: Wording) -> None:
    """What there is to say of the sound: faults, and what could be better, as messages; the rest as it is."""
    for note in notes:
        said, hint = words(note.text), note.hint if isinstance(note.hint, str) else words(note.hint)
        if note.fault or hint:
            tell(said, hint, words.language)
        else:
            click.echo(said)
