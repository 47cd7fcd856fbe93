"""Which repos.yaml is read, and how its mistakes reach the user."""

from dataclasses import dataclass
from pathlib import Path

from survey.catalog.document import MAX_BYTES, Mistake, parse
from survey.catalog.entries import read_entries
from survey.model.errors import CatalogError, CatalogProblem, UsageError
from survey.model.target import Target

NAME = "repos.yaml"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The targets of one file, in its order."""

    targets: tuple[Target, ...]
    path: Path


def load_catalog(path: Path | None = None) -> Catalog:
    """The catalog at `path`; without one ./repos.yaml, else the one that comes with Survey.

    Raises `CatalogError` with every mistake of the file, `UsageError` where it cannot be read.
    """
    chosen = path or _default_path()
    try:
        with chosen.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read the catalog {chosen}: {error.strerror}", hint="give an existing file with --catalog") from error
    targets, mistakes = read_entries(parse(source))
    if mistakes:
        raise CatalogError(
            tuple(_problem(chosen, mistake) for mistake in mistakes),
            hint=f"mend {chosen}; its fields are described in schemas/repos.schema.json",
        )
    return Catalog(targets, chosen)


def _default_path() -> Path:
    """An installed package carries the file inside; a source tree has it beside the package, where people edit it."""
    package = Path(__file__).parents[1]
    return next((path for path in (Path(NAME), package / NAME) if path.is_file()), package.parent / NAME)


def _problem(path: Path, mistake: Mistake) -> CatalogProblem:
    hint = f" ({mistake.hint})" if mistake.hint else ""
    return CatalogProblem(f"{path}:{mistake.line}:{mistake.column}: {mistake.message}{hint}")
