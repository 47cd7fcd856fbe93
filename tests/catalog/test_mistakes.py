"""Every mistake of a catalog is told at once, by line and column, and nothing else ever comes out."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey.catalog import load_catalog
from survey.catalog.document import MAX_BYTES, parse
from survey.catalog.entries import read_entries
from survey.model.errors import CatalogError, UsageError

GIT = "git: https://github.com/o/n"

CASES = {
    "broken YAML": (
        "targets:\n  - id: a\n   git: b\n",
        ["3:4: broken YAML: while parsing a block collection, expected <block end>, but found '<block mapping start>'"],
    ),
    "unclosed": ("targets: [\n", ["2:1: broken YAML: while parsing a flow node, expected the node content, but found '<stream end>'"]),
    "tab": (
        "targets:\n\t- id: a\n",
        ["2:1: broken YAML: while scanning for the next token, found character '\\t' that cannot start any token"],
    ),
    "two documents": (
        f"targets:\n  - id: a\n    {GIT}\n---\ntargets: []\n",
        ["4:1: broken YAML: expected a single document in the stream, but found another document"],
    ),
    "control character": ("targets:\n  - id: \x07\n", ["2:9: broken YAML: the character \\x07 is not allowed (remove it)"]),
    "impossible escape": ('targets: "\\UFFFFFFFF"\n', ["1:13: broken YAML: a number out of range"]),
    "alias": (
        f"targets:\n  - &one\n    id: a\n    {GIT}\n  - *one\n",
        ["5:5: aliases (*name) are not supported (write the value out)"],
    ),
    "depth": ("targets: " + "[" * 50, ["1:21: nested too deeply (a catalog is a flat list of targets)"]),
    "empty": ("# nothing yet\n", ["1:1: the file is empty (a catalog starts with `targets:` and lists one or more)"]),
    "a list at the top": ("- id: a\n", ["1:1: the file must be a mapping of keys to values, not a list"]),
    "no targets": ("targets: []\n", ["1:10: `targets` must not be empty"]),
    "targets left blank": ("targets:\n", ["1:9: `targets` must be a list, not nothing (put a value, or remove the key)"]),
    "a misspelt top key": (
        "target:\n  - id: a\n",
        ["1:1: `targets` is missing", "1:1: unknown key `target` (did you mean `targets`?)"],
    ),
    "a target that is text": ("targets:\n  - langfuse\n", ["2:5: an entry of `targets` must be a mapping of keys to values, not text"]),
    "unknown key": (f"targets:\n  - id: a\n    {GIT}\n    scopes: [x]\n", ["4:5: unknown key `scopes` (did you mean `scope`?)"]),
    "an unknown key like no other": (
        f"targets:\n  - id: a\n    {GIT}\n    x: 1\n",
        ["4:5: unknown key `x` (known keys: git, homepage, id, kind, languages, name, ref, registry, scope, vendor)"],
    ),
    "duplicate key": (
        f"targets:\n  - id: a\n    {GIT}\n    {GIT}\n",
        ["4:5: duplicate key `git` (first given in line 3; remove one)"],
    ),
    "a key that is a list": (f"targets:\n  - id: a\n    {GIT}\n    ? [x]\n    : y\n", ["4:7: a key must be text"]),
    "a merge key": (f"targets:\n  - id: a\n    {GIT}\n    <<: {{}}\n", ["4:5: unknown key `<<` (known keys: git, homepage, id, *"]),
    "duplicate id": (
        f"targets:\n  - id: a\n    {GIT}\n  - id: b\n    {GIT}\n  - id: a\n    {GIT}\n",
        ["6:9: duplicate id `a` (first given in line 2)"],
    ),
    "missing id": (f"targets:\n  - {GIT}\n", ["2:5: `id` is missing"]),
    "bad id": (
        f"targets:\n  - id: My SDK\n    {GIT}\n",
        ["2:9: `id`: an id has only lower-case letters, digits and hyphens, and starts with a letter or digit: `My SDK`"],
    ),
    "an id that is a number": (f"targets:\n  - id: 42\n    {GIT}\n", ['2:9: `id` must be text, not a number (put it in quotes: "42")']),
    "a ref that is a number": (
        f"targets:\n  - id: a\n    {GIT}\n    ref: 1.10\n",
        ['4:10: `ref` must be text, not a number (put it in quotes: "1.10")'],
    ),
    "a ref that is a date": (
        f"targets:\n  - id: a\n    {GIT}\n    ref: 2026-02-31\n",
        ['4:10: `ref` must be text, not a date (put it in quotes: "2026-02-31")'],
    ),
    "a name that is no": (
        f"targets:\n  - id: a\n    {GIT}\n    name: no\n",
        ['4:11: `name` must be text, not a yes/no value (put it in quotes: "no")'],
    ),
    "a tag that names a type": (
        f"targets:\n  - id: a\n    {GIT}\n    name: !!python/object/apply:os.system [ls]\n",
        ["4:11: `name` must be text, not a list"],
    ),
    "a git address left blank": (
        "targets:\n  - id: a\n    git:\n",
        ["3:9: `git` must be text, not nothing (put a value, or remove the key)"],
    ),
    "a git address without scheme": (
        "targets:\n  - id: a\n    git: github.com/o/n\n",
        ["3:10: `git`: the address is neither https://, ssh:// nor user@host:path"],
    ),
    "a git address that is an option": (
        "targets:\n  - id: a\n    git: --upload-pack=touch /tmp/x\n",
        ["3:10: `git`: *"],
    ),
    "a transport helper": ("targets:\n  - id: a\n    git: ext::sh\n", ["3:10: `git`: the address names a transport helper*"]),
    "a local address": ("targets:\n  - id: a\n    git: file:///srv/x\n", ["3:10: `git`: the scheme `file` is not accepted"]),
    "a ref that is an option": (
        f"targets:\n  - id: a\n    {GIT}\n    ref: -x\n",
        ["4:10: `ref`: the revision begins with '-' and would be read as an option: `-x`"],
    ),
    "a ref with a space": (
        f"targets:\n  - id: a\n    {GIT}\n    ref: my branch\n",
        ["4:10: `ref`: the revision holds characters that git forbids in names: `my branch`"],
    ),
    "scopes that leave the repository": (
        f'targets:\n  - id: a\n    {GIT}\n    scope:\n      - /etc\n      - a/../b\n      - "!../x"\n      - a\\b\n      - C:/x\n',
        [
            "5:9: an entry of `scope`: must be relative to the repository, with forward slashes: `/etc`",
            "6:9: an entry of `scope`: must not contain `.` or `..` segments: `a/../b`",
            "7:9: an entry of `scope`: must not contain `.` or `..` segments: `!../x`",
            "8:9: an entry of `scope`: must be relative to the repository, with forward slashes: `a\\b`",
            "9:9: an entry of `scope`: must be relative to the repository, with forward slashes: `C:/x`",
        ],
    ),
    "a scope that is text": (f"targets:\n  - id: a\n    {GIT}\n    scope: python/\n", ["4:12: `scope` must be a list, not text"]),
    "unknown language": (
        f"targets:\n  - id: a\n    {GIT}\n    languages: [python, typescrypt, cobol]\n",
        [
            "4:25: unknown language `typescrypt` (did you mean `typescript`?)",
            "4:37: unknown language `cobol` (known: python, typescript)",
        ],
    ),
    "unknown kind": (
        f"targets:\n  - id: a\n    {GIT}\n    kind: lib\n",
        ["4:11: unknown kind `lib` (known: sdk, instrumentation, framework)"],
    ),
    "unknown registry": (
        "targets:\n  - id: a\n    registry:\n      - conda: x\n",
        [
            "4:9: a registry package names exactly one of `pypi` and `npm` (for example `pypi: langfuse`)",
            "4:9: unknown key `conda` (known keys: npm, pypi, version)",
        ],
    ),
    "bad registry packages": (
        """\
