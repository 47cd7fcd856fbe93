"""What the command line may ask for, and how it hears that it cannot be had."""

from pathlib import Path

import pytest

from survey.catalog import Catalog, parse_adhoc, select_targets
from survey.model.errors import UsageError
from survey.model.target import RegistryPackage, Target
from survey.model.vocabulary import SourceKind

CATALOG = Catalog(
    (
        Target(id="langfuse", name="Langfuse", git="https://github.com/langfuse/langfuse-python"),
        Target(id="o-n", name="N", git="https://h.org/o/n"),
    ),
    Path("repos.yaml"),
)


def ids(*only: str, adhoc: tuple[str, ...] = (), path: Path | None = None) -> list[str]:
    return [target.id for target in select_targets(CATALOG, only, adhoc, path)]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("pypi:langfuse", Target("langfuse-pypi", "langfuse", packages=(RegistryPackage(SourceKind.PYPI, "langfuse"),))),
        (
            "pypi:Lang_Fuse==2.60.3",
            Target("lang-fuse-2.60.3", "Lang_Fuse 2.60.3", packages=(RegistryPackage(SourceKind.PYPI, "Lang_Fuse", "2.60.3"),)),
        ),
        ("https://github.com/o/n", Target("o-n", "o/n", git="https://github.com/o/n")),
        ("https://github.com/o/n.git@v1.2", Target("o-n-v1.2", "o/n@v1.2", git="https://github.com/o/n.git", ref="v1.2")),
        (
            "https://h.org/o/n@@scope/pkg@1.0",
            Target("o-n-scope-pkg-1.0", "o/n@@scope/pkg@1.0", git="https://h.org/o/n", ref="@scope/pkg@1.0"),
        ),
        ("git@h.org:o/n.git@feature/x", Target("o-n-feature-x", "o/n@feature/x", git="git@h.org:o/n.git", ref="feature/x")),
        ("ssh://git@h.org:2222/o/n", Target("o-n", "o/n", git="ssh://git@h.org:2222/o/n")),
        (f"https://h.org/o/n@{'a1' * 20}", Target("o-n-a1a1a1a1a1a1", "o/n@a1a1a1a1a1a1", git="https://h.org/o/n", ref="a1" * 20)),
    ],
)
def test_adhoc_targets(text: str, target: Target) -> None:
    assert parse_adhoc(text) == target


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("langfuse", "unknown target `langfuse`"),
        ("npm:langfuse", "npm packages cannot be surveyed yet"),
        ("pypi:", "is not a name"),
        ("pypi:a>=1", "is not a name"),
        ("pypi:a==", "is not an exact version"),
        ("pypi:a==1.*", "is not an exact version"),
        ("pypi:-r evil", "is not a name"),
        ("file:///srv/repo", "the scheme `file` is not accepted"),
        ("ext::sh -c id", "ext::sh"),
        ("/srv/repo", "the address is neither"),
        ("--upload-pack=x:/y", "would be read as an option"),
        ("https://h.org/o/n@", "the revision is empty"),
        ("https://h.org/o/n@--output=x", "would be read as an option"),
        ("https://me:s3cret@h.org/o/n", "carries credentials"),
        ("\x1b[31m/x", "address"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_adhoc(text)
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.hint


def test_everything_when_nothing_is_asked_for() -> None:
    assert select_targets(CATALOG) == CATALOG.targets


def test_catalog_targets_by_id_each_once() -> None:
    assert ids("o-n", "langfuse", "o-n", adhoc=("langfuse",)) == ["o-n", "langfuse"]


def test_derived_ids_never_take_one_of_the_catalog() -> None:
    assert ids("o-n", adhoc=("https://github.com/o/n", "https://gitlab.com/o/n")) == ["o-n", "o-n-2", "o-n-3"]


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "My SDK"
    folder.mkdir()
    (target,) = select_targets(CATALOG, path=folder)
    assert (target.id, target.name, target.path, target.git) == ("my-sdk", "My SDK", str(folder), None)
    with pytest.raises(UsageError, match="not a folder"):
        ids(path=folder / "missing")


def test_unknown_ids_are_named_together_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        ids("langfues", adhoc=("zzz", "langfuse"))
    assert str(caught.value) == "not in the catalog repos.yaml: `langfues`, `zzz`"
    assert caught.value.hint == "did you mean `langfuse`?"


def test_an_id_like_no_other_gets_the_list() -> None:
    with pytest.raises(UsageError) as caught:
        ids("zzz")
    assert caught.value.hint.startswith("the catalog has langfuse, o-n; ")
