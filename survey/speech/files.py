"""What is written to the report's folder: the texts, and one JSON file that says what shows each sentence, and of which survey all is."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from survey.speech.counting import BOUNDS, estimated_seconds, length
from survey.speech.model import Script, Sentence, SurveyFile
from survey.speech.ssml import ssml
from survey.speech.synthesis import Sound

JSON_NAME = "speech.json"
_SCHEMA = "survey-speech/v1"


def sound_names(languages: Iterable[str]) -> tuple[str, ...]:
    """What the sound of these languages is called; a file of such a name that belongs to an earlier script is out of date."""
    return tuple(f"speech.{language}.{kind}" for language in languages for kind in ("wav", "opus"))


def script_files(scripts: Mapping[str, Script], of: SurveyFile, *, with_ssml: bool, earlier: bytes | None = None) -> dict[str, bytes]:
    """The files of the scripts alone; `earlier` is the JSON file that is there, whose other languages stay if it is of the same survey."""
    files = {f"speech.{language}.txt": script.text.encode() for language, script in scripts.items()}
    if with_ssml:
        files |= {f"speech.{language}.ssml": ssml(script).encode() for language, script in scripts.items()}
    return files | {JSON_NAME: _json(scripts, of, {}, earlier)}


def sound_files(
    scripts: Mapping[str, Script], of: SurveyFile, sounds: Mapping[str, Sound], earlier: bytes | None = None
) -> dict[str, bytes]:
    """The files of what was spoken, and the JSON file with the measured seconds."""
    heard = {name: data for language, sound in sounds.items() for name, data in _heard(language, sound).items()}
    return heard | {JSON_NAME: _json(scripts, of, sounds, earlier)}


def is_of_another(told: bytes | None, of: SurveyFile) -> bool:
    """Whether there is a JSON file `told`, and it does not tell of this very survey."""
    return told is not None and not _scripts(told, of)


def is_recording_of(told: bytes | None, of: SurveyFile, language: str, opus: bytes) -> bool:
    """Whether the JSON file `told` says that `opus` was made of the script of this very survey in `language`."""
    try:
        kept = _scripts(told, of)[language]["audio"]["files"][f"speech.{language}.opus"]
    except (KeyError, TypeError, IndexError):  # the file is anybody's
        return False
    return bool(kept == hashlib.sha256(opus).hexdigest())


def _json(scripts: Mapping[str, Script], of: SurveyFile, sounds: Mapping[str, Sound], earlier: bytes | None) -> bytes:
    told = _scripts(earlier, of) | {language: _script(script, sounds.get(language)) for language, script in scripts.items()}
    survey = {"generated_at": of.generated_at, "sha256": of.sha256}
    document = {"schema": _SCHEMA, "survey": survey, "scripts": dict(sorted(told.items(), reverse=True))}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _scripts(data: bytes | None, of: SurveyFile) -> dict[str, Any]:
    """What a JSON file says of the scripts of this survey; nothing where it is of another one, or is none of Survey's."""
    try:
        document = json.loads(data or b"")
        same = document["schema"] == _SCHEMA and document["survey"]["sha256"] == of.sha256
        return dict(document["scripts"]) if same else {}
    except (ValueError, TypeError, KeyError):
        return {}


def _script(script: Script, sound: Sound | None) -> dict[str, Any]:
    least, most = length(script.text, script.language)
    bounds = BOUNDS[script.language]
    return {
        "file": f"speech.{script.language}.txt",
        "length": {"unit": "characters" if script.language == "zh" else "words", "least": least, "most": most},
        "bounds": [bounds.least, bounds.most],
        "estimated_seconds": estimated_seconds(script.text, script.language),
        "audio": _sound(script.language, sound) if sound else None,
        "sentences": [_sentence(sentence) for sentence in script.sentences],
    }


def _heard(language: str, sound: Sound) -> dict[str, bytes]:
    opus = {} if sound.opus is None else {f"speech.{language}.opus": sound.opus}
    return {f"speech.{language}.wav": sound.wav} | opus


def _sound(language: str, sound: Sound) -> dict[str, Any]:
    return {
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in _heard(language, sound).items()},
        "engine": sound.speaker.engine,
        "voice": sound.speaker.told,
        "draft": sound.speaker.draft,
        "rate": sound.rate,
        "seconds": round(sound.seconds, 2),
        "one_minute": sound.is_a_minute,
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    """A sentence with what it claims; empty lists are left out, so that one without any claims nothing of the survey."""
    evidence = sentence.evidence
    shown: dict[str, Any] = {
        "records": sentence.records,
        "packages": sentence.packages,
        "projects": sentence.projects,
        "rule": sentence.rule,
    }
    if evidence is not None:
        shown["evidence"] = {"path": evidence.path, "line": evidence.line, "permalink": evidence.permalink}
    return {"id": sentence.id, "text": sentence.text, **{name: value for name, value in shown.items() if value}}
