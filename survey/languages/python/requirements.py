"""Declared dependencies, however a project writes them, as one list in the registry's own range syntax."""

from collections.abc import Callable, Iterable, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from survey.languages.base import Dependency

_DEVELOPMENT = frozenset(
    {
        "test",
        "tests",
        "testing",
        "dev",
        "develop",
        "development",
        "doc",
        "docs",
        "lint",
        "linting",
        "type-check",
        "typecheck",
        "typing",
        "types",
        "mypy",
    }
    | {"ci", "style", "format", "coverage", "bench", "benchmark", "benchmarks", "example", "examples"}
)
"""Extras that no user of the package installs to run it."""

_LONGEST = 100


def is_development(extra: str) -> bool:
    """Whether an extra only serves the people who work on the package."""
    return canonicalize_name(extra) in _DEVELOPMENT


def from_requirements(lines: Iterable[str]) -> list[Dependency]:
    """PEP 508 lines; what is none is left out, markers are ignored."""
    return [dependency for line in lines if (dependency := _requirement(line)) is not None]


def _requirement(line: str) -> Dependency | None:
    try:
        parsed = Requirement(line.strip())
    except (InvalidRequirement, RecursionError):
        return None
    return Dependency(canonicalize_name(parsed.name), str(parsed.specifier))


def from_metadata(lines: Iterable[str], extras: Iterable[str]) -> list[Dependency]:
    """`Requires-Dist` lines of a release whose extras are `extras`."""
    development = [f'extra == "{extra}"' for extra in extras if is_development(extra)]
    found: list[Dependency] = []
    for line in lines:
        try:
            marker = str(Requirement(line.strip()).marker or "")
        except (InvalidRequirement, RecursionError):
            continue
        if not any(condition in marker for condition in development):
            found.extend(from_requirements([line]))
    return found


def from_poetry(table: Mapping[str, object]) -> list[Dependency]:
    """A `tool.poetry.dependencies` table."""
    found: list[Dependency] = []
    for name, value in table.items():
        if canonicalize_name(name) == "python":
            continue
        version = value.get("version", "") if isinstance(value, Mapping) else value
        # several entries for several platforms: no one range says them all
        found.append(Dependency(canonicalize_name(name), poetry_range(version) if isinstance(version, str) else ""))
    return found


def poetry_range(text: str) -> str:
    """Poetry's constraint as PEP 440; '' for any version and for what PEP 440 cannot say."""
    if "|" in text:
        return ""
    specifiers = ",".join(part for piece in text.split(",") if (part := _poetry_part(piece.strip())))
    try:
        return str(SpecifierSet(specifiers))
    except InvalidSpecifier:
        return ""


def _poetry_part(text: str) -> str:
    if text in ("", "*"):
        return ""
    if text[0] == "^":
        return _between(text[1:].strip(), _caret_place)
    if text[0] == "~" and not text.startswith("~="):
        return _between(text[1:].strip(), lambda numbers: min(1, len(numbers) - 1))
    if text[0].isdigit():
        return f"=={text}"
    return text


def _caret_place(numbers: list[int]) -> int:
    """The leftmost number that is not zero may not change."""
    return next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)


def _between(version: str, place: Callable[[list[int]], int]) -> str:
    """From `version` up to the next one that differs in the number at `place`."""
    numbers = _numbers(version)
    if not numbers:
        return ""
    at = place(numbers)
    upper = [*numbers[:at], numbers[at] + 1]
    return f">={version},<{'.'.join(map(str, upper))}"


def _numbers(version: str) -> list[int]:
    """The leading release numbers of a version; none of a text too long to be one."""
    if len(version) > _LONGEST:
        return []
    numbers: list[int] = []
    for piece in version.split("."):
        if not (piece.isascii() and piece.isdigit()):
            digits = piece[: next((at for at, letter in enumerate(piece) if letter not in "0123456789"), len(piece))]
            return [*numbers, int(digits)] if digits else numbers
        numbers.append(int(piece))
    return numbers


def deduplicated(dependencies: Iterable[Dependency], own_name: str) -> tuple[Dependency, ...]:
    """The first of each name; a package that names itself (for an extra) does not depend on itself."""
    own = canonicalize_name(own_name)
    by_name: dict[str, Dependency] = {}
    for dependency in dependencies:
        if dependency.name != own:
            by_name.setdefault(dependency.name, dependency)
    return tuple(by_name.values())
