"""Write a sound file block by block, in the kind that its ending names, as like its source as that kind allows."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from av.error import FFmpegError

from partbook.core.errors import UnusableInput
from partbook.core.files import replacing
from partbook.sound.audio_file import AudioInfo, probe
from partbook.sound.containers import named, of_ending
from partbook.sound.encoders import INTEGER_BITS, Encoding, FfmpegEncoding, ResamplingEncoding, SndfileEncoding
from partbook.sound.tags import carry

Samples = npt.NDArray[np.float32]

WRITABLE = ".wav, .flac, .aiff, .ogg, .opus, .mp3 and .m4a"
_SNDFILE = {
    ".wav": ("WAV", "WAV"),
    ".wave": ("WAV", "WAV"),
    ".aif": ("AIFF", "AIFF"),
    ".aiff": ("AIFF", "AIFF"),
    ".flac": ("FLAC", "FLAC"),
    ".ogg": ("OGG", "VORBIS"),
    ".oga": ("OGG", "VORBIS"),
    ".opus": ("OGG", "OPUS"),
}
_FFMPEG = {".mp3": ("mp3", "libmp3lame"), ".m4a": ("ipod", "aac"), ".mp4": ("mp4", "aac")}
_RATES = {
    ".mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    ".m4a": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
    ".opus": (8000, 12000, 16000, 24000, 48000),
}
_RATES[".mp4"] = _RATES[".m4a"]
_MOST_CHANNELS = {".mp3": 2}
_BYTES = {"PCM_U8": 1, "PCM_S8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
_WAV_LIMIT = 2**32 - 2**20
"""A plain WAV counts its bytes in 32 bits; beyond that it becomes an RF64."""
_VORBIS_LEVEL, _OPUS_LEVEL = 0.2, 0.4
"""libsndfile's compression levels, 0 the finest: Vorbis quality 8, Opus about 150 kbit/s per channel."""


class FileNotWritten(UnusableInput):
    """The target's folder or disk refused it."""


class AudioWriter:
    """A sound file being written at `path`, later to be `target`. `notes` says what differs from the source.

    Args:
        path: where it is written.
        source: what its source is like.
        target: what to call it when something is wrong.
        carry_tags: give it all the tags and pictures of the source's file; else only the usual ones, of its header.
    """

    def __init__(self, path: Path, source: AudioInfo, target: Path, carry_tags: bool = False) -> None:
        ending = path.suffix.lower()
        refuse_unwritable(path, source)
        self.path, self._source, self._target, self._carry_tags = path, source, target, carry_tags
        tags = {} if carry_tags else source.tags
        self.notes: list[str] = []
        rate = _nearest_rate(ending, source.rate)
        if ending in _FFMPEG:
            muxer, codec = _FFMPEG[ending]
            self.container = muxer
            bits = _bit_rate(codec, rate, source)
            inner: Encoding = FfmpegEncoding(path, rate, source.channels, muxer, codec, bits, tags)
            self.subtype = "MP3" if ending == ".mp3" else "AAC"
        else:
            self.container, self.subtype = _kind(ending, source, self.notes)
            level = {"VORBIS": _VORBIS_LEVEL, "OPUS": _OPUS_LEVEL}.get(self.subtype)
            inner = SndfileEncoding(path, rate, source.channels, self.container, self.subtype, tags, level)
        if rate != source.rate:
            inner = ResamplingEncoding(inner, source.rate, rate, source.channels)
            self.notes.append(f"Resampled from {source.rate} to {rate} Hz, as {ending} has no {source.rate} Hz.")
        self.rate = rate
        self._encoding = inner

    def write(self, block: Samples) -> None:
        """Append float32, shape (frames, channels), at the rate of the source."""
        if len(block):
            with _named(self._target):
                self._encoding.write(block)

    def close(self) -> None:
        """Finish the file."""
        with _named(self._target):
            self._encoding.close()
        if self._encoding.clipped:
            self.notes.append(
                f"{self._encoding.clipped} samples were above full scale already and were held at it; "
                "a .wav target keeps them."
            )
        if self._carry_tags:
            with _named(self._target):
                self.notes += carry(self._source.path, named(self._source.container), self.path, of_ending(self.path))
            return
        if self._source.has_picture:
            self.notes.append("The source's picture was not carried over.")
        lost = sorted(set(self._source.tags) - set(probe(self.path).tags))
        if lost:
            self.notes.append(f"{self.path.suffix} did not keep the tags {', '.join(lost)}.")


