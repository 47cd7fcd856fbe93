"""`survey recipe` on the terminal: what to set, package by package, or what makes it impossible."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from survey.model.document import Package
from survey.model.vocabulary import Role
from survey.report.console import console_of, place_of, trimmed
from survey.report.lines import put
from survey.verdicts.recipe import Recipe, Wanted
from survey.verdicts.trials import GIVEN
from survey.view.assigning import assignment_text
from survey.view.text import clean
from survey.view.wording import LANGUAGES, Code, Message, Wording, load_wording, say

_SHOWN = 8
"""Writes told per package before the rest is only counted."""


def render_recipes(
    wanted: Wanted, recipes: Iterable[tuple[Package, Recipe]], width: int = 80, *, color: bool = False, language: str = LANGUAGES[0]
) -> str:
    """What to set; escape sequences are in it only when `color` is on."""
    console, out = console_of(width, color=color)
    words = load_wording(language)
    roles = _names(wanted.roles)
    if wanted.channel is None:
        everything = set(wanted.roles) == set(Role)
        put(console, Text(words("recipe.all") if everything else words("recipe.none", roles=roles), style="bold"))
    else:
        put(console, Text(words("recipe.channel", roles=roles, channel=say(f"channel.{wanted.channel}")), style="bold"))
    for package, found in recipes:
        console.print()
        put(console, Text(clean(package.name), style="bold"))
        _recipe(console, words, package, found)
    return trimmed(out)


def _recipe(console: Console, words: Wording, package: Package, found: Recipe) -> None:
    if found.complete and not found.setting:
        put(console, Text(words("recipe.nothing"), style="green"), 2)
    for gate, value in found.setting:
        given = words("leaves.given", switch=Code(clean(gate.name)))
        put(console, Text(given if value == GIVEN else assignment_text(gate, value), style="green"), 2)
    if found.missing:
        put(console, Text(words("recipe.missing", roles=_names(found.missing)), style="yellow"), 2)
    if found.blocked:
        put(console, Text(words("recipe.blocked"), style="yellow"), 2)
    for role, write in found.blocked[:_SHOWN]:
        put(console, Text(f"{words(f'role.{role}')}  ").append(place_of(package, write)), 6)
    if len(found.blocked) > _SHOWN:
        put(console, Text(words("whatif.more", count=len(found.blocked) - _SHOWN), style="dim"), 6)


def _names(roles: tuple[Role, ...]) -> tuple[Message, ...]:
    return tuple(say(f"role.{role}") for role in roles)
