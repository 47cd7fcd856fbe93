"""Decoding and Opus encoding by PyAV (the extra `audio`); imported only where that is installed."""

import io
from typing import Any

import av

_RATE = 48_000
_BITS_PER_SECOND = 32_000


def to_wav(data: bytes) -> bytes:
    """Any sound file as WAV, 16 bits, one channel; raises `ValueError` for what cannot be decoded."""
    return _convert(data, "wav", "pcm_s16le", {})


def to_opus(data: bytes) -> bytes:
    """A WAV file as Ogg/Opus for speech, one channel; raises `ValueError` for what cannot be decoded."""
    return _convert(data, "ogg", "libopus", {"application": "voip"}, rate=_RATE, bits_per_second=_BITS_PER_SECOND)


def _convert(data: bytes, container: str, codec: str, options: dict[str, str], *, rate: int = 0, bits_per_second: int = 0) -> bytes:
    out = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(data), "r") as source,
            av.open(out, "w", format=container, container_options={"fflags": "+bitexact"}) as target,
        ):
            sound = source.streams.audio[0]
            # PyAV's types know no codec by name.
            stream: Any = target.add_stream(codec, rate=rate or sound.rate, options=options)
            stream.layout = "mono"
            if bits_per_second:
                stream.bit_rate = bits_per_second
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate or sound.rate)
            for frame in source.decode(sound):
                for ready in resampler.resample(frame):
                    target.mux(stream.encode(ready))
            for ready in resampler.resample(None):
                target.mux(stream.encode(ready))
            target.mux(stream.encode(None))
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(f"cannot be decoded: {error}") from error
    return out.getvalue()
