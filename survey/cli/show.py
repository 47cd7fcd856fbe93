"""`survey show`: one project of a finished survey."""

from pathlib import Path

import click

from survey.app.show import ShowRequest, show
from survey.cli.options import lang_option, report_option, verbose_option
from survey.cli.terminal import color, width
from survey.model.vocabulary import Role
from survey.report.show import render_show


@click.command("show")
@click.argument("target")
@click.option("--package", "packages", multiple=True, metavar="NAME", help="Show this package alone; repeatable.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([each.value for each in Role]), help="Show this kind of content alone; repeatable."
)
@report_option
@lang_option
@verbose_option
@click.pass_context
def show_command(
    ctx: click.Context, target: str, packages: tuple[str, ...], roles: tuple[str, ...], report: Path | None, language: str, verbose: bool
) -> None:
    """Show where a project of an earlier report writes content: channel, default, key, switch, limit and line, and the findings.

    TARGET is an id of the report's targets or its owner/name. Nothing is analysed.
    """
    ctx.obj["verbose"] = verbose
    result = show(ShowRequest(target=target, packages=packages, roles=tuple(Role(role) for role in roles), report=report))
    click.echo(render_show(result.packages, width(), color=color(), language=language), nl=False)
