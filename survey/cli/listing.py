"""`survey list`: the targets of the catalog."""

from pathlib import Path

import click

from survey.app.listing import Listed, list_targets
from survey.cli.options import catalog_option
from survey.sources.options import SourceOptions
from survey.view.text import clean

_NAMED = 3
"""Packages named for one target before the rest is only counted."""


@click.command("list")
@catalog_option
def list_command(catalog: Path | None) -> None:
    """Show the targets of the catalog and what the cache holds of them."""
    for listed in list_targets(catalog, SourceOptions()):
        target = listed.target
        names = [package.name for package in target.packages]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        click.echo(clean(f"{target.id}  {target.name}, {target.kind}, {', '.join(target.languages)}, {_held(listed)}"))
        for heading, text in (
            ("source", target.git or "the registry alone"),
            ("scope", ", ".join(target.scope) or "all"),
            ("packages", ", ".join(names[:_NAMED]) + more or "none in a registry"),
        ):
            click.echo(f"  {heading:<9} {clean(text)}")


def _held(listed: Listed) -> str:
    source, releases = listed.cached, listed.releases
    if source is None:
        return "not cached"
    if len(releases) == len(listed.target.packages) == 1:
        return f"cached: {source.kind} {releases[0]}"
    if releases:
        return f"cached: {source.kind}, {len(releases)} of {len(listed.target.packages)} packages"
    return f"cached: {source.kind} {(source.commit or '')[:12]}"
