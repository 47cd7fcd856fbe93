"""Registry releases as one snapshot: the alternative to a target's repository, and the way to its libraries."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name

from survey.model.errors import HostUnreachable, SourceError, UnsafeSource
from survey.model.snapshot import Distribution, Omission, Snapshot, SourceInfo
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.sources.archive import ArchiveContent, read_archive
from survey.sources.index_page import FileKind, IndexFile
from survey.sources.limits import MAX_TOTAL_BYTES
from survey.sources.options import SourceOptions
from survey.sources.releases import Release, Wanted, choose_release
from survey.sources.simple_api import SimpleApi

_WORKERS = 4
_PROJECT_FILES = frozenset({"PKG-INFO", "pyproject.toml", "setup.cfg", "setup.py"})
"""Files at the root of an sdist that say nothing about what the package does."""


def fetch_releases(
    target: Target, options: SourceOptions, keep: Callable[[str], bool], *, upload_before: datetime | None = None
) -> Snapshot:
    """All of `target`'s PyPI packages as one snapshot, each under `<name>-<version>/`; `keep` is given paths inside the archive.

    A package that cannot be had is an omission named after it; where none can, the `SourceError` of the first is raised
    (`HostUnreachable` only where no package got an answer). `upload_before` moves the choice of the newest release back in time.
    """
    packages = tuple(dict.fromkeys(package for package in target.packages if package.registry is SourceKind.PYPI))
    if not packages:
        raise SourceError(f"{target.id} names no package on PyPI", hint="add `packages` to its catalog entry, or use `--source git`")

    with SimpleApi(options) as api, ThreadPoolExecutor(_WORKERS) as pool:

        def fetch(package: RegistryPackage) -> "Fetched | SourceError":
            try:
                wanted = Wanted(version=package.version, upload_before=upload_before)
                return read_release(api, package.name, choose_release(package.name, api.project_files(package.name), wanted), keep)
            except SourceError as error:
                return error

        results = list(zip(packages, pool.map(fetch, packages), strict=True))

    parts: dict[str, Fetched] = {}
    omitted: list[Omission] = []
    failures: list[SourceError] = []
    total = 0
    for package, result in results:
        if isinstance(result, SourceError):
            failures.append(result)
            omitted.append(Omission(package.name, str(result)))
        elif result.distribution.prefix not in parts:
            total += sum(map(len, result.files.values()))
            if total > MAX_TOTAL_BYTES:
                raise UnsafeSource(f"the releases of {target.id} hold more than {MAX_TOTAL_BYTES:,} bytes", hint="survey fewer packages")
            parts[result.distribution.prefix] = result
            omitted += result.omitted
    if not parts:
        raise _all_failed(failures)
    ordered = [parts[prefix] for prefix in sorted(parts)]
    return Snapshot(
        source=SourceInfo(kind=SourceKind.PYPI, url=_shown_url(packages), ref=packages[0].version if len(packages) == 1 else None),
        files={path: data for part in ordered for path, data in part.files.items()},
        omitted=tuple(sorted(omitted, key=lambda omission: (omission.path, omission.reason))),
        distributions=tuple(part.distribution for part in ordered),
    )


@dataclass(frozen=True, slots=True)
class Fetched:
    """One release, its paths already under the distribution's prefix."""

    distribution: Distribution
    files: dict[str, bytes]
    omitted: tuple[Omission, ...]

    def snapshot(self) -> Snapshot:
        """This release alone."""
        source = SourceInfo(kind=SourceKind.PYPI, url=project_url(self.distribution.name), ref=self.distribution.version)
        return Snapshot(source=source, files=self.files, omitted=self.omitted, distributions=(self.distribution,))


def project_url(name: str, version: str | None = None) -> str:
    """The public page of a project or of one of its releases: the same whatever index or mirror was asked."""
    return f"https://pypi.org/project/{canonicalize_name(name)}/" + (f"{version}/" if version else "")


def read_release(api: SimpleApi, project: str, release: Release, keep: Callable[[str], bool]) -> Fetched:
    """One chosen release: its wheel, or its sdist where the wheel has no source. Raises `SourceError`."""
    name = str(canonicalize_name(project))
    prefix = f"{name}-{release.version}"
    read: list[tuple[IndexFile, str, ArchiveContent]] = []
    for file in release.files:
        data, digest = api.read_file(file)
        content = read_archive(file.filename, data, keep)
        read.append((file, digest, content))
        if _has_source(content):
            break
    file, digest, content = read[-1] if _has_source(read[-1][2]) else read[0]
    omitted = [Omission(f"{prefix}/{omission.path}", omission.reason) for omission in content.omitted]
    if not _has_source(content):
        omitted.append(Omission(prefix, "no source code in the release" + _only_requires(content)))
    elif file.kind is FileKind.SDIST and len(read) > 1:
        omitted.append(Omission(f"{prefix}/{read[0][0].filename}", "a wheel without source code; its sdist was read"))
    return Fetched(
        Distribution(prefix, name, str(release.version), file.filename, digest, project_url(name, str(release.version))),
        {f"{prefix}/{path}": data for path, data in content.files.items()},
        tuple(omitted),
    )


def _has_source(content: ArchiveContent) -> bool:
    """Whether anything was kept that is more than project metadata and empty files."""
    return any(data.strip() and not _is_metadata(path) for path, data in content.files.items())


def _is_metadata(path: str) -> bool:
    folder, _, _ = path.rpartition("/")
    return path in _PROJECT_FILES or folder.partition("/")[0].endswith((".dist-info", ".egg-info"))


def _only_requires(content: ArchiveContent) -> str:
    """What a package without code of its own stands for: its unconditional requirements."""
    for path, data in content.files.items():
        if path.endswith((".dist-info/METADATA", "PKG-INFO")):
            metadata, _ = parse_email(data)
            plain = [requirement for requirement in metadata.get("requires_dist", []) if ";" not in requirement]
            return f"; it requires {', '.join(plain)[:200]}" if plain else ""
    return ""


def _shown_url(packages: tuple[RegistryPackage, ...]) -> str:
    names = {canonicalize_name(package.name) for package in packages}
    return project_url(names.pop()) if len(names) == 1 else "pkg:pypi"


def _all_failed(failures: list[SourceError]) -> SourceError:
    """The first failure; where there are several, with all reasons. Unreachable only where nobody answered."""
    first = next((failure for failure in failures if not isinstance(failure, HostUnreachable)), failures[0])
    return first if len(failures) == 1 else type(first)("; ".join(dict.fromkeys(map(str, failures))), hint=first.hint)
