"""`survey speech`: the one-minute script of a report, and its sound."""

from pathlib import Path

import click

from survey.app.speech import SpeechRequest, speak
from survey.cli.exit_codes import ExitCode
from survey.cli.notes import tell_notes
from survey.cli.options import verbose_option
from survey.speech.engines import Wanted, load_engines
from survey.speech.wording import LANGUAGES
from survey.view.text import clean
from survey.view.wording import LANGUAGES as SPOKEN
from survey.view.wording import load_wording

_LONGEST_PATH = 4096


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


@click.command("speech")
@click.argument("report", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder that gets the files.  [default: that of REPORT, or reports/latest]")
@click.option("--lang", type=click.Choice([*LANGUAGES, "both"]), default="both", show_default=True, help="Languages of the script.")
@click.option("--ssml", is_flag=True, help="Write the script as SSML too.")
@click.option("--audio", is_flag=True, help="Speak it: WAV, and Ogg/Opus where PyAV, ffmpeg or opusenc is installed.")
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="[LANG=]NAME",
    callback=_by_language,
    help=f"Speak with {', '.join(load_engines())}; for one language as zh=NAME.  [default: the first that works offline]",
)
@click.option(
    "--voice", "voices", multiple=True, metavar="[LANG=]VOICE", callback=_by_language, help="The engine's voice, or piper's model file."
)
@click.option(
    "--command",
    "commands",
    multiple=True,
    metavar="[LANG=]COMMAND",
    callback=_by_language,
    help="Speak with this command, run without a shell: {sound} is the file to write, {text}, {ssml}, {voice} and {rate} are filled in; "
    "the script comes by standard input too.",
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True, help="Seconds for one run of it.")
@verbose_option
@click.pass_context
def speech_command(
    ctx: click.Context,
    report: Path | None,
    out: Path | None,
    lang: str,
    ssml: bool,
    audio: bool,
    engines: dict[str, str],
    voices: dict[str, str],
    commands: dict[str, str],
    timeout: float,
    verbose: bool,
) -> None:
    """Write a script of one minute from REPORT, in Chinese and English.

    REPORT is the folder of a report or its survey.json; without it reports/latest, or else reports/published. speech.json tells which
    records show each sentence.
    """
    ctx.obj["verbose"] = verbose
    languages = LANGUAGES if lang == "both" else (lang,)
    wanted = {each: Wanted(engines.get(each, ""), voices.get(each, ""), commands.get(each, "")) for each in languages}
    audio = audio or bool(engines or voices or commands)
    result = speak(SpeechRequest(report, out, languages, ssml, audio, wanted, timeout))
    for language in languages:
        click.echo(result.scripts[language].text)
    words = load_wording(lang if lang in LANGUAGES else SPOKEN[0])
    tell_notes(result.notes, words)
    for file in result.files:
        click.echo(words("run.wrote", file=clean(str(file), _LONGEST_PATH)))
    if any(note.fault for note in result.notes):
        ctx.exit(ExitCode.NOT_A_MINUTE)
