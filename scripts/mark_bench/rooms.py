"""Attacks by air: noise, other music, echoes, halls, and a loudspeaker before a microphone."""

import numpy as np
from scipy import signal

from mark_bench.sounds import Attack, Scene, Sound, level, resampled, then


def white(decibels: float) -> Attack:
    """White noise, so many decibels below the sound."""
    return lambda scene: scene.heard(
        scene.sound + _at_level(scene.chance.standard_normal(scene.sound.shape), scene, decibels)
    )


def pink(decibels: float) -> Attack:
    """Noise of equal power per octave, so many decibels below the sound."""
    return lambda scene: scene.heard(scene.sound + _at_level(_pink(scene), scene, decibels))


def mixed(decibels: float) -> Attack:
    """Other music, so many decibels above the sound."""

    def mix(scene: Scene) -> Scene:
        other = np.resize(scene.other[:, : scene.sound.shape[1]], scene.sound.shape)
        both = scene.sound + _at_level(other, scene, -decibels)
        return scene.heard(both * min(1.0, 0.99 / float(np.abs(both).max() + 1e-9)))

    return mix


def echo(scene: Scene) -> Scene:
    """One echo after a quarter of a second, 8 dB below, and one after 90 ms, 12 dB below."""
    sound = scene.sound.astype(np.float64)
    for seconds, gain in ((0.25, 0.4), (0.09, 0.25)):
        delay = round(seconds * scene.rate)
        sound[delay:] += gain * scene.sound[: len(scene.sound) - delay]
    return scene.heard(sound * 0.6)


def hall(seconds: float, direct_to_reverberant: float) -> Attack:
    """A room whose sound dies away by 60 dB in so many seconds; the direct sound lies so many decibels above it."""

    def reverberate(scene: Scene) -> Scene:
        count = round(seconds * scene.rate)
        tail = scene.chance.standard_normal((count, 1)) * 10 ** (-3 * np.arange(count) / count)[:, None]
        tail *= 10 ** (-direct_to_reverberant / 20) / np.sqrt(np.sum(tail**2))
        reverberant = signal.fftconvolve(scene.sound, tail, axes=0)[: len(scene.sound)]
        both = scene.sound + reverberant
        return scene.heard(both * (0.6 * level(scene.sound) / level(both)))

    return reverberate


def over_the_air(near: bool) -> Attack:
    """A small loudspeaker in a room with a hum of voices, a telephone that records it in mono by its own clock."""
    band = _passed([180.0, 9_000.0] if near else [250.0, 6_000.0])
    room = hall(0.4, 6.0) if near else hall(0.8, -3.0)
    noise = pink(25.0) if near else pink(12.0)
    return then(_mono, band, room, noise, _clock)


def _clock(scene: Scene) -> Scene:
    """A clock 80 millionths too fast."""
    return scene.heard(resampled(scene.sound, scene.rate * (1 + 8e-5), scene.rate))


def _mono(scene: Scene) -> Scene:
    return scene.heard(scene.sound.mean(axis=1, keepdims=True))


def _passed(band: list[float]) -> Attack:
    return lambda scene: scene.heard(
        signal.sosfilt(signal.butter(2, band, "band", fs=scene.rate, output="sos"), scene.sound, axis=0)
    )


def _pink(scene: Scene) -> Sound:
    spectrum = np.fft.rfft(scene.chance.standard_normal(scene.sound.shape), axis=0)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))[:, None]
    return np.fft.irfft(spectrum, len(scene.sound), axis=0).astype(np.float32)


def _at_level(noise: np.ndarray, scene: Scene, decibels: float) -> np.ndarray:
    return noise * (level(scene.sound) / level(noise) * 10 ** (-decibels / 20))
