"""What the command line asks for: targets of the catalog by id, and others given ad hoc."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from survey.catalog import rules
from survey.catalog.document import close_match, printable
from survey.catalog.load import Catalog
from survey.model.errors import UsageError
from survey.model.target import RegistryPackage, Target
from survey.model.urls import problem_with_git_ref, problem_with_git_url
from survey.model.vocabulary import SourceKind

_FORMS = "a target is an id of the catalog (`survey list`), pypi:NAME[==VERSION], or a git address with an optional @REF"


def select_targets(catalog: Catalog, only: Sequence[str] = (), adhoc: Sequence[str] = (), path: Path | None = None) -> tuple[Target, ...]:
    """The targets of one run, each once, in the order asked for; the whole catalog when nothing is asked for.

    `only` holds catalog ids; `adhoc` catalog ids or whatever `parse_adhoc` reads; `path` a local folder. Raises
    `UsageError`, which names every unknown id.
    """
    if not only and not adhoc and path is None:
        return catalog.targets
    known = {target.id: target for target in catalog.targets}
    if unknown := [text for text in (*only, *(text for text in adhoc if _is_word(text))) if text not in known]:
        hints = dict.fromkeys(close_match(text, known) for text in unknown)
        names = ", ".join(f"`{printable(text)}`" for text in unknown)
        hint = " ".join(filter(None, hints)) or f"the catalog has {', '.join(known)}; {_FORMS}"
        raise UsageError(f"not in the catalog {catalog.path}: {names}", hint=hint)
    chosen = [known[text] if text in known else parse_adhoc(text) for text in dict.fromkeys((*only, *adhoc))]
    if path is not None:
        chosen.append(_folder(path))
    return tuple(_with_unique_ids(chosen, catalog))


def parse_adhoc(text: str) -> Target:
    """`pypi:NAME`, `pypi:NAME==VERSION` or a git address with an optional `@REF` as a target; raises `UsageError`."""
    if text.startswith("pypi:"):
        return _pypi(text.removeprefix("pypi:"))
    if text.startswith("npm:"):
        raise UsageError(f"npm packages cannot be surveyed yet: {printable(text)}", hint="give the package's git repository instead")
    if _is_word(text):
        raise UsageError(f"unknown target `{printable(text)}`", hint=_FORMS)
    return _git(text)


def _is_word(text: str) -> bool:
    return not re.search("[:/]", text)


def _pypi(text: str) -> Target:
    name, pinned, version = text.partition("==")
    if problem := rules.problem_with_pypi_name(name):
        raise UsageError(f"`{printable(name)}` {problem}", hint="write pypi:NAME or pypi:NAME==VERSION")
    if pinned and (problem := rules.problem_with_pypi_version(version)):
        raise UsageError(f"`{printable(version)}` {problem}", hint="write pypi:NAME or pypi:NAME==VERSION")
    package = RegistryPackage(SourceKind.PYPI, name, version or None)
    return Target(id=_slug(f"{name}-{version or 'pypi'}"), name=f"{name} {version}".strip(), packages=(package,))


def _git(text: str) -> Target:
    """The path of an address begins after the host; the first @ there starts the ref, which may hold more (`@scope/pkg@1.0`)."""
    start = text.find("/", text.find("://") + 3) if "://" in text else text.find(":")
    at = text.find("@", start) if start >= 0 else -1
    url, ref = (text[:at], text[at + 1 :]) if at >= 0 else (text, None)
    if problem := problem_with_git_url(url):
        shown = re.sub("//[^/@]*@", "//***@", text)  # an address may carry a password
        raise UsageError(f"{printable(shown)}: {problem}", hint=_FORMS)
    if ref is not None and (problem := problem_with_git_ref(ref)):
        raise UsageError(f"{printable(text)}: {problem}", hint="write ADDRESS@BRANCH, ADDRESS@TAG or ADDRESS@COMMIT")
    target = Target(id="", name="", git=url, ref=ref)
    short = ref[:12] if ref and re.fullmatch("[0-9a-f]{40}", ref) else ref
    name = f"{target.repo}@{short}" if short else target.repo
    return dataclasses.replace(target, id=_slug(name), name=name)


def _folder(path: Path) -> Target:
    if not path.is_dir():
        raise UsageError(f"not a folder: {path}", hint="--path takes the folder of a checked-out project")
    name = path.resolve().name or "root"
    return Target(id=_slug(name), name=name, path=str(path))


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9.]+", "-", text.lower()).strip("-.") or "target"


def _with_unique_ids(targets: Sequence[Target], catalog: Catalog) -> Iterator[Target]:
    """Ids of the catalog stay its own, so that a derived id never reads as a surveyed catalog entry."""
    taken = {target.id for target in catalog.targets}
    for target in targets:
        if target in catalog.targets:
            yield target
            continue
        free = target.id
        number = 2
        while free in taken:
            free = f"{target.id}-{number}"
            number += 1
        taken.add(free)
        yield dataclasses.replace(target, id=free)
