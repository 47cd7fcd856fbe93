"""The shape of repos.yaml, checked: pydantic says what is wrong, this module says it in the reader's words and finds the place."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from survey.catalog import rules
from survey.catalog.document import Document, Mistake, OtherScalar, close_match, printable
from survey.model.target import RegistryPackage, Target
from survey.model.urls import problem_with_git_ref, problem_with_git_url
from survey.model.vocabulary import Language, SourceKind, TargetKind


def _obeys(rule: Callable[[str], str | None]) -> AfterValidator:
    def check(text: str) -> str:
        if problem := rule(text):
            raise PydanticCustomError("rule", "{problem}", {"problem": problem})
        return text

    return AfterValidator(check)


_Text = Annotated[str, _obeys(rules.problem_with_text)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RegistryEntry(_Entry):
    """One published package; exactly one of the registries is named."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["pypi"]}, {"required": ["npm"]}]})

    pypi: Annotated[str, _obeys(rules.problem_with_pypi_name)] = Field("", description="Name on PyPI")
    npm: Annotated[str, _obeys(rules.problem_with_npm_name)] = Field("", description="Name on npm")
    version: str = Field("", description="An exact version, in quotes; without it the newest final release")

    def package(self) -> RegistryPackage:
        """The same in the model's words."""
        registry = SourceKind.PYPI if self.pypi else SourceKind.NPM
        return RegistryPackage(registry, self.pypi or self.npm, self.version or None)


class TargetEntry(_Entry):
    """One project to survey."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["git"]}, {"required": ["registry"]}]})

    id: Annotated[str, _obeys(rules.problem_with_id)] = Field(
        description="Short and stable: the name on the command line and in reports", json_schema_extra={"pattern": rules.ID_PATTERN}
    )
    name: _Text = Field("", description="As people call it; the id if absent")
    vendor: _Text = Field("", description="Who makes it")
    homepage: Annotated[str, _obeys(rules.problem_with_homepage)] = Field("", description="Where its documentation starts")
    kind: TargetKind = Field(TargetKind.SDK, description="What it is")
    languages: tuple[Language, ...] = Field((Language.PYTHON,), min_length=1, description="What it is written in; Python if absent")
    git: Annotated[str, _obeys(problem_with_git_url)] = Field("", description="https or ssh address of the repository")
    ref: Annotated[str, _obeys(problem_with_git_ref)] = Field("", description="Branch, tag or commit; the default branch if absent")
    scope: tuple[Annotated[str, _obeys(rules.problem_with_scope)], ...] = Field(
        (), description="Folder prefixes or globs to survey, `!` before those to leave out; all of it if absent"
    )
    registry: tuple[RegistryEntry, ...] = Field((), description="The published packages: the source when git cannot be reached")

    def target(self) -> Target:
        """The same in the model's words."""
        return Target(
            id=self.id,
            name=self.name or self.id,
            kind=self.kind,
            languages=self.languages,
            vendor=self.vendor,
            homepage=self.homepage,
            git=self.git or None,
            ref=self.ref or None,
            scope=self.scope,
            packages=tuple(entry.package() for entry in self.registry),
        )


class CatalogFile(_Entry):
    """The projects that `survey run` surveys."""

    targets: tuple[TargetEntry, ...] = Field(min_length=1)


