"""Attacks on time: speed, tempo, pitch, cuts, insertions and drift."""

import numpy as np

from mark_bench.sounds import Attack, Scene, Sound, filtered, resampled

FRAME_SECONDS = 0.046


def speed(percent: float) -> Attack:
    """Tape speed: tempo and pitch together."""
    factor = 1 + percent / 100
    return lambda scene: scene.heard(resampled(scene.sound, scene.rate * factor, scene.rate))


def tempo_by_vocoder(percent: float) -> Attack:
    """Tempo alone by a phase vocoder, in mono."""
    return lambda scene: scene.heard(vocoder(scene.sound, scene.rate, 1 + percent / 100))


def tempo_by_overlap(percent: float) -> Attack:
    """Tempo alone by overlapping what fits best (WSOLA, Verhelst & Roelands 1993), as players do it."""
    return filtered(("atempo", f"{1 + percent / 100:.4f}"))


def pitch(semitones: float) -> Attack:
    """Pitch alone: a phase vocoder, then tape speed."""
    factor = 2 ** (semitones / 12)

    def shift(scene: Scene) -> Scene:
        slower = vocoder(scene.sound, scene.rate, 1 / factor)
        return scene.heard(resampled(slower, scene.rate * factor, scene.rate))

    return shift


def vocoder(sound: Sound, rate: int, factor: float) -> Sound:
    """Faster by a factor, at the same pitch. Source: Flanagan & Golden 1966; frames of 46 ms, a quarter apart."""
    size = 2 ** round(np.log2(FRAME_SECONDS * rate))
    hop = size // 4
    window = np.hanning(size)
    spectra = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(sound.mean(axis=1), size)[::hop] * window)
    advance = 2 * np.pi * hop * np.arange(size // 2 + 1) / size
    turn = np.angle(spectra[1:]) - np.angle(spectra[:-1]) - advance
    turn += advance - 2 * np.pi * np.round(turn / (2 * np.pi))
    at = np.arange(0, len(spectra) - 1, factor)
    phase = np.cumsum(turn[at.astype(int)], axis=0)
    frames = np.fft.irfft(np.abs(spectra[np.round(at).astype(int)]) * np.exp(1j * phase)) * window
    result = np.zeros(len(at) * hop + size)
    for number, frame in enumerate(frames):
        result[number * hop : number * hop + size] += frame
    return (result[:, None] / 1.5).astype(np.float32)


def trimmed(scene: Scene) -> Scene:
    """An odd number of samples gone at both ends."""
    return scene.heard(scene.sound[12_347:-7_001])


def spliced(cuts: int, seconds: float) -> Attack:
    """Pieces missing, evenly spread."""

    def cut(scene: Scene) -> Scene:
        pieces = np.array_split(scene.sound, cuts + 1)
        gone = round(seconds * scene.rate)
        return scene.heard(np.concatenate([pieces[0], *(piece[gone:] for piece in pieces[1:])]))

    return cut


def inserted(times: int, seconds: float) -> Attack:
    """Other music between the pieces."""

    def insert(scene: Scene) -> Scene:
        pieces = np.array_split(scene.sound, times + 1)
        foreign = scene.other[: round(seconds * scene.rate)]
        return scene.heard(np.concatenate([pieces[0], *(part for piece in pieces[1:] for part in (foreign, piece))]))

    return insert


def jitter(scene: Scene) -> Scene:
    """Every tenth of a second up to 20 samples are dropped or repeated."""
    pieces = np.array_split(scene.sound, max(1, 10 * len(scene.sound) // scene.rate))
    moved = []
    for piece in pieces:
        count = int(scene.chance.integers(-20, 21))
        moved.append(piece[:count] if count < 0 else np.concatenate((piece, piece[len(piece) - count :])))
    return scene.heard(np.concatenate(moved))


def wow(percent: float, seconds: float) -> Attack:
    """Speed that swings by so much, once in so many seconds."""

    def swing(scene: Scene) -> Scene:
        turn = 2 * np.pi / (seconds * scene.rate)
        at = np.arange(len(scene.sound), dtype=np.float64)
        at += percent / 100 / turn * (1 - np.cos(turn * at))
        at = at[at < len(scene.sound) - 1]
        step = at.astype(np.int64)
        share = (at - step)[:, None]
        return scene.heard(scene.sound[step] * (1 - share) + scene.sound[step + 1] * share)

    return swing


def drift(percent: float) -> Attack:
    """Speed that grows from so much too slow to so much too fast."""

    def grow(scene: Scene) -> Scene:
        pieces = np.array_split(scene.sound, 60)
        factors = 1 + np.linspace(-percent, percent, len(pieces)) / 100
        return scene.heard(
            np.concatenate([resampled(p, scene.rate * f, scene.rate) for p, f in zip(pieces, factors, strict=True)])
        )

    return grow
