"""`survey run`: survey the targets and write the report."""

import os
from pathlib import Path

import click

from survey.app.request import Failure, RunRequest
from survey.app.run import run_survey
from survey.cli.exit_codes import exit_code_of
from survey.cli.failures import tell_failure
from survey.cli.notes import tell_notes
from survey.cli.options import FILE, FOLDER, catalog_option, lang_option, offline_option, source_option, verbose_option
from survey.cli.progress import show_progress
from survey.cli.terminal import color, width
from survey.cli.voices import voice_options, wanted_voices
from survey.report.base import prepare
from survey.report.terminal import render_terminal
from survey.sources.options import SourceOptions, SourcePreference
from survey.view.text import clean
from survey.view.wording import Wording, load_wording

_LONGEST_PATH = 4096


@click.command("run")
@click.argument("targets", nargs=-1)
@click.option("--only", multiple=True, metavar="ID", help="Survey this target of the catalog; repeatable.")
@click.option("--path", type=FOLDER, help="Survey this local folder.")
@catalog_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports/latest"), show_default=True, help="Folder that gets the report files."
)
@source_option
@offline_option
@click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="CPU count", help="Packages analysed at once."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds for fetching one target, and for analysing one package.",
)
@click.option("--pins", type=FILE, help="Read the commits and versions of this earlier survey.json again.")
@click.option("--speech", is_flag=True, help="Write a script of one minute too, in Chinese and English.")
@voice_options
@click.option("--keep", is_flag=True, help="Write a dated copy beside the report folder too.")
@click.option("--allow-failed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N", help="Let N targets fail.")
@click.option(
    "--code/--no-code", default=True, show_default=True, help="Show excerpts of the code in report.html, or only path, line and link."
)
@lang_option
@verbose_option
@click.pass_context
def run_command(
    ctx: click.Context,
    targets: tuple[str, ...],
    only: tuple[str, ...],
    path: Path | None,
    catalog: Path | None,
    out: Path,
    source: str,
    offline: bool,
    jobs: int,
    timeout: float,
    pins: Path | None,
    speech: bool,
    audio: bool,
    engines: dict[str, str],
    voices: dict[str, str],
    commands: dict[str, str],
    keep: bool,
    allow_failed: int,
    code: bool,
    language: str,
    verbose: bool,
) -> None:
    """Survey TARGETS and write the report.

    A target is an id of the catalog, pypi:NAME, pypi:NAME==VERSION, or a git address with an optional @REF; the whole catalog without any.
    """
    ctx.obj["verbose"] = verbose
    sources = SourceOptions(prefer=SourcePreference(source), offline=offline)
    wanted = wanted_voices(engines, voices, commands)
    request = RunRequest(
        out=out,
        only=only,
        adhoc=targets,
        path=path,
        catalog=catalog,
        sources=sources,
        jobs=jobs,
        timeout=timeout,
        pins=pins,
        keep=keep,
        language=language,
        speech=speech,
        audio=audio or bool(wanted),
        voices=wanted,
        code=code,
    )
    with show_progress(language) as progress:
        result = run_survey(request, progress)
    words = load_wording(language)
    click.echo(render_terminal(prepare(result.document, language), width(), color=color()))
    for failure in result.failures:
        _tell_failure(failure, words, verbose=verbose)
    tell_notes(result.notes, words)
    for file in result.files:
        click.echo(words("run.wrote", file=clean(str(file), _LONGEST_PATH)))
    ctx.exit(exit_code_of(result.document, allow_failed))


def _tell_failure(failure: Failure, words: Wording, *, verbose: bool) -> None:
    if verbose and failure.trace:
        click.echo("\n".join(clean(line, 2000) for line in failure.trace.splitlines()), err=True)
    tell_failure(failure, words)
