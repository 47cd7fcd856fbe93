"""A script -> sound of one minute: said once, measured, and where it is too short or too long said once more at another speed."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from survey.model.errors import SurveyError
from survey.speech.encoding import INSTALL, NoEncoder, to_opus, to_wav
from survey.speech.engines import Speaker
from survey.speech.model import Script
from survey.speech.running import CommandFailed, run
from survey.speech.sound import is_silent, wav_seconds
from survey.speech.ssml import ssml
from survey.view.sentences import part, sentence

WANTED = 60.0
SHORTEST, LONGEST = 55.0, 65.0
"""Seconds that pass for one minute."""
_MOST_FASTER, _MOST_SLOWER = 1.6, 0.6
"""Beyond these a voice is no longer understood; the script or the voice is wrong then."""
_LARGEST = 256 * 1024 * 1024


class SynthesisFailed(SurveyError):
    """No sound could be made."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A spoken script."""

    speaker: Speaker
    wav: bytes
    seconds: float
    """As measured."""
    rate: str
    """The engine's own word for its speed, '' where it cannot be changed."""
    corrected: bool
    opus: bytes | None
    no_opus: str
    """Why there is no Opus file; '' where there is one."""

    @property
    def is_a_minute(self) -> bool:
        """Whether it takes 55 to 65 seconds."""
        return SHORTEST <= self.seconds <= LONGEST


def synthesise(script: Script, speaker: Speaker, timeout: float) -> Sound:
    """Let `speaker` say `script`; `timeout` is seconds for each of at most two runs. Raises `SynthesisFailed`."""
    faster, corrected = 1.0, False
    wav = _say(script, speaker, faster, timeout)
    seconds = wav_seconds(wav)
    if not SHORTEST <= seconds <= LONGEST and speaker.takes_a_rate:
        faster, corrected = min(_MOST_FASTER, max(_MOST_SLOWER, seconds / WANTED)), True
        wav = _say(script, speaker, faster, timeout)
        seconds = wav_seconds(wav)
    rate = speaker.rate_text(faster) if speaker.takes_a_rate else ""
    try:
        return Sound(speaker, wav, seconds, rate, corrected, to_opus(wav), "")
    except NoEncoder as error:
        return Sound(speaker, wav, seconds, rate, corrected, None, sentence("speech.because", one=part(error.args[0]), more=part(INSTALL)))
    except ValueError as error:
        return Sound(speaker, wav, seconds, rate, corrected, None, str(error))


def _say(script: Script, speaker: Speaker, faster: float, timeout: float) -> bytes:
    """One run of the engine in a folder of its own, which is gone afterwards: the sound as WAV."""
    with tempfile.TemporaryDirectory(prefix="survey-speech-") as folder:
        text, marked, sound = (Path(folder) / name for name in ("script.txt", "script.ssml", "sound.wav"))
        text.write_text(script.text, encoding="utf-8")
        marked.write_text(ssml(script), encoding="utf-8")
        stdin = script.text.encode() if speaker.reads_stdin else None
        try:
            run(speaker.arguments(faster=faster, text=text, ssml=marked, sound=sound), stdin=stdin, timeout=timeout)
            if sound.stat().st_size > _LARGEST:
                raise SynthesisFailed(sentence("speech.wrong.large", engine=speaker.engine))
            wav = to_wav(sound.read_bytes())
            if wav_seconds(wav) == 0 or is_silent(wav):
                raise SynthesisFailed(sentence("speech.wrong.silent", engine=speaker.engine))
        except CommandFailed as error:
            hint = sentence("speech.do.network") if speaker.online else ""
            raise SynthesisFailed(error.args[0], hint=hint) from error
        except NoEncoder as error:
            raise SynthesisFailed(
                sentence("speech.wrong.format", engine=speaker.engine, detail=part(error.args[0])), hint=INSTALL
            ) from error
        except (OSError, ValueError) as error:
            raise SynthesisFailed(sentence("speech.wrong.nothing", engine=speaker.engine, detail=str(error))) from error
        return wav
