"""A real git repository for the tests, served at an https address that the test's own git configuration rewrites."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from survey.model.progress import SilentProgress
from survey.model.snapshot import Snapshot
from survey.model.target import Target
from survey.sources.git import fetch_repository
from survey.sources.options import SourceOptions

URL = "https://git.example/team/sdk"


def is_python(path: str) -> bool:
    return path.endswith(".py")


@dataclass
class Origin:
    """A bare repository and the client settings that lead to it."""

    path: Path
    client_config: Path
    options: SourceOptions
    trace: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run(["git", "-C", self.path, *arguments], input=stdin, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, files: dict[str | bytes, bytes], *, branch: str = "main", modes: dict[str, str] | None = None) -> str:
        """A commit that holds exactly `files`, on top of `branch`; its id."""
        where = f"refs/heads/{branch}"
        parent = self.git("for-each-ref", "--format=%(objectname)", where)
        lines = [f"commit {where}\ncommitter T <t@example.invalid> 1700000000 +0200\ndata 4\nmade\n".encode()]
        lines += [f"from {parent}\n".encode()] if parent else []
        lines += [b"deleteall\n"]
        for path, content in files.items():
            raw = path if isinstance(path, bytes) else path.encode()
            mode = (modes or {}).get(raw.decode(errors="replace"), "100644").encode()
            quoted = b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
            if mode == b"160000":
                lines += [b"M 160000 " + content + b" " + quoted + b"\n"]
            else:
                lines += [b"M " + mode + b" inline " + quoted + b"\ndata %d\n" % len(content) + content + b"\n"]
        self.git("fast-import", "--quiet", "--date-format=raw", stdin=b"".join(lines))
        return self.git("rev-parse", where)

    def delete_object(self, oid: str) -> None:
        (self.path / "objects" / oid[:2] / oid[2:]).unlink()

    def blob(self, path: str, revision: str = "main") -> str:
        return self.git("rev-parse", f"{revision}:{path}")

    def configure_client(self, text: str) -> None:
        with self.client_config.open("a") as config:
            config.write(text)

    def without_filters(self) -> None:
        self.git("config", "uploadpack.allowFilter", "false")
        self.git("config", "uploadpack.allowAnySHA1InWant", "false")

    def gone(self) -> None:
        """Nothing answers at the address any more."""
        self.path.rename(self.path.with_name("moved.git"))

    def fetch(self, ref: str | None = None, *, scope: tuple[str, ...] = (), options: SourceOptions | None = None) -> Snapshot:
        target = Target("sdk", "SDK", git=URL, ref=ref, scope=scope)
        return fetch_repository(target, options or self.options, is_python, SilentProgress())

    def fetches(self) -> int:
        """How many `git fetch` have run since this was last asked."""
        lines = self.trace.read_text(errors="replace").splitlines() if self.trace.exists() else []
        self.trace.unlink(missing_ok=True)
        return sum("trace: built-in: git fetch" in line for line in lines)

    @property
    def copy(self) -> Path:
        """The one repository in the cache."""
        (place,) = [path for path in (self.options.cache_dir / "git").iterdir() if path.is_dir()]
        return place
