"""The exit codes of `survey`, documented once."""

from enum import IntEnum

from survey.model.document import Document
from survey.model.errors import PublishError, SurveyError, UsageError
from survey.model.vocabulary import TargetStatus


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    """Fine."""
    NOT_A_MINUTE = 1
    """`survey speech --audio` made no sound, or none of one minute."""
    USAGE = 2
    """Wrong arguments or configuration."""
    NOTHING = 3
    """Nothing could be analysed."""
    SOME_FAILED = 4
    """More targets failed than `--allow-failed` lets pass."""
    UNREACHABLE = 5
    """No setting of some package gives what `survey recipe` was asked for."""
    UNPUBLISHED = 6
    """`survey export` could not bring the report to where it was to be published."""
    INTERRUPTED = 130
    """Ctrl-C; earlier reports and the cache are whole."""
    TERMINATED = 143
    """SIGTERM, as by `kill` or a service manager; the same holds."""


def exit_code_of(document: Document, allow_failed: int) -> ExitCode:
    """The code of a finished run in which at most `allow_failed` targets may fail."""
    statuses = [target.status for target in document.targets]
    if not {TargetStatus.ANALYSED, TargetStatus.PARTIAL} & set(statuses):
        return ExitCode.NOTHING
    return ExitCode.SOME_FAILED if statuses.count(TargetStatus.FAILED) > allow_failed else ExitCode.OK


def exit_code_for(error: SurveyError) -> ExitCode:
    """The code of a command that ended with `error`."""
    if isinstance(error, PublishError):
        return ExitCode.UNPUBLISHED
    return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.NOTHING
