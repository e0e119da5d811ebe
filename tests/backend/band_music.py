"""A small band for tests: chords, a melody, a bass and a drum, drawn from a seed, at any rate. No files needed."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
Wide = npt.NDArray[np.float64]

SCALE = (0, 2, 4, 5, 7, 9, 11)


@lru_cache(maxsize=24)
def play(seconds: float, seed: int = 1, rate: int = 44_100, channels: int = 2) -> Sound:
    """Music-like sound, peak 0.7, shape (frames, channels); every seed is another song. Copy it before writing."""
    chance = np.random.default_rng(seed)
    frames = round(seconds * rate)
    sound = np.zeros((frames + 2 * rate, channels))
    beat = 60 / chance.uniform(84, 140)
    home = int(chance.integers(45, 57))
    chord = 0
    for number in range(int(seconds / beat) + 1):
        start = number * beat
        if number % 4 == 0:
            chord = int(chance.choice((0, 3, 4, 5)))
            for third in (0, 2, 4):
                _add(
                    sound,
                    round(start * rate),
                    _tone(_pitch(home + 12, chord + third), 4 * beat, 1.2, rate, chance),
                    0.10,
                    chance,
                )
        _add(sound, round(start * rate), _tone(_pitch(home - 12, chord), beat, 3.0, rate, chance), 0.16, chance)
        for half in (0, 1):
            if chance.random() < 0.8:
                step = int(chance.integers(0, 9))
                _add(
                    sound,
                    round((start + half * beat / 2) * rate),
                    _tone(_pitch(home + 24, step), beat, 4.0, rate, chance),
                    0.14,
                    chance,
                )
        _add(sound, round((start + beat / 2) * rate), _hit(rate, chance), 0.05, chance)
    sound = sound[:frames]
    finished = (sound * (0.7 / np.abs(sound).max())).astype(np.float32)
    finished.setflags(write=False)
    return finished


def _pitch(home: int, step: int) -> float:
    octave, degree = divmod(step, len(SCALE))
    return float(440 * 2 ** ((home + 12 * octave + SCALE[degree] - 69) / 12))


def _tone(hertz: float, seconds: float, decay: float, rate: int, chance: np.random.Generator) -> Wide:
    time = np.arange(round(seconds * rate)) / rate
    partials = min(12, int(min(rate / 2.2, 9000) / hertz))
    turn = np.exp((2j * np.pi * hertz - 0.1 * decay) * time)
    wave = np.exp(-decay * time).astype(np.complex128)
    sound = np.zeros(len(time))
    for partial in range(1, partials + 1):
        wave *= turn
        sound += chance.uniform(0.3, 1) / partial * (wave * np.exp(1j * chance.uniform(0, 6.28))).real
    sound += 0.02 * chance.standard_normal(len(time)) * np.exp(-time * 3)
    edge = max(1, round(0.004 * rate))
    sound[:edge] *= np.linspace(0, 1, edge)
    sound[-edge:] *= np.linspace(1, 0, edge)
    return sound


def _hit(rate: int, chance: np.random.Generator) -> Wide:
    time = np.arange(round(0.12 * rate)) / rate
    return chance.standard_normal(len(time)) * np.exp(-time * 45)


def _add(sound: Wide, at: int, part: Wide, gain: float, chance: np.random.Generator) -> None:
    """Mix a part in at frame `at`, a little to one side."""
    room = len(sound) - at
    sound[at : at + len(part)] += gain * part[:room, None] * chance.uniform(0.6, 1, sound.shape[1])
