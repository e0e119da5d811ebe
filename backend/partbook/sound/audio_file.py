"""Read sound files of any usual kind in blocks, with every limit and every refusal in one place."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.sound.containers import Container, recognise
from partbook.sound.decoders import Decoding, open_decoder
from partbook.sound.refusals import (
    LOUDEST,
    MAX_CHANNELS,
    MAX_RATE,
    MAX_SAMPLES,
    MAX_SECONDS,
    MIN_RATE,
    MIN_SECONDS,
    SAFE_SECONDS,
    SILENCE,
    BeyondLimits,
    DamagedSound,
    SilentSound,
    TooShort,
)

Samples = npt.NDArray[np.float32]

BLOCK_FRAMES = 65_536
LOSSY = frozenset({"VORBIS", "OPUS", "MP3", "MP2", "AAC", "AAC_LATM", "AC3", "EAC3", "MPEG_LAYER_III"})
SHORTFALL_SECONDS = 0.5
"""A file that ends this much before the length in its header is damaged; encoders pad by less."""


@dataclass(frozen=True)
class AudioInfo:
    """What a sound file's header says.

    Args:
        path: the file.
        container: `WAV`, `FLAC`, `OGG`, `MP3`, `M4A`, `AAC`, `AIFF` or `WebM`.
        subtype: how samples are kept, such as `PCM_16`, `FLOAT`, `VORBIS`, `MP3`, `AAC`.
        rate: frames per second.
        channels: 1 to 8.
        frames: length where the header tells it exactly, else None.
        seconds: length as the header tells or suggests it, or None.
        bit_rate: bits per second of a lossy file, where known.
        tags: title, artist, … as far as the libraries read them.
        has_picture: it carries a cover or a film.
    """

    path: Path
    container: str
    subtype: str
    rate: int
    channels: int
    frames: int | None
    seconds: float | None
    bit_rate: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    has_picture: bool = False

    @property
    def lossless(self) -> bool:
        """Whether decoding gives what was encoded."""
        return self.subtype not in LOSSY


class AudioReader:
    """An open sound file, read once from where it stands to its end.

    It counts what it gives: `frames_read`, `peak`. After the last block `damage` says what is wrong, or is None.
    """

    def __init__(self, path: Path, container: Container, decoding: Decoding) -> None:
        self._decoding = d = decoding
        self.info = AudioInfo(
            path,
            container.name,
            d.subtype,
            d.rate,
            d.channels,
            d.frames,
            d.seconds,
            d.bit_rate,
            dict(d.tags),
            d.has_picture,
        )
        self.frames_read = 0
        self.peak = 0.0
        self._start = 0
        try:
            _check_header(self.info)
        except BeyondLimits:
            self.close()
            raise

    def start_at(self, seconds: float) -> None:
        """Begin here instead of at the beginning. Call it before `blocks`."""
        self._start = round(seconds * self.info.rate)
        self._decoding.skip_to(self._start)

    def blocks(self, frames_per_block: int = BLOCK_FRAMES) -> Iterator[Samples]:
        """The sound as float32, shape (frames_per_block, channels); the last block may be shorter.

        Raises:
            BeyondLimits: the file decodes to more sound than it may.
            DamagedSound: it holds samples that are no sound.
        """
        waiting: list[Samples] = []
        held = 0
        for piece in self._decoding.pieces():
            self._count(piece)
            waiting.append(piece)
            held += len(piece)
            if held < frames_per_block:
                continue
            joined = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
            whole = held - held % frames_per_block
            for at in range(0, whole, frames_per_block):
                yield joined[at : at + frames_per_block]
            waiting, held = ([joined[whole:]], held - whole) if whole < held else ([], 0)
        if held:
            yield np.concatenate(waiting)

    @property
    def damage(self) -> str | None:
        """What is wrong with the file, as far as it was read; None when nothing was noticed."""
        if self._decoding.damage:
            return self._decoding.damage
        promised = self.info.frames
        seen = self._start + self.frames_read
        if promised is not None and seen < promised - SHORTFALL_SECONDS * self.info.rate:
            return f"it should last {promised / self.info.rate:.1f} s but ends after {seen / self.info.rate:.1f} s"
        return None

    @property
    def seconds_read(self) -> float:
        """Sound given so far."""
        return self.frames_read / self.info.rate

    def close(self) -> None:
        """Let go of the file."""
        self._decoding.close()

    def _count(self, piece: Samples) -> None:
        self.frames_read += len(piece)
        rate, channels = self.info.rate, self.info.channels
        if self.frames_read > MAX_SECONDS * rate or self.frames_read * channels > MAX_SAMPLES:
            raise BeyondLimits(
                f"{self.info.path} decodes to more than {self.frames_read / rate / 3600:.1f} h of sound; "
                f"at most {MAX_SECONDS / 3600:.0f} h are accepted. Split it."
            )
        loudest = float(np.abs(piece).max(initial=0.0))
        if not loudest <= LOUDEST:
            raise DamagedSound(f"{self.info.path} is damaged: it holds samples that are no sound.")
        self.peak = max(self.peak, loudest)


@contextmanager
def open_audio(path: Path) -> Iterator[AudioReader]:
    """Open a sound file for reading and close it afterwards.

    Raises:
        FileUnreadable, NotSound, DamagedSound, BeyondLimits: see `refusals`.
    """
    container = recognise(path)
    reader = AudioReader(path, container, open_decoder(path, container))
    try:
        yield reader
    finally:
        reader.close()


def probe(path: Path) -> AudioInfo:
    """What the header says, within the limits; no sound is decoded.

    Raises:
        FileUnreadable, NotSound, DamagedSound, BeyondLimits: see `refusals`.
    """
    with open_audio(path) as reader:
        return reader.info


def blocks(path: Path, frames_per_block: int = BLOCK_FRAMES) -> Iterator[Samples]:
    """The whole file in blocks, float32, shape (frames, channels).

    Raises:
        DamagedSound: at the end, when the file broke off or could not be decoded; besides what `open_audio` raises.
    """
    with open_audio(path) as reader:
        yield from reader.blocks(frames_per_block)
        refuse_damage(reader)


def read(path: Path, start: float = 0.0, seconds: float = 600.0) -> tuple[Samples, int]:
    """A stretch of a file in memory.

    Args:
        path: any readable sound file.
        start: where it begins, in seconds.
        seconds: at most so long; it is shorter where the file ends earlier.

    Returns:
        float32, shape (frames, channels), and the rate.
    """
    with open_audio(path) as reader:
        rate = reader.info.rate
        if start > 0.0:
            reader.start_at(start)
        wanted = round(seconds * rate)
        kept: list[Samples] = []
        have = 0
        for block in reader.blocks():
            kept.append(block[: wanted - have])
            have += len(kept[-1])
            if have >= wanted:
                break
        if not kept:
            return np.zeros((0, reader.info.channels), np.float32), rate
        return np.concatenate(kept), rate


def refuse_damage(reader: AudioReader) -> None:
    """Raise DamagedSound if what was read turned out damaged."""
    if reader.damage:
        raise DamagedSound(f"{reader.info.path} is damaged: {reader.damage}. Use an intact copy.")


def refuse_too_little(reader: AudioReader) -> None:
    """Raise TooShort or SilentSound if what was read cannot carry a mark."""
    if reader.seconds_read < MIN_SECONDS:
        lasts = math.floor(reader.seconds_read * 100) / 100
        raise TooShort(
            f"{reader.info.path} lasts {lasts:.2f} s; at least {MIN_SECONDS:.0f} s are needed, "
            f"{SAFE_SECONDS:.0f} s are safe."
        )
    if reader.peak < SILENCE:
        raise SilentSound(f"{reader.info.path} is silent: nothing can be marked or read in it.")


def _check_header(info: AudioInfo) -> None:
    if not 1 <= info.channels <= MAX_CHANNELS:
        raise BeyondLimits(f"{info.path} has {info.channels} channels; 1 to {MAX_CHANNELS} are accepted.")
    if not MIN_RATE <= info.rate <= MAX_RATE:
        raise BeyondLimits(
            f"{info.path} has {info.rate} frames per second; {MIN_RATE} to {MAX_RATE} are accepted. Resample it."
        )
    seconds = info.seconds or 0.0
    if seconds > MAX_SECONDS or seconds * info.rate * info.channels > MAX_SAMPLES:
        raise BeyondLimits(
            f"{info.path} lasts {seconds / 3600:.1f} h with {info.channels} channels; "
            f"at most {MAX_SECONDS / 3600:.0f} h are accepted. Split it."
        )
