"""The options that choose who speaks: the same for `survey speech` and `survey run`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from survey.speech.engines import Wanted, load_engines
from survey.speech.wording import LANGUAGES

Command = TypeVar("Command", bound=Callable[..., Any])


def _by_language(_ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`VALUE` for every language, or `zh=VALUE` for one."""
    found: dict[str, str] = {}
    for value in values:
        language, equals, rest = value.partition("=")
        one = bool(equals) and language in LANGUAGES
        if not (rest if one else value):
            raise click.BadParameter("it is empty", param=param)
        found |= {language: rest} if one else {each: found.get(each, value) for each in LANGUAGES}
    return found


_OPTIONS = (
    click.option("--audio", is_flag=True, help="Speak it: WAV, and Ogg/Opus where PyAV, ffmpeg or opusenc is installed."),
    click.option(
        "--engine",
        "engines",
        multiple=True,
        metavar="[LANG=]NAME",
        callback=_by_language,
        help=f"Speak with {', '.join(load_engines())}; for one language as zh=NAME.  [default: the first that works offline]",
    ),
    click.option(
        "--voice",
        "voices",
        multiple=True,
        metavar="[LANG=]VOICE",
        callback=_by_language,
        help="The engine's voice, or piper's model file.",
    ),
    click.option(
        "--command",
        "commands",
        multiple=True,
        metavar="[LANG=]COMMAND",
        callback=_by_language,
        help="Speak with this command, run without a shell: {sound} is the file to write, {text}, {ssml}, {voice} and {rate} are filled "
        "in; the script comes by standard input too.",
    ),
)


def voice_options(command: Command) -> Command:
    """`--audio`, `--engine`, `--voice`, `--command`; the last three mean `--audio` too."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wanted_voices(engines: Mapping[str, str], voices: Mapping[str, str], commands: Mapping[str, str]) -> dict[str, Wanted]:
    """What was asked for, by language; empty where nothing was."""
    asked = {*engines, *voices, *commands}
    return {each: Wanted(engines.get(each, ""), voices.get(each, ""), commands.get(each, "")) for each in LANGUAGES if each in asked}
