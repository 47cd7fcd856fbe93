"""The command line, thin: parse, call one use case, choose the exit code."""

from survey.cli.commands import main

__all__ = ["main"]
