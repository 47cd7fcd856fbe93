"""`survey what-if`: which content still leaves under a setting."""

from pathlib import Path

import click

from survey.app.what_if import WhatIfRequest, ask_what_if
from survey.cli.group import tell
from survey.cli.options import lang_option, report_option, verbose_option
from survey.cli.terminal import color, width
from survey.report.what_if import render_what_if, what_if_json
from survey.verdicts.what_if import Setting
from survey.view.wording import load_wording


def _pairs(_ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` each; an option may be written `Owner(name=)=VALUE`, so the name ends at the last `=` before the value's own."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition(")=") if "(" in value.partition("=")[0] else value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"write it NAME=VALUE, not `{value}`", param=param)
        found[name + ")" if equals == ")=" else name] = text
    return found


@click.command("what-if")
@click.argument("target")
@click.option("--env", multiple=True, metavar="NAME=VALUE", callback=_pairs, help="An environment variable that is set; repeatable.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="An option that is given: `name` or `Class(name=)`; repeatable.",
)
@click.option("--package", "packages", multiple=True, metavar="NAME", help="Answer for this package alone; repeatable.")
@report_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@lang_option
@verbose_option
@click.pass_context
def what_if_command(
    ctx: click.Context,
    target: str,
    env: dict[str, str],
    options: dict[str, str],
    packages: tuple[str, ...],
    report: Path | None,
    as_json: bool,
    language: str,
    verbose: bool,
) -> None:
    """Show which content still leaves under a setting, with the lines that write it.

    TARGET is an id of the report's targets or its owner/name. Nothing is analysed: an earlier report is evaluated. What is not given is
    unset; the variables of this machine play no part.
    """
    ctx.obj["verbose"] = verbose
    result = ask_what_if(WhatIfRequest(target=target, setting=Setting(env, options), packages=packages, report=report))
    for name, near in result.unknown:
        tell(load_wording(language)("whatif.unknown", name=name), near, language)
    shown = what_if_json(result.answer) if as_json else render_what_if(result.answer, width(), color=color(), language=language)
    click.echo(shown, nl=as_json)
