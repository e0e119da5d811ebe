"""The parts of a song as sound on the disk: played, overlaid with recordings, brought into balance, added up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from partbook.music.score import Score
from partbook.sound.loudness import HighPass, LoudnessMeter
from partbook.sound.scratch import BLOCK_FRAMES, Scratch
from partbook.sound.synthesis import FADE_SECONDS as TAIL_FADE_SECONDS
from partbook.sound.synthesis import Performance

Samples = npt.NDArray[np.float32]

LONGEST_TAIL_SECONDS = 2.0
"""How long the last note may ring after the last bar."""
END_FADE_SECONDS = 0.3
"""The very end is faded out, where the tail was cut."""
CROSSFADE_SECONDS = 0.01
BALANCE = {"melody": -20.0, "harmony 1": -26.0, "harmony 2": -26.0, "bass": -23.5, "rhythm": -24.0}
"""Loudness of each part before mastering, in LUFS: the melody leads, whatever its instrument."""
MOST_GAIN_DB = 14.0


class PartSounds:
    """Every part of a score as stereo sound, all of one length, kept on the disk.

    Args:
        score: the song.
        performance: its MIDI file with instruments.
        folder: on the disk that holds the working files: eight bytes a frame and part.
        cents: by part name, how much higher than written it is tuned.
    """

    def __init__(
        self, score: Score, performance: Performance, folder: Path, cents: Mapping[str, float] | None = None
    ) -> None:
        self._score, self.rate = score, performance.rate
        self._open = ExitStack()
        self._sounds: dict[str, Scratch] = {}
        self._gains: dict[str, np.float32] = {}
        last_bar = score.seconds - score.seconds_at(score.length - score.bar_ticks)
        wanted = round((score.seconds + min(LONGEST_TAIL_SECONDS, last_bar)) * self.rate)
        available = 0
        for part in score.parts:
            if part.channel in performance.channels:
                kept = self._sounds[part.name] = self._open.enter_context(Scratch(folder))
                played = _keep(performance.play(part.channel, (cents or {}).get(part.name, 0.0)), wanted, kept)
                available = max(available, played)
        self.frames = min(wanted, available)
        for sound in self._sounds.values():
            self._end(sound, available)

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that sound, in the order of the score."""
        return tuple(self._sounds)

    @property
    def layers(self) -> dict[str, list[str]]:
        """Layer to the names of its parts."""
        layers: dict[str, list[str]] = {}
        for part in self._score.parts:
            if part.name in self._sounds:
                layers.setdefault(part.layer or "other", []).append(part.name)
        return layers

    def overlay(self, name: str, bars: tuple[int, int], recording: Samples) -> None:
        """Lay a recorded performance over some bars of a part, with short crossfades.

        Args:
            name: of the part.
            bars: first and last, counted from 1.
            recording: stereo at our rate; what is longer than the bars is cut.
        """
        bar = self._score.bar_ticks
        begin = round(self._score.seconds_at((bars[0] - 1) * bar) * self.rate)
        whole = bars[1] == self._score.bars
        end = self.frames if whole else round(self._score.seconds_at(bars[1] * bar) * self.rate)
        recording = recording[: end - begin]
        placed = np.zeros((end - begin, 2), np.float32)
        placed[: len(recording)] = recording
        fade = min(round(CROSSFADE_SECONDS * self.rate), (end - begin) // 2)
        weight = np.ones((end - begin, 1), np.float32)
        ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
        if begin > 0:
            weight[:fade] = ramp
        if end < self.frames:
            weight[len(weight) - fade :] = ramp[::-1]
        sound = self._sounds[name]
        sound.put(begin, sound.read(begin, end) * (1 - weight) + placed * weight)

    def balance(self) -> None:
        """Find the gain, a whole tenth of a decibel, that brings each part to its place in the balance."""
        for name in self._sounds:
            meter = LoudnessMeter(self.rate, 2)
            for block in self._cleaned(name):
                meter.push(block)
            loudness = meter.lufs()
            if np.isfinite(loudness):
                wanted = BALANCE.get(name, BALANCE["harmony 1"]) - loudness
                gain = round(min(MOST_GAIN_DB, max(-MOST_GAIN_DB, wanted)), 1)
                self._gains[name] = np.float32(10 ** (gain / 20))

    def part(self, name: str) -> Iterator[Samples]:
        """A part in balance, in blocks."""
        gain = self._gains.get(name)
        return (block if gain is None else block * gain for block in self._cleaned(name))

    def sum(self, names: Sequence[str]) -> Iterator[Samples]:
        """Some parts together, in blocks."""
        for blocks in zip(*(self.part(name) for name in names), strict=True):
            total = blocks[0].copy()
            for block in blocks[1:]:
                total += block
            yield total

    def faded(self, blocks: Iterator[Samples]) -> Iterator[Samples]:
        """Sound of the song's length with its very end faded out."""
        return faded(blocks, self.frames, round(END_FADE_SECONDS * self.rate))

    def close(self) -> None:
        """Give the disk back its room."""
        self._open.close()

    def __enter__(self) -> "PartSounds":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _cleaned(self, name: str) -> Iterator[Samples]:
        high_pass = HighPass(self.rate, 2)
        return (high_pass.push(block) for block in self._sounds[name].blocks())

    def _end(self, sound: Scratch, available: int) -> None:
        """Make a sound as long as the others, and fade it where the last of them has died away."""
        if sound.frames < self.frames:
            sound.append(np.zeros((self.frames - sound.frames, 2), np.float32))
        fade = min(available, round(TAIL_FADE_SECONDS * self.rate))
        begin = available - fade
        if begin < self.frames:
            ramp = np.linspace(1.0, 0.0, fade, dtype=np.float32)[: self.frames - begin, None]
            sound.put(begin, sound.read(begin, self.frames) * ramp)


def faded(blocks: Iterator[Samples], frames: int, fade: int) -> Iterator[Samples]:
    """Sound of so many frames whose last `fade` frames sink to silence."""
    fade = min(frames, fade)
    ramp = np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    at = 0
    for block in blocks:
        first = max(0, frames - fade - at)
        if first < len(block):
            block = block.copy()
            begin = at + first - (frames - fade)
            block[first:] *= ramp[begin : begin + len(block) - first]
        at += len(block)
        yield block


def array_blocks(samples: Samples) -> Iterator[Samples]:
    """Sound in memory, in blocks."""
    return (samples[start : start + BLOCK_FRAMES] for start in range(0, len(samples), BLOCK_FRAMES))


def _keep(pieces: Iterator[Samples], at_most: int, kept: Scratch) -> int:
    """Keep the first frames of a sound; gives how many there were in all."""
    played = 0
    for piece in pieces:
        kept.append(piece[: max(0, at_most - played)])
        played += len(piece)
    return played
