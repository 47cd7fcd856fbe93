"""Real sound: espeak-ng speaks, and what it made is measured."""

import io
import os
import shutil
import struct
import sys
import time
import wave
from itertools import pairwise
from pathlib import Path

import av
import pytest

from survey.app.speech import SpeechRequest, speak
from survey.model.errors import UsageError
from survey.speech import encoding
from survey.speech.engines import NoSpeaker, Speaker, Wanted, find_speaker, load_engines
from survey.speech.model import Script, Sentence
from survey.speech.sound import opus_seconds, wav_seconds
from survey.speech.synthesis import Sound, SynthesisFailed, synthesise
from survey.view.wording import say
from tests.report.documents import document, package, record, target

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed: apt install espeak-ng")
MINUTE = document(target("one", package("a", record()), package("b", record())), target("two", package("c", record())))
SHORT = Script("en", (Sentence("guess.span", "The first guess was span attributes.", 0),))
ESPEAK = "espeak-ng -v en-us -w {sound}"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "survey.json").write_text(MINUTE.model_dump_json(by_alias=True), encoding="utf-8")
    return tmp_path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, to see that none stay."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def own(command: str) -> Speaker:
    return find_speaker("en", Wanted(command=command))


def python(code: str) -> str:
    """A command that runs `code` with the sound's file as its argument."""
    return f"{sys.executable} -c '{code}' {{sound}}"


@needs_espeak
@pytest.mark.parametrize(("language", "voice"), [("en", "en-us"), ("zh", "cmn-latn-pinyin")])
def test_one_minute_that_can_be_heard(report: Path, temporary: Path, language: str, voice: str) -> None:
    wanted = {language: Wanted(engine="espeak-ng")}
    result = speak(SpeechRequest(report, languages=(language,), audio=True, voices=wanted))
    assert [each.fault for each in result.notes] == [False]
    assert result.notes[0].text.params["voice"] == voice
    assert result.notes[0].hint == say("speech.draft")
    assert not list(temporary.iterdir())
    data = (report / f"speech.{language}.wav").read_bytes()
    with wave.open(io.BytesIO(data)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
    assert rate >= 16_000
    assert 55 <= len(frames) / 2 / rate <= 65
    assert wav_seconds(data) == pytest.approx(len(frames) / 2 / rate)
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    loud = [max(map(abs, samples[start : start + rate])) > 1000 for start in range(0, len(samples) - rate, rate)]
    assert all(one or other for one, other in pairwise(loud)), "it is silent for two seconds"


@needs_espeak
def test_opus_says_what_wav_says(report: Path) -> None:
    speak(SpeechRequest(report, languages=("en",), audio=True, voices={"en": Wanted(engine="espeak-ng")}))
    data = (report / "speech.en.opus").read_bytes()
    assert data[:4] == b"OggS"
    assert data[28:36] == b"OpusHead"
    assert data[37] == 1, "one channel"
    assert opus_seconds(data) == pytest.approx(wav_seconds((report / "speech.en.wav").read_bytes()), abs=0.1)
    with av.open(io.BytesIO(data), "r") as file:
        assert file.streams.audio[0].codec_context.name in {"opus", "libopus"}
        heard = sum(frame.samples for frame in file.decode(audio=0)) / 48_000
    assert heard == pytest.approx(opus_seconds(data), abs=0.1)
    assert len(data) < 400_000


@needs_espeak
@pytest.mark.parametrize("rate", [110, 230])
def test_a_speed_that_is_wrong_is_corrected_once(report: Path, rate: int) -> None:
    script = speak(SpeechRequest(report, languages=("en",))).scripts["en"]
    found = find_speaker("en", Wanted(engine="espeak-ng"))
    speaker = Speaker("espeak-ng", found.command, found.rate, found.voice, rate, draft=True, online=False)
    sound = synthesise(script, speaker, 60)
    assert sound.corrected
    assert sound.is_a_minute
    assert 120 < int(sound.rate) < 200


@needs_espeak
def test_what_cannot_be_corrected_is_told(report: Path) -> None:
    result = speak(SpeechRequest(report, languages=("en",), audio=True, voices={"en": Wanted(command=ESPEAK + " -s 240")}))
    (note,) = result.notes
    assert note.fault
    assert note.hint == say("speech.length", least="55", most="65")
    assert (report / "speech.en.wav").exists(), "it can be listened to all the same"


@needs_espeak
def test_the_script_reaches_a_command_by_stdin_or_by_file_and_no_shell(tmp_path: Path) -> None:
    by_stdin = synthesise(SHORT, own(ESPEAK), 60)
    assert synthesise(SHORT, own(ESPEAK + " -f {text}"), 60).wav == by_stdin.wav
    assert synthesise(SHORT, own(ESPEAK + " -m -f {ssml}"), 60).seconds == pytest.approx(by_stdin.seconds, abs=1)
    trap = tmp_path / "trap"
    assert synthesise(SHORT, own(f"{ESPEAK} --punct='; touch {trap}; $(touch {trap}) | x > {trap}'"), 60).seconds > 1
    assert not trap.exists()


@needs_espeak
@pytest.mark.parametrize("program", ["opusenc", "ffmpeg"])
def test_encoders_that_are_programs(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    monkeypatch.setattr(encoding, "_library", lambda _name: None)
    monkeypatch.setattr(encoding, "_TO_OPUS", tuple(each for each in encoding._TO_OPUS if each[0] == program))
    sound = synthesise(SHORT, own(ESPEAK), 60)
    assert sound.opus is not None, sound.no_opus
    assert opus_seconds(sound.opus) == pytest.approx(sound.seconds, abs=0.1)


@needs_espeak
def test_an_engine_that_writes_something_else_than_wav(tmp_path: Path) -> None:
    sound = synthesise(SHORT, own(ESPEAK), 60)
    assert sound.opus is not None
    kept = tmp_path / "kept.opus"
    kept.write_bytes(sound.opus)
    again = synthesise(SHORT, own(f"cp {kept} {{sound}}"), 60)
    assert again.seconds == pytest.approx(sound.seconds, abs=0.1)


@needs_espeak
def test_no_encoder_is_told_with_how_to_install_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_library", lambda _name: None)
    monkeypatch.setattr(encoding, "find_program", lambda _name: None)
    sound: Sound = synthesise(SHORT, own(ESPEAK), 60)
    assert sound.opus is None
    assert "PyAV" in sound.no_opus
    assert "opus-tools" in sound.no_opus


_SILENCE = (
    "import sys, wave; f = wave.open(sys.argv[1], chr(119)); "
    "f.setnchannels(1); f.setsampwidth(1); f.setframerate(99); f.writeframes(bytes(99))"
)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (python("import sys; sys.stderr.write(chr(10).join([str(1), str(2)])); sys.exit(3)"), "failed: 2"),
        (python("pass"), "wrote no sound"),
        (python("import sys; open(sys.argv[1], chr(119)).write(chr(120) * 99)"), "wrote no sound|cannot be decoded"),
        (python(_SILENCE), "made no sound"),
        (python("import time; time.sleep(60)"), "not done after 1 seconds"),
    ],
    ids=["fails", "writes nothing", "writes rubbish", "is silent", "hangs"],
)  # fmt: skip
def test_engines_that_fail_leave_nothing_behind(temporary: Path, command: str, told: str) -> None:
    with pytest.raises(SynthesisFailed, match=told):
        synthesise(SHORT, own(command), 1)
    assert not list(temporary.iterdir())