@contextmanager
def open_writer(target: Path, source: AudioInfo, carry_tags: bool = False) -> Iterator[AudioWriter]:
    """Write a file whole or not at all: it takes its name only when the block ends without an error.

    Args:
        target: its ending names the kind of file.
        source: what it is made of.
        carry_tags: take all the tags and pictures from `source.path`.

    Raises:
        UnusableInput: the ending is unknown, or its kind cannot hold so many channels.
    """
    refuse_unwritable(target, source)
    with _named(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as scratch:
        with _named(target):
            writer = AudioWriter(scratch, source, target, carry_tags)
        try:
            yield writer
        except BaseException:
            with suppress(Exception):
                writer.close()
            raise
        writer.close()


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """Say which file could not be written, and why."""
    try:
        yield
    except (soundfile.LibsndfileError, FFmpegError, OSError) as refused:
        reason = getattr(refused, "strerror", None) or getattr(refused, "error_string", None) or str(refused)
        raise FileNotWritten(
            f"{target} could not be written: {reason.rstrip('.')}. Is the folder writable and the disk not full?"
        ) from None


def write(
    target: Path, samples: Samples, rate: int, subtype: str = "PCM_16", tags: dict[str, str] | None = None
) -> None:
    """Write sound that is in memory.

    Args:
        target: its ending names the kind of file.
        samples: float32, shape (frames, channels), full scale at 1.0.
        rate: frames per second.
        subtype: how a lossless file keeps its samples.
        tags: title, artist, ….
    """
    info = AudioInfo(
        target, "WAV", subtype, rate, samples.shape[1], len(samples), len(samples) / rate, None, tags or {}
    )
    with open_writer(target, info) as writer:
        writer.write(np.asarray(samples, dtype=np.float32))


def refuse_unwritable(target: Path, source: AudioInfo) -> None:
    """Raise UnusableInput if this target's kind is unknown or cannot hold the source's channels."""
    ending = target.suffix.lower()
    if ending not in _SNDFILE and ending not in _FFMPEG:
        raise UnusableInput(f"{target.name} has no ending that can be written. Use one of {WRITABLE}.")
    most = _MOST_CHANNELS.get(ending, 8)
    if source.channels > most:
        raise UnusableInput(f"{ending} holds at most {most} channels, not {source.channels}. Use .wav or .flac.")


def _kind(ending: str, source: AudioInfo, notes: list[str]) -> tuple[str, str]:
    """The container and the subtype that keep most of the source."""
    container, subtype = _SNDFILE[ending]
    if container == "OGG":
        return container, subtype
    if container == "FLAC":
        kept = {"PCM_S8": "PCM_S8", "PCM_U8": "PCM_S8", "PCM_16": "PCM_16"}.get(source.subtype, "PCM_24")
        if INTEGER_BITS.get(source.subtype, 32) > 24 and source.lossless:
            notes.append(f"FLAC keeps 24 bits; the source was {source.subtype}.")
        return container, kept
    eight = {"WAV": "PCM_U8", "AIFF": "PCM_S8"}[container]
    kept = {"PCM_S8": eight, "PCM_U8": eight}.get(source.subtype, source.subtype)
    if kept not in _BYTES:
        kept = "PCM_24" if source.lossless else "FLOAT"
        notes.append(f"{source.subtype} was written as {kept}.")
    expected = (source.seconds or 0.0) * source.rate * source.channels * _BYTES[kept]
    if container == "WAV" and expected > _WAV_LIMIT:
        container = "RF64"
        notes.append("Written as RF64, since a plain WAV ends at 4 GB.")
    elif container == "WAV" and source.channels > 2:
        container = "WAVEX"
    return container, kept


def _nearest_rate(ending: str, rate: int) -> int:
    """The rate itself where the kind has it, else the next higher one, else the highest."""
    rates = _RATES.get(ending)
    if rates is None:
        return rate
    return next((possible for possible in rates if possible >= rate), rates[-1])


def _bit_rate(codec: str, rate: int, source: AudioInfo) -> int:
    """Bits per second: generous, and never below a lossy source."""
    if codec == "libmp3lame":
        most = 320_000 if rate >= 32_000 else 160_000 if rate >= 16_000 else 64_000
        return min(most, max(256_000, source.bit_rate or 0 if not source.lossless else 0))
    return source.channels * min(128_000, 5 * rate)
