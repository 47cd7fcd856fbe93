"""Every Python package of a snapshot, found by its metadata files; nothing is built, run or installed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey.languages.base import PackageSource, UnreadableFile
from survey.languages.python.entry_points import of_text
from survey.languages.python.layout import ImportRoot, Layout, modules_of, top_names
from survey.languages.python.pyproject import Declared, read_pyproject
from survey.languages.python.reading import MAX_BYTES, as_utf8
from survey.languages.python.requirements import deduplicated
from survey.languages.python.setuptools_files import merged, read_core_metadata, read_setup_cfg, read_setup_py
from survey.languages.python.versions import stated_version
from survey.model.snapshot import Snapshot
from survey.model.vocabulary import Language

_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "PKG-INFO"})
_OFFERED = "entry_points.txt"
_NO_PACKAGES_IN = frozenset(
    {"test", "tests", "example", "examples", "doc", "docs", "sample", "samples", "benchmark", "benchmarks", "node_modules"}
)
"""Projects inside these folders are not published."""


def keep_path(path: str) -> bool:
    """Whether a source has to keep this file for Python: code and package metadata."""
    folder, _, name = path.rpartition("/")
    return name.endswith(".py") or name in _FILES or (folder.endswith(".dist-info") and name in ("METADATA", _OFFERED))


def find_packages(snapshot: Snapshot) -> tuple[PackageSource, ...]:
    """Every package of the snapshot, sorted by path and name; code without any metadata is one package."""
    projects = _projects(snapshot)
    if not projects:
        return _bare(snapshot)
    owned = _owned(snapshot, set(projects))
    found = [_package(snapshot, path, _declared(snapshot, path, files), owned.get(path, [])) for path, files in projects.items()]
    return tuple(sorted((package for package in found if package is not None), key=lambda package: (package.path, package.name)))


@dataclass(frozen=True, slots=True)
class _Described:
    """The declarations of one folder, and what is wrong with its metadata files."""

    declared: Declared
    problems: list[tuple[str, str]] = field(default_factory=list)
    is_release: bool = False
    """An unpacked wheel: everything in the folder is shipped."""


def _projects(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Folder to its metadata files by name; folders whose files describe no package are left out."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(snapshot.files):
        folder, _, name = path.rpartition("/")
        if name in ("METADATA", _OFFERED) and folder.endswith(".dist-info"):
            folder = folder.rpartition("/")[0]
        elif name not in _FILES or folder.endswith(".egg-info"):
            continue
        if not any(part in _NO_PACKAGES_IN or part.startswith(".") for part in folder.split("/")):
            found.setdefault(folder, {}).setdefault(name, path)
    return {folder: files for folder, files in found.items() if _is_project(snapshot, folder, files)}


def _is_project(snapshot: Snapshot, folder: str, files: Mapping[str, str]) -> bool:
    described = _declared(snapshot, folder, files)
    return not described.declared.is_virtual and (described.declared.name is not None or bool(described.problems))


def _declared(snapshot: Snapshot, folder: str, files: Mapping[str, str]) -> _Described:
    """All metadata files of one folder as one; what built releases state wins for name, version and dependencies."""
    declared = Declared()
    problems: list[tuple[str, str]] = []
    for name in ("METADATA", _OFFERED, "PKG-INFO", "pyproject.toml", "setup.cfg", "setup.py"):
        path = files.get(name)
        if path is None:
            continue
        try:
            one = _read(name, path, snapshot.files[path])
        except ValueError:
            problems.append((path, "not readable as package metadata"))
            continue
        if one is not None:
            declared = merged(declared, one)
            if one.is_virtual:
                declared = Declared(is_virtual=True)
                break
    if (
        declared.name is None
        and "setup.py" in files
        and not declared.is_virtual
        and read_setup_py(files["setup.py"], snapshot.files[files["setup.py"]])
    ):
        declared = merged(declared, Declared(name=_folder_name(snapshot, folder)))
    return _Described(declared, problems, "METADATA" in files)


def _read(name: str, path: str, source: bytes) -> Declared | None:
    if len(source) > MAX_BYTES:
        raise ValueError("too large")
    if name == "pyproject.toml":
        return read_pyproject(source)
    if name == "setup.cfg":
        return read_setup_cfg(source)
    if name == "setup.py":
        return read_setup_py(path, source)
    if name == _OFFERED:
        return Declared(entry_points=of_text(source.decode()))
    return read_core_metadata(source)


def _owned(snapshot: Snapshot, folders: set[str]) -> dict[str, list[str]]:
    """Folder of a project to its code, each file given to the innermost project around it."""
    owned: dict[str, list[str]] = {}
    for path in snapshot.files:
        if path.endswith(".py"):
            owner = next((folder for folder in _around(path) if folder in folders), None)
            if owner is not None:
                owned.setdefault(owner, []).append(path)
    return owned


def _around(path: str) -> Iterator[str]:
    """The folders around a file, innermost first, '' last."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _package(snapshot: Snapshot, folder: str, described: _Described, code: list[str]) -> PackageSource | None:
    start = f"{folder}/" if folder else ""
    declared = described.declared
    layout = declared.layout
    if described.is_release:
        layout = Layout((ImportRoot(modules=("*",)),))
    relative = modules_of(layout, [path[len(start) :] for path in code])
    skipped = list(described.problems)
    modules: dict[str, str] = {}
    for name, path in relative.items():
        try:
            as_utf8(snapshot.files[start + path])
        except UnreadableFile as error:
            skipped.append((start + path, str(error)))
        else:
            modules[name] = start + path
    if not modules and not skipped:
        return None
    name = declared.name or _folder_name(snapshot, folder)
    return PackageSource(
        name=name,
        version=stated_version(declared, relative, lambda path: snapshot.files.get(start + path)),
        language=Language.PYTHON,
        path=folder,
        modules=modules,
        dependencies=deduplicated(declared.dependencies, name),
        skipped=tuple(skipped),
        entry_points=declared.entry_points,
    )


def _folder_name(snapshot: Snapshot, folder: str) -> str:
    return folder.rpartition("/")[2] or snapshot.source.url.rstrip("/").removesuffix(".git").rpartition("/")[2] or "unnamed"


def _bare(snapshot: Snapshot) -> tuple[PackageSource, ...]:
    """Code without metadata: one package, named after its only top module, else after the snapshot."""
    code = [path for path in snapshot.files if path.endswith(".py")]
    tops = top_names([path.removeprefix("src/") for path in code])
    name = next(iter(tops)) if len(tops) == 1 else _folder_name(snapshot, "")
    package = _package(snapshot, "", _Described(Declared(name=name)), code)
    return (package,) if package else ()
