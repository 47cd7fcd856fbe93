"""`survey list`: the targets of the catalog."""

from pathlib import Path

import click
from rich.cells import cell_len

from survey.app.listing import Listed, list_targets
from survey.cli.options import catalog_option, lang_option
from survey.sources.options import SourceOptions
from survey.view.wording import Message, load_wording, say

_NAMED = 3
"""Packages named for one target before the rest is only counted."""


@click.command("list")
@catalog_option
@lang_option
def list_command(catalog: Path | None, language: str) -> None:
    """Show the targets of the catalog and what the cache holds of them."""
    words = load_wording(language)
    labels = [words(f"list.{name}") for name in ("source", "scope", "packages")]
    size = max(map(cell_len, labels)) + 1
    for listed in list_targets(catalog, SourceOptions()):
        target = listed.target
        names = tuple(package.name for package in target.packages)
        more = (say("details.more", count=len(names) - _NAMED),) if len(names) > _NAMED else ()
        about = {"kind": target.kind, "languages": target.languages, "held": _held(listed)}
        click.echo(words("list.target", id=target.id, name=target.name, **about))
        facts: tuple[object, ...] = (
            target.git or say("list.registry"),
            target.scope or say("list.all"),
            (*names[:_NAMED], *more) or say("list.none"),
        )
        for label, fact in zip(labels, facts, strict=True):
            click.echo(f"  {label}{' ' * (size - cell_len(label))}{words('list.fact', fact=fact)}")


def _held(listed: Listed) -> Message:
    source, releases = listed.cached, listed.releases
    if source is None:
        return say("list.not_cached")
    if len(releases) == len(listed.target.packages) == 1:
        return say("list.cached", kind=source.kind, what=releases[0])
    if releases:
        return say("list.cached_some", kind=source.kind, count=len(releases), of=len(listed.target.packages))
    return say("list.cached", kind=source.kind, what=(source.commit or "")[:12])
