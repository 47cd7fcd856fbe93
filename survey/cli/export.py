"""`survey export`: bring a finished report to where people read it."""

from pathlib import Path

import click

from survey.app.feishu import FeishuRequest, export_feishu, preview_feishu
from survey.cli.options import FILE, lang_option, verbose_option
from survey.view.wording import load_wording


@click.group("export")
def export_command() -> None:
    """Bring a finished report to where people read it."""


@export_command.command("feishu")
@click.argument("report", required=False, type=click.Path(path_type=Path))
@lang_option
@click.option("--config", type=FILE, help="Read the section [feishu] of this TOML file instead of your own survey.toml.")
@click.option("--notify", multiple=True, metavar="CHAT|webhook", help="Tell a chat (its id, or `chat` for the configured one); repeatable.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and send nothing.")
@verbose_option
@click.pass_context
def feishu_command(
    ctx: click.Context, report: Path | None, language: str, config: Path | None, notify: tuple[str, ...], dry_run: bool, verbose: bool
) -> None:
    """Write REPORT as a document into Feishu (or Lark), and tell chats of it.

    REPORT is a report's folder; reports/latest without it, or else reports/published. The next export of the same folder updates the same
    document; an export that was interrupted goes on where it stopped.
    """
    ctx.obj["verbose"] = verbose
    request = FeishuRequest(report=report, language=language, config=config, notify=notify)
    words = load_wording(language)
    if dry_run:
        preview = preview_feishu(request)
        click.echo("\n".join([*map(words, preview.facts), "", preview.tree]))
        return
    result = export_feishu(request, lambda message: click.echo(words(message), err=True))
    click.echo(result.url)
