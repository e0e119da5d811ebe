"""The list of attacks, with the share of recordings that must give the exact payload back."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from mark_bench.rooms import echo, hall, mixed, over_the_air, pink, white
from mark_bench.sounds import Attack, Scene, Sound, crop, filtered, lossy, plain, resampled, then
from mark_bench.times import (
    drift,
    inserted,
    jitter,
    pitch,
    speed,
    spliced,
    tempo_by_overlap,
    tempo_by_vocoder,
    trimmed,
    wow,
)


@dataclass(frozen=True)
class Row:
    """One attack.

    Args:
        name: as the table shows it.
        attack: what is done to the marked sound.
        target: share of trials that must succeed, or None where any figure will do.
        search: the reader looks for other tempos and pitches too.
        draws: trials per recording, where chance decides which stretch is heard.
    """

    name: str
    attack: Attack
    target: float | None
    search: bool = False
    draws: int = 1


def there_and_back(rate: int) -> Attack:
    """Resampled, and resampled back."""
    return lambda scene: scene.heard(resampled(resampled(scene.sound, scene.rate, rate), rate, scene.rate))


def at_rate(rate: int) -> Attack:
    """Resampled."""
    return lambda scene: scene.heard(resampled(scene.sound, scene.rate, rate), rate)


def passed(edges: float | list[float], kind: str) -> Attack:
    """A Butterworth filter of fourth order."""
    return lambda scene: scene.heard(
        signal.sosfilt(signal.butter(4, edges, kind, fs=scene.rate, output="sos"), scene.sound, axis=0)
    )


def clipped(sound: Sound) -> Sound:
    """Cut at 30 % of its peak."""
    limit = 0.3 * float(np.abs(sound).max())
    return np.clip(sound, -limit, limit)


def random_equaliser(scene: Scene) -> Scene:
    """A curve that wanders by ±10 dB over eleven points of the spectrum."""
    gains = 10 ** (scene.chance.uniform(-10, 10, 11) / 20)
    kernel = signal.firwin2(1025, np.linspace(0, 1, 11), gains)
    heard = signal.fftconvolve(scene.sound, kernel[:, None], mode="same", axes=0)
    return scene.heard(heard * (0.7 / max(0.7, float(np.abs(heard).max()))))


COMPRESSION = ("acompressor", "threshold=0.06:ratio=6:attack=5:release=80:makeup=2")
LOUDNESS = ("loudnorm", "I=-16:TP=-1.5:LRA=7")
FIXED_EQUALISER = (
    ("equalizer", "f=150:t=o:w=1:g=6"),
    ("equalizer", "f=900:t=o:w=1:g=-6"),
    ("equalizer", "f=3000:t=o:w=1:g=5"),
    ("equalizer", "f=8000:t=o:w=1:g=-5"),
    ("volume", "-5dB"),
)
DENOISING = ("afftdn", "nr=12:nf=-40:tn=1")
SOCIAL = then(filtered(LOUDNESS), lossy("aac", 128), crop(30), speed(1.0), lossy("aac", 96), lossy("opus", 64))
SOCIAL_SHIFTED = then(crop(20), pitch(1.0), filtered(COMPRESSION), lossy("aac", 96))

EVERY, MOST, MANY, MIXED, SHORT = 1.0, 0.97, 0.90, 0.85, 0.75

ROWS: tuple[Row, ...] = (
    Row("lossless, 16 bits", plain(lambda sound: sound), EVERY),
    *(Row(f"MP3 {kbps}", lossy("mp3", kbps), EVERY) for kbps in (320, 192, 128, 96, 64, 48)),
    *(Row(f"AAC {kbps}", lossy("aac", kbps), EVERY) for kbps in (128, 96, 64, 48)),
    *(Row(f"Opus {kbps}", lossy("opus", kbps), EVERY) for kbps in (64, 32)),
    Row("Vorbis q4", lossy("vorbis", 128), EVERY),
    Row("Vorbis q1", lossy("vorbis", 80), EVERY),
    Row("MP3, AAC, Opus in turn", then(lossy("mp3", 128), lossy("aac", 128), lossy("opus", 64)), EVERY),
    Row("Opus, MP3, Vorbis in turn", then(lossy("opus", 64), lossy("mp3", 96), lossy("vorbis", 96)), EVERY),
    Row("22.05 kHz and back", there_and_back(22_050), EVERY),
    Row("16 kHz and back", there_and_back(16_000), EVERY),
    Row("at 48 kHz", at_rate(48_000), EVERY),
    Row("at 8 kHz", at_rate(8_000), EVERY),
    Row("8 bits", plain(lambda sound: np.round(sound * 127) / 128), EVERY),
    Row("20 dB quieter", plain(lambda sound: 0.1 * sound), EVERY),
    Row("6 dB too loud, clipped", plain(lambda sound: 2 * sound), EVERY),
    Row("clipped at 30 %", plain(clipped), EVERY),
    Row("compression 6:1", filtered(COMPRESSION), EVERY),
    Row("loudness normalised", filtered(LOUDNESS), EVERY),
    Row("equaliser, fixed", filtered(*FIXED_EQUALISER), EVERY),
    Row("equaliser, random", random_equaliser, EVERY),
    Row("mono", plain(lambda sound: sound.mean(axis=1, keepdims=True)), EVERY),
    Row("left channel only", plain(lambda sound: sound * np.array([1.0, 0.0])[: sound.shape[1]]), EVERY),
    Row("channels swapped", plain(lambda sound: sound[:, ::-1]), EVERY),
    Row("polarity", plain(lambda sound: -sound), EVERY),
    Row("karaoke, left − right", plain(lambda sound: sound[:, :1] - sound[:, -1:]), EVERY),
    Row("below 4 kHz", passed(4_000, "low"), EVERY),
    Row("below 2 kHz", passed(2_000, "low"), EVERY),
    Row("above 500 Hz", passed(500, "high"), EVERY),
    Row("above 2 kHz", passed(2_000, "high"), EVERY),
    Row("telephone band", passed([300.0, 3_400.0], "band"), EVERY),
    Row("trimmed", trimmed, EVERY),
    Row("0.7 s cut out", spliced(1, 0.7), EVERY),
    Row("four cuts of 0.7 s", spliced(4, 0.7), EVERY),
    Row("1.3 s inserted", inserted(1, 1.3), EVERY),
    Row("four inserts of 1.3 s", inserted(4, 1.3), EVERY),
    Row("jitter", jitter, EVERY),
    Row("echo", echo, EVERY),
    Row("denoised", filtered(DENOISING), EVERY),
    Row("denoised, MP3 128", then(filtered(DENOISING), lossy("mp3", 128)), EVERY),
    Row("30 s, MP3 128", then(crop(30), lossy("mp3", 128)), EVERY),
    Row("15 s", crop(15), EVERY, draws=2),
    Row("10 s", crop(10), EVERY, draws=3),
    Row("white noise −20 dB", white(20), EVERY),
    Row("7 s", crop(7), MOST, draws=3),
    Row("10 s, Opus 64", then(crop(10), lossy("opus", 64)), MOST, draws=2),
    Row("15 s, AAC 128", then(crop(15), lossy("aac", 128)), MOST),
    *(Row(f"speed {p:+} %", speed(p), MOST, search=True) for p in (0.1, -0.1, 1, -1, 2, -2, 5, -5)),
    *(Row(f"tempo {p:+} %, vocoder", tempo_by_vocoder(p), MOST, search=True) for p in (2, -2, 5, -5)),
    *(Row(f"tempo {p:+} %, overlap", tempo_by_overlap(p), MOST, search=True) for p in (2, -2, 5, -5)),
    *(Row(f"pitch {s:+} semitones", pitch(s), MOST, search=True) for s in (0.2, -0.2, 1, -1)),
    Row("social: loudness, AAC, 30 s, +1 %, AAC, Opus", SOCIAL, MOST, search=True),
    Row("social: 20 s, +1 semitone, compression, AAC", SOCIAL_SHIFTED, MOST, search=True),
    Row("5 s", crop(5), MANY, draws=3),
    Row("white noise −10 dB", white(10), MANY),
    Row("pink noise −20 dB", pink(20), None),
    Row("pink noise −10 dB", pink(10), MANY),
    Row("hall, 1.6 s, +4 dB", hall(1.6, 4.0), MANY),
    Row("over the air, near", over_the_air(near=True), MANY, search=True),
    Row("other music at −10 dB", mixed(-10), None),
    Row("other music at 0 dB", mixed(0), MIXED),
    Row("3 s", crop(3), SHORT, draws=3),
    Row("wet hall, 2.2 s, −6 dB", hall(2.2, -6.0), None),
    Row("over the air, far", over_the_air(near=False), None, search=True),
    *(Row(f"speed {p:+} %", speed(p), None, search=True) for p in (10, -10)),
    Row("speed swings by 0.3 %", wow(0.3, 8.0), None, search=True),
    Row("speed drifts by ±0.2 %", drift(0.2), None, search=True),
)  # fmt: skip