def catalog_schema() -> dict[str, Any]:
    """JSON Schema of repos.yaml, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | CatalogFile.model_json_schema() | {"title": "repos.yaml"}


def read_entries(document: Document) -> tuple[tuple[Target, ...], list[Mistake]]:
    """The targets of `document`, or none of them and every mistake, in the order of the file."""
    mistakes = list(document.mistakes)
    if document.root is None and not mistakes:
        return (), [Mistake(1, 1, "the file is empty", "a catalog starts with `targets:` and lists one or more")]
    if document.root is not None:
        try:
            file = CatalogFile.model_validate(document.data)
        except ValidationError as error:
            # pydantic counts only the items that are right, so a list of wrong ones is "too short" too
            errors = (details for details in error.errors(include_url=False) if not (details["type"] == "too_short" and details["input"]))
            mistakes += (_mistake(document, details) for details in errors)
        mistakes += _across_fields(document)
    return ((), sorted(mistakes)) if mistakes else (tuple(entry.target() for entry in file.targets), [])


def _across_fields(document: Document) -> Iterator[Mistake]:
    """What no field can know alone; reads the raw data, so that it speaks up also where a field is wrong."""
    targets = document.data.get("targets") if isinstance(document.data, dict) else None
    first: dict[str, int] = {}
    for index, entry in enumerate(targets if isinstance(targets, list) else []):
        if not isinstance(entry, dict):
            continue
        at = ("targets", index)
        line, column = document.place((*at, "id"))
        if isinstance(name := entry.get("id"), str) and first.setdefault(name, line) != line:
            yield Mistake(line, column, f"duplicate id `{printable(name)}`", f"first given in line {first[name]}")
        if "git" not in entry and not entry.get("registry"):
            yield Mistake(*document.place(at), "the target has neither `git` nor `registry`", "say where its source is")
        if "ref" in entry and "git" not in entry:
            yield Mistake(*document.place((*at, "ref"), of_key=True), "`ref` without `git`", "a registry package takes a `version`")
        packages = entry.get("registry")
        for number, package in enumerate(packages if isinstance(packages, list) else []):
            if isinstance(package, dict):
                yield from _across_registry(document, (*at, "registry", number), package)


def _across_registry(document: Document, at: tuple[str | int, ...], package: dict[str, Any]) -> Iterator[Mistake]:
    if len({"pypi", "npm"} & package.keys()) != 1:
        yield Mistake(*document.place(at), "a registry package names exactly one of `pypi` and `npm`", "for example `pypi: langfuse`")
        return
    rule = rules.problem_with_pypi_version if "pypi" in package else rules.problem_with_npm_version
    version = package.get("version")
    if isinstance(version, str) and (problem := rule(version)):
        yield Mistake(*document.place((*at, "version")), f"`version`: {problem}: `{printable(version)}`")


def _mistake(document: Document, details: ErrorDetails) -> Mistake:
    """One pydantic error in the reader's words, at the place of the value (of the key, where the key is wrong)."""
    loc, kind, value = details["loc"], details["type"], details["input"]
    label = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    name = (f"an entry of `{label}`" if loc and isinstance(loc[-1], int) else f"`{label}`") if label else "the file"
    place = document.place(loc, of_key=kind == "extra_forbidden")
    if kind == "extra_forbidden":
        known = sorted(_model_at(loc).model_fields)
        return Mistake(*place, f"unknown key `{printable(label)}`", close_match(label, known) or f"known keys: {', '.join(known)}")
    if kind == "missing":
        return Mistake(*place, f"{name} is missing")
    if kind == "too_short":
        return Mistake(*place, f"{name} must not be empty")
    if kind == "enum" and isinstance(value, str):
        words = [word.value for word in (Language if label == "languages" else TargetKind)]
        noun = label.removesuffix("s")
        return Mistake(*place, f"unknown {noun} `{printable(value)}`", close_match(value, words) or f"known: {', '.join(words)}")
    if kind == "rule":
        shown = "" if label == "git" or not value else f": `{printable(value)}`"  # an address may carry a password
        return Mistake(*place, f"{name}: {details['msg']}{shown}")
    return Mistake(*place, f"{name} must be {_EXPECTED.get(kind, 'text')}, not {_found(value)}", _quotes(kind, value))


_EXPECTED = {"tuple_type": "a list", "model_type": "a mapping of keys to values"}


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    return RegistryEntry if "registry" in loc[:-1] else TargetEntry if "targets" in loc[:-1] else CatalogFile


def _found(value: object) -> str:
    if isinstance(value, OtherScalar):
        return value.what
    return "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "text"


def _quotes(kind: str, value: object) -> str:
    if isinstance(value, OtherScalar) and value.written and kind == "string_type":
        return f'put it in quotes: "{value.written}"'
    return "put a value, or remove the key" if isinstance(value, OtherScalar) and not value.written else ""
