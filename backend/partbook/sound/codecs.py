"""Lossy copies in memory and lossy excerpts on disk: what happens to a song on its way through the world."""

import io
import math
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from partbook.core.errors import UnusableInput
from partbook.core.files import replacing
from partbook.sound.audio_file import open_audio
from partbook.sound.decoders import to_float
from partbook.sound.encoders import Encoding, FfmpegEncoding, ResamplingEncoding

Samples = npt.NDArray[np.float32]
Codec = Literal["mp3", "aac", "opus", "vorbis"]

_FFMPEG = {"mp3": ("mp3", "libmp3lame"), "aac": ("mp4", "aac"), "opus": ("ogg", "libopus")}
_OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)
_MPEG_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_VORBIS_KBPS = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Nominal rates of Vorbis quality 0 to 9 for 44.1 kHz stereo."""
_VORBIS_FRAMES = 65_536
"""At a time: libsndfile keeps what it is given on the stack, and a minute in one piece overflows it."""


def encode(samples: Samples, rate: int, codec: Codec, kbps: int) -> bytes:
    """A lossy copy.

    Args:
        samples: float32, shape (frames, channels), one or two channels.
        rate: frames per second; resampled to the codec's next rate where it does not have this one.
        codec: `mp3`, `aac` (in MP4), `opus` or `vorbis` (in OGG).
        kbps: bit rate in kbit/s; for Vorbis its nearest quality.

    Returns:
        The encoded file.

    Raises:
        UnusableInput: more than two channels.
    """
    if samples.shape[1] > 2:
        raise UnusableInput(f"A lossy copy has one or two channels, not {samples.shape[1]}.")
    held = _codec_rate(codec, rate)
    sound = samples if held == rate else soxr.resample(samples, rate, held, quality="HQ").astype(np.float32)
    buffer = io.BytesIO()
    if codec == "vorbis":
        level = 1.0 - int(np.argmin(np.abs(np.array(_VORBIS_KBPS) - kbps))) / 10.0
        with soundfile.SoundFile(
            buffer, "w", held, sound.shape[1], "VORBIS", format="OGG", compression_level=level
        ) as stream:
            for start in range(0, len(sound), _VORBIS_FRAMES):
                stream.write(sound[start : start + _VORBIS_FRAMES])
    else:
        muxer, name = _FFMPEG[codec]
        encoding = FfmpegEncoding(buffer, held, sound.shape[1], muxer, name, kbps * 1000)
        encoding.write(sound)
        encoding.close()
    return buffer.getvalue()


def decode(data: bytes) -> tuple[Samples, int]:
    """What is heard of a copy made by `encode`: float32, shape (frames, channels), and its rate."""
    with av.open(io.BytesIO(data), mode="r") as opened:
        frames = [to_float(frame) for frame in opened.decode(audio=0)]
        return np.concatenate(frames), int(opened.streams.audio[0].rate)


def round_trip(samples: Samples, rate: int, codec: Codec, kbps: int) -> tuple[Samples, int]:
    """Encode and decode again."""
    return decode(encode(samples, rate, codec, kbps))


def excerpt_mp3(source: Path, target: Path, start: float, seconds: float, kbps: int = 128) -> None:
    """Cut a stretch out of a file and save it as an MP3.

    Args:
        source: any readable sound file of one or two channels.
        target: written whole or not at all.
        start: where the stretch begins, in seconds.
        seconds: its length; shorter where the file ends earlier.
        kbps: bit rate in kbit/s.

    Raises:
        UnusableInput: nothing to hear at `start`, or more than two channels.
    """
    with open_audio(source) as reader, replacing(target) as scratch:
        info = reader.info
        if info.channels > 2:
            raise UnusableInput(f"An MP3 has one or two channels; {source} has {info.channels}.")
        if start > 0:
            reader.start_at(start)
        held = _codec_rate("mp3", info.rate)
        encoding: Encoding = FfmpegEncoding(scratch, held, info.channels, "mp3", "libmp3lame", kbps * 1000)
        if held != info.rate:
            encoding = ResamplingEncoding(encoding, info.rate, held, info.channels)
        left = math.ceil(seconds * info.rate)
        for block in reader.blocks():
            encoding.write(block[:left])
            left -= len(block)
            if left <= 0:
                break
        encoding.close()
        if reader.frames_read == 0:
            raise UnusableInput(f"{source} has no sound after {start:.1f} s.")


def _codec_rate(codec: Codec, rate: int) -> int:
    if codec == "vorbis":
        return rate
    rates = _OPUS_RATES if codec == "opus" else _MPEG_RATES
    return next((possible for possible in rates if possible >= rate), rates[-1])
