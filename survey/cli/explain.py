"""`survey explain`: one package's writes, from where content enters to where it leaves, with the code."""

import os
from pathlib import Path

import click

from survey.app.explain import ExplainRequest, explain
from survey.cli.exit_codes import ExitCode
from survey.cli.failures import tell_failure
from survey.cli.group import tell
from survey.cli.options import FILE, FOLDER, catalog_option, lang_option, offline_option, source_option, verbose_option
from survey.cli.progress import show_progress
from survey.cli.terminal import color, width
from survey.model.vocabulary import Channel, Role, TargetStatus
from survey.report.explain import render_explanation
from survey.sources.options import SourceOptions, SourcePreference
from survey.view.phrases import told
from survey.view.wording import load_wording


@click.command("explain")
@click.argument("target", required=False)
@click.option(
    "--package", "packages", multiple=True, metavar="NAME", help="Explain this package; repeatable. Without it: all of the target."
)
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([each.value for each in Role]), help="Explain this kind of content; repeatable."
)
@click.option(
    "--channel", "channels", multiple=True, type=click.Choice([each.value for each in Channel]), help="Explain this channel; repeatable."
)
@click.option("--all", "every", is_flag=True, help="Explain every write, not only the first ones of each record.")
@click.option("--report", type=FILE, help="Explain this earlier survey.json instead of analysing anew.")
@click.option("--path", type=FOLDER, help="The target is this local folder.")
@catalog_option
@source_option
@offline_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds for fetching the target, and for analysing one package.",
)
@lang_option
@verbose_option
@click.pass_context
def explain_command(
    ctx: click.Context,
    target: str | None,
    packages: tuple[str, ...],
    roles: tuple[str, ...],
    channels: tuple[str, ...],
    every: bool,
    report: Path | None,
    path: Path | None,
    catalog: Path | None,
    source: str,
    offline: bool,
    timeout: float,
    language: str,
    verbose: bool,
) -> None:
    """Show how content comes to each write of TARGET, step by step, with the lines of code.

    TARGET is what `survey run` takes: an id of the catalog, pypi:NAME, pypi:NAME==VERSION, or a git address with an optional @REF.
    """
    ctx.obj["verbose"] = verbose
    request = ExplainRequest(
        target=target,
        path=path,
        report=report,
        packages=packages,
        roles=tuple(Role(role) for role in roles),
        channels=tuple(Channel(channel) for channel in channels),
        every=every,
        catalog=catalog,
        sources=SourceOptions(prefer=SourcePreference(source), offline=offline),
        jobs=os.cpu_count() or 1,
        timeout=timeout,
    )
    with show_progress(language) as progress:
        result = explain(request, progress)
    words = load_wording(language)
    shown = [render_explanation(each, width(80), color=color(), language=language) for each in result.explanations]
    click.echo("\n".join(shown).rstrip("\n"))
    for failure in result.failures:
        tell_failure(failure, words)
    if not shown or result.target.status in (TargetStatus.FAILED, TargetStatus.SKIPPED):
        if not result.failures:
            tell(words("progress.line", target=result.target.id, said=told(result.target.reason, "reason", words)))
        ctx.exit(ExitCode.NOTHING)
    ctx.exit(ExitCode.SOME_FAILED if result.failures else ExitCode.OK)
