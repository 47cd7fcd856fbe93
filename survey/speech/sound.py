"""What a sound file says of itself, without any library: WAV by its header, Ogg/Opus by its pages."""

import io
import struct
import wave

_OPUS_RATE = 48_000
_PAGE = 27
"""Bytes of an Ogg page's header before its segment table."""


def is_wav(data: bytes) -> bool:
    """Whether `data` begins as a WAV file does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WAVE"


def wav_seconds(data: bytes) -> float:
    """How long the WAV file `data` plays, from the samples that are there; raises `ValueError` for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            size = file.getsampwidth() * file.getnchannels()
            seconds: float = len(file.readframes(file.getnframes())) / size / file.getframerate()
            return seconds
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise ValueError(f"not a WAV file: {error}") from error


def is_silent(data: bytes) -> bool:
    """Whether no sample of the WAV file `data` differs from the first."""
    with wave.open(io.BytesIO(data)) as file:
        samples = file.readframes(file.getnframes())
        size = file.getsampwidth() * file.getnchannels()
    silent: bool = samples == samples[:size] * (len(samples) // size if size else 0)
    return silent


def opus_seconds(data: bytes) -> float:
    """How long the Ogg/Opus file `data` plays: the last position less what a decoder drops; raises `ValueError` for anything else."""
    first = data[_PAGE + 1 : _PAGE + 20]
    if data[:4] != b"OggS" or first[:8] != b"OpusHead":
        raise ValueError("not an Ogg/Opus file")
    (skipped,) = struct.unpack_from("<H", first, 10)
    position, at, skip = 0, 0, int(skipped)
    while at + _PAGE <= len(data) and data[at : at + 4] == b"OggS":
        (granule,) = struct.unpack_from("<q", data, at + 6)
        segments = data[at + 26]
        position = max(position, granule)
        at += _PAGE + segments + sum(data[at + _PAGE : at + _PAGE + segments])
    return max(0, position - skip) / _OPUS_RATE
