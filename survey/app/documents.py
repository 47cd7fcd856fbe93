"""Reading an earlier survey.json, whole or not at all."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from survey.catalog.document import close_match, printable
from survey.model.document import Document, TargetResult
from survey.model.errors import UsageError

MAX_BYTES = 256 * 1024 * 1024
_NAME = "survey.json"
_MOST_NEAR = 5
USUAL_REPORT = Path("reports/latest")
"""Where a run writes, unless told otherwise."""
_USUAL = (USUAL_REPORT, Path("reports/published"))


def read_document(path: Path, what: str, hint: str) -> Document:
    """The survey.json at `path`; raises `UsageError`, which calls it `what`, for a file that is not a whole one."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"{path} is too large to be a survey.json", hint=hint)
        return Document.model_validate_json(data)
    except OSError as error:
        raise UsageError(f"cannot read {what} {path}: {error.strerror}", hint=hint) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path} is not a survey.json: {place}: {first['msg']}", hint=hint) from error


def find_report(given: Path | None, hint: str = "make one with `survey run`, or say where it is with --report DIR") -> Path:
    """The survey.json of a report: `given`, be it the folder or the file; else that of the last run, or the published one.

    Raises `UsageError` where there is none; `hint` says how this command is told where it is.
    """
    for place in (given,) if given is not None else _USUAL:
        file = place / _NAME if place.is_dir() else place
        if file.is_file():
            return file
    missing = given if given is not None else _USUAL[0]
    raise UsageError(f"there is no report in {missing}", hint=hint)


def targets_called(document: Document, wanted: str) -> tuple[TargetResult, ...]:
    """The targets of `document` that go by this id or `owner/name`; raises `UsageError` where none does."""
    name = wanted.removesuffix(".git").rstrip("/").rpartition("github.com/")[2].casefold()
    found = tuple(target for target in document.targets if target.id == wanted or target.repo.casefold() == name)
    if not found:
        known: Mapping[str, None] = dict.fromkeys(printable(target.id) for target in document.targets)
        near = close_match(wanted, known)
        raise UsageError(f"the report has no target `{printable(wanted)}`", hint=f"{near} it has {', '.join(known) or 'none'}".strip())
    return found


def choose_packages(target: str, names: Iterable[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The packages called `wanted`, or all; raises `UsageError` for a name that does not exist."""
    known = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in known]:
        told = ", ".join(f"`{printable(name)}`" for name in unknown)
        near = " ".join(filter(None, (_near(name, known) for name in unknown)))
        hint = near or (f"it has {', '.join(map(printable, known))}" if known else "no package of a supported language was found in it")
        raise UsageError(f"{target} has no package {told}", hint=hint)
    return wanted or tuple(known)


def _near(name: str, known: list[str]) -> str:
    """The closest name, or those that `name` is a part of: packages are often called by what makes them different."""
    containing = [each for each in known if name and name.casefold() in each.casefold()]
    if not 0 < len(containing) <= _MOST_NEAR:
        return close_match(name, known)
    return f"did you mean {', '.join(f'`{printable(each)}`' for each in containing)}?"
