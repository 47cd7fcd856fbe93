"""An earlier survey.json decides what is read again."""

from pathlib import Path

import pytest

from survey.app.pins import Pins, load_pins
from survey.model.document import Library, Source
from survey.model.errors import UnsafeSource, UsageError
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.report.base import prepare
from survey.report.json import JsonReport
from survey.sources.options import SourceOptions, SourcePreference
from tests.report.documents import COMMIT, document, package, target

RELEASE = Library(name="sdk", version="2.0", sha256="ab")


def pins_of(tmp_path: Path, *sources: tuple[str, Source]) -> Pins:
    targets = [
        target(id_, package("sdk").model_copy(update={"libraries": (RELEASE,)})).model_copy(update={"source": source})
        for id_, source in sources
    ]
    path = tmp_path / "old.json"
    path.write_bytes(JsonReport().render(prepare(document(*targets))))
    return load_pins(path)


def test_a_commit_is_read_again_from_git(tmp_path: Path) -> None:
    source = Source(kind=SourceKind.GIT, url="https://github.com/o/r.git", ref="main", commit=COMMIT)
    pins = pins_of(tmp_path, ("t", source))
    asked = Target(id="t", name="T", git="https://github.com/o/r.git", ref="main")
    pinned, options = pins.apply(asked, SourceOptions(prefer=SourcePreference.REGISTRY))
    assert (pinned.ref, options.prefer) == (COMMIT, SourcePreference.GIT)
    assert pins.settle("t", source.model_copy(update={"ref": COMMIT})) == source
    assert pins.libraries("t", "sdk") == {"sdk": "2.0"}


def test_releases_are_read_again_from_the_registry(tmp_path: Path) -> None:
    source = Source(kind=SourceKind.PYPI, url="https://pypi.org/project/sdk/", fallback_reason="no git", releases=(RELEASE,))
    pins = pins_of(tmp_path, ("t", source))
    asked = Target(id="t", name="T", git="https://github.com/o/r.git", packages=(RegistryPackage(SourceKind.PYPI, "sdk"),))
    pinned, options = pins.apply(asked, SourceOptions())
    assert pinned.packages == (RegistryPackage(SourceKind.PYPI, "sdk", "2.0"),)
    assert options.prefer is SourcePreference.REGISTRY
    assert pins.settle("t", source.model_copy(update={"fallback_reason": None})) == source


def test_other_content_under_a_pinned_version_is_refused(tmp_path: Path) -> None:
    source = Source(kind=SourceKind.PYPI, url="https://pypi.org/project/sdk/", releases=(RELEASE,))
    changed = source.model_copy(update={"releases": (RELEASE.model_copy(update={"sha256": "cd"}),)})
    with pytest.raises(UnsafeSource, match="not the pinned one"):
        pins_of(tmp_path, ("t", source)).settle("t", changed)


def test_what_is_not_pinned_is_left_alone(tmp_path: Path) -> None:
    asked, options = Target(id="new", name="New", git="https://github.com/o/r.git"), SourceOptions()
    for pins in (load_pins(None), pins_of(tmp_path)):
        assert pins.apply(asked, options) == (asked, options)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": "survey/v2"}', b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "old.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"old\.json is not a survey\.json") as caught:
        load_pins(path)
    assert "--pins" in caught.value.hint


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the pins"):
        load_pins(tmp_path / "none.json")
