"""The command line: each command parses, calls one use case and chooses the exit code."""

import click

import survey
from survey.cli.group import SurveyGroup

_HELP = """Find out where agent-observability SDKs write prompts and completions, from their source code.

\b
Exit codes: 0 fine, 1 no sound of one minute, 2 usage or configuration,
3 nothing analysed, 4 some targets failed, 5 no setting reaches it,
6 not published, 130 interrupted, 143 terminated.
"""


_COMMANDS = {
    "run": "survey.cli.run:run_command",
    "list": "survey.cli.listing:list_command",
    "show": "survey.cli.show:show_command",
    "explain": "survey.cli.explain:explain_command",
    "what-if": "survey.cli.what_if:what_if_command",
    "recipe": "survey.cli.recipe:recipe_command",
    "speech": "survey.cli.speech:speech_command",
    "export": "survey.cli.export:export_command",
}


@click.group(cls=SurveyGroup, lazy=_COMMANDS, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(survey.__version__, prog_name="survey", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Hold what the commands share."""
    ctx.ensure_object(dict)
