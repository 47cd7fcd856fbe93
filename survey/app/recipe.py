"""The use case behind `survey recipe`: the smallest setting of a finished survey's packages that gives what is wanted."""

from dataclasses import dataclass
from pathlib import Path

from survey.app.documents import choose_packages, find_report, read_document, targets_called
from survey.model.document import Package
from survey.verdicts.recipe import Recipe, Wanted, recipe


@dataclass(frozen=True, slots=True)
class RecipeRequest:
    """What is asked."""

    target: str
    wanted: Wanted
    packages: tuple[str, ...] = ()
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class PackageRecipe:
    """One package's recipe."""

    package: Package
    recipe: Recipe


def find_recipes(request: RecipeRequest) -> tuple[PackageRecipe, ...]:
    """A recipe for every package that writes content of the roles; raises `UsageError` where there is no such report or target."""
    document = read_document(find_report(request.report), "the report", hint="give the folder of a report to --report")
    packages = [package for target in targets_called(document, request.target) for package in target.packages]
    chosen = choose_packages(request.target, (package.name for package in packages), request.packages)
    named = [package for package in packages if package.name in chosen]
    writing = [package for package in named if any(record.role in request.wanted.roles for record in package.records)]
    return tuple(PackageRecipe(package, recipe(package, request.wanted)) for package in writing)
