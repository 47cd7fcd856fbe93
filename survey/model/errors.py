"""One root error, narrow children; each says in the user's words what to do next."""


class SurveyError(Exception):
    """Anything Survey reports to its user instead of a traceback."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(SurveyError):
    """Wrong arguments or configuration: exit code 2."""


class CatalogError(UsageError):
    """`repos.yaml` is invalid; carries every mistake at once."""

    def __init__(self, problems: "tuple[CatalogProblem, ...]", *, hint: str = "") -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint=hint)
        self.problems = problems


class CatalogProblem(str):
    """One mistake as `FILE:LINE:COLUMN: message (hint)`."""

    __slots__ = ()


class SourceError(SurveyError):
    """One target's source could not be had; the other targets go on."""


class HostUnreachable(SourceError):
    """The git host or registry did not answer; `--source auto` may try another source."""


class UnsafeSource(SourceError):
    """The source tried something it must not: a path escape, a link, a wrong hash, an oversized archive."""


class OfflineMiss(SourceError):
    """`--offline` was asked for and the cache does not hold what is needed."""


class KnowledgeError(SurveyError):
    """A knowledge file is invalid."""


class PublishError(SurveyError):
    """A report could not be brought to where it was to be published: exit code 6."""
