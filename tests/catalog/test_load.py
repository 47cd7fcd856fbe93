"""What a right catalog becomes, which file is read, and the schema that editors use."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from survey.catalog import catalog_schema, load_catalog
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import Language, SourceKind, TargetKind

FULL = """\
targets:
  - id: full
    name: Full
    vendor: Someone
    homepage: https://example.org/docs
    kind: instrumentation
    languages: [python, typescript]
    git: git@example.org:o/full.git
    ref: "1.10"
    scope: [src/, "!src/demo"]
    registry:
      - pypi: full-sdk
        version: "2.0"
      - npm: "@full/sdk"
  - id: least
    registry: [pypi: least]
"""


def test_every_field_arrives(tmp_path: Path) -> None:
    path = tmp_path / "repos.yaml"
    path.write_text(FULL, encoding="utf-8")
    catalog = load_catalog(path)
    assert catalog.path == path
    assert catalog.targets == (
        Target(
            id="full",
            name="Full",
            kind=TargetKind.INSTRUMENTATION,
            languages=(Language.PYTHON, Language.TYPESCRIPT),
            vendor="Someone",
            homepage="https://example.org/docs",
            git="git@example.org:o/full.git",
            ref="1.10",
            scope=("src/", "!src/demo"),
            packages=(RegistryPackage(SourceKind.PYPI, "full-sdk", "2.0"), RegistryPackage(SourceKind.NPM, "@full/sdk")),
        ),
        Target(id="least", name="least", packages=(RegistryPackage(SourceKind.PYPI, "least"),)),
    )


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "repos.yaml"
    path.write_text(FULL, encoding="utf-8-sig")
    assert [target.id for target in load_catalog(path).targets] == ["full", "least"]


def test_a_local_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repos.yaml").write_text(FULL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [target.id for target in load_catalog().targets] == ["full", "least"]


def test_the_shipped_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    catalog = load_catalog()
    assert [target.id for target in catalog.targets] == ["langfuse", "openllmetry", "openinference", "logfire", "otel-python-contrib"]
    for target in catalog.targets:
        assert target.git
        assert target.packages, f"{target.id} has no second source"
    published = [package.name for target in catalog.targets for package in target.packages]
    assert len(published) == len(set(published)), "a package belongs to one target"


def test_the_schema_agrees_with_the_shipped_catalog(project: Path) -> None:
    schema = catalog_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(yaml.safe_load((project / "repos.yaml").read_text(encoding="utf-8")))
    entries: list[dict[str, object]] = [
        {"id": "a"},
        {"id": "A", "git": "x"},
        {"id": "a", "registry": [{}]},
        {"id": "a", "git": "x", "scopes": []},
    ]
    for entry in entries:
        assert not validator.is_valid({"targets": [entry]})
    assert not validator.is_valid({"targets": []})
