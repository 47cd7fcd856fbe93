"""Options that several commands have."""

from pathlib import Path

import click

from survey.sources.options import SourcePreference
from survey.view.wording import LANGUAGES

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

catalog_option = click.option("--catalog", type=FILE, help="Read this catalog instead of ./repos.yaml or the one that comes with Survey.")
source_option = click.option(
    "--source",
    type=click.Choice([each.value for each in SourcePreference]),
    default=SourcePreference.AUTO.value,
    show_default=True,
    help="Read repositories, registry releases, or releases where the repository's host cannot be reached.",
)
offline_option = click.option("--offline", is_flag=True, help="Use the cache alone.")
report_option = click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Folder of the report to evaluate.  [default: reports/latest, or else reports/published]",
)


def _remember(ctx: click.Context, _param: click.Parameter, language: str) -> str:
    """Errors are told in that language too, where nothing knows of the option any more."""
    ctx.ensure_object(dict)["language"] = language
    return language


lang_option = click.option(
    "--lang",
    "language",
    callback=_remember,
    is_eager=True,
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    envvar="SURVEY_LANG",
    show_envvar=True,
    help="Language of what is said; keys, switches and code stay as they are.",
)
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Show tracebacks of errors.")