targets:
  - id: a
    registry:
      - {pypi: x, npm: y}
      - pypi: -x
      - npm: X Y
      - pypi: x
        version: '>=1'
      - npm: '@o/x'
        version: latest
""",
        [
            "4:9: a registry package names exactly one of `pypi` and `npm` (for example `pypi: langfuse`)",
            "5:15: `pypi`: is not a name that PyPI gives to a package: `-x`",
            "6:14: `npm`: is not a name that npm gives to a package: `X Y`",
            "8:18: `version`: is not an exact version such as 1.2.3: `>=1`",
            "10:18: `version`: is not an exact version such as 1.2.3: `latest`",
        ],
    ),
    "no source": ("targets:\n  - id: a\n    name: A\n", ["2:5: the target has neither `git` nor `registry` (say where its source is)"]),
    "an empty registry is no source": ("targets:\n  - id: a\n    registry: []\n", ["2:5: the target has neither `git` nor `registry`*"]),
    "a ref of nothing": (
        "targets:\n  - id: a\n    registry: [pypi: x]\n    ref: v1\n",
        ["4:5: `ref` without `git` (a registry package takes a `version`)"],
    ),
    "a homepage that runs": (
        f"targets:\n  - id: a\n    {GIT}\n    homepage: javascript:alert(1)\n",
        ["4:15: `homepage`: must be an http or https address*"],
    ),
    "a name of two lines": (
        f'targets:\n  - id: a\n    {GIT}\n    name: "A\\nB"\n',
        ["4:11: `name`: must be one line without control characters: `A\\nB`"],
    ),
    "many at once": (
        "targets:\n  - id: A\n    giit: x\n  - id: b\n    git: -x\n    kind: [sdk]\n  - 7\n",
        [
            "2:5: the target has neither `git` nor `registry` (say where its source is)",
            "2:9: `id`: an id has only *",
            "3:5: unknown key `giit` (did you mean `git`?)",
            "5:10: `git`: the address begins with '-'*",
            "6:11: `kind` must be text, not a list",
            "7:5: an entry of `targets` must be a mapping of keys to values, not a number",
        ],
    ),
}


def mistakes_of(path: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load_catalog(path)
    assert all(problem.startswith(f"{path}:") for problem in caught.value.problems)
    return [problem.removeprefix(f"{path}:") for problem in caught.value.problems]


@pytest.mark.parametrize("case", CASES)
def test_mistakes_have_their_place(case: str, tmp_path: Path) -> None:
    text, expected = CASES[case]
    path = tmp_path / "repos.yaml"
    path.write_text(text, encoding="utf-8")
    found = mistakes_of(path)
    assert len(found) == len(expected), found
    for got, wanted in zip(found, expected, strict=True):
        assert got == wanted or (wanted.endswith("*") and got.startswith(wanted[:-1]))


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "repos.yaml"
    path.write_bytes("targets:\n  - id: ü".encode() + b"\xff")
    assert mistakes_of(path) == ["2:10: not UTF-8: byte 0xff (save the file as UTF-8)"]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "repos.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert mistakes_of(path)[0].startswith("1:1: the file is larger than 256 KiB")


def test_an_address_with_a_password_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "repos.yaml"
    path.write_text("targets:\n  - id: a\n    git: https://me:s3cret@github.com/o/n\n", encoding="utf-8")
    assert "s3cret" not in "".join(mistakes_of(path))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_cannot_be_read_is_a_usage_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the catalog") as caught:
        load_catalog(tmp_path / name)
    assert caught.value.hint


def loads_or_tells(source: bytes) -> None:
    targets, mistakes = read_entries(parse(source))
    assert bool(targets) != bool(mistakes)
    for mistake in mistakes:
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert mistake.message.isprintable()
        assert mistake.hint.isprintable()


TOKENS = [
    "targets:",
    "- ",
    "id: a",
    "git: https://h/o/n",
    "scope: [",
    "]",
    "registry:",
    "pypi: x",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    ": ",
    "!!int ",
    "~",
]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["a", "https://h/o/n", "python", "sdk"])
)
KEYS = st.one_of(
    st.sampled_from(["targets", "id", "git", "ref", "scope", "registry", "languages", "kind", "pypi", "version"]), st.text(max_size=4)
)


@given(st.text())
@example('"\\ud800"')
@example('targets:\n  - id: "\\ud800"\n    "\\ud800": x\n')
@example("%YAML " + "9" * 5000 + "\n---\n")
@example("\ufefftargets: ")
@example("a: \u2028b: [")
def test_any_text_loads_or_tells(text: str) -> None:
    loads_or_tells(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(["", " ", "\n", "\n  ", "\n    "]))))
def test_any_yaml_like_text_loads_or_tells(parts: list[tuple[str, str]]) -> None:
    loads_or_tells("".join(token + space for token, space in parts).encode())


@given(st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)), max_leaves=30))
def test_any_structure_loads_or_tells(data: object) -> None:
    import json

    loads_or_tells(json.dumps({"targets": [data]}).encode())
