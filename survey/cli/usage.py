"""What click says of a wrong command line, in the language that was asked for.

click's own sentences are recognised like those of a document (`view/phrases.py`, the family `usage`); in English they stay as they are.
"""

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, Any

import click
from click.exceptions import NoArgsIsHelpError

from survey.view.phrases import told
from survey.view.wording import LANGUAGES, load_wording

_FLAG, _VARIABLE = "--lang", "SURVEY_LANG"


class UsageInWords(click.UsageError):
    """A wrong command line, told in `language`; it ends the program as click's own does."""

    def __init__(self, error: click.UsageError, language: str) -> None:
        super().__init__(error.format_message(), error.ctx)
        self._words = load_wording(language)

    def show(self, file: IO[Any] | None = None) -> None:
        """Usage, where help is to be had, and what is wrong."""
        words, lines = self._words, []
        if self.ctx is not None:
            usage = " ".join(self.ctx.get_usage().split()).partition(" ")[2]
            lines.append(words("cli.usage", usage=usage))
            if self.ctx.command.get_help_option(self.ctx) is not None:
                lines.append(words("cli.try", command=self.ctx.command_path, option=self.ctx.help_option_names[-1]))
            lines.append("")
        lines.append(words("cli.error", said=told(self.message, "usage", words)))
        click.echo("\n".join(lines), file=file, err=file is None)


def in_language(error: click.UsageError, language: str) -> click.UsageError:
    """`error` as it is to be raised."""
    return error if language == LANGUAGES[0] or isinstance(error, NoArgsIsHelpError) else UsageInWords(error, language)


def asked_language(args: Sequence[str]) -> str:
    """What --lang or the environment says, read off a command line that may be wrong elsewhere; English where that is no language."""
    options = args[: args.index("--")] if "--" in args else args
    given = [after for before, after in pairwise(options) if before == _FLAG]
    given += [each.partition("=")[2] for each in options if each.startswith(f"{_FLAG}=")]
    asked = (given or [os.environ.get(_VARIABLE, "")])[-1]
    return asked if asked in LANGUAGES else LANGUAGES[0]
