"""How what went wrong without stopping a run is told."""

from survey.app.request import Failure
from survey.cli.group import tell
from survey.view.phrases import told
from survey.view.wording import Wording


def tell_failure(failure: Failure, words: Wording) -> None:
    """What went wrong with one target or package without stopping the rest."""
    said = told(failure.reason, "reason", words)
    if failure.package:
        tell(words("run.failed.package", target=failure.target, package=failure.package, reason=said), failure.hint, words.language)
    else:
        tell(words("progress.line", target=failure.target, said=said), failure.hint, words.language)
