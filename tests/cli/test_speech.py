"""`survey speech` and `survey run --speech`: what is written, what is told, and the exit codes."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import main
from tests.app.projects import write_package
from tests.report.documents import document, package, record, target

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: apt install espeak-ng")


def invoke(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "survey.json").write_text(document(target("one", package("a", record()))).model_dump_json(by_alias=True), encoding="utf-8")
    return folder


@pytest.fixture
def no_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.speech.engines.find_program", lambda _name: None)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "survey.json")


def test_both_scripts_beside_the_report(report: Path) -> None:
    result = invoke("speech", report)
    assert result.exit_code == 0, result.output
    assert names(report) == ["speech.en.txt", "speech.json", "speech.zh.txt"]
    assert (report / "speech.en.txt").read_text() in result.stdout
    assert f"wrote {report / 'speech.zh.txt'}" in result.stdout


def test_one_language_with_ssml_elsewhere(report: Path, tmp_path: Path) -> None:
    result = invoke("speech", report / "survey.json", "--lang", "zh", "--ssml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "out") == ["speech.json", "speech.zh.ssml", "speech.zh.txt"]
    assert f"已写入 {tmp_path / 'out' / 'speech.json'}" in result.stdout
    assert names(report) == []


def test_the_same_report_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        invoke("speech", report, "--ssml", "--out", tmp_path / name)
    for name in names(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@needs_espeak
def test_sound_is_measured_and_told(report: Path) -> None:
    result = invoke("speech", report, "--lang", "en", "--engine", "espeak-ng", "--voice", "en=en-gb")
    assert result.exit_code == 0, result.output
    assert names(report) == ["speech.en.opus", "speech.en.txt", "speech.en.wav", "speech.json"]
    told = json.loads((report / "speech.json").read_text())["scripts"]["en"]["audio"]
    assert (told["engine"], told["voice"], told["draft"], told["one_minute"]) == ("espeak-ng", "en-gb", True, True)
    assert 55 <= told["seconds"] <= 65
    assert "seconds, said by espeak-ng, voice en-gb, rate " in result.stderr


def test_sound_of_an_earlier_script_does_not_stay(report: Path) -> None:
    for name in ("speech.en.wav", "speech.en.opus", "speech.zh.opus", "mine.wav"):
        (report / name).write_bytes(b"earlier")
    assert invoke("speech", report, "--lang", "en").exit_code == 0
    assert names(report) == ["mine.wav", "speech.en.txt", "speech.json", "speech.zh.opus"]


@needs_espeak
def test_what_was_said_in_the_other_language_stays_known(report: Path) -> None:
    """The JSON file tells of both, as long as it is the same survey."""
    espeak = ["--audio", "--engine", "espeak-ng"]
    assert invoke("speech", report, "--lang", "zh", *espeak).exit_code == 0
    assert invoke("speech", report, "--lang", "en").exit_code == 0
    told = json.loads((report / "speech.json").read_text())
    assert list(told["scripts"]) == ["zh", "en"]
    assert told["survey"]["sha256"] == hashlib.sha256((report / "survey.json").read_bytes()).hexdigest()
    files = told["scripts"]["zh"]["audio"]["files"]
    assert files == {name: hashlib.sha256((report / name).read_bytes()).hexdigest() for name in ("speech.zh.wav", "speech.zh.opus")}
    (report / "survey.json").write_text(document(target("two", package("b", record()))).model_dump_json(by_alias=True), encoding="utf-8")
    assert invoke("speech", report, "--lang", "en").exit_code == 0
    assert list(json.loads((report / "speech.json").read_text())["scripts"]) == ["en"], "of another survey"


@needs_espeak
def test_sound_of_the_wrong_length_is_exit_code_1(report: Path) -> None:
    result = invoke("speech", report, "--lang", "en", "--command", "espeak-ng -v en-us -s 300 -w {sound}")
    assert result.exit_code == 1
    assert "one minute means 55 to 65 seconds" in result.stderr
    assert "speech.en.wav" in names(report)


@pytest.mark.usefixtures("no_engines")
def test_missing_engines_are_named_and_the_scripts_are_there(report: Path) -> None:
    result = invoke("speech", report, "--audio")
    assert result.exit_code == 1
    assert "no sound for zh: espeak-ng is not installed" in result.stderr
    assert "apt install espeak-ng" in result.stderr
    assert "pip install piper-tts" in result.stderr
    assert names(report) == ["speech.en.txt", "speech.json", "speech.zh.txt"]


@pytest.mark.usefixtures("no_engines")
@pytest.mark.parametrize(("lang", "environment"), [("zh", {}), ("both", {"SURVEY_LANG": "zh"})])
def test_missing_engines_are_named_in_chinese(report: Path, lang: str, environment: dict[str, str]) -> None:
    result = CliRunner().invoke(main, ["speech", str(report), "--lang", lang, "--audio"], env=environment)
    assert result.exit_code == 1
    assert "survey: 没有生成 zh 的声音：没有安装 espeak-ng\n" in result.stderr
    assert "  提示：espeak-ng：apt install espeak-ng (Debian, Ubuntu)" in result.stderr
    assert "edge-tts（联网）：pip install edge-tts；需要网络" in result.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--engine", "festival"], "there is no engine `festival`"),
        (["--command", "espeak-ng -v en"], "{sound}"),
        (["--voice", ""], "it is empty"),
        (["--lang", "de"], "'de'"),
        (["--timeout", "0"], "--timeout"),
    ],
)
def test_wrong_wishes(report: Path, args: list[str], says: str) -> None:
    result = invoke("speech", report, *args)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert names(report) == []


def test_what_is_published_is_read_and_left_alone(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    report.rename(tmp_path / "reports" / "published")
    for _ in range(2):
        assert invoke("speech", "--lang", "en").exit_code == 0
    assert names(tmp_path / "reports" / "published") == []
    assert names(tmp_path / "reports" / "latest") == ["speech.en.txt", "speech.json"]


def test_no_report(tmp_path: Path) -> None:
    result = invoke("speech", tmp_path / "none")
    assert result.exit_code == 2
    assert "there is no report in" in result.stderr


def test_a_run_with_a_script(tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "tiny-sdk")
    result = invoke("run", "--path", tmp_path / "sdk", "--out", tmp_path / "out", "--speech")
    assert result.exit_code == 0, result.output
    assert [name for name in names(tmp_path / "out") if name.startswith("speech")] == ["speech.en.txt", "speech.json", "speech.zh.txt"]
    told = json.loads((tmp_path / "out" / "speech.json").read_text())["scripts"]["en"]["sentences"]
    assert ["sdk/tiny-sdk/span_attribute/input"] in [each.get("records") for each in told]


def test_a_run_without_a_script_says_that_the_one_there_is_of_an_earlier_survey(tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "tiny-sdk")
    command: list[str | Path] = ["run", "--path", tmp_path / "sdk", "--out", tmp_path / "out"]
    assert "earlier survey" not in invoke(*command).stderr
    assert invoke(*command, "--speech").exit_code == 0
    write_package(tmp_path / "sdk" / "more", "other-sdk")
    result = invoke(*command)
    assert result.exit_code == 0
    assert f"survey: the speech in {tmp_path / 'out'} is of an earlier survey\n  hint: make it anew with `survey speech`" in result.stderr
    assert "speech.en.txt" in names(tmp_path / "out")
    assert invoke("speech", tmp_path / "out").exit_code == 0
    assert json.loads((tmp_path / "out" / "speech.json").read_text())["survey"]["sha256"] == _sha256(tmp_path / "out" / "survey.json")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@needs_espeak
def test_a_run_speaks_with_the_voice_that_is_asked_for(tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "tiny-sdk")
    out, own = tmp_path / "out", "en=espeak-ng -v en-gb -s 300 -w {sound}"
    result = invoke("run", "--path", tmp_path / "sdk", "--out", out, "--engine", "zh=espeak-ng", "--command", own)
    assert result.exit_code == 0, "the length of the sound fails no run"
    assert "one minute means 55 to 65 seconds" in result.stderr
    told = json.loads((out / "speech.json").read_text())
    assert told["survey"]["sha256"] == hashlib.sha256((out / "survey.json").read_bytes()).hexdigest()
    assert {language: each["audio"]["engine"] for language, each in told["scripts"].items()} == {"zh": "espeak-ng", "en": "command"}
    assert {"speech.zh.opus", "speech.en.opus"} <= set(names(out))


@pytest.mark.parametrize("wish", [("--engine", "festival"), ("--command", "espeak-ng -v en")])
def test_a_run_with_a_wrong_wish_does_nothing(wish: tuple[str, str], tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "tiny-sdk")
    result = invoke("run", "--path", tmp_path / "sdk", "--out", tmp_path / "out", *wish)
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_engines")
def test_sound_that_cannot_be_made_fails_no_run(tmp_path: Path) -> None:
    write_package(tmp_path / "sdk", "tiny-sdk")
    result = invoke("run", "--path", tmp_path / "sdk", "--out", tmp_path / "out", "--audio")
    assert result.exit_code == 0, result.output
    assert "espeak-ng is not installed" in result.stderr
    assert "speech.en.txt" in names(tmp_path / "out")
    assert "speech.en.wav" not in names(tmp_path / "out")


def test_an_engine_that_hangs_is_ended(report: Path) -> None:
    result = invoke(
        "speech", report, "--lang", "en", "--timeout", "1", "--command", f"{sys.executable} -c 'import time; time.sleep(60)' {{sound}}"
    )
    assert result.exit_code == 1
    assert "was not done after 1 seconds" in result.stderr
    assert "speech.en.wav" not in names(report)


ENGINE = """
import os, subprocess, sys, time
open(sys.argv[1], "w").write("half")
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[2] + ".new", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[2] + ".new", sys.argv[2])
time.sleep(60)
"""
"""Says who it and its child are, when half of the sound is written."""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("command", ["speech", "run"])
def test_a_signal_ends_the_engine_and_leaves_no_sound(
    command: str, number: signal.Signals, code: int, report: Path, tmp_path: Path, project: Path
) -> None:
    mark, engine, out = tmp_path / "started", tmp_path / "engine.py", tmp_path / "out"
    engine.write_text(ENGINE)
    (tmp_path / "temporary").mkdir()
    write_package(tmp_path / "sdk", "tiny-sdk")
    asked = {"speech": ["speech", str(report)], "run": ["run", "--path", str(tmp_path / "sdk"), "--jobs", "1"]}[command]
    words = [sys.executable, "-m", "survey", *asked, "--out", str(out), "--command", f"en={sys.executable} {engine} {{sound}} {mark}"]
    # The Chinese script is spoken first, by nothing that is installed here: the engine hangs in the middle of the work.
    words += ["--engine", "zh=edge-tts"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(project), "PATH": os.fspath(tmp_path / "none")}
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment, cwd=tmp_path) as process:
        patience = time.monotonic() + 60
        while not mark.exists() and process.poll() is None and time.monotonic() < patience:
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=20)
    assert process.returncode == code, told
    assert "interrupted" in told
    assert "Traceback" not in told
    assert [name for name in names(out) if name.startswith((".", "speech"))] == ["speech.en.txt", "speech.json", "speech.zh.txt"]
    assert [each["audio"] for each in json.loads((out / "speech.json").read_text())["scripts"].values()] == [None, None]
    assert not list((tmp_path / "temporary").iterdir())
    for id_ in mark.read_text().split():
        while _runs(int(id_)) and time.monotonic() < patience:  # who was killed may take a moment to be gone
            time.sleep(0.05)
        assert not _runs(int(id_)), "it still runs"


def _runs(id_: int) -> bool:
    try:
        return (Path("/proc") / str(id_) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
