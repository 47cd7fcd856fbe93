"""Turning one sound format into another, with whatever this machine has: PyAV, ffmpeg or opusenc."""

import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from survey.model.errors import SurveyError
from survey.speech.engines import find_program
from survey.speech.running import CommandFailed, run
from survey.speech.sound import is_wav, opus_seconds
from survey.view.sentences import sentence

INSTALL = sentence("speech.do.encoder")
_SECONDS = 60.0
_FFMPEG = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-i", "{in}", "-ac", "1")
_TO_OPUS = (
    (*_FFMPEG, "-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-fflags", "+bitexact", "-f", "ogg", "{out}"),
    ("opusenc", "--quiet", "--speech", "--bitrate", "32", "--downmix-mono", "{in}", "{out}"),
)
_TO_WAV = ((*_FFMPEG, "-c:a", "pcm_s16le", "-f", "wav", "{out}"),)


class NoEncoder(SurveyError):
    """Nothing on this machine can do it; `INSTALL` says what could."""


def to_wav(data: bytes) -> bytes:
    """`data` as WAV, whatever an engine wrote; raises `NoEncoder`, or `ValueError` for what is no sound."""
    return data if is_wav(data) else _convert("to_wav", data, _TO_WAV)


def to_opus(wav: bytes) -> bytes:
    """A WAV file as Ogg/Opus; raises `NoEncoder`, or `ValueError` where the encoder fails."""
    made = _convert("to_opus", wav, _TO_OPUS)
    opus_seconds(made)
    return made


def _convert(name: str, data: bytes, commands: tuple[tuple[str, ...], ...]) -> bytes:
    library = _library(name)
    if library is not None:
        return library(data)
    for command in commands:
        program = find_program(command[0])
        if program is not None:
            return _by_command((program, *command[1:]), data)
    raise NoEncoder(sentence("speech.wrong.no_encoder", names=("PyAV", *(command[0] for command in commands))))


def _library(name: str) -> Callable[[bytes], bytes] | None:
    try:
        found: Callable[[bytes], bytes] = getattr(import_module("survey.speech.pyav"), name)
    except ImportError:
        return None
    return found


def _by_command(command: tuple[str, ...], data: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="survey-speech-") as folder:
        given, made = Path(folder) / "in", Path(folder) / "out"
        given.write_bytes(data)
        try:
            run([each.replace("{in}", str(given)).replace("{out}", str(made)) for each in command], timeout=_SECONDS)
            return made.read_bytes()
        except (CommandFailed, OSError) as error:
            raise ValueError(str(error)) from error
