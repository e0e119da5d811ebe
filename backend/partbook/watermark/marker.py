"""Mark sound as it streams by: constant memory, and the same samples whatever the size of the blocks."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.core.errors import UnusableInput
from partbook.watermark.codeword import code_bits
from partbook.watermark.embedding import BLOCK_SLOTS, LOG_POWER_PER_DB, Embedding
from partbook.watermark.keys import MarkKey
from partbook.watermark.narrow_band import TREBLE_HZ, bearable_share
from partbook.watermark.pattern import pattern_of
from partbook.watermark.tiles import (
    BAND_EDGES,
    BANDS,
    SLOT_DENOMINATOR,
    SLOT_NUMERATOR,
    Floats,
    band_energies,
    band_positions,
    bin_gains,
    check_format,
    slot_centre,
)

Spectra = npt.NDArray[np.complex64]

DEFAULT_STRENGTH = 1.0
"""Decibels, root mean square over the tiles."""
WEAKEST, STRONGEST = 0.1, 3.0
MIN_SECONDS = 3.0
LOUDEST = 1 - 2.0**-15
"""The greatest sample that 16 bits hold. A sample that lay beyond it already is not raised further."""
CHUNK_SLOTS = 4 * BLOCK_SLOTS
CONTEXT_SLOTS = BLOCK_SLOTS
BATCH = 64
"""Frames in memory at a time."""


class TooShort(UnusableInput):
    """Nothing could be read back from so little sound."""


class Marker:
    """Hides a payload in sound that arrives block by block.

    A frame is centred on every slot and reaches to the centres of its neighbours; sine windows before and after
    cross-fade to one. What a frame adds is its spectrum times the gain's excess over one, the same in all channels,
    so that silence stays silent. Where sound plus excess would pass full scale, the excess is cut.

    Args:
        rate: samples a second, 8 to 192 kHz.
        channels: 1 to 8.
        payload: eight bytes.
        key: decides where the mark lies.
        strength: root mean square gain of the tiles in dB, 0.1 to 3; sound without treble gets less (`narrow_band`).

    Raises:
        UnusableInput: one of these is out of range.
    """

    def __init__(
        self, rate: int, channels: int, payload: bytes, key: MarkKey, strength: float = DEFAULT_STRENGTH
    ) -> None:
        check_format(rate, channels)
        if not WEAKEST <= strength <= STRONGEST:
            raise UnusableInput(f"A strength of {strength} dB is out of range; use {WEAKEST} to {STRONGEST} dB.")
        self.rate, self.channels = rate, channels
        self._embedding = Embedding(pattern_of(key), code_bits(payload, key), strength)
        self._reach = -(-SLOT_NUMERATOR * rate // SLOT_DENOMINATOR)
        self._size = fft.next_fast_len(2 * self._reach, real=True)
        bin_hz = rate / self._size
        self._low = int(BAND_EDGES[0] / bin_hz)
        self._high = min(self._size // 2, int(BAND_EDGES[-1] / bin_hz) + 2)
        self._positions = band_positions(bin_hz, self._low)
        self._treble_bins = slice(*(int(edge / bin_hz) for edge in TREBLE_HZ))
        self._halves = {length: _half_window(length, self._reach) for length in (self._reach - 1, self._reach)}
        self._waiting: list[Floats] = []
        self._received = self._given = 0
        self._next_slot = self._analysed = 0
        self._origin = self._centre(-1) - self._reach
        self._sound = np.zeros((channels, -self._origin), np.float32)
        self._excess = np.zeros((channels, 0), np.float32)
        self._energies = np.zeros((0, BANDS), np.float32)
        self._treble = np.zeros(0, np.float32)
        self._spectra: Spectra = np.zeros((0, channels, self._high - self._low), np.complex64)

    def push(self, block: npt.ArrayLike) -> Floats:
        """Take the next samples and give those that are finished, possibly none.

        Args:
            block: shape (frames, channels), full scale at 1.0.

        Returns:
            float32, shape (finished frames, channels). Up to 13 s lie between input and output.

        Raises:
            UnusableInput: another number of channels, or samples that are not finite.
        """
        sound = checked_block(block, self.channels)
        self._waiting.append(sound.T.copy())
        self._received += len(sound)
        finished = [np.zeros((0, self.channels), np.float32)]
        while self._received >= self._centre(self._next_slot + CHUNK_SLOTS + CONTEXT_SLOTS) + self._reach:
            finished.append(self._mark(self._next_slot + CHUNK_SLOTS, CONTEXT_SLOTS))
        return np.concatenate(finished)

    def finish(self) -> Floats:
        """The remaining samples, so that output and input have the same length. Call it once, at the end.

        Raises:
            TooShort: less than MIN_SECONDS came in.
        """
        if self._received < MIN_SECONDS * self.rate:
            raise TooShort(
                f"{self._received / self.rate:.2f} s are too short to carry a mark; it takes {MIN_SECONDS:.0f} s."
            )
        end = self._next_slot
        while self._centre(end - 1) < self._received:
            end += 1
        self._waiting.append(np.zeros((self.channels, 3 * self._reach), np.float32))
        left = self._received - self._given
        return self._mark(end, 0)[:left]

    def _centre(self, slot: int) -> int:
        return slot_centre(slot, self.rate)

    def _windows(self, first: int, until: int) -> Floats:
        """The window of each slot, shape (slots, 1, 2 · reach)."""
        steps = [b - a for a, b in pairwise(self._centre(slot) for slot in range(first - 1, until + 1))]
        return np.stack([np.concatenate((self._halves[a], self._halves[b][::-1])) for a, b in pairwise(steps)])[:, None]

    def _mark(self, end: int, context: int) -> Floats:
        """Finish the slots from the next one up to `end`, having looked `context` slots further."""
        self._sound = np.concatenate((self._sound, *self._waiting), axis=1)
        self._waiting = []
        self._analyse(end + context)
        first = self._next_slot
        before = min(first, CONTEXT_SLOTS)
        share = bearable_share(self._energies, self._treble)
        embedding = replace(self._embedding, strength=self._embedding.strength * share)
        gains = embedding.gains(self._energies, first - before)[before : before + end - first]
        excess = self._synthesise(first, end, gains)
        marked = self._add(excess, self._centre(first - 1), self._centre(end - 1))
        self._forget(end)
        self._given += len(marked)
        return marked

    def _analyse(self, until: int) -> None:
        """Spectra and tile energies of the slots up to `until`."""
        everywhere = np.lib.stride_tricks.sliding_window_view(self._sound, 2 * self._reach, axis=1)
        energies, treble, spectra = [self._energies], [self._treble], [self._spectra]
        for first in range(self._analysed, until, BATCH):
            last = min(first + BATCH, until)
            starts = np.array([self._centre(slot) for slot in range(first, last)]) - self._reach - self._origin
            frames = everywhere[:, starts].transpose(1, 0, 2) * self._windows(first, last)
            whole = fft.rfft(frames, self._size, axis=2)
            spectrum = whole[:, :, self._low : self._high]
            spectra.append(spectrum)
            energies.append(band_energies(np.sum(spectrum.real**2 + spectrum.imag**2, axis=1), self._positions))
            above = whole[:, :, self._treble_bins]
            treble.append(np.sum(above.real**2 + above.imag**2, axis=(1, 2)))
        self._analysed = until
        self._energies, self._treble = np.concatenate(energies), np.concatenate(treble)
        self._spectra = np.concatenate(spectra)

    def _synthesise(self, first: int, end: int, gains: Floats) -> Floats:
        """What the slots add, shape (channels, samples), from the centre of slot `first` − 1 on."""
        start = self._centre(first - 1)
        excess = np.zeros((self.channels, self._centre(end) + self._reach - start), np.float32)
        excess[:, : self._excess.shape[1]] = self._excess
        for batch in range(first, end, BATCH):
            rows = slice(batch - first, min(batch + BATCH, end) - first)
            factor = np.expm1(bin_gains(gains[rows], self._positions, self._high - self._low) * (LOG_POWER_PER_DB / 2))
            spectrum = np.zeros((len(factor), self.channels, self._size // 2 + 1), np.complex64)
            spectrum[:, :, self._low : self._high] = self._spectra[rows] * factor[:, None].astype(np.float32)
            added = fft.irfft(spectrum, self._size, axis=2)[:, :, : 2 * self._reach]
            added *= self._windows(batch, batch + len(factor))
            for i, piece in enumerate(added):
                at = self._centre(batch + i) - self._reach - start
                excess[:, max(at, 0) : at + 2 * self._reach] += piece[:, max(-at, 0) :]
        return excess

    def _add(self, excess: Floats, start: int, ready: int) -> Floats:
        """The marked sound from `start` to `ready`; the rest of the excess waits for the next slots."""
        original = self._sound[:, start - self._origin : ready - self._origin]
        sounding = np.any(original != 0, axis=0)
        ceiling = np.maximum(np.abs(original), np.float32(LOUDEST))
        marked = np.clip(original + excess[:, : ready - start] * sounding, -ceiling, ceiling)
        self._excess = excess[:, ready - start :][:, : self._reach].copy()
        return np.ascontiguousarray(marked[:, max(-start, 0) :].T)

    def _forget(self, end: int) -> None:
        """Drop what lies before the next chunk and its context."""
        self._spectra = self._spectra[end - self._next_slot :].copy()
        dropped = max(end - CONTEXT_SLOTS, 0) - max(self._next_slot - CONTEXT_SLOTS, 0)
        self._energies, self._treble = self._energies[dropped:].copy(), self._treble[dropped:].copy()
        origin = self._centre(end - 1) - self._reach
        self._sound = self._sound[:, origin - self._origin :].copy()
        self._origin, self._next_slot = origin, end


def checked_block(block: npt.ArrayLike, channels: int) -> Floats:
    """A block as float32, shape (frames, channels).

    Raises:
        UnusableInput: another shape, or samples that are not finite.
    """
    sound = np.asarray(block, np.float32)
    if sound.ndim != 2 or sound.shape[1] != channels:
        raise UnusableInput(f"Expected blocks of shape (frames, {channels}), not {sound.shape}.")
    if not np.isfinite(sound).all():
        raise UnusableInput("The sound holds samples that are not numbers (NaN or infinite). Repair the file first.")
    return sound


def _half_window(length: int, reach: int) -> Floats:
    """A rising quarter of a sine, silent where the slot is shorter than `reach`."""
    rise = np.sin((np.arange(length) + 0.5) * (np.pi / 2 / length))
    return np.concatenate((np.zeros(reach - length), rise)).astype(np.float32)


def embed(
    samples: npt.ArrayLike, rate: int, payload: bytes, key: MarkKey, strength: float = DEFAULT_STRENGTH
) -> Floats:
    """Hide a payload in the sound so that it survives lossy copies.

    Args:
        samples: full scale at 1.0, shape (frames, channels) or (frames,) for one channel.
        rate: samples a second, 8 to 192 kHz. The sound is not resampled.
        payload: eight bytes that a reader will find.
        key: decides where the mark lies; the same key reads it back.
        strength: root mean square gain of the tiles in dB. Higher survives more and is heard sooner.

    Returns:
        float32, shape (frames, channels). No sample passes full scale that did not before.

    Raises:
        TooShort: under MIN_SECONDS nothing can be read back.
        UnusableInput: the rate, the channels, the payload or the strength is out of range.

    Source: Cox et al. 1997 (spread spectrum); Yeo & Kim 2003 (patchwork); Tal & Vardy 2015 (list decoding).
    """
    sound = as_channels(samples)
    marker = Marker(rate, sound.shape[1], payload, key, strength)
    return np.concatenate((marker.push(sound), marker.finish()))


def as_channels(samples: npt.ArrayLike) -> Floats:
    """Samples as float32 (frames, channels); a single row of samples is one channel.

    Raises:
        UnusableInput: neither one nor two dimensions.
    """
    sound = np.asarray(samples, np.float32)
    if sound.ndim == 1:
        return sound[:, None]
    if sound.ndim != 2:
        raise UnusableInput(f"Sound has the shape (frames, channels), not {sound.shape}.")
    return sound
