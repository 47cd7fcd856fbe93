"""`survey recipe`: what to set so that content leaves as wanted."""

from pathlib import Path

import click

from survey.app.recipe import RecipeRequest, find_recipes
from survey.cli.exit_codes import ExitCode
from survey.cli.group import tell
from survey.cli.options import lang_option, report_option, verbose_option
from survey.cli.terminal import color, width
from survey.model.vocabulary import Channel, Role
from survey.report.recipe import render_recipes
from survey.verdicts.recipe import Wanted
from survey.view.wording import load_wording

_NONE = "none"
_USUAL = {_NONE: tuple(Role)}
"""Roles that are meant when none is named: all that must not leave, the conversation that should."""


@click.command("recipe")
@click.argument("target")
@click.option(
    "--want",
    required=True,
    type=click.Choice([_NONE, Channel.SPAN_ATTRIBUTE.value, Channel.LOG_RECORD.value]),
    help="Nothing leaves, or the conversation leaves there.",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([each.value for each in Role]),
    help="This kind of content; repeatable.  [default: all for none, else input and output]",
)
@click.option("--package", "packages", multiple=True, metavar="NAME", help="Only this package; repeatable.")
@report_option
@lang_option
@verbose_option
@click.pass_context
def recipe_command(
    ctx: click.Context,
    target: str,
    want: str,
    roles: tuple[str, ...],
    packages: tuple[str, ...],
    report: Path | None,
    language: str,
    verbose: bool,
) -> None:
    """Show the smallest setting under which content leaves as wanted, or what makes that impossible.

    TARGET is an id of the report's targets or its owner/name. Nothing is analysed: an earlier report is evaluated. The exit code is 5 where
    some package cannot be brought to it.
    """
    ctx.obj["verbose"] = verbose
    meant = tuple(Role(role) for role in roles) or _USUAL.get(want, (Role.INPUT, Role.OUTPUT))
    wanted = Wanted(None if want == _NONE else Channel(want), meant)
    found = find_recipes(RecipeRequest(target=target, wanted=wanted, packages=packages, report=report))
    if not found:
        tell(load_wording(language)("recipe.quiet", target=target))
        return
    click.echo(render_recipes(wanted, ((each.package, each.recipe) for each in found), width(), color=color(), language=language), nl=False)
    if not all(each.recipe.complete for each in found):
        ctx.exit(ExitCode.UNREACHABLE)
