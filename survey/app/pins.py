"""`--pins`: an earlier survey.json decides which commits and versions are read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from survey.app.documents import read_document
from survey.model.document import Source, TargetResult
from survey.model.errors import UnsafeSource
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.sources.options import SourceOptions, SourcePreference


@dataclass(frozen=True, slots=True)
class Pins:
    """The revisions of one earlier survey; without targets nothing is pinned."""

    targets: Mapping[str, TargetResult]

    def source(self, target_id: str) -> Source | None:
        """Where that target was read from then; None where it was not read."""
        found = self.targets.get(target_id)
        return found.source if found else None

    def apply(self, target: Target, options: SourceOptions) -> tuple[Target, SourceOptions]:
        """`target` and `options` changed so that the same revision is read from the same kind of source."""
        source = self.source(target.id)
        if source is None or target.path is not None:
            return target, options
        if source.kind is SourceKind.GIT and source.commit and target.git:
            return replace(target, ref=source.commit), replace(options, prefer=SourcePreference.GIT)
        if source.kind is SourceKind.PYPI and source.releases:
            packages = tuple(RegistryPackage(SourceKind.PYPI, release.name, release.version) for release in source.releases)
            return replace(target, packages=packages), replace(options, prefer=SourcePreference.REGISTRY)
        return target, options

    def settle(self, target_id: str, source: Source) -> Source:
        """The earlier description of `source`, so that a pinned run says what the first one said.

        Raises `UnsafeSource` where it is not the same.
        """
        before = self.source(target_id)
        if before is None or before.kind is not source.kind or source.kind is SourceKind.PATH:
            return source
        if before.commit != source.commit or before.releases != source.releases:
            raise UnsafeSource(
                "the source is not the pinned one: the registry or repository now holds other content under the same revision",
                hint="find out why it changed, or run without --pins",
            )
        return before

    def libraries(self, target_id: str, package: str) -> dict[str, str]:
        """Library name to version, as that package was read with."""
        found = self.targets.get(target_id)
        for known in found.packages if found else ():
            if known.name == package:
                return {library.name: library.version for library in known.libraries}
        return {}


def load_pins(path: Path | None) -> Pins:
    """The pins of the survey.json at `path`; none without one. Raises `UsageError` for a file that is not a whole survey.json."""
    if path is None:
        return Pins({})
    document = read_document(path, "the pins", hint="give the survey.json of an earlier run to --pins")
    return Pins({target.id: target for target in document.targets})
