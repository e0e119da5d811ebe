"""Octave bands that add up to the whole, and how fast sound dies away in them."""

import math

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.core.errors import UnusableInput
from partbook.sound.hall import BAND_HERTZ, MIDDLE

Floats = npt.NDArray[np.float64]

DECAY_FROM_DB, DECAY_TO_DB = -5.0, -35.0
"""The stretch of the decay over which T30 is measured (ISO 3382-1)."""


def band_weights(length: int, rate: int) -> Floats:
    """How much of each frequency of a transform belongs to each band.

    Args:
        length: of the transform, in frames.
        rate: frames per second.

    Returns:
        Shape (bands, length // 2 + 1); over the bands they add up to 1. The lowest band goes down to 0 Hz, the highest
        up to the end.
    """
    frequencies = fft.rfftfreq(length, 1 / rate)
    octave = np.log2(np.maximum(frequencies, 1.0) / BAND_HERTZ[0])
    weights = np.zeros((len(BAND_HERTZ), len(frequencies)))
    place = np.clip(octave, 0, len(BAND_HERTZ) - 1)
    for band in range(len(BAND_HERTZ)):
        weights[band] = np.cos(np.pi / 2 * np.clip(np.abs(place - band), 0, 1)) ** 2
    return weights


def middle_decay_time(response: Floats, rate: int) -> float:
    """Reverberation time (T30) at middle frequencies, 500 Hz and 1 kHz.

    Args:
        response: impulse response, shape (frames,).
        rate: frames per second.

    Returns:
        Seconds for 60 dB, as the decay between −5 and −35 dB suggests.

    Source: ISO 3382-1; Schroeder 1965 (backward integration).
    """
    length = fft.next_fast_len(2 * len(response), real=True)
    spectrum = fft.rfft(response, length)
    weights = band_weights(length, rate)
    times = [
        decay_time(fft.irfft(spectrum * weights[band], length)[: len(response)], rate)
        for band in range(MIDDLE.start, MIDDLE.stop)
    ]
    return sum(times) / len(times)


def decay_time(response: Floats, rate: int) -> float:
    """T30 of a response as it is; see `middle_decay_time`.

    Raises:
        UnusableInput: it does not die away by 35 dB.
    """
    left = np.cumsum((response**2)[::-1])[::-1]
    level = 10 * np.log10(np.maximum(left / left[0], 1e-12))
    first, last = (int(np.argmax(level <= edge)) for edge in (DECAY_FROM_DB, DECAY_TO_DB))
    if last <= first + 1:
        raise UnusableInput("The response does not die away by 35 dB, so its reverberation cannot be measured.")
    slope = np.polyfit(np.arange(first, last) / rate, level[first:last], 1)[0]
    return float(-60 / slope)


def clarity(response: Floats, rate: int, seconds: float = 0.08) -> float:
    """C80: energy of the first 80 ms after the direct sound against all that follows, in dB (ISO 3382-1)."""
    energy = response**2
    begin = int(np.argmax(np.abs(response) > 0))
    edge = begin + round(seconds * rate)
    return 10 * math.log10(float(energy[begin:edge].sum()) / float(energy[edge:].sum()))
