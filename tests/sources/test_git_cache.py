"""What later runs fetch, and how the cache survives damage, interrupts and company."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey.model.errors import OfflineMiss, SourceError
from survey.model.progress import SilentProgress, Stage
from survey.model.target import Target
from survey.sources.git import fetch_repository
from survey.sources.git_cache import locked_slot
from tests.sources.git_served import URL, Origin, is_python


def test_an_unchanged_commit_is_not_fetched_again(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n", "b.py": b"2\n"})
    cold = origin.fetch()
    assert origin.fetches() == 2
    assert origin.fetch() == cold
    assert origin.fetches() == 0


def test_a_moved_branch_brings_only_what_moved(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n", "same.py": b"s\n"})
    origin.fetch()
    origin.commit({"a.py": b"2\n", "same.py": b"s\n"})
    origin.delete_object(origin.blob("same.py"))
    assert origin.fetch().files == {"a.py": b"2\n", "same.py": b"s\n"}


def test_a_pinned_commit_that_is_here_needs_no_host(origin: Origin) -> None:
    commit = origin.commit({"a.py": b"1\n"})
    origin.fetch(commit)
    origin.gone()
    assert origin.fetch(commit).files == {"a.py": b"1\n"}


def test_offline_reads_the_cache_alone(origin: Origin) -> None:
    commit = origin.commit({"a.py": b"1\n", "notes/b.py": b"2\n"})
    origin.git("tag", "v1")
    origin.fetch(scope=("a.py",))
    origin.fetch("v1", scope=("a.py",))
    origin.gone()
    offline = replace(origin.options, offline=True)
    for ref in (None, "v1", commit, commit[:8]):
        snapshot = origin.fetch(ref, scope=("a.py",), options=offline)
        assert (snapshot.files, snapshot.source.commit, snapshot.source.ref) == ({"a.py": b"1\n"}, commit, ref)
    with pytest.raises(OfflineMiss, match="`v2`"):
        origin.fetch("v2", options=offline)
    with pytest.raises(OfflineMiss, match="lacks 1 files"):
        origin.fetch(options=offline)


def test_offline_without_a_copy(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    with pytest.raises(OfflineMiss) as caught:
        origin.fetch(options=replace(origin.options, offline=True))
    assert "without `--offline`" in caught.value.hint


def test_offline_still_tells_missing_blobs(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n", "b.py": b"2\n"})
    origin.delete_object(origin.blob("b.py"))
    online = origin.fetch()
    assert [omission.path for omission in online.omitted] == ["b.py"]
    assert origin.fetch(options=replace(origin.options, offline=True)) == online


@pytest.mark.parametrize("version", [0, 2])
@pytest.mark.parametrize("filters", [True, False])
def test_servers_of_every_age(origin: Origin, version: int, filters: bool) -> None:
    """Protocol 0 without allowAnySHA1InWant gives only what its refs name."""
    origin.commit({"a.py": b"0\n", "b.py": b"b\n"})
    origin.without_filters()
    if filters:
        origin.git("config", "uploadpack.allowFilter", "true")
    origin.configure_client(f"[protocol]\n\tversion = {version}\n")
    assert origin.fetch().files == {"a.py": b"0\n", "b.py": b"b\n"}
    origin.commit({"a.py": b"1\n", "b.py": b"b\n"})
    assert origin.fetch().files == {"a.py": b"1\n", "b.py": b"b\n"}


def test_a_server_that_loses_its_filters_between_runs(origin: Origin) -> None:
    origin.commit({"a.py": b"0\n", "b.py": b"b\n"})
    origin.fetch(scope=("a.py",))
    origin.without_filters()
    origin.commit({"a.py": b"1\n", "b.py": b"b\n"})
    assert origin.fetch().files == {"a.py": b"1\n", "b.py": b"b\n"}


def test_a_shallow_upstream(origin: Origin, tmp_path: Path) -> None:
    for number in range(3):
        tip = origin.commit({"a.py": b"%d\n" % number})
    shallow = tmp_path / "shallow.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", "--depth=1", f"file://{origin.path}", shallow], check=True)
    origin.client_config.write_text(f'[url "file://{shallow}"]\n\tinsteadOf = {URL}\n')
    assert origin.fetch().files == {"a.py": b"2\n"}
    assert origin.fetch(tip[:8]).source.commit == tip
    with pytest.raises(SourceError, match="no tag, branch or commit"):
        origin.fetch(("0" if tip[0] != "0" else "1") * 8)


def _truncate(copy: Path, kind: str) -> None:
    for path in copy.glob(f"objects/pack/*.{kind}"):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:20])


def _flip_packs(copy: Path) -> None:
    for pack in copy.glob("objects/pack/*.pack"):
        pack.chmod(0o644)
        raw = bytearray(pack.read_bytes())
        raw[12:-20] = bytes(byte ^ 0xFF for byte in raw[12:-20])
        pack.write_bytes(raw)


@pytest.mark.parametrize(
    "harm",
    [
        lambda copy: (copy / "HEAD").unlink(),
        lambda copy: (copy / "config").write_text("[broken"),
        lambda copy: _truncate(copy, "pack"),
        lambda copy: _truncate(copy, "idx"),
        lambda copy: shutil.rmtree(copy / "objects" / "pack"),
        lambda copy: [ref.write_text("garbage") for ref in copy.glob("refs/survey/*")],
        _flip_packs,
        lambda copy: (copy / "shallow.lock").write_text(""),
    ],
    ids=["no HEAD", "config", "packs cut", "indexes cut", "no packs", "refs", "packs flipped", "stale lock"],
)
def test_a_damaged_copy_is_replaced_once(origin: Origin, harm: Callable[[Path], object]) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.fetch()
    harm(origin.copy)
    moved = origin.commit({"a.py": b"2\n"})
    snapshot = origin.fetch()
    assert (snapshot.source.commit, snapshot.files) == (moved, {"a.py": b"2\n"})
    origin.fetches()
    assert origin.fetch() == snapshot
    assert origin.fetches() == 0


def test_a_damaged_copy_offline_is_a_miss(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.fetch()
    _flip_packs(origin.copy)
    with pytest.raises(OfflineMiss, match="damaged"):
        origin.fetch(options=replace(origin.options, offline=True))


def test_a_file_in_the_place_of_the_cache_folder(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.options.cache_dir.write_text("")
    with pytest.raises(SourceError, match="cache folder cannot be used"):
        origin.fetch()


def test_leftovers_of_an_interrupted_run_are_swept(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    origin.fetch()
    leftover = origin.copy.parent / f".{origin.copy.name}.abc123"
    (leftover / "objects").mkdir(parents=True)
    origin.fetch()
    assert not leftover.exists()


def test_a_failed_first_fetch_leaves_nothing(origin: Origin) -> None:
    with pytest.raises(SourceError):
        origin.fetch("no-such")
    assert [path.suffix for path in (origin.options.cache_dir / "git").iterdir()] == [".lock"]


def test_a_failed_renewal_keeps_the_old_copy(origin: Origin) -> None:
    commit = origin.commit({"a.py": b"1\n"})
    origin.fetch()
    origin.commit({"a.py": b"2\n"})
    origin.delete_object(origin.git("rev-parse", "main^{tree}"))
    with pytest.raises(SourceError):
        origin.fetch()
    assert origin.fetch(commit).files == {"a.py": b"1\n"}


def test_an_interrupt_in_the_middle_of_a_fetch(origin: Origin, tmp_path: Path) -> None:
    """Ctrl-C while the server keeps silent: git ends, the cache is whole, the next run works."""
    origin.commit({"a.py": b"1\n"})
    script = f"""
