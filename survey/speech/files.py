"""What is written to the report's folder: the texts, and one JSON file that says what shows each sentence."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from survey.speech.counting import BOUNDS, estimated_seconds, length
from survey.speech.model import Script, Sentence
from survey.speech.ssml import ssml
from survey.speech.synthesis import Sound

JSON_NAME = "speech.json"


def sound_names(languages: Iterable[str]) -> tuple[str, ...]:
    """What the sound of these languages is called; a file of such a name that belongs to an earlier script is out of date."""
    return tuple(f"speech.{language}.{kind}" for language in languages for kind in ("wav", "opus"))


def script_files(scripts: Mapping[str, Script], generated_at: str, *, with_ssml: bool) -> dict[str, bytes]:
    """The files of the scripts alone."""
    files = {f"speech.{language}.txt": script.text.encode() for language, script in scripts.items()}
    if with_ssml:
        files |= {f"speech.{language}.ssml": ssml(script).encode() for language, script in scripts.items()}
    return files | {JSON_NAME: _json(scripts, generated_at, {})}


def sound_files(scripts: Mapping[str, Script], generated_at: str, sounds: Mapping[str, Sound]) -> dict[str, bytes]:
    """The files of what was spoken, and the JSON file with the measured seconds."""
    files = {f"speech.{language}.wav": sound.wav for language, sound in sounds.items()}
    files |= {f"speech.{language}.opus": sound.opus for language, sound in sounds.items() if sound.opus is not None}
    return files | {JSON_NAME: _json(scripts, generated_at, sounds)}


def _json(scripts: Mapping[str, Script], generated_at: str, sounds: Mapping[str, Sound]) -> bytes:
    told = {language: _script(script, sounds.get(language)) for language, script in scripts.items()}
    document = {"schema": "survey-speech/v1", "generated_at": generated_at, "scripts": told}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


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


def _sound(language: str, sound: Sound) -> dict[str, Any]:
    names = [f"speech.{language}.wav", *([f"speech.{language}.opus"] if sound.opus is not None else [])]
    return {
        "files": names,
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
