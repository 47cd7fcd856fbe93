"""The voices that can be had on this machine: commands described by data, one interface for all of them."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from survey.model.errors import SurveyError, UsageError
from survey.view.sentences import Sentence, sentence
from survey.view.wording import Message, say

Rate = Literal["words_per_minute", "percent", "length_scale", "factor"]
_FROM_A_FILE = ("{text}", "{ssml}")


class Voice(BaseModel):
    """How an engine speaks one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    """What the engine calls it; '' where a voice is a file."""
    packages: tuple[str, ...] = ()
    """Python packages that bring such a file."""
    rate: float = 1.0
    draft: bool = False
    """Understandable, but not fit for publishing."""


class Engine(BaseModel):
    """One entry of `engines.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: tuple[str, ...]
    rate: Rate
    install: str
    """Commands, in no language."""
    voices: dict[str, Voice]
    online: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """An engine that can speak one language here and now."""

    engine: str
    command: tuple[str, ...]
    """With an absolute program."""
    rate: Rate
    voice: str
    base: float
    """The rate to begin with."""
    draft: bool
    online: bool

    @property
    def told(self) -> str:
        """The voice for people: its name, or its file's name."""
        return Path(self.voice).name

    @property
    def takes_a_rate(self) -> bool:
        """Whether its speed can be changed."""
        return any("{rate}" in each for each in self.command)

    def rate_text(self, faster: float) -> str:
        """The engine's own word for its base rate times `faster`."""
        if self.rate == "words_per_minute":
            return str(round(self.base * faster))
        if self.rate == "percent":
            return f"{round((100 + self.base) * faster - 100):+d}%"
        return f"{self.base / faster if self.rate == 'length_scale' else self.base * faster:.3f}"

    def arguments(self, *, faster: float, text: Path, ssml: Path, sound: Path) -> list[str]:
        """The command line; every value stays inside its argument."""
        values = {"text": str(text), "ssml": str(ssml), "sound": str(sound), "voice": self.voice, "rate": self.rate_text(faster)}
        return [_fill(each, values) for each in self.command]

    @property
    def reads_stdin(self) -> bool:
        """Whether the script comes by standard input."""
        return not any(name in each for each in self.command for name in _FROM_A_FILE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which voice the user asked for; all empty for the best one that is here."""

    engine: str = ""
    voice: str = ""
    command: str = ""
    """A command line of the user's own, in the form of `engines.yaml`."""


class NoSpeaker(SurveyError):
    """No voice for a language: which were looked for, and how to install them."""


@cache
def load_engines() -> dict[str, Engine]:
    """The engines that Survey knows, the preferred first."""
    data = yaml.safe_load((files("survey.speech") / "engines.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Engine]).validate_python(data)


def find_speaker(language: str, wanted: Wanted) -> Speaker:
    """The voice to use for `language`; raises `NoSpeaker` where there is none, `UsageError` for a wish that makes no sense."""
    if wanted.command:
        return _own_speaker(wanted)
    engines = load_engines()
    if wanted.engine and wanted.engine not in engines:
        raise UsageError(sentence("speech.wrong.unknown", engine=wanted.engine), hint=sentence("speech.do.choose", names=tuple(engines)))
    asked = {wanted.engine: engines[wanted.engine]} if wanted.engine else {name: each for name, each in engines.items() if not each.online}
    able = {name: engine for name, engine in engines.items() if language in engine.voices}
    if wanted.engine and wanted.engine not in able:
        raise NoSpeaker(sentence("speech.wrong.mute", engine=wanted.engine), hint=sentence("speech.do.able", names=tuple(able)))
    missing: dict[str, Message] = {}
    for name, engine in asked.items():
        if name in able:
            speaker = _speaker(name, engine, language, wanted.voice)
            if isinstance(speaker, Speaker):
                return speaker
            missing[name] = speaker
    hints = [_how_to_have(name, engine, language) for name, engine in able.items() if name in missing]
    hints += [
        say("speech.do.online", engine=name, install=each.install) for name, each in able.items() if each.online and not wanted.engine
    ]
    raise NoSpeaker(Sentence(_joined(missing.values())), hint=Sentence(_joined(hints)))


def _joined(messages: Iterable[Message]) -> Message:
    return reduce(lambda one, more: say("speech.and", one=one, more=more), messages)


def _how_to_have(name: str, engine: Engine, language: str) -> Message:
    """A voice without a name of its own is a file, which may be had elsewhere too."""
    return say("speech.do.install" if engine.voices[language].name else "speech.do.model", engine=name, install=engine.install)


def _speaker(name: str, engine: Engine, language: str, voice: str) -> Speaker | Message:
    """The engine's speaker, or why it has none."""
    program = find_program(engine.command[0])
    if program is None:
        return say("speech.wrong.missing", engine=name)
    known = engine.voices[language]
    chosen = voice or known.name or next(filter(None, map(_model_of, known.packages)), "")
    if not chosen:
        return say("speech.wrong.voiceless", engine=name)
    if not known.name and not Path(chosen).is_file():
        return say("speech.wrong.no_model", engine=name, file=chosen)
    return Speaker(name, (program, *engine.command[1:]), engine.rate, chosen, known.rate, known.draft, engine.online)


def _own_speaker(wanted: Wanted) -> Speaker:
    try:
        words = shlex.split(wanted.command)
    except ValueError as error:
        raise UsageError(sentence("speech.wrong.command", detail=str(error)), hint=sentence("speech.do.quote")) from error
    if not any("{sound}" in each for each in words[1:]):
        raise UsageError(sentence("speech.wrong.soundless"), hint=sentence("speech.do.sound", sound="{sound}"))
    program = find_program(words[0])
    if program is None:
        raise NoSpeaker(sentence("speech.wrong.program", program=words[0]), hint=sentence("speech.do.program"))
    return Speaker("command", (program, *words[1:]), "factor", wanted.voice, 1.0, draft=False, online=False)


def find_program(name: str) -> str | None:
    """The path of a program: on PATH, or beside the Python that runs Survey, where pip puts commands."""
    return shutil.which(name) or shutil.which(name, path=os.fspath(Path(sys.executable).parent))


def _model_of(package: str) -> str:
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return ""
    return next((str(distribution.locate_file(each)) for each in distribution.files or () if each.suffix == ".onnx"), "")


def _fill(argument: str, values: dict[str, str]) -> str:
    """`argument` with its braces filled once: what is filled in is not looked at again."""
    filled, rest = "", argument
    while rest:
        at = min(((rest.index(f"{{{name}}}"), name) for name in values if f"{{{name}}}" in rest), default=None)
        if at is None:
            return filled + rest
        place, name = at
        filled += rest[:place] + values[name]
        rest = rest[place + len(name) + 2 :]
    return filled
