"""Whatever is wrong with one target, or with the catalog: one clear message, the right exit code, and nothing else is lost.

The real command in a process of its own, on real repositories and a real package index on this machine.
"""

import gzip
import http.server
import json
import os
import socket
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey.cli import main
from survey.sources.options import SourceOptions
from tests.app.projects import SOURCE, write_package
from tests.sources.git_served import Origin
from tests.sources.loopback_index import LoopbackIndex, serve, wheel

_METADATA = b'[project]\nname = "%s"\nversion = "1"\n'
_ZEROS = bytes(16 * 1024 * 1024)


def _package(name: str, files: dict[str, bytes] | None = None) -> dict[str | bytes, bytes]:
    """A repository's files: one package `name` with `files` in it."""
    code = files or {"__init__.py": SOURCE.encode()}
    return {"pyproject.toml": _METADATA % name.encode(), **{f"{name}/{path}": content for path, content in code.items()}}


def _bomb() -> bytes:
    """An sdist of 3 GB in 3 MB."""
    info = tarfile.TarInfo("bomb-1/bomb.py")
    info.size = 3 << 30
    return gzip.compress(info.tobuf()) + gzip.compress(_ZEROS) * (3 * 64)


class _World:
    """Repositories under https://git.example/o/ID, an index, and the environment that leads there."""

    def __init__(self, root: Path, index: LoopbackIndex) -> None:
        self.root = root
        self.index = index
        self.config = root / "gitconfig"
        self.config.write_text("")
        self.catalog: list[dict[str, Any]] = []

    def repository(self, name: str, *, ref: str | None = None) -> Origin:
        """A catalog entry and the empty repository behind it."""
        path = self.root / "served" / name
        subprocess.run(["git", "init", "--bare", "--quiet", "--initial-branch=main", path], check=True)
        self.address(name, f"file://{path}", ref=ref)
        made = Origin(path, self.config, SourceOptions(), self.root / "trace")
        made.git("config", "uploadpack.allowFilter", "true")
        made.git("config", "uploadpack.allowAnySHA1InWant", "true")
        return made

    def address(self, name: str, where: str, *, ref: str | None = None) -> None:
        """A catalog entry whose repository lies at `where`."""
        with self.config.open("a") as config:
            config.write(f'[url "{where}"]\n\tinsteadOf = https://git.example/o/{name}\n')
        self.catalog.append({"id": name, "git": f"https://git.example/o/{name}", **({"ref": ref} if ref else {})})

    def release(self, name: str, filename: str, data: bytes, hashes: dict[str, str] | None = None) -> None:
        """A catalog entry whose only source is one file on the index."""
        self.index.add(filename, data, project=name, hashes=hashes)
        self.catalog.append({"id": name, "registry": [{"pypi": name}]})

    def run(self, project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`survey run` over the catalog."""
        catalog = self.root / "repos.yaml"
        catalog.write_text(json.dumps({"targets": self.catalog or [{"id": "unused", "registry": [{"pypi": "unused"}]}]}))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.config),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PYTHONPATH": str(project),
        }
        command = [sys.executable, "-m", "survey", "run", "--catalog", str(catalog), "--out", str(self.root / "out"), *arguments]
        return subprocess.run(command, env=environment, cwd=self.root, capture_output=True, text=True, timeout=300, check=False)

    def results(self) -> dict[str, Any]:
        """The targets of the report by id."""
        document = json.loads((self.root / "out" / "survey.json").read_text())
        return {target["id"]: target for target in document["targets"]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[_World]:
    with serve(LoopbackIndex()) as index:
        yield _World(tmp_path, index)


class _AsksForPassword(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="private"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _private_host() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _AsksForPassword) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


_FAILED = {
    "private": "git.example asks for credentials: the repository is private, or there is none at this address",
    "unreachable": "git.example could not be reached: no connection could be made",
    "nowhere": "git.example has no repository at this address",
    "moved": "the repository on git.example has no tag, branch or commit `v9`",
    "empty": "the repository on git.example has no default branch",
    "escape": "escape-1-py3-none-any.whl: member '../../escape.py': path escape",
    "absolute": "absolute-1-py3-none-any.whl: member '/etc/absolute.py': absolute path",
    "bomb": "bomb-1.tar.gz: it unpacks to more than 536,870,912 bytes",
    "forged": "forged-1-py3-none-any.whl has the SHA-256 {digest}, but the package index says " + "0" * 64,
    "absent": "the package index has no project absent",
}


def test_each_bad_target_fails_alone_with_one_message(world: _World, project: Path) -> None:
    world.repository("good").commit(_package("good"))
    world.repository("moved", ref="v9").commit(_package("moved"))
    world.repository("empty")
    world.address("nowhere", f"file://{world.root}/no-such-place")
    world.address("unreachable", f"http://127.0.0.1:{_closed_port()}/r")
    world.release("escape", "escape-1-py3-none-any.whl", wheel("escape", "1", {"../../escape.py": b"x"}))
    world.release("absolute", "absolute-1-py3-none-any.whl", wheel("absolute", "1", {"/etc/absolute.py": b"x"}))
    world.release("bomb", "bomb-1.tar.gz", _bomb())
    forged = wheel("forged", "1", {"forged.py": b"x = 1\n"})
    world.release("forged", "forged-1-py3-none-any.whl", forged, hashes={"sha256": "0" * 64})
    world.catalog.append({"id": "absent", "registry": [{"pypi": "absent"}]})
    with _private_host() as port:
        world.address("private", f"http://127.0.0.1:{port}/r")
        done = world.run(project)
    results = world.results()
    told = {name: result["reason"] for name, result in results.items() if result["status"] == "failed"}
    digest = told["forged"].partition("SHA-256 ")[2][:64]
    assert told == {name: reason.format(digest=digest) for name, reason in _FAILED.items()}
    assert results["good"]["status"] == "analysed"
    assert [record["keys"] for record in results["good"]["packages"][0]["records"]] == [["gen_ai.input.messages"]]
    messages = done.stderr.splitlines()
    for name, reason in told.items():
        (place,) = [number for number, line in enumerate(messages) if line == f"survey: {name}: {reason}"]
        assert messages[place + 1].startswith("  hint: ")
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == 4


def test_odd_files_cost_only_themselves(world: _World, project: Path) -> None:
    source = SOURCE.encode()
    odd = world.repository("odd")
    commit = odd.commit({"gone.txt": b""})
    files = {
        "__init__.py": source,
        "crlf.py": source.replace(b"\n", b"\r\n"),
        "bom.py": b"\xef\xbb\xbf" + source,
        "big.py": b"x = 1\n" * (5 * 1024 * 1024 // 6),
        "latin.py": b'name = "\xe9"\n' + source,
        "loop1.py": b"loop2.py",
        "loop2.py": b"loop1.py",
        "inside": b".",
        "theirs": commit.encode(),
    }
    links = dict.fromkeys(("odd/loop1.py", "odd/loop2.py", "odd/inside"), "120000")
    odd.commit(_package("odd", files), modes=links | {"odd/theirs": "160000"})
    many = {f"d{number % 100}/m{number}.py": b"x = %d\n" % number for number in range(20_000)}
    world.repository("many").commit(_package("many", {"__init__.py": source, **many}))
    done = world.run(project)
    results = world.results()
    assert {item["path"]: item["reason"] for item in results["odd"]["skipped"]} == {
        "odd/big.py": "too large",
        "odd/inside": "symlink",
        "odd/latin.py": "not UTF-8",
        "odd/loop1.py": "symlink",
        "odd/loop2.py": "symlink",
        "odd/theirs": "submodule",
    }
    assert results["odd"]["status"] == "partial"
    assert results["odd"]["reason"] == "3 source files could not be read: odd/big.py, odd/loop1.py, odd/loop2.py"
    assert _evidence(results["odd"]) == [("odd/__init__.py", 19), ("odd/bom.py", 19), ("odd/crlf.py", 19)]
    assert results["many"]["status"] == "analysed"
    assert results["many"]["packages"][0]["searched"]["files"] == 20_001
    assert _evidence(results["many"]) == [("many/__init__.py", 19)]
    assert done.returncode == 0, done.stderr


def test_a_file_nested_five_thousand_deep_is_told(world: _World, project: Path) -> None:
    write_package(world.root / "sdk", "tiny-sdk")
    (world.root / "sdk" / "tiny_sdk" / "deep.py").write_text("x = " + "[" * 5000 + "]" * 5000 + "\n")
    done = world.run(project, "--path", str(world.root / "sdk"))
    assert done.returncode == 0, done.stderr
    result = world.results()["sdk"]
    assert _evidence(result) == [("tiny_sdk/__init__.py", 19)]
    told = [*result["skipped"], *result["packages"][0]["unresolved"]]
    assert [(item["path"], item["reason"]) for item in told] == [("tiny_sdk/deep.py", "nested too deeply")]


def _evidence(target: dict[str, Any]) -> list[tuple[str, int]]:
    """Where the writes of the target's one package are."""
    (package,) = target["packages"]
    writes = [write for record in package["records"] for write in record["writes"]]
    return sorted((write["evidence"]["path"], write["evidence"]["line"]) for write in writes)


def test_no_network_at_all(world: _World, project: Path) -> None:
    """As on a machine without one: neither the git host nor the index answers."""
    write_package(world.root / "sdk", "tiny-sdk")
    port = _closed_port()
    world.address("langfuse", f"http://127.0.0.1:{port}/r")
    world.catalog[0]["registry"] = [{"pypi": "one"}, {"pypi": "two"}]
    world.index.origin = f"http://127.0.0.1:{port}"
    done = world.run(project)
    reason = (
        "git.example could not be reached: no connection could be made; "
        "and the registry: the package index could not be reached: no connection could be made"
    )
    assert world.results()["langfuse"]["reason"] == reason
    assert f"survey: langfuse: {reason}\n  hint: check the network, proxy and CA settings" in done.stderr
    assert done.returncode == 3
    done = world.run(project, "--only", "langfuse", "--path", str(world.root / "sdk"))
    assert {name: result["status"] for name, result in world.results().items()} == {"langfuse": "failed", "sdk": "analysed"}
    assert done.returncode == 4


_ENTRY = "targets:\n  - id: a\n    git: https://git.example/o/a\n"


@pytest.mark.parametrize(
    ("catalog", "says"),
    [
        ("targets: [\n", "repos.yaml:2:1: broken YAML"),
        ("targets:\n\t- id: a\n", "repos.yaml:2:1: broken YAML"),
        (_ENTRY + "    branch: x\n", "repos.yaml:4:5: unknown key `branch`"),
        (_ENTRY + "  - id: a\n    git: https://git.example/o/b\n", "repos.yaml:4:9: duplicate id `a`"),
        ("targets:\n  - id: a\n    git: --upload-pack=sh\n", "repos.yaml:3:10: `git`: the address begins with '-'"),
        ("targets:\n  - id: a\n    git: -oProxyCommand=x\n", "repos.yaml:3:10: `git`: the address begins with '-'"),
        ("targets:\n  - id: a\n    git: ext::sh -c id\n", "repos.yaml:3:10: `git`: the address holds a space"),
        ("targets:\n  - id: a\n    git: ext::sh\n", "repos.yaml:3:10: `git`: the address names a transport helper"),
        ("targets:\n  - id: a\n    git: file:///etc\n", "repos.yaml:3:10: `git`: the scheme `file` is not accepted"),
    ],
)
def test_a_wrong_catalog_stops_the_run_before_any_work(catalog: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "repos.yaml").write_text(catalog)
    (tmp_path / "reports" / "latest").mkdir(parents=True)
    (tmp_path / "reports" / "latest" / "survey.json").write_text("earlier")
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"survey: {says}")
    assert "  hint: mend repos.yaml" in result.stderr
    assert "Traceback" not in result.output
    assert [path.name for path in (tmp_path / "reports" / "latest").iterdir()] == ["survey.json"]
    assert (tmp_path / "reports" / "latest" / "survey.json").read_text() == "earlier"
