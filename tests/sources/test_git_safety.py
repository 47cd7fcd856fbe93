"""What git is never asked to do, and how hosts that do not answer, or ask for passwords, end."""

import http.server
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey.model.errors import HostUnreachable, SourceError, UnsafeSource
from survey.model.progress import SilentProgress
from survey.model.target import Target
from survey.model.urls import host_of, problem_with_git_url
from survey.sources.git import fetch_repository
from survey.sources.options import SourceOptions
from tests.sources.git_served import URL, Origin, is_python


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/owner/name",
        "https://github.com/owner/name.git/",
        "HTTPS://git.example:8443/a/b/c",
        "ssh://git@git.example:22/owner/name.git",
        "ssh://git.example/owner/name",
        "git@github.com:owner/name.git",
        "https://[::1]/owner/name",
    ],
)
def test_addresses_that_are_accepted(url: str) -> None:
    assert problem_with_git_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "-oProxyCommand=touch",
        "--upload-pack=touch pwned",
        "ext::sh -c touch",
        "ext::sh",
        "fd::17",
        "file:///etc",
        "/srv/git/repo",
        "../repo",
        "C:\\repo",
        "http://git.example/owner/name",
        "git://git.example/owner/name",
        "ftp://git.example/x",
        "https://",
        "https:///owner/name",
        "https://git.example",
        "https://-evil/owner/name",
        "ssh://-oProxyCommand=x/owner/name",
        "ssh://git@-oProxyCommand=x/owner/name",
        "git@-oProxyCommand:x",
        "git@git.example:-x",
        "-git@git.example:x",
        "ssh://-l@git.example/x",
        "https://user:secret@git.example/owner/name",
        "https://token@git.example/owner/name",
        "https://git.example/owner/name?x=1",
        "https://git.example/owner/name#x",
        "https://git.example/owner/na me",
        "https://git.example/owner/name\n",
        "https://git.example/owner/\x1b[31mname",
        "https://g\u0456t.example/owner/name",
        "https://git.example:port/owner/name",
        "https://[::1/owner/name",
        "https::https://git.example/x",
    ],
)
def test_addresses_that_are_refused_before_git_starts(url: str, options: SourceOptions) -> None:
    assert problem_with_git_url(url)
    with pytest.raises(UnsafeSource, match="refused") as caught:
        fetch_repository(Target("sdk", "SDK", git=url), options, is_python, SilentProgress())
    assert caught.value.hint
    assert not options.cache_dir.exists()


def test_the_host_for_messages() -> None:
    assert host_of("git@github.com:owner/name") == "github.com"
    assert host_of("ssh://git@git.example:22/x") == "git.example"
    assert host_of("https://git.example:8443/x") == "git.example"


def test_the_users_rewrite_cannot_lead_to_a_command(options: SourceOptions, client_config: Path, tmp_path: Path) -> None:
    client_config.write_text(f'[url "ext::sh -c touch% {tmp_path}/pwned% "]\n\tinsteadOf = {URL}\n[protocol "ext"]\n\tallow = always\n')
    with pytest.raises(SourceError):
        fetch_repository(Target("sdk", "SDK", git=URL), options, is_python, SilentProgress())
    assert not (tmp_path / "pwned").exists()


