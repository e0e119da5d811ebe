"""Does this sound match that recording, and where?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.fingerprint.prints import FRAME_SECONDS, Fingerprint

Floats = npt.NDArray[np.float32]

WORD_BITS = 32
SAME_SCORE = 0.25
"""From this score on two recordings count as the same sound: at most 37.5 % of the bits differ.

Measured on 21 songs: different songs scored at most 0.06 over 30 s and 0.15 over 4 s; copies at least 0.73 after
MP3 at 128 kbit/s, 0.6 after Opus at 32, 0.65 with noise 20 dB below. A copy played 0.5 % faster still scores 0.42, one
played 2 % faster does not match unless its fingerprint is made with the tempo and pitch that a mark's reading tells.
"""
FEWEST_FRAMES = 64
"""3 s. Shorter overlaps agree by chance."""


@dataclass(frozen=True)
class Match:
    """The best alignment of two fingerprints.

    Args:
        score: 1 − 2 · bit error rate, at least 0: 1 for identical sound, near 0 for foreign sound.
        offset_seconds: where in the reference the query begins; negative where it begins before.
        same: whether the score says that it is the same recording.
    """

    score: float
    offset_seconds: float
    same: bool


NO_MATCH = Match(0.0, 0.0, False)


def compare(query: Fingerprint, reference: Fingerprint) -> Match:
    """Lay the query over every place of the reference and take the place where most bits agree.

    Args:
        query: sound of unknown origin, such as an excerpt.
        reference: the recording that it may come from.

    Returns:
        The best match over overlaps of at least half the shorter one, and 3 s.
    """
    shorter = min(len(query.words), len(reference.words))
    fewest = max(FEWEST_FRAMES, shorter // 2)
    if shorter < fewest:
        return NO_MATCH
    length = fft.next_fast_len(len(query.words) + len(reference.words), real=True)
    agreement = np.zeros(length // 2 + 1, np.complex64)
    for bit in range(WORD_BITS):
        agreement += _spectrum(_signs(reference, bit), length) * np.conj(_spectrum(_signs(query, bit), length))
    agreeing = fft.irfft(agreement, length)
    overlap = fft.irfft(_spectrum(_sounding(reference), length) * np.conj(_spectrum(_sounding(query), length)), length)
    overlap = np.round(overlap)
    scores = np.where(overlap >= fewest, agreeing / (WORD_BITS * np.maximum(overlap, 1)), 0)
    best = int(np.argmax(scores))
    offset = best if best < len(reference.words) else best - length
    score = float(np.clip(scores[best], 0, 1))
    return Match(score, offset * FRAME_SECONDS, score >= SAME_SCORE)


def _sounding(sound: Fingerprint) -> Floats:
    sounding: Floats = np.not_equal(sound.words, 0).astype(np.float32)
    return sounding


def _signs(sound: Fingerprint, bit: int) -> Floats:
    """One bit of every word as ±1, and 0 where the frame is silent."""
    bits = (sound.words >> np.uint32(bit)) & np.uint32(1)
    signs: Floats = (bits.astype(np.float32) * 2 - 1) * _sounding(sound)
    return signs


def _spectrum(row: Floats, length: int) -> npt.NDArray[np.complex64]:
    spectrum: npt.NDArray[np.complex64] = fft.rfft(row, length)
    return spectrum