def test_what_an_engine_started_ends_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    code = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, {str(tmp_path / 'sleep.py')!r}]); time.sleep(60)"
    (tmp_path / "sleep.py").write_text(f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    (tmp_path / "engine.py").write_text(code)
    with pytest.raises(SynthesisFailed, match="not done"):
        synthesise(SHORT, own(f"{sys.executable} {tmp_path / 'engine.py'} {{sound}}"), 2)
    stat = Path("/proc") / mark.read_text() / "stat"
    patience = time.monotonic() + 10  # a process that was killed may take a moment to be gone; this one would sleep for a minute
    while _runs(stat) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not _runs(stat), "it still runs"


def _runs(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_engines_that_are_missing_are_named_with_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.speech.engines.find_program", lambda _name: None)
    for language, names in (("en", ["piper", "espeak-ng"]), ("zh", ["espeak-ng"])):
        with pytest.raises(NoSpeaker) as error:
            find_speaker(language, Wanted())
        assert [f"{name} is not installed" for name in names] == str(error.value).split("; ")
        assert all(name in error.value.hint for name in (*names, "edge-tts (online)"))
    with pytest.raises(NoSpeaker) as error:
        find_speaker("zh", Wanted(engine="edge-tts"))
    assert "pip install edge-tts" in error.value.hint
    with pytest.raises(NoSpeaker, match="piper does not speak it") as error:
        find_speaker("zh", Wanted(engine="piper"))
    assert error.value.hint == "these do: espeak-ng, edge-tts"


def test_an_online_engine_is_only_used_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.speech.engines.find_program", lambda name: f"/bin/{name}")
    assert not find_speaker("zh", Wanted()).online
    speaker = find_speaker("zh", Wanted(engine="edge-tts", voice="zh-CN-YunxiNeural"))
    place = Path(os.sep)
    assert speaker.arguments(faster=1.08, text=place / "t", ssml=place / "m", sound=place / "s") == [
        "/bin/edge-tts", "--file", "/t", "--voice", "zh-CN-YunxiNeural", "--rate=+8%", "--write-media", "/s"
    ]  # fmt: skip


def test_a_voice_of_piper_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("survey.speech.engines.find_program", lambda name: f"/bin/{name}")
    model = tmp_path / "en_US-joe-medium.onnx"
    with pytest.raises(NoSpeaker, match="no voice file"):
        find_speaker("en", Wanted("piper", str(model)))
    model.write_bytes(b"")
    speaker = find_speaker("en", Wanted("piper", str(model)))
    assert speaker.told == "en_US-joe-medium.onnx"
    assert float(speaker.rate_text(1.1)) == pytest.approx(speaker.base / 1.1, abs=0.001), "a longer length is slower"
    assert speaker.reads_stdin


def test_what_fills_one_place_is_not_filled_again() -> None:
    speaker = Speaker("command", ("/bin/x", "{voice}", "a{text}b{sound}"), "factor", "{text}{sound}", 1.0, draft=False, online=False)
    assert speaker.arguments(faster=1, text=Path("/{sound}"), ssml=Path("/m"), sound=Path("/s")) == [
        "/bin/x",
        "{text}{sound}",
        "a/{sound}b/s",
    ]


@pytest.mark.parametrize("command", ["espeak-ng -v en", "espeak-ng '{sound}", "''"])
def test_a_command_that_makes_no_sense_is_the_users_mistake(command: str) -> None:
    with pytest.raises(UsageError):
        find_speaker("en", Wanted(command=command))


def test_an_engine_nobody_knows_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="festival") as error:
        find_speaker("en", Wanted(engine="festival"))
    assert all(name in error.value.hint for name in load_engines())
