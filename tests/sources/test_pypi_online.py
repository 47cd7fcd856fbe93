"""The real registry, as this machine's pip is configured for it."""

from pathlib import Path

import pytest

from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind
from survey.sources.options import SourceOptions
from survey.sources.pypi import fetch_releases

pytestmark = pytest.mark.online


@pytest.mark.parametrize(
    ("name", "version", "path"),
    [
        ("langfuse", None, "langfuse/__init__.py"),
        ("langfuse", "2.60.3", "langfuse/client.py"),
        ("openinference-semantic-conventions", None, "openinference/semconv/trace/__init__.py"),
    ],
)
def test_real_releases(name: str, version: str | None, path: str, tmp_path: Path) -> None:
    target = Target(id="t", name="T", packages=(RegistryPackage(SourceKind.PYPI, name, version),))
    snapshot = fetch_releases(target, SourceOptions(cache_dir=tmp_path), lambda file: file.endswith((".py", "/METADATA")))
    (release,) = snapshot.distributions
    assert release.name == name
    assert version in {None, release.version}
    assert path in {snapshot.shown_path(file) for file in snapshot.files}
    assert any(file.endswith(".dist-info/METADATA") for file in snapshot.files)
    assert snapshot.omitted == ()
