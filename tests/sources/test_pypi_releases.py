"""The choice of release and file, on tables of file names."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from packaging.utils import parse_sdist_filename, parse_wheel_filename

from survey.model.errors import SourceError
from survey.sources.index_page import FileKind, IndexFile
from survey.sources.releases import Release, Wanted, choose_release


def file(filename: str, *, yanked: bool = False, size: int | None = None, uploaded: str | None = None) -> IndexFile:
    is_wheel = filename.endswith(".whl")
    version = parse_wheel_filename(filename)[1] if is_wheel else parse_sdist_filename(filename)[1]
    return IndexFile(
        filename=filename,
        url=f"https://files.invalid/{filename}",
        version=version,
        kind=FileKind.WHEEL if is_wheel else FileKind.SDIST,
        pure="py3-none-any" in filename,
        yanked=yanked,
        size=size,
        upload_time=datetime.fromisoformat(uploaded).replace(tzinfo=UTC) if uploaded else None,
    )


def sdists(versions: str, *, yanked: str = "") -> list[IndexFile]:
    return [file(f"pkg-{version}.tar.gz", yanked=version in yanked.split()) for version in versions.split()]


def names(release: Release) -> list[str]:
    return [chosen.filename for chosen in release.files]


@pytest.mark.parametrize(
    ("versions", "yanked", "wanted", "chosen"),
    [
        ("1.0 1.10 1.9", "", Wanted(), "1.10"),
        ("1.0 2.0b1 2.0.dev3", "", Wanted(), "1.0"),
        ("0.1b1 0.1b0 0.1a9", "", Wanted(), "0.1b1"),
        ("1.0 1.1", "1.1", Wanted(), "1.0"),
        ("1.0 1.1rc1", "1.0", Wanted(), "1.1rc1"),
        ("1.0 1.1", "1.1", Wanted(version="1.1"), "1.1"),
        ("1.0 1.1b2", "", Wanted(version="1.1.b2"), "1.1b2"),
        ("1.0 1.4 2.0", "", Wanted(specifier=">=1.1,<2"), "1.4"),
        ("1.0 1.4 2.0", "", Wanted(specifier="~=1.0"), "1.4"),
        ("0.48b0 0.50b0 0.61b0 0.62b0", "", Wanted(specifier=">=0.50b0,<0.62"), "0.61b0"),
        ("1.0 1.1b1", "", Wanted(specifier=">=1.0b1"), "1.0"),
        ("1.0 1.1", "1.0", Wanted(specifier="==1.0"), "1.0"),
    ],
)
def test_which_version_is_chosen(versions: str, yanked: str, wanted: Wanted, chosen: str) -> None:
    assert str(choose_release("pkg", sdists(versions, yanked=yanked), wanted).version) == chosen


@pytest.mark.parametrize(
    ("versions", "wanted", "message"),
    [
        ("2.59.9 2.60.2 2.60.10 3.0.0", Wanted(version="2.60.3"), "no release 2.60.3; the nearest are 2.60.2, 2.60.10, 2.59.9"),
        ("1.0 2.0 3.0 4.0", Wanted(version="9.0"), "the nearest are 4.0, 3.0, 2.0"),
        ("1.0", Wanted(version="9.0"), "the nearest are 1.0$"),
        ("1.0", Wanted(version="../x"), "no version of pkg"),
        ("1.0", Wanted(specifier=">=2"), "no release >=2"),
        ("1.0", Wanted(specifier="=>2"), "no version range"),
        ("1.0", Wanted(upload_before=datetime(2024, 1, 1, tzinfo=UTC)), "no release uploaded by 2024-01-01T00:00:00"),
        ("", Wanted(), "neither a wheel nor an sdist"),
    ],
)
def test_what_cannot_be_had_is_told(versions: str, wanted: Wanted, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        choose_release("pkg", sdists(versions), wanted)
    assert caught.value.hint


def test_all_yanked_and_nothing_asked() -> None:
    with pytest.raises(SourceError, match="no release that is not yanked"):
        choose_release("pkg", sdists("1.0 1.1", yanked="1.0 1.1"), Wanted())


def test_back_in_time() -> None:
    files = [
        file("pkg-1.0.tar.gz", uploaded="2024-01-01"),
        file("pkg-1.1.tar.gz", uploaded="2024-02-01"),
        file("pkg-1.1-py3-none-any.whl", uploaded="2024-02-09"),
        file("pkg-1.2.tar.gz"),
    ]
    at = [Wanted(upload_before=datetime(2024, 2, day, tzinfo=zone)) for day, zone in ((1, UTC), (1, None), (10, UTC))]
    assert [names(choose_release("pkg", files, wanted)) for wanted in at] == [
        ["pkg-1.1.tar.gz"],
        ["pkg-1.1.tar.gz"],
        ["pkg-1.1-py3-none-any.whl", "pkg-1.1.tar.gz"],
    ]
    assert names(choose_release("pkg", files, replace(at[0], version="1.2"))) == ["pkg-1.2.tar.gz"]


WIN, MAC, ANY = "pkg-1-cp311-cp311-win_amd64.whl", "pkg-1-cp311-cp311-macosx_11_0_arm64.whl", "pkg-1-py3-none-any.whl"


@pytest.mark.parametrize(
    ("files", "order"),
    [
        ([file("pkg-1.tar.gz"), file(WIN, size=1), file(ANY, size=9)], [ANY, "pkg-1.tar.gz"]),
        ([file(WIN, size=7), file(MAC, size=5)], [MAC]),
        ([file(WIN), file(MAC, size=5)], [MAC]),
        ([file("pkg-1.zip"), file("pkg-1.tar.gz")], ["pkg-1.tar.gz"]),
        ([file(ANY, yanked=True), file("pkg-1.tar.gz")], ["pkg-1.tar.gz"]),
    ],
)
def test_which_file_is_tried_first(files: Iterable[IndexFile], order: list[str]) -> None:
    assert names(choose_release("pkg", files, Wanted())) == order
    assert names(choose_release("pkg", reversed(list(files)), Wanted())) == order
