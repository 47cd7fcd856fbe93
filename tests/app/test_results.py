"""What a target's status and reason say."""

from survey.app.reading import Languages, Reading
from survey.app.results import NO_PACKAGE, describe_source, failed_package, target_result
from survey.languages.base import PackageSource
from survey.languages.registry import frontends
from survey.model.document import TargetResult
from survey.model.snapshot import Distribution, Omission, Snapshot, SourceInfo
from survey.model.target import Target
from survey.model.vocabulary import Language, Outcome, Role, SourceKind, TargetStatus
from tests.report.documents import package

TARGET = Target(id="t", name="T", git="https://github.com/o/r.git")


def source_of(name: str, *skipped: tuple[str, str]) -> PackageSource:
    return PackageSource(name, "1.0", Language.PYTHON, name, {name: f"{name}/__init__.py"}, (), skipped)


def result_of(*statuses: TargetStatus, omitted: tuple[Omission, ...] = (), missing: dict[str, str] | None = None) -> TargetResult:
    snapshot = Snapshot(SourceInfo(SourceKind.GIT, "https://github.com/o/r.git", commit="c"), {}, omitted)
    sources = tuple(source_of(f"p{number}", (f"p{number}/big.py", "too large")) for number in range(len(statuses)))
    results = [
        failed_package(source, snapshot, "the analysis crashed") if status is TargetStatus.FAILED else package(source.name, status=status)
        for source, status in zip(sources, statuses, strict=True)
    ]
    reading = Reading(snapshot, sources)
    return target_result(TARGET, reading, describe_source(snapshot), results, missing or {}, Languages(frontends()))


def test_a_whole_target() -> None:
    found = result_of(TargetStatus.ANALYSED)
    assert (found.status, found.reason) == (TargetStatus.ANALYSED, "")
    assert [(item.path, item.reason) for item in found.skipped] == [("p0/big.py", "too large")]


def test_one_failed_package_makes_it_partial() -> None:
    found = result_of(TargetStatus.ANALYSED, TargetStatus.FAILED)
    assert found.status is TargetStatus.PARTIAL
    assert found.reason == "1 of 2 packages failed: p1 (the analysis crashed)"
    assert found.packages[1].outcomes[Role.INPUT] is Outcome.ERROR


def test_all_packages_failed() -> None:
    assert result_of(TargetStatus.FAILED, TargetStatus.FAILED).status is TargetStatus.FAILED


def test_missing_code_makes_it_partial_and_other_files_do_not_matter() -> None:
    omitted = (Omission("p0/lost.py", "missing blob"), Omission("logo.png", "too large"))
    found = result_of(TargetStatus.ANALYSED, omitted=omitted)
    assert found.status is TargetStatus.PARTIAL
    assert found.reason == "1 source file could not be read: p0/lost.py"
    assert [item.path for item in found.skipped] == ["p0/big.py", "p0/lost.py"]


def test_links_and_submodules_are_told_and_cost_nothing() -> None:
    found = result_of(TargetStatus.ANALYSED, omitted=(Omission("third_party/lib", "submodule"), Omission("src", "symlink")))
    assert found.status is TargetStatus.ANALYSED
    assert [(item.path, item.reason) for item in found.skipped][1:] == [("src", "symlink"), ("third_party/lib", "submodule")]


def test_releases_that_could_not_be_had_make_it_partial() -> None:
    omitted = (
        Omission("lost", "the package index has no project lost"),
        Omission("p0-1.0/p0.whl", "a wheel without source code; its sdist was read"),
    )
    reading = Reading(Snapshot(SourceInfo(SourceKind.PYPI, "pkg:pypi"), {}, omitted), (source_of("p0"),))
    found = target_result(TARGET, reading, describe_source(reading.snapshot), [package("p0")], {}, Languages(frontends()))
    assert found.status is TargetStatus.PARTIAL
    assert found.reason == "1 release could not be read: lost (the package index has no project lost)"
    assert [item.path for item in found.skipped] == ["lost"]


def test_missing_libraries_make_it_partial() -> None:
    found = result_of(TargetStatus.ANALYSED, missing={f"lib{n}": "not found" for n in range(5)})
    assert found.status is TargetStatus.PARTIAL
    assert found.reason == "5 libraries could not be read: lib0 (not found), lib1 (not found), lib2 (not found) and 2 more"


def test_a_partial_package_makes_it_partial() -> None:
    assert result_of(TargetStatus.ANALYSED, TargetStatus.PARTIAL).status is TargetStatus.PARTIAL


def test_no_package() -> None:
    found = result_of()
    assert (found.status, found.reason) == (TargetStatus.SKIPPED, NO_PACKAGE)


def test_releases_are_described_and_names_need_not_be_unicode() -> None:
    snapshot = Snapshot(
        SourceInfo(SourceKind.PYPI, "pkg:pypi"),
        {},
        distributions=(Distribution("b-1", "b", "1", "b.whl", "00", "u"), Distribution("a-2", "a", "2", "a.whl", "11", "u")),
    )
    assert [(release.name, release.version) for release in describe_source(snapshot).releases] == [("a", "2"), ("b", "1")]
    assert failed_package(source_of("bad\udcff"), snapshot, "why\udcff").name == "bad?"
