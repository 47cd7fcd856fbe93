"""Python behind the `Frontend` port."""

from survey.languages.base import PackageSource
from survey.languages.python.lowering import lower
from survey.languages.python.metadata import find_packages, keep_path
from survey.languages.python.resolve import absolute_module
from survey.model.ir import Module
from survey.model.snapshot import Snapshot
from survey.model.vocabulary import Language


class PythonFrontend:
    """Python, from Python 2 leftovers to 3.14; stateless."""

    language = Language.PYTHON
    extensions: tuple[str, ...] = (".py",)

    def keep(self, path: str) -> bool:
        """Whether a source has to keep this file."""
        return keep_path(path)

    def find_packages(self, snapshot: Snapshot) -> tuple[PackageSource, ...]:
        """Every package of `snapshot`, sorted by path and name."""
        return find_packages(snapshot)

    def lower(self, path: str, source: bytes) -> Module:
        """One file as IR; raises `UnreadableFile`."""
        return lower(path, source)

    def absolute_module(self, module: str, level: int, importer: str, importer_is_package: bool) -> str:
        """The full name behind a relative import; '' when it leads nowhere."""
        return absolute_module(module, level, importer, importer_is_package)
