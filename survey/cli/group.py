"""The command group: every foreseen error becomes one clear message and an exit code, never a traceback."""

import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from survey.cli.exit_codes import ExitCode, exit_code_for
from survey.cli.interrupts import Terminated, interrupted_by_sigterm
from survey.cli.usage import asked_language, in_language
from survey.model.errors import SurveyError
from survey.view.sentences import Sentence, in_words
from survey.view.text import clean
from survey.view.wording import LANGUAGES, load_wording

_LONG = 2000


def tell(text: str, hint: str = "", language: str = LANGUAGES[0]) -> None:
    """One message on stderr, line by line cleaned of whatever a repository or a file put into it, in `language` where it is known there."""
    words = load_wording(language)
    said = [text] if isinstance(text, Sentence) else text.splitlines()
    lines = [clean(in_words(line, "error", words), _LONG) for line in said] or [clean("")]
    click.echo("\n".join([f"survey: {lines[0]}", *(f"  {line}" for line in lines[1:])]), err=True)
    if hint:
        click.echo(f"  {words('error.hint', hint=clean(in_words(hint, 'hint', words), _LONG))}", err=True)


class SurveyGroup(click.Group):
    """A group whose commands may raise `SurveyError` and be interrupted; each is imported when it is called for."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy
        """Command name to `module:attribute`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order in which they are worth reading."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name; importing all of them for one would double the time to the first answer."""
        if cmd_name not in self._lazy:
            return None
        module, _, name = self._lazy[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; -v on it shows the traceback of an error too."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        language = asked_language(ctx.args)
        try:
            with interrupted_by_sigterm():
                return super().invoke(ctx)
        except SurveyError as error:
            if _verbose(ctx):
                click.echo(traceback.format_exc(), err=True)
            tell(error.args[0], error.hint, _language(ctx))
            ctx.exit(exit_code_for(error))
        except KeyboardInterrupt as interrupt:
            tell("interrupted; earlier reports and the cache are as they were", language=_language(ctx))
            ctx.exit(ExitCode.TERMINATED if isinstance(interrupt, Terminated) else ExitCode.INTERRUPTED)
        except click.UsageError as error:
            raise in_language(error, language) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - Python's own exit code 1 means something else here
            if _verbose(ctx):
                click.echo(traceback.format_exc(), err=True)
            problem = f"this is a defect of Survey: {type(error).__name__}: {error}"
            tell(problem, "run again with -v and report what it shows", _language(ctx))
            ctx.exit(ExitCode.NOTHING)


def _language(ctx: click.Context) -> str:
    """What --lang says, where it was read before the error."""
    return str(ctx.obj.get("language", LANGUAGES[0])) if isinstance(ctx.obj, dict) else LANGUAGES[0]


def _verbose(ctx: click.Context) -> bool:
    return isinstance(ctx.obj, dict) and bool(ctx.obj.get("verbose"))