def test_no_hook_runs_and_no_filter_is_applied(origin: Origin, tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    origin.commit({"a.py": pointer, ".gitattributes": b"*.py filter=lfs\n"})
    hooks, template = tmp_path / "hooks", tmp_path / "template"
    for folder in (hooks, template / "hooks"):
        folder.mkdir(parents=True)
        for name in ("reference-transaction", "post-checkout", "pre-auto-gc"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
            (folder / name).chmod(0o755)
    origin.configure_client(f"[core]\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {template}\n")
    origin.configure_client(f'[filter "lfs"]\n\tsmudge = touch {tmp_path}/pwned\n')
    assert origin.fetch().files == {"a.py": pointer}
    assert not (tmp_path / "pwned").exists()
    assert not list(origin.copy.glob("hooks/*"))


def test_a_surrounding_git_environment_does_not_lead_astray(origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the survey is started from a hook of some other repository."""
    origin.commit({"a.py": b"1\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / "index"))
    assert origin.fetch().files == {"a.py": b"1\n"}
    assert not (tmp_path / "other").exists()


def test_git_is_not_installed(origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="git is not installed") as caught:
        origin.fetch()
    assert "registry" in caught.value.hint


class _Answer(http.server.BaseHTTPRequestHandler):
    status = 401

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def answer(client_config: Path) -> Iterator[type[_Answer]]:
    """An http server at the address; its status can be set."""
    handler = type("Answer", (_Answer,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        client_config.write_text(f'[url "http://127.0.0.1:{server.server_port}/"]\n\tinsteadOf = https://git.example/\n')
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (401, SourceError, "asks for credentials"),
        (403, HostUnreachable, "could not be reached: access was refused"),
        (404, SourceError, "no repository at this address"),
        (500, HostUnreachable, "could not be reached"),
        (503, HostUnreachable, "could not be reached"),
        (429, HostUnreachable, "could not be reached"),
    ],
)
def test_what_a_web_server_answers(answer: type[_Answer], options: SourceOptions, status: int, error: type[SourceError], says: str) -> None:
    answer.status = status
    began = time.monotonic()
    with pytest.raises(SourceError, match=says) as caught:
        fetch_repository(Target("sdk", "SDK", git=URL), options, is_python, SilentProgress())
    assert type(caught.value) is error
    assert caught.value.hint
    assert "127.0.0.1" not in str(caught.value), "the user's rewrites are not published"
    assert time.monotonic() - began < 5


def test_no_password_is_asked_for(answer: type[_Answer], options: SourceOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = tmp_path / "ask.sh"
    ask.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\necho x\n")
    ask.chmod(0o755)
    monkeypatch.setenv("GIT_ASKPASS", str(ask))
    monkeypatch.setenv("SSH_ASKPASS", str(ask))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.askPass")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(ask))
    assert answer.status == 401
    with pytest.raises(SourceError, match="credentials"):
        fetch_repository(Target("sdk", "SDK", git=URL), options, is_python, SilentProgress())
    assert not (tmp_path / "asked").exists()


def test_a_closed_port_is_unreachable(options: SourceOptions, client_config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client_config.write_text(f'[url "http://127.0.0.1:{port}/"]\n\tinsteadOf = https://git.example/\n')
    with pytest.raises(HostUnreachable, match=r"git\.example could not be reached") as caught:
        fetch_repository(Target("sdk", "SDK", git=URL), options, is_python, SilentProgress())
    assert "registry" in caught.value.hint


def test_a_host_that_never_answers_is_unreachable_in_time(options: SourceOptions, client_config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client_config.write_text(f'[url "http://127.0.0.1:{port}/"]\n\tinsteadOf = https://git.example/\n')
        began = time.monotonic()
        with pytest.raises(HostUnreachable, match=r"git\.example did not answer within 0.5 s"):
            fetch_repository(Target("sdk", "SDK", git=URL), replace(options, reach_timeout=0.5), is_python, SilentProgress())
        assert time.monotonic() - began < 5


def test_a_host_that_stops_in_the_middle_times_out(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"a.py": b"1\n"})
    slow = tmp_path / "slow.sh"
    # Answers the first question, which is what the refs are, and sleeps on all later ones.
    slow.write_text(f'#!/bin/sh\nif mkdir {tmp_path}/first 2>/dev/null; then exec git-upload-pack "$@"; fi\nexec sleep 60\n')
    slow.chmod(0o755)
    origin.configure_client(f'[remote "survey"]\n\tuploadpack = {slow}\n')
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"git\.example took longer than 1 s") as caught:
        origin.fetch(options=replace(origin.options, timeout=1.0))
    assert type(caught.value) is SourceError
    assert time.monotonic() - began < 8
    (tmp_path / "first").rmdir()
    origin.client_config.write_text(origin.client_config.read_text().partition("[remote")[0])
    assert origin.fetch().files == {"a.py": b"1\n"}


def test_an_ssh_host_cannot_ask(options: SourceOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nif (: < /dev/tty) 2>/dev/null; then touch {tmp_path}/terminal; fi\n'
        'echo "Permission denied (publickey)." >&2\nexit 255\n'
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SourceError, match="asks for credentials"):
        fetch_repository(Target("sdk", "SDK", git="git@git.example:team/sdk.git"), options, is_python, SilentProgress())
    assert "BatchMode=yes" in (tmp_path / "arguments").read_text()
    assert not (tmp_path / "terminal").exists()


def test_messages_carry_no_places_of_this_machine(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.delete_object(origin.git("rev-parse", "main^{tree}"))
    with pytest.raises(SourceError) as caught:
        origin.fetch()
    assert "git.example did not deliver" in str(caught.value)
    assert str(origin.path) not in str(caught.value)
    assert str(origin.options.cache_dir) not in str(caught.value)
