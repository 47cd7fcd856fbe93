"""What to survey: one target of the catalog, or one given ad hoc on the command line."""

from dataclasses import dataclass, field

from survey.model.vocabulary import Language, SourceKind, TargetKind


@dataclass(frozen=True, slots=True)
class RegistryPackage:
    """One package of a registry that holds (part of) the target's source."""

    registry: SourceKind
    """`pypi` or `npm`."""
    name: str
    version: str | None = None
    """An exact version, or None for the newest final release (newest pre-release where there is none)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One project to survey, however its source will be had."""

    id: str
    name: str
    kind: TargetKind = TargetKind.SDK
    languages: tuple[Language, ...] = (Language.PYTHON,)
    vendor: str = ""
    homepage: str = ""
    git: str | None = None
    """https or ssh URL; None for registry-only and path targets."""
    ref: str | None = None
    """Branch, tag, or full/abbreviated commit; None for the remote's default branch."""
    scope: tuple[str, ...] = ()
    """Folder prefixes or globs of the repository that are surveyed, `!` before those left out; empty means all of it."""
    packages: tuple[RegistryPackage, ...] = field(default=())
    """The alternative source."""
    path: str | None = None
    """A local folder; only from the command line."""

    @property
    def repo(self) -> str:
        """`owner/name` of a hosted repository, else the id."""
        if not self.git:
            return self.id
        tail = self.git.removesuffix("/").removesuffix(".git").replace(":", "/")
        return "/".join(tail.split("/")[-2:])
