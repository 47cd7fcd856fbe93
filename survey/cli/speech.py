"""`survey speech`: the one-minute script of a report, and its sound."""

import os
from pathlib import Path

import click

from survey.app.speech import SECONDS, SpeechRequest, speak
from survey.cli.exit_codes import ExitCode
from survey.cli.notes import tell_notes
from survey.cli.options import verbose_option
from survey.cli.voices import voice_options, wanted_voices
from survey.speech.wording import LANGUAGES
from survey.view.text import clean
from survey.view.wording import LANGUAGES as SPOKEN
from survey.view.wording import load_wording

_LONGEST_PATH = 4096


@click.command("speech")
@click.argument("report", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder that gets the files.  [default: that of REPORT, or reports/latest]")
@click.option("--lang", type=click.Choice([*LANGUAGES, "both"]), default="both", show_default=True, help="Languages of the script.")
@click.option("--ssml", is_flag=True, help="Write the script as SSML too.")
@voice_options
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=SECONDS, show_default=True, help="Seconds for one run.")
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
    told = lang if lang in SPOKEN else os.environ.get("SURVEY_LANG", "")
    words = load_wording(told if told in SPOKEN else SPOKEN[0])
    ctx.obj |= {"verbose": verbose, "language": words.language}
    languages = LANGUAGES if lang == "both" else (lang,)
    wanted = wanted_voices(engines, voices, commands)
    result = speak(SpeechRequest(report, out, languages, ssml, audio or bool(wanted), wanted, timeout))
    for language in languages:
        click.echo(result.scripts[language].text)
    tell_notes(result.notes, words)
    for file in result.files:
        click.echo(words("run.wrote", file=clean(str(file), _LONGEST_PATH)))
    if any(note.fault for note in result.notes):
        ctx.exit(ExitCode.NOT_A_MINUTE)
