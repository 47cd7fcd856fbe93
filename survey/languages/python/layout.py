"""Which files of a project are shipped, and under which importable name: declared layouts and the build tools' own discovery."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

_NOT_SHIPPED = frozenset(
    {"test", "tests", "testing", "example", "examples", "doc", "docs", "sample", "samples", "benchmark", "benchmarks", "script", "scripts"}
    | {
        "build",
        "dist",
        "tools",
        "tasks",
        "notebooks",
        "node_modules",
        "ci",
        "internal_docs",
        "dev-docs",
        "typings",
        "cookbook",
        "tutorials",
    }
)
"""Folders beside the code that no build tool ships."""
_NO_CONTENT = frozenset(
    {"test", "tests", "example", "examples", "doc", "docs", "sample", "samples", "benchmark", "benchmarks", "script", "scripts"}
)
"""Folders at the top of an import root that are not part of the product even where a layout ships them."""
_MOST = 500
"""Declared roots, or patterns of one list, that are looked at; each is tried on every file."""
_TOOLS = frozenset({"setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "conf.py", "dodo.py"})


@dataclass(frozen=True, slots=True)
class ImportRoot:
    """A folder whose content is importable, and which packages and single modules of it are shipped."""

    folder: str = ""
    """Relative to the project; '' for the project's own folder."""
    prefix: str = ""
    """Dotted package that the folder stands for; '' when it is a place on the import path."""
    packages: tuple[str, ...] = ("*",)
    """Globs over dotted package names."""
    not_packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Globs over the names of single modules at the top."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a project declares; without roots, the build tools' discovery rules decide."""

    roots: tuple[ImportRoot, ...] = ()
    """A file belongs to the first root that ships it."""
    include: tuple[str, ...] = ()
    """gitignore-like patterns relative to the project; empty means everything."""
    exclude: tuple[str, ...] = ()
    hint: str = ""
    """Dotted name of the package that discovery looks for first."""
    hint_folder: str | None = None
    """The folder it must be in, where the build tool knows it."""


def modules_of(layout: Layout, paths: Iterable[str]) -> dict[str, str]:
    """Importable name to path, both of `paths` relative to the project; sorted by name."""
    code = sorted(path for path in paths if path.endswith(".py") and not _is_tool(path))
    roots = (layout.roots or discovered(layout, code))[:_MOST]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for root in roots:
        for name, path in _shipped(root, code):
            if path not in taken and _selected(layout, path) and (name not in found or path.endswith("/__init__.py")):
                found[name] = path
                taken.add(path)
    return dict(sorted(found.items()))


def _shipped(root: ImportRoot, code: list[str]) -> Iterator[tuple[str, str]]:
    start = f"{root.folder}/" if root.folder else ""
    for path in code:
        if not path.startswith(start):
            continue
        parts = path[len(start) :].removesuffix(".py").split("/")
        if not root.prefix and len(parts) > 1 and parts[0] in _NO_CONTENT:
            continue
        if "tests" in parts[:-1] or not all(part.isidentifier() for part in parts):
            continue
        if root.prefix:
            parts = [*root.prefix.split("."), *parts]
        package = ".".join(parts[:-1])
        if parts[-1] == "__init__":
            parts.pop()
        name = ".".join(parts)
        if not name:
            continue
        patterns = root.packages if package else root.modules
        wanted = any(fnmatchcase(package or name, pattern) for pattern in patterns[:_MOST])
        if wanted and not any(fnmatchcase(package, pattern) for pattern in root.not_packages[:_MOST]):
            yield name, path


def _selected(layout: Layout, path: str) -> bool:
    if layout.include and not any(matches(pattern, path) for pattern in layout.include[:_MOST]):
        return False
    return not any(matches(pattern, path) for pattern in layout.exclude[:_MOST])


def _is_tool(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py":
        return True
    return not folder and name in _TOOLS


def matches(pattern: str, path: str) -> bool:
    """Whether a gitignore-like pattern covers `path` or a folder above it; without a slash inside it matches at any depth."""
    wanted = pattern.strip().strip("/").split("/")
    if wanted[0] == ".":
        wanted = wanted[1:]
    if not wanted or not wanted[0]:
        return True
    if "/" not in pattern.strip().removesuffix("/"):
        wanted = ["**", *wanted]
    last = len(wanted) - 1
    states = _skipping(wanted, {0})
    for part in path.split("/"):
        onward = {at for at in states if wanted[at] == "**"}
        onward |= {at + 1 for at in states if (at == last if wanted[at] == "**" else fnmatchcase(part, wanted[at]))}
        states = _skipping(wanted, onward)
        if len(wanted) in states:
            return True
    return False


def _skipping(wanted: list[str], states: set[int]) -> set[int]:
    """`states` and those behind a `**`, which may also stand for nothing."""
    reached: set[int] = set()
    for state in states:
        at = state
        reached.add(at)
        while at < len(wanted) - 1 and wanted[at] == "**":
            at += 1
            reached.add(at)
    return reached


def discovered(layout: Layout, code: list[str]) -> tuple[ImportRoot, ...]:
    """The roots that a build tool finds by itself: the package named like the project, `src/`, or what lies at the top."""
    folders = ("src", "") if layout.hint_folder is None else (layout.hint_folder,)
    if layout.hint:
        place = layout.hint.replace(".", "/")
        for folder in folders:
            start = f"{folder}/" if folder else ""
            if any(path.startswith(f"{start}{place}/") for path in code):
                return (ImportRoot(folder, packages=(layout.hint, f"{layout.hint}.*")),)
            if f"{start}{place}.py" in code:
                return (ImportRoot(folder, packages=(), modules=(layout.hint,)),)
    if any(path.startswith("src/") for path in code):
        return (ImportRoot("src", modules=("*",)),)
    tops = top_names(code)
    packages = tuple(pattern for name, is_package in tops.items() if is_package for pattern in (name, f"{name}.*"))
    return (ImportRoot(packages=packages, modules=tuple(name for name, is_package in tops.items() if not is_package)),)


def top_names(code: Iterable[str]) -> Mapping[str, bool]:
    """What lies at the top of a project and may be shipped: name to whether it is a folder."""
    tops: dict[str, bool] = {}
    for path in code:
        top, slash, _ = path.partition("/")
        name = top.removesuffix(".py")
        if name.isidentifier() and not (slash and top in _NOT_SHIPPED) and not _is_tool(path):
            tops[name] = tops.get(name, False) or bool(slash)
    return tops
