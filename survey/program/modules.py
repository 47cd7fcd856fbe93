"""Every module an analysis can see: the package's own, its siblings' in the same source, its libraries'.

Files are lowered when something first needs them; a file that cannot be read is remembered with its reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.languages.base import EntryPoint, Frontend, PackageSource, UnreadableFile
from survey.model.ir import Class, Define, Function, If, Module, Stmt, Try, With
from survey.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class ModuleFile:
    """One module: who it belongs to and where its bytes are."""

    name: str
    path: str
    package: str
    is_package: bool
    snapshot: Snapshot
    own: bool
    """Belongs to the analysed package itself."""

    @property
    def shown_path(self) -> str:
        """The path as reports print it."""
        return self.snapshot.shown_path(self.path)


class Program:
    """The modules around one package."""

    def __init__(
        self,
        frontend: Frontend,
        snapshot: Snapshot,
        package: PackageSource,
        siblings: tuple[PackageSource, ...] = (),
        libraries: tuple[tuple[Snapshot, tuple[PackageSource, ...]], ...] = (),
    ) -> None:
        self.frontend = frontend
        self.package = package
        self._files: dict[str, ModuleFile] = {}
        self._folders: set[str] = set()
        self._bodies: dict[ModuleFile, tuple[Stmt, ...]] = {}
        self._offered: dict[str, tuple[EntryPoint, ...]] = {}
        self.unreadable: list[tuple[str, str]] = []
        """(path, reason) of the package's own files that could not be lowered."""
        self._add(snapshot, package, own=True)
        for sibling in siblings:
            self._add(snapshot, sibling, own=False)
        for library, packages in libraries:
            for found in packages:
                self._add(library, found, own=False)

    def _add(self, snapshot: Snapshot, package: PackageSource, *, own: bool) -> None:
        self._offered.setdefault(package.name, package.entry_points)
        for name, path in package.modules.items():
            stem = path.rsplit("/", 1)[-1]
            file = ModuleFile(name, path, package.name, stem.split(".")[0] in ("__init__", "index"), snapshot, own)
            self._files.setdefault(name, file)
            parts = name.split(".")
            self._folders.update(".".join(parts[:n]) for n in range(1, len(parts)))

    def file(self, name: str) -> ModuleFile | None:
        """The module of this name, if its source is at hand."""
        return self._files.get(name)

    def knows(self, name: str) -> bool:
        """Whether `name` is a module or a folder of modules."""
        return name in self._files or name in self._folders

    def body(self, file: ModuleFile) -> tuple[Stmt, ...]:
        """The lowered statements; empty (and the reason kept) where the file cannot be read."""
        found = self._bodies.get(file)
        if found is None:
            try:
                module = self.frontend.lower(file.path, file.snapshot.files[file.path])
            except UnreadableFile as error:
                if file.own:
                    self.unreadable.append((file.path, str(error)))
                module = Module(file.path, ())
            found = self._bodies[file] = module.body
        return found

    def absolute(self, module: str, level: int, importer: ModuleFile) -> str:
        """The absolute name of an imported module."""
        return self.frontend.absolute_module(module, level, importer.name, importer.is_package)

    def offered(self, package: str) -> tuple[EntryPoint, ...]:
        """What `package` offers for others to load by name."""
        return self._offered.get(package, ())

    def all_files(self) -> list[ModuleFile]:
        """Every module at hand, by name."""
        return sorted(self._files.values(), key=lambda f: f.name)

    def own_files(self) -> list[ModuleFile]:
        """The analysed package's modules, by name."""
        return sorted((f for f in self._files.values() if f.own), key=lambda f: f.name)


def definitions(body: tuple[Stmt, ...]) -> Iterator[Function | Class]:
    """Functions and classes defined in `body`, also under branches, not inside other functions or classes."""
    for stmt in body:
        if isinstance(stmt, Define):
            yield stmt.item
        elif isinstance(stmt, If):
            yield from definitions(stmt.body)
            yield from definitions(stmt.orelse)
        elif isinstance(stmt, With):
            yield from definitions(stmt.body)
        elif isinstance(stmt, Try):
            yield from definitions(stmt.body)
            for handler in stmt.handlers:
                yield from definitions(handler.body)
            yield from definitions(stmt.orelse)
            yield from definitions(stmt.final)
