"""`pyproject.toml` of every common build tool, as one `Declared`: PEP 621, poetry, hatch, setuptools, flit, pdm, uv."""

import tomllib
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from survey.languages.base import Dependency, EntryPoint
from survey.languages.python.entry_points import of_groups
from survey.languages.python.layout import ImportRoot, Layout
from survey.languages.python.requirements import from_poetry, from_requirements, is_development
from survey.languages.python.static_values import Value, strings, table, text


@dataclass(frozen=True, slots=True)
class Declared:
    """What the metadata files of one folder say about its package."""

    name: str | None = None
    version: str | None = None
    version_files: tuple[str, ...] = ()
    """Files, relative to the folder, that hold the version."""
    version_attributes: tuple[str, ...] = ()
    """`module.attribute` that holds the version."""
    dependencies: tuple[Dependency, ...] = ()
    layout: Layout = field(default_factory=Layout)
    entry_points: tuple[EntryPoint, ...] = ()
    is_virtual: bool = False
    """A workspace root that is no package itself."""


def read_pyproject(source: bytes) -> Declared:
    """The declarations of one file. Raises ValueError when it is no TOML."""
    try:
        document: dict[str, Value] = tomllib.loads(source.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None
    project, tool = table(document, "project"), table(document, "tool")
    poetry = table(tool, "poetry")
    flit = table(tool, "flit", "metadata")
    name = text(project.get("name")) or text(poetry.get("name")) or text(flit.get("dist-name")) or text(flit.get("module"))
    uv = table(tool, "uv")
    virtual = uv.get("package") is False or ("workspace" in uv and "build-system" not in document)
    files, attributes = _version_places(tool)
    return Declared(
        name=name,
        version=_literal_version(text(project.get("version")) or text(poetry.get("version"))),
        version_files=files,
        version_attributes=attributes,
        dependencies=_dependencies(project, poetry, flit),
        layout=_layout(name or "", tool, strings(table(document, "build-system").get("build-backend"))),
        entry_points=of_groups({**table(project, "entry-points"), **table(poetry, "plugins"), **table(tool, "flit", "entrypoints")}),
        is_virtual=virtual,
    )


def _literal_version(version: str | None) -> str | None:
    """Poetry's plugins want `0.0.0` in the file and put the real one there at build time."""
    return None if version in ("0.0.0", "0") else version


def _dependencies(project: dict[str, Value], poetry: dict[str, Value], flit: dict[str, Value]) -> tuple[Dependency, ...]:
    found = from_requirements([*strings(project.get("dependencies")), *strings(flit.get("requires"))])
    for extra, lines in table(project, "optional-dependencies").items():
        if not is_development(extra):
            found += from_requirements(strings(lines))
    return tuple(found + from_poetry(table(poetry, "dependencies")))


def _version_places(tool: dict[str, Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    dynamic = table(tool, "setuptools", "dynamic", "version")
    files = [
        text(table(tool, "hatch", "version").get("path")),
        text(table(tool, "pdm", "version").get("path")),
        *strings(dynamic.get("file")),
        text(table(tool, "hatch", "build", "hooks", "vcs").get("version-file")),
    ]
    attributes = [text(dynamic.get("attr"))]
    return tuple(file for file in files if file), tuple(name for name in attributes if name)


def _layout(name: str, tool: dict[str, Value], backend: list[str]) -> Layout:
    """The first build tool that declares a layout; else where discovery has to look."""
    for read in (_hatch, _poetry, _setuptools, _pdm):
        if (layout := read(tool)) is not None:
            return layout
    module = canonicalize_name(name).replace("-", "_")
    flit = text(table(tool, "flit", "module").get("name")) or text(table(tool, "flit", "metadata").get("module"))
    uv = table(tool, "uv", "build-backend")
    if any("uv_build" in entry for entry in backend):
        roots = strings(uv.get("module-root", "src"))
        hints = strings(uv.get("module-name")) or [module]
        if len(hints) > 1:
            return Layout(tuple(_root_of(_joined(_clean(root), hint.replace(".", "/"))) for root in roots for hint in hints))
        return Layout(hint=hints[0], hint_folder=_clean(roots[0]) if roots else "", exclude=tuple(strings(uv.get("wheel-exclude"))))
    return Layout(hint=flit or module)


def _hatch(tool: dict[str, Value]) -> Layout | None:
    common, wheel = table(tool, "hatch", "build"), table(tool, "hatch", "build", "targets", "wheel")
    packages = strings(wheel.get("packages", common.get("packages")))
    only = strings(wheel.get("only-include", common.get("only-include")))
    include = strings(wheel.get("include", common.get("include")))
    exclude = tuple(strings(wheel.get("exclude", common.get("exclude"))))
    sources = wheel.get("sources", common.get("sources"))
    roots = [_root_of(path) for path in packages]
    if not packages and (only or include or sources):
        roots = [*_sources(sources), ImportRoot(modules=("*",))]
    for path, target in table(wheel, "force-include").items():
        if isinstance(target, str) and not path.endswith(tuple("*?]")):
            roots.append(_moved(path, target))
    return Layout(tuple(roots), tuple(only or ([] if packages else include)), exclude) if roots else None


def _sources(sources: Value) -> list[ImportRoot]:
    """`sources = ["src"]` strips a folder from the paths, `{"src/a" = "b"}` renames one."""
    if isinstance(sources, dict):
        return [_moved(path, target) for path, target in sources.items() if isinstance(target, str)]
    return [ImportRoot(_clean(path), modules=("*",)) for path in strings(sources)]


def _moved(path: str, target: str) -> ImportRoot:
    prefix = _clean(target).replace("/", ".")
    return ImportRoot(_clean(path), prefix, modules=("*",))


def _poetry(tool: dict[str, Value]) -> Layout | None:
    poetry = table(tool, "poetry")
    entries = poetry.get("packages")
    exclude = tuple(strings(poetry.get("exclude")))
    roots: list[ImportRoot] = []
    for entry in entries if isinstance(entries, list) else []:
        include, folder, target = (text(table(entry).get(key)) for key in ("include", "from", "to"))
        if include and not target:
            roots.append(
                _root_of(_joined(_clean(folder or ""), _clean(include.removesuffix("/**/*.py").removesuffix("/**/*"))), folder or "")
            )
        elif include and target:
            roots.append(_moved(_joined(_clean(folder or ""), _clean(include)), _joined(_clean(target), _clean(include))))
    return Layout(tuple(roots), exclude=exclude) if roots else None


def _setuptools(tool: dict[str, Value]) -> Layout | None:
    setuptools = table(tool, "setuptools")
    packages = setuptools.get("packages")
    places = {key: value for key, value in table(setuptools, "package-dir").items() if isinstance(value, str)}
    find = table(packages, "find")
    finder = (strings(find.get("where")), strings(find.get("include")), strings(find.get("exclude"))) if "find" in table(packages) else None
    return setuptools_layout(strings(packages), finder, places, strings(setuptools.get("py-modules")))


def setuptools_layout(
    packages: list[str], finder: tuple[list[str], list[str], list[str]] | None, places: dict[str, str], modules: list[str]
) -> Layout | None:
    """What setuptools was told: packages by name, a finder's (where, include, exclude), `package_dir`, single modules."""
    top = _clean(places.get("", ""))
    together: dict[tuple[str, str], list[str]] = {}
    for package in packages:
        owner = next((name for name in (package, *_parents(package)) if name in places), None)
        place = (top, "") if owner is None else (_clean(places[owner]), owner)
        together.setdefault(place, []).append(package)
    roots = [ImportRoot(folder, prefix, packages=tuple(names)) for (folder, prefix), names in together.items()]
    if finder is not None:
        where, include, exclude = finder
        roots += [ImportRoot(_clean(folder), packages=tuple(include) or ("*",), not_packages=tuple(exclude)) for folder in where or [top]]
    if modules:
        roots.append(ImportRoot(top, packages=(), modules=tuple(modules)))
    if roots:
        return Layout(tuple(roots))
    return Layout((ImportRoot(top, modules=("*",)),)) if top else None


def _parents(package: str) -> list[str]:
    parts = package.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _pdm(tool: dict[str, Value]) -> Layout | None:
    build = table(tool, "pdm", "build")
    includes, folder = strings(build.get("includes")), text(build.get("package-dir"))
    if not includes and not folder:
        return None
    return Layout((ImportRoot(_clean(folder or ""), modules=("*",)),), tuple(includes), tuple(strings(build.get("excludes"))))


def _root_of(path: str, folder: str | None = None) -> ImportRoot:
    """The root for one shipped package or module given by its path; it is imported from its parent folder, or from `folder`."""
    path = _clean(path)
    parent = path.rpartition("/")[0] if folder is None else _clean(folder)
    name = path[len(parent) + 1 if parent else 0 :].replace("/", ".")
    if path.endswith(".py"):
        return ImportRoot(parent, packages=(), modules=(name.removesuffix(".py"),))
    if not name:
        return ImportRoot(parent, modules=("*",))
    return ImportRoot(parent, packages=(name, f"{name}.*"))


def _joined(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder and path else folder or path


def _clean(path: str) -> str:
    """A relative folder without `./` and slashes at its ends; '' for the project's own folder."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
