"""The audible rhythm that says `AI` in Morse code (short-long, short-short): put it before a sound, and find it again.

GB 45438-2025, 5.3, names this rhythm as one way to say aloud that a machine made a sound; pitch, speed and loudness are
our choice.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.sound.audio_file import open_audio, read
from partbook.sound.audio_writer import open_writer

Samples = npt.NDArray[np.float32]

PATTERN = ((True, 1), (False, 1), (True, 3), (False, 3), (True, 1), (False, 1), (True, 1))
"""Tone or silence, and for how many units: `·− ··`."""
UNITS = sum(length for _, length in PATTERN)
REST = 3
"""Units of silence before and after the rhythm."""
UNIT_SECONDS = 0.12
TONE_HZ = 880.0
PEAK = 0.25
EDGE_SECONDS = 0.01
LOOK_SECONDS = 15.0
"""So much of the beginning of a file is searched."""

HOP_SECONDS = 0.01
WINDOW_SECONDS = 0.03
QUIETEST = 10 ** (-45 / 10)
PURE = 0.5
"""A frame holds the tone where more than this part of its power lies at its pitch."""
SHORTEST_UNIT, LONGEST_UNIT = 0.05, 0.25
OFF_BY = 0.35
"""Of a unit: by so much a tone or a silence may be longer or shorter than it should."""


def rhythm_cue(rate: int, channels: int) -> Samples:
    """The rhythm with its rests, 2.04 s, peak −12 dBFS; float32, shape (frames, channels)."""
    unit = round(UNIT_SECONDS * rate)
    parts = [np.zeros(REST * unit)]
    for sounding, length in PATTERN:
        parts.append(_tone(length * unit, rate) if sounding else np.zeros(length * unit))
    parts.append(np.zeros(REST * unit))
    return np.repeat(np.concatenate(parts).astype(np.float32)[:, None], channels, axis=1)


def prepend_cue(source: Path, target: Path) -> None:
    """Write a copy of a sound file that begins with the rhythm; its tags go along.

    Args:
        source: any readable sound file.
        target: its ending names the kind; a WAV keeps every sample of the source.

    Raises:
        UnusableInput: one of `sound.refusals` about the source, or the target cannot be written.
    """
    with open_audio(source) as reader, open_writer(target, reader.info, carry_tags=True) as writer:
        writer.write(rhythm_cue(reader.info.rate, reader.info.channels))
        for block in reader.blocks():
            writer.write(block)


def cue_in_file(path: Path) -> float | None:
    """Where in the first 15 s of a sound file the rhythm begins, in seconds; None where it is not there."""
    samples, rate = read(path, 0.0, LOOK_SECONDS)
    return find_cue(samples, rate)


def find_cue(samples: Samples, rate: int) -> float | None:
    """Where the rhythm begins.

    It is found at any speed of 50 to 250 ms a unit, at our own pitch, standing free: silence between its tones. A
    rhythm of another pitch, or one that lies over music, is not.

    Args:
        samples: float32, shape (frames, channels).
        rate: frames per second.

    Returns:
        Seconds from the beginning of the samples, or None.
    """
    power, tone = _powers(samples.mean(axis=1), rate)
    sounding = (tone > PURE * power) & (power > QUIETEST)
    runs = _runs(sounding)
    for first in range(len(runs) - len(PATTERN) + 1):
        if _is_cue(runs[first : first + len(PATTERN)], power):
            return runs[first][1] * HOP_SECONDS
    return None


def _tone(frames: int, rate: int) -> npt.NDArray[np.float64]:
    """A sine that fades in and out, so that it does not click."""
    edge = round(EDGE_SECONDS * rate)
    fade = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    tone = PEAK * np.sin(2 * np.pi * TONE_HZ * np.arange(frames) / rate)
    tone[:edge] *= fade
    tone[-edge:] *= fade[::-1]
    return tone


def _powers(mono: Samples, rate: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Per frame of 10 ms: mean power, and how much of it lies at the pitch of the tone."""
    window, hop = round(WINDOW_SECONDS * rate), round(HOP_SECONDS * rate)
    if len(mono) < window:
        return np.zeros(0), np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(mono, window)[::hop].astype(np.float64)
    shape = np.hanning(window)
    turning = np.exp(-2j * np.pi * TONE_HZ * np.arange(window) / rate)
    power = (frames**2) @ shape / shape.sum()
    tone = 2 * np.abs(frames @ (shape * turning) / shape.sum()) ** 2
    return power, tone


def _runs(sounding: npt.NDArray[np.bool_]) -> list[tuple[bool, int, int]]:
    """Stretches that sound or do not: which, first frame, number of frames."""
    edges = np.flatnonzero(np.diff(sounding)) + 1
    bounds = [0, *edges.tolist(), len(sounding)]
    return [(bool(sounding[a]), a, b - a) for a, b in pairwise(bounds) if b > a]


def _is_cue(runs: list[tuple[bool, int, int]], power: npt.NDArray[np.float64]) -> bool:
    if not runs[0][0]:
        return False
    unit = sum(length for _, _, length in runs) / UNITS
    if not SHORTEST_UNIT <= unit * HOP_SECONDS <= LONGEST_UNIT:
        return False
    if any(abs(run[2] - units * unit) > OFF_BY * unit + 1 for run, (_, units) in zip(runs, PATTERN, strict=True)):
        return False
    loud = np.mean([power[start : start + length].mean() for on, start, length in runs if on])
    gaps = [power[start + 1 : start + length - 1] for on, start, length in runs if not on]
    return all(gap.mean() < 0.1 * loud for gap in gaps if len(gap))
