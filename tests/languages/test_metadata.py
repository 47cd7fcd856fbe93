"""Packages are found under their published name, with their version, shipped modules and dependencies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.languages.python.metadata import find_packages, keep_path
from tests.languages.snapshots import code, only, packages, snapshot

PROJECT = '[project]\nname = "the-project"\nversion = "1.2"\n'
HATCH = '[build-system]\nbuild-backend = "hatchling.build"\n'
SETUP_FIND = "from setuptools import setup, find_packages\nsetup(name='the-project', packages=find_packages({}))\n"


@pytest.mark.parametrize(
    ("metadata", "files", "modules"),
    [
        (PROJECT, ["src/a/__init__.py", "src/a/b.py", "tests/x.py"], ["a", "a.b"]),
        (PROJECT, ["the_project/__init__.py", "other/__init__.py"], ["the_project"]),
        (PROJECT, ["the_project.py", "setup.py", "noxfile.py"], ["the_project"]),
        (PROJECT, ["a/__init__.py", "tests/__init__.py", "docs/conf.py", "examples/b.py", "scripts/c.py"], ["a"]),
        (PROJECT, ["src/ns/inner/__init__.py", "src/ns/inner/m.py"], ["ns.inner", "ns.inner.m"]),
        (
            PROJECT,
            ["a/test_b.py", "a/b_test.py", "a/conftest.py", "a/testing.py", "a/tests/helper.py", "a/c_pb2.py"],
            ["a.c_pb2", "a.testing"],
        ),
        (PROJECT, ["src/tests/a.py", "src/docs/b.py", "src/top/samples/c.py", "src/top/test/d.py"], ["top.samples.c", "top.test.d"]),
        (PROJECT, ["a/not-a-name.py", "a/1.py", "a/ok.py"], ["a.ok"]),
        (PROJECT, ["a.py", "a/__init__.py"], ["a"]),
        (
            PROJECT + '[tool.hatch.build.targets.wheel]\npackages = ["src/a", "lib/b.py"]\n',
            ["src/a/c.py", "src/x/d.py", "lib/b.py"],
            ["a.c", "b"],
        ),
        (PROJECT + '[tool.hatch.build.targets.wheel]\npackages = ["ns"]\nexclude = ["ns/*/*"]\n', ["ns/a.py", "ns/b/c.py"], ["ns.a"]),
        (
            PROJECT + '[tool.hatch.build.targets.wheel]\nonly-include = ["src/a"]\nsources = ["src"]\n',
            ["src/a/b.py", "src/c/d.py"],
            ["a.b"],
        ),
        (PROJECT + '[tool.hatch.build.targets.wheel.sources]\n"src/x" = "y"\n', ["src/x/m.py"], ["y.m"]),
        (PROJECT + '[tool.hatch.build.targets.wheel]\ninclude = ["/a/*.py"]\n', ["a/b.py", "a/c/d.py"], ["a.b"]),
        (PROJECT + '[tool.hatch.build]\npackages = ["a"]\n', ["a/b.py", "c/d.py"], ["a.b"]),
        (PROJECT + '[tool.setuptools]\npackages = ["a", "a.b"]\n', ["a/x.py", "a/b/y.py", "a/c/z.py"], ["a.b.y", "a.x"]),
        (PROJECT + '[tool.setuptools]\npackages = ["a"]\n[tool.setuptools.package-dir]\na = "lib/x"\n', ["lib/x/m.py"], ["a.m"]),
        (PROJECT + '[tool.setuptools]\npy-modules = ["one"]\n', ["one.py", "two.py"], ["one"]),
        (
            PROJECT + '[tool.setuptools.packages.find]\nwhere = ["lib"]\ninclude = ["a*"]\nexclude = ["a.x*"]\n',
            ["lib/a/m.py", "lib/a/x/n.py", "lib/b/o.py"],
            ["a.m"],
        ),
        (PROJECT + '[tool.setuptools.package-dir]\n"" = "lib"\n', ["lib/a/m.py", "other/n.py"], ["a.m"]),
        (PROJECT + '[tool.flit.module]\nname = "inner"\n', ["inner/__init__.py", "outer/__init__.py"], ["inner"]),
        (PROJECT + '[tool.pdm.build]\npackage-dir = "lib"\n', ["lib/a/m.py", "b/n.py"], ["a.m"]),
        (PROJECT + '[build-system]\nbuild-backend = "uv_build"\n', ["src/the_project/a.py", "the_project/b.py"], ["the_project.a"]),
        (
            PROJECT + '[build-system]\nbuild-backend = "uv_build"\n[tool.uv.build-backend]\nmodule-root = ""\nmodule-name = "x.y"\n',
            ["x/y/a.py", "x/z.py"],
            ["x.y.a"],
        ),
        (
            '[tool.poetry]\nname = "the-project"\npackages = [{include = "a", from = "lib"}, {include = "b/c"}]\n',
            ["lib/a/m.py", "b/c/n.py", "b/d.py"],
            ["a.m", "b.c.n"],
        ),
        ('[tool.poetry]\nname = "the-project"\n', ["the_project/__init__.py", "x/__init__.py"], ["the_project"]),
        ('[tool.flit.metadata]\nmodule = "the_project"\n', ["the_project.py"], ["the_project"]),
    ],
)
def test_shipped_modules_of_a_pyproject(metadata: str, files: list[str], modules: list[str]) -> None:
    package = only({"pyproject.toml": metadata, **code(*files)})
    assert list(package.modules) == modules
    assert package.name.replace("_", "-") == "the-project"
    assert set(package.modules.values()) <= set(files)


@pytest.mark.parametrize(
    ("metadata", "files", "modules"),
    [
        ({"setup.py": SETUP_FIND.format("")}, ["a/__init__.py"], ["a"]),
        ({"setup.py": SETUP_FIND.format("'lib', exclude=['b*']")}, ["lib/a/m.py", "lib/b/n.py"], ["a.m"]),
        ({"setup.py": "import setuptools as s\ns.setup(name='the-' + 'project', py_modules=['six'])"}, ["six.py", "x.py"], ["six"]),
        (
            {"setup.py": "NAME = 'the-project'\nif __name__ == '__main__':\n setup(**dict(), name=NAME, package_dir={'': 'src'})"},
            ["src/a.py"],
            ["a"],
        ),
        (
            {"setup.cfg": "[metadata]\nname = the-project\n[options]\npackages = find:\n[options.packages.find]\nwhere = lib\n"},
            ["lib/a/b.py"],
            ["a.b"],
        ),
        (
            {"setup.cfg": "[metadata]\nname = the-project\n[options]\npackages =\n  a\n  a.b\n"},
            ["a/x.py", "a/b/y.py", "a/c/z.py"],
            ["a.b.y", "a.x"],
        ),
        ({"setup.cfg": "[metadata]\nname = the-project\n", "setup.py": "from setuptools import setup\nsetup()\n"}, ["a/b.py"], ["a.b"]),
    ],
)
def test_shipped_modules_of_setuptools_files(metadata: dict[str, str], files: list[str], modules: list[str]) -> None:
    package = only({**metadata, **code(*files)})
    assert (package.name, list(package.modules)) == ("the-project", modules)


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"pyproject.toml": PROJECT, "the_project.py": ""}, "1.2"),
        (
            {
                "pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "src/a/version.py"\n',
                "src/a/version.py": '__version__: str = "3.4"\n',
            },
            "3.4",
        ),
        (
            {
                "pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {attr = "a.b.V"}\n',
                "a/b.py": 'V = "5" + ".6"\n',
            },
            "5.6",
        ),
        ({"pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n', "src/a/__init__.py": '"""Doc."""\n__version__ = "7"\n'}, "7"),
        ({"pyproject.toml": '[project]\nname = "p"\n', "src/ns/a/_version.py": 'version = "8"\n', "src/ns/a/__init__.py": ""}, "8"),
        ({"pyproject.toml": '[project]\nname = "p"\n', "src/a/__init__.py": "__version__ = compute()\n"}, None),
        ({"pyproject.toml": '[project]\nname = "p"\n', "src/a/__init__.py": "__version__ = '1'\n", "src/b/__init__.py": ""}, None),
        ({"setup.cfg": "[metadata]\nname = p\nversion = attr: a.__version__\n", "a/__init__.py": "__version__ = '9'\n"}, "9"),
        ({"setup.cfg": "[metadata]\nname = p\nversion = file: VERSION\n", "VERSION": "10\n", "a/__init__.py": ""}, "10"),
        ({"setup.py": "from a import v\nsetup(name='p', version=v)\n", "a/__init__.py": "__version__ = '11'\n"}, "11"),
        ({"pyproject.toml": '[tool.poetry]\nname = "p"\nversion = "0.0.0"\n', "p/__init__.py": ""}, None),
    ],
)
def test_version(files: dict[str, str], version: str | None) -> None:
    assert only(files).version == version


@pytest.mark.parametrize(
    "metadata",
    [
        {
            "pyproject.toml": '[project]\nname = "p"\ndependencies = ["A_b>=1", "a-b<9", "c[x] ; os_name < \'3\'", "p[extra]", "!!"]\n'
            '[project.optional-dependencies]\nmore = ["d~=2.0"]\nTEST = ["pytest"]\n[dependency-groups]\ndev = ["ruff"]\n'
        },
        {
            "pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = "^3.9"\nA_b = ">=1"\nc = {git = "x"}\n'
            'd = {version = "~2", optional = true}\n[tool.poetry.group.dev.dependencies]\nruff = "*"\n'
        },
        {
            "setup.cfg": "[metadata]\nname = p\n[options]\ninstall_requires =\n  A_b>=1\n  # comment\n  c\n"
            "[options.extras_require]\nmore = d~=2.0\ntest =\n  pytest\n"
        },
        {"setup.py": "R = ['A_b>=1']\nsetup(name='p', install_requires=R+['c'], extras_require={'more': ['d~=2.0'], 'docs': 'sphinx'})\n"},
        {
            "p-1.dist-info/METADATA": "Name: p\nVersion: 1\nProvides-Extra: more\nProvides-Extra: dev\nRequires-Dist: A_b>=1\n"
            "Requires-Dist: c\nRequires-Dist: d~=2.0; extra == 'more'\nRequires-Dist: ruff; os_name > '3' and extra == 'dev'\n\nAbout.\n"
        },
    ],
    ids=["pep621", "poetry", "setup.cfg", "setup.py", "METADATA"],
)
def test_runtime_dependencies(metadata: dict[str, str]) -> None:
    found = {dependency.name: dependency.specifier for dependency in only({**metadata, "p.py": ""}).dependencies}
    assert found == {
        "a-b": ">=1",
        "c": "",
        "d": "~=2.0" if "pyproject.toml" not in metadata or "project" in metadata["pyproject.toml"][:9] else "<3,>=2",
    }


def test_a_nested_project_keeps_its_code() -> None:
    files = {
        "pyproject.toml": PROJECT,
        "sub/inner/pyproject.toml": '[project]\nname = "inner"\n',
        **code("a/x.py", "sub/inner/b/y.py", "sub/c.py"),
    }
    outer, inner = packages(files)
    assert (outer.name, outer.path, dict(outer.modules)) == ("the-project", "", {"a.x": "a/x.py", "sub.c": "sub/c.py"})
    assert (inner.name, inner.path, dict(inner.modules)) == ("inner", "sub/inner", {"b.y": "sub/inner/b/y.py"})


@pytest.mark.parametrize(
    "root",
    [
        '[project]\nname = "workspace"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        HATCH + '[project]\nname = "workspace"\n[tool.uv]\npackage = false\n',
        "[tool.ruff]\nline-length = 1\n",
    ],
)
def test_a_workspace_root_is_no_package(root: str) -> None:
    files = {"pyproject.toml": root, "packages/p/pyproject.toml": PROJECT, **code("loose.py", "packages/p/the_project.py")}
    assert [(package.name, package.path) for package in packages(files)] == [("the-project", "packages/p")]


def test_a_workspace_root_may_be_a_package() -> None:
    files = {"pyproject.toml": PROJECT + HATCH + "[tool.uv.workspace]\nmembers = []\n", "the_project.py": ""}
    assert only(files).name == "the-project"


@pytest.mark.parametrize("folder", ["examples/demo", "tests/fixture", "docs", ".github/lib", "pkg/samples/x"])
def test_unpublished_projects_are_no_packages(folder: str) -> None:
    files = {
        "pyproject.toml": PROJECT,
        "the_project.py": "",
        f"{folder}/pyproject.toml": '[project]\nname = "demo"\n',
        f"{folder}/demo.py": "",
    }
    assert only(files).name == "the-project"


def test_an_unpacked_wheel() -> None:
    metadata = "Name: Some.Thing\nVersion: 4\n"
    package = only(
        {
            "dist/x-4.dist-info/METADATA": metadata,
            **code("dist/thing/__init__.py", "dist/single.py", "dist/tests/t.py", "dist/thing/test_a.py"),
        }
    )
    assert (package.name, package.version, package.path) == ("Some.Thing", "4", "dist")
    assert dict(package.modules) == {"single": "dist/single.py", "thing": "dist/thing/__init__.py"}


def test_an_unpacked_source_release_knows_its_version() -> None:
    files = {
        "p-4/PKG-INFO": "Name: p\nVersion: 4\n",
        "p-4/pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n[tool.hatch.build.targets.wheel]\npackages = ["lib/p"]\n',
        "p-4/lib/p.egg-info/PKG-INFO": "Name: other\n",
        "p-4/lib/p/__init__.py": "",
    }
    package = only(files)
    assert (package.name, package.version, package.path, dict(package.modules)) == ("p", "4", "p-4", {"p": "p-4/lib/p/__init__.py"})


@pytest.mark.parametrize(
    ("files", "name", "modules"),
    [
        (["lib/__init__.py", "lib/a.py", "tests/b.py"], "lib", ["lib", "lib.a"]),
        (["src/lib/a.py"], "lib", ["lib.a"]),
        (["single.py"], "single", ["single"]),
        (["one.py", "two/a.py"], "project", ["one", "two.a"]),
    ],
)
def test_code_without_metadata_is_one_package(files: list[str], name: str, modules: list[str]) -> None:
    package = only(code(*files))
    assert (package.name, package.version, list(package.modules)) == (name, None, modules)


def test_nothing_is_no_package() -> None:
    assert packages({}) == ()
    assert packages({"README.md": "", "tests/test_a.py": ""}) == ()


@pytest.mark.parametrize("broken", ["[project\n", "a = " + "[" * 5000, b"\xff\xfe", "x = 1\n" * 400_000])
def test_broken_metadata_still_gives_the_package(broken: str | bytes) -> None:
    package = only({"libs/thing/pyproject.toml": broken, "libs/thing/thing.py": ""})
    assert (package.name, list(package.modules)) == ("thing", ["thing"])
    assert package.skipped == (("libs/thing/pyproject.toml", "not readable as package metadata"),)


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "a = ['x']\n" + "a = a + a\n" * 80 + "setup(name='p', packages=a)\n"},
        {"setup.py": "a = 'x'\n" + "a = a + a\n" * 80 + "setup(name='p', version=a)\n"},
        {"pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\na = "^' + "9" * 5000 + '"\n'},
        {"pyproject.toml": '[project]\nname = "p"\ndependencies = ["a>=' + "9" * 5000 + '", "b; ' + "(" * 5000 + '"]\n'},
        {"pyproject.toml": PROJECT + f"[tool.setuptools]\npackages = {['p*' + str(n) for n in range(20_000)]}\n"},
        {"pyproject.toml": PROJECT + '[tool.hatch.build.targets.wheel]\npackages = ["p"]\nexclude = ["' + "**/*a" * 2000 + '"]\n'},
    ],
    ids=["doubled list", "doubled text", "huge number", "huge requirement", "many packages", "many stars"],
)
def test_hostile_metadata_costs_little(files: dict[str, str]) -> None:
    found = packages({**files, **code(*(f"p/{'a' * 200}{n}.py" for n in range(200)))})
    assert len(found) <= 1


def test_unreadable_code_is_told() -> None:
    package = only({"pyproject.toml": PROJECT, "a/ok.py": "", "a/bad.py": b"\xff", "a/huge.py": b"#" * 2_200_000})
    assert list(package.modules) == ["a.ok"]
    assert package.skipped == (("a/bad.py", "not UTF-8"), ("a/huge.py", "larger than 2 MiB"))


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("a/b.py", True),
        ("pyproject.toml", True),
        ("x/setup.py", True),
        ("x/setup.cfg", True),
        ("p-1/PKG-INFO", True),
        ("p-1.dist-info/METADATA", True),
        ("p-1.dist-info/entry_points.txt", True),
        ("p-1.dist-info/RECORD", False),
        ("METADATA", False),
        ("a/b.pyi", False),
        ("a/py.typed", False),
        ("README.md", False),
    ],
)
def test_keep_path(path: str, kept: bool) -> None:
    assert keep_path(path) is kept


KEYS = [
    "project",
    "name",
    "version",
    "tool",
    "hatch",
    "build",
    "targets",
    "wheel",
    "packages",
    "sources",
    "include",
    "poetry",
    "from",
    "setuptools",
    "find",
]
VALUES = st.recursive(
    st.sampled_from(['"src/a"', '"../.."', '""', '"a"', "1", "true", "[]", '["a", 1, ["b"]]', "1979-05-27"]),
    lambda inner: (
        st.builds(lambda key, value: f"{{{key} = {value}}}", st.sampled_from(KEYS), inner) | st.builds(lambda value: f"[{value}]", inner)
    ),
)


@given(st.dictionaries(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6, unique=True).map(".".join), VALUES, max_size=4), st.text())
@settings(max_examples=300)
def test_any_metadata(entries: dict[str, str], text: str) -> None:
    document = "\n".join(f"{key} = {value}" for key, value in entries.items())
    for files in (
        {"pyproject.toml": document},
        {"setup.cfg": text},
        {"setup.py": text},
        {"x.dist-info/METADATA": text},
        {"pyproject.toml": text},
    ):
        given_files = {name: content.encode(errors="replace") for name, content in files.items()}
        for package in find_packages(snapshot({**given_files, **code("src/a/b.py", "a.py")})):
            assert package.name
            assert set(package.modules.values()) <= {"src/a/b.py", "a.py", "setup.py"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "pyproject.toml",
            PROJECT + '[project.entry-points."a.hooks"]\nOne = "p.m:f"\n[project.entry-points.console_scripts]\nx = "a:b"\n',
        ),
        ("pyproject.toml", PROJECT + '[project.scripts]\nx = "a:b"\n[tool.poetry.plugins."a.hooks"]\nOne = "p.m:f"\n'),
        ("setup.cfg", "[metadata]\nname = p\n[options.entry_points]\na.hooks =\n    One = p.m:f [extra]\n    Two = pkg\n"),
        (
            "setup.py",
            "from setuptools import setup\nsetup(name='p', entry_points={'a.hooks': ['One=p.m:f'], 'gui_scripts': ['x=a:b']})\n",
        ),
    ],
)
def test_what_a_package_offers_is_read(path: str, text: str) -> None:
    found = only({path: text, "pkg/__init__.py": ""})
    assert [(point.group, point.name, point.target) for point in found.entry_points] == [("a.hooks", "One", "p.m:f")]


def test_what_a_release_offers_is_read() -> None:
    offered = "[a.hooks]\nOne = p.m:f\n\n[console_scripts]\nx = a:b\n"
    files = {"p-1.dist-info/METADATA": "Name: p\nVersion: 1\n", "p-1.dist-info/entry_points.txt": offered, "pkg/__init__.py": ""}
    assert [(point.group, point.name, point.target) for point in only(files).entry_points] == [("a.hooks", "One", "p.m:f")]


def test_an_unreadable_list_of_offers_is_told() -> None:
    files = {"p-1.dist-info/METADATA": "Name: p\n", "p-1.dist-info/entry_points.txt": "no section", "pkg/__init__.py": ""}
    found = only(files)
    assert found.entry_points == ()
    assert found.skipped == (("p-1.dist-info/entry_points.txt", "not readable as package metadata"),)
