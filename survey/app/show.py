"""The use case behind `survey show`: one project of a finished survey."""

from dataclasses import dataclass
from pathlib import Path

from survey.app.documents import choose_packages, find_report, read_document, targets_called
from survey.model.vocabulary import Role
from survey.view.showing import PackageShown, show_package


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """What is to be shown."""

    target: str
    packages: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    report: Path | None = None
    """The folder of a report, or its survey.json; None for the last one."""


@dataclass(frozen=True, slots=True)
class ShowResult:
    """The packages, and which survey they are of."""

    packages: tuple[PackageShown, ...]
    surveyed: str
    """When the survey was made, as its document says."""
    file: Path


def show(request: ShowRequest) -> ShowResult:
    """The packages that `request` asks for; raises `UsageError` where there is no such report, target or package."""
    file = find_report(request.report)
    document = read_document(file, "the report", hint="give the folder of a report to --report")
    found = [(target, package) for target in targets_called(document, request.target) for package in target.packages]
    chosen = choose_packages(request.target, (package.name for _, package in found), request.packages)
    shown = (show_package(target, package, document.findings, request.roles) for target, package in found if package.name in chosen)
    return ShowResult(tuple(shown), document.generated_at, file)