from pathlib import Path
from survey.model.progress import SilentProgress
from survey.model.target import Target
from survey.sources.git import fetch_repository
from survey.sources.options import SourceOptions
options = SourceOptions(cache_dir=Path({str(origin.options.cache_dir)!r}))
fetch_repository(Target("sdk", "SDK", git={URL!r}), options, lambda path: path.endswith(".py"), SilentProgress())
"""
    slow = tmp_path / "slow.sh"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    slow.chmod(0o755)
    normal = origin.client_config.read_text()
    origin.configure_client(f'[remote "survey"]\n\tuploadpack = {slow}\n')
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE)
    try:
        _wait_for(tmp_path / "pid")
        child.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in child.communicate(timeout=20)[1]
    finally:
        child.kill()
        child.wait()
    assert not _runs(int((tmp_path / "pid").read_text()))
    origin.client_config.write_text(normal)
    assert origin.fetch().files == {"a.py": b"1\n"}


def _runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def _wait_for(path: Path) -> None:
    end = time.monotonic() + 20
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


class _Told(SilentProgress):
    def __init__(self) -> None:
        self.details: list[str] = []

    def stage(self, target: str, stage: Stage, detail: str = "") -> None:
        assert (target, stage) == ("sdk", Stage.FETCH)
        self.details.append(detail)


def test_two_runs_take_turns(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    told, results = _Told(), []

    def run() -> None:
        results.append(fetch_repository(Target("sdk", "SDK", git=URL), origin.options, is_python, told))

    with locked_slot(URL, origin.options, lambda: None):
        other = threading.Thread(target=run)
        other.start()
        end = time.monotonic() + 10
        while not told.details and time.monotonic() < end:
            time.sleep(0.01)
        assert told.details == ["waiting for another run"]
    other.join(20)
    assert results[0].files == {"a.py": b"1\n"}
    assert told.details[1:] == ["asking git.example", "the list of files", "1 files"]


def test_a_run_that_waits_too_long(origin: Origin) -> None:
    origin.commit({"a.py": b"1\n"})
    with locked_slot(URL, origin.options, lambda: None), pytest.raises(SourceError, match="another run"):
        origin.fetch(options=replace(origin.options, timeout=0.02))


def test_many_runs_at_once(origin: Origin) -> None:
    origin.commit({f"m{number}.py": b"%d\n" % number for number in range(50)})
    results: list[int] = []
    runs = [threading.Thread(target=lambda: results.append(len(origin.fetch().files))) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert results == [50] * 4
