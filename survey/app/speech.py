"""The use case behind `survey speech`, and of `survey run --speech`: the one-minute script of a survey, and its sound."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from survey.app.documents import USUAL_REPORT, find_report, read_document
from survey.app.output import check_writable, remove_files, write_files
from survey.model.document import Document
from survey.model.errors import UsageError
from survey.speech.engines import NoSpeaker, Wanted, find_speaker
from survey.speech.files import JSON_NAME, script_files, sound_files, sound_names
from survey.speech.model import Script, SurveyFile
from survey.speech.script import write_script
from survey.speech.synthesis import LONGEST, SHORTEST, Sound, SynthesisFailed, synthesise
from survey.speech.wording import LANGUAGES
from survey.view.build import build_view
from survey.view.sentences import part, sentence
from survey.view.wording import Message, say

SECONDS = 120.0
"""For one run of an engine."""
_HINT = sentence("speech.report")


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What is asked."""

    report: Path | None = None
    """The folder of a report, or its survey.json; None for the last one."""
    out: Path | None = None
    """Folder that gets the files; None for that of the report, and for reports/latest where no report is named."""
    languages: tuple[str, ...] = LANGUAGES
    ssml: bool = False
    audio: bool = False
    voices: Mapping[str, Wanted] = field(default_factory=dict)
    """By language; the best one that is here where there is none."""
    timeout: float = SECONDS
    """Seconds for one run of an engine."""


@dataclass(frozen=True, slots=True)
class SpeechNote:
    """Something about the sound that the user should know; a fault where it is not what was asked for."""

    text: Message
    hint: Message | str
    """What to do; '' where there is nothing to do."""
    fault: bool


@dataclass(frozen=True, slots=True)
class SpeechResult:
    """What was written, and what there is to say of it."""

    scripts: Mapping[str, Script]
    files: tuple[Path, ...]
    notes: tuple[SpeechNote, ...] = ()


def speak(request: SpeechRequest) -> SpeechResult:
    """Write the script of an earlier report, and its sound where asked; raises `UsageError`."""
    file = find_report(request.report, _HINT)
    document = read_document(file, "the report", _HINT)
    out = request.out or (file.parent if request.report is not None else USUAL_REPORT)
    check_writable(out)
    if request.audio:
        check_voices(request.languages, request.voices)
    scripts, of = scripts_of(document, request.languages), identity_of(file, document)
    earlier = told_earlier(out)
    files = write_files(out, script_files(scripts, of, with_ssml=request.ssml, earlier=earlier))
    remove_files(out, sound_names(scripts))  # of an earlier script
    if not request.audio:
        return SpeechResult(scripts, files)
    made, notes = speak_aloud(scripts, of, request.voices, request.timeout, earlier)
    return SpeechResult(scripts, tuple(dict.fromkeys((*files, *write_files(out, made)))), notes)


def check_voices(languages: tuple[str, ...], voices: Mapping[str, Wanted]) -> None:
    """Raise `UsageError` for a wish that makes no sense, before anything is done; a voice that is not installed is told later."""
    for language in languages:
        with suppress(NoSpeaker):
            find_speaker(language, voices.get(language, Wanted()))


def identity_of(file: Path, document: Document) -> SurveyFile:
    """Which survey `document`, read from `file`, is; raises `UsageError`."""
    try:
        return SurveyFile(document.generated_at, hashlib.sha256(file.read_bytes()).hexdigest())
    except OSError as error:
        raise UsageError(f"cannot read the report {file}: {error.strerror}", hint=_HINT) from error


def told_earlier(folder: Path) -> bytes | None:
    """What `speech.json` of `folder` says, None where there is none that can be read."""
    try:
        return (folder / JSON_NAME).read_bytes()
    except OSError:
        return None


def scripts_of(document: Document, languages: tuple[str, ...] = LANGUAGES) -> dict[str, Script]:
    """The scripts of a survey, by language."""
    view = build_view(document)
    return {language: write_script(view, language) for language in languages}


def speak_aloud(
    scripts: Mapping[str, Script], of: SurveyFile, voices: Mapping[str, Wanted], timeout: float = SECONDS, earlier: bytes | None = None
) -> tuple[dict[str, bytes], tuple[SpeechNote, ...]]:
    """The sound files of `scripts` and what there is to say of them; what cannot be spoken is a note. Raises `UsageError`."""
    sounds: dict[str, Sound] = {}
    notes: list[SpeechNote] = []
    for language, script in scripts.items():
        try:
            sounds[language] = synthesise(script, find_speaker(language, voices.get(language, Wanted())), timeout)
        except (NoSpeaker, SynthesisFailed) as error:
            notes.append(SpeechNote(say("speech.none", language=language, reason=part(error.args[0])), part(error.hint), fault=True))
        else:
            notes += _notes(language, sounds[language])
    return sound_files(scripts, of, sounds, earlier), tuple(notes)


def _notes(language: str, sound: Sound) -> list[SpeechNote]:
    speaker, unset = sound.speaker, say("speech.own")
    told = {"engine": speaker.engine, "voice": speaker.told or unset, "rate": sound.rate or unset, "seconds": f"{sound.seconds:.1f}"}
    hint: Message | str = say("speech.draft") if speaker.draft else ""
    if not sound.is_a_minute:
        hint = say("speech.length", least=f"{SHORTEST:g}", most=f"{LONGEST:g}")
    notes = [SpeechNote(say("speech.spoken", language=language, **told), hint, fault=not sound.is_a_minute)]
    if sound.opus is None:
        notes.append(SpeechNote(say("speech.no_opus", language=language, reason=part(sound.no_opus)), "", fault=False))
    return notes
