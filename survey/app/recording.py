"""The minute of speech beside a report, as a voice message: only a recording of this very report is sent."""

import shlex
import struct
from pathlib import Path

from survey.app.speech import identity_of, told_earlier
from survey.model.document import Document
from survey.model.errors import UsageError
from survey.publish.telling import Voice
from survey.speech.files import is_recording_of
from survey.speech.sound import opus_seconds
from survey.view.sentences import sentence

_LONGEST = 30 * 1024 * 1024
"""Bytes that Feishu takes."""


def find_recording(survey: Path, document: Document, language: str) -> Voice | None:
    """The recording beside the file `survey`, which holds `document`; None where there is none.

    Raises `UsageError` for one that is no sound, too large, or of another survey: nobody shall hear figures that the document denies.
    """
    file = survey.parent / f"speech.{language}.opus"
    hint = sentence("feishu.do.recording", folder=shlex.quote(str(survey.parent)), language=language)
    try:
        with file.open("rb") as opened:
            data = opened.read(_LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(sentence("feishu.recording.unreadable", file=str(file), detail=str(error.strerror)), hint=hint) from error
    if len(data) > _LONGEST:
        raise UsageError(sentence("feishu.recording.large", file=str(file)), hint=hint)
    milliseconds = _milliseconds(data)
    if not milliseconds:
        raise UsageError(sentence("feishu.recording.none", file=str(file)), hint=hint)
    if not is_recording_of(told_earlier(survey.parent), identity_of(survey, document), language, data):
        raise UsageError(sentence("feishu.recording.stale", file=str(file)), hint=hint)
    return Voice(file.name, data, milliseconds)


def _milliseconds(data: bytes) -> int:
    """0 for what is no recording."""
    try:
        return round(opus_seconds(data) * 1000)
    except (ValueError, IndexError, struct.error):
        return 0
