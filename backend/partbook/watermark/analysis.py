"""What a reader sees: power spectra in half-slot steps, computed as the sound streams by."""

import numpy as np
from scipy import fft

from partbook.watermark.pattern import STEPS_PER_SLOT
from partbook.watermark.tiles import (
    BAND_EDGES,
    SLOT_DENOMINATOR,
    SLOT_NUMERATOR,
    SLOT_SECONDS,
    Floats,
    band_energies,
    band_positions,
    check_format,
    levels,
    slot_centre,
)

STEP_SECONDS = SLOT_SECONDS / STEPS_PER_SLOT
PITCH_REACH = 1.09
"""Frequencies may be that much higher or lower and still lie within the spectra kept."""
BATCH = 256


class Spectrogram:
    """Power spectra, summed over channels, one every 11.6 ms, each over 46 ms (Hann window).

    Args:
        rate: samples a second, 8 to 192 kHz.
        channels: 1 to 8.

    Raises:
        UnusableInput: one of these is out of range.
    """

    def __init__(self, rate: int, channels: int) -> None:
        check_format(rate, channels)
        self.rate, self.channels = rate, channels
        self._half = -(-SLOT_NUMERATOR * rate // SLOT_DENOMINATOR)
        self._window = np.hanning(2 * self._half + 1)[:-1].astype(np.float32)
        self._size = fft.next_fast_len(2 * self._half, real=True)
        self._bin_hz = rate / self._size
        self._low = int(BAND_EDGES[0] / PITCH_REACH / self._bin_hz)
        self._high = min(self._size // 2, int(BAND_EDGES[-1] * PITCH_REACH / self._bin_hz) + 2)
        self._sound = np.zeros((channels, self._half), np.float32)
        self._origin = -self._half
        self._next_step = 0
        self._waiting: list[Floats] = []
        self._received = 0

    def push(self, block: Floats) -> Floats:
        """Take samples of shape (frames, channels) and give the spectra that are complete, shape (steps, bins)."""
        self._waiting.append(block.T.copy())
        self._received += len(block)
        if self._received < self._centre(self._next_step + BATCH) + self._half:
            return self.nothing()
        return self._advance(self._received - self._half)

    def finish(self) -> Floats:
        """The spectra centred on the last samples."""
        self._waiting.append(np.zeros((self.channels, 2 * self._half), np.float32))
        return self._advance(self._received - 1)

    def nothing(self) -> Floats:
        """No spectra, in the right shape."""
        return np.zeros((0, self._high - self._low), np.float32)

    def tile_levels(self, power: Floats, pitch: float) -> Floats:
        """Log energies of the bands, shape (steps, BANDS), for sound whose frequencies were multiplied by `pitch`."""
        return levels(band_energies(power, band_positions(self._bin_hz, self._low, pitch)))

    def _centre(self, step: int) -> int:
        return slot_centre(step, self.rate, STEPS_PER_SLOT)

    def _advance(self, last_centre: int) -> Floats:
        self._sound = np.concatenate((self._sound, *self._waiting), axis=1)
        self._waiting = []
        everywhere = np.lib.stride_tricks.sliding_window_view(self._sound, 2 * self._half, axis=1)
        spectra = [self.nothing()]
        until = self._next_step
        while self._centre(until) <= last_centre:
            until += 1
        for first in range(self._next_step, until, BATCH):
            steps = range(first, min(first + BATCH, until))
            starts = np.array([self._centre(step) for step in steps]) - self._half - self._origin
            power = np.zeros((len(steps), self._high - self._low), np.float32)
            for channel in everywhere:
                spectrum = fft.rfft(channel[starts] * self._window, self._size, axis=1)[:, self._low : self._high]
                power += spectrum.real**2 + spectrum.imag**2
            spectra.append(power)
        self._next_step = until
        origin = max(self._centre(until) - self._half, self._origin)
        self._sound = self._sound[:, origin - self._origin :].copy()
        self._origin = origin
        return np.concatenate(spectra)
