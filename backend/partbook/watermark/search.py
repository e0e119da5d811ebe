"""Find where a key's pilots lie in a stretch of sound: at which place of the cycle, at which tempo and pitch.

For one tempo and pitch, a single correlation by FFT compares all 4096 places of the cycle. Candidates are then refined
by climbing the pilot score.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import fft

from partbook.watermark.compiled import compiled
from partbook.watermark.pattern import CYCLE_STEPS, STEPS_PER_SLOT, Pattern
from partbook.watermark.tiles import BANDS, CYCLE_SLOTS, Floats

LevelsAt = Callable[[float], Floats]
"""Tile levels, shape (steps, BANDS), for sound whose frequencies were multiplied by a factor."""

EXCERPT_STEPS = 1720
"""A search looks at the middle 20 s first."""
TEMPO_STEP, TEMPO_REACH = 0.004, 20
PITCH_STEP, PITCH_REACH = 0.012, 6
FINER_PITCH = 0.006
CANDIDATES_FIXED, CANDIDATES_SHORT, CANDIDATES_SEARCHED = 3, 6, 6
SHORT_STEPS = 700
"""In less than 8 s the pilots of the true place may be outdone by chance, so that more places are tried."""


@dataclass(frozen=True)
class Alignment:
    """One guess at how the key's cycle lies over the sound.

    Args:
        pitch: factor by which frequencies were multiplied.
        stretch: steps of this sound in a step of the marked original; 1 / tempo.
        lag: steps of the original from the start of this sound to the start of a cycle.
        score: how many standard deviations the pilots stand out.
    """

    pitch: float
    stretch: float
    lag: float
    score: float

    def slots(self, steps: int) -> npt.NDArray[np.int64]:
        """Numbers of the slots whose centres lie within `steps` steps of sound."""
        first = int(np.ceil(-self.lag / STEPS_PER_SLOT))
        last = int(np.floor(((steps - 1) / self.stretch - self.lag) / STEPS_PER_SLOT))
        return np.arange(first, last + 1)

    def places(self, slots: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Where slots are centred, in steps of this sound."""
        return (self.lag + slots.astype(np.float64) * STEPS_PER_SLOT) * self.stretch


def alignments_as_is(levels_at: LevelsAt, pattern: Pattern) -> list[Alignment]:
    """The best guesses for sound at its own tempo and pitch, best first."""
    residual = contrast(levels_at(1.0))
    count = CANDIDATES_SHORT if len(residual) <= SHORT_STEPS else CANDIDATES_FIXED
    coarse = distinct(correlate(residual, pattern, 1.0, 1.0, 2 * count), count)
    return _best_first(refine(residual, guess, pattern, 0.0) for guess in coarse)


def alignments_near(levels_at: LevelsAt, pattern: Pattern, known: Alignment) -> list[Alignment]:
    """The best guesses at a tempo and pitch found before, best first."""
    residual = contrast(levels_at(known.pitch))
    coarse = distinct(correlate(residual, pattern, known.pitch, known.stretch), CANDIDATES_FIXED)
    return _best_first(refine(residual, guess, pattern, 0.0) for guess in coarse)


def alignments_searched(levels_at: LevelsAt, pattern: Pattern) -> list[Alignment]:
    """The best guesses over tempo (±8 %) and pitch (±1.2 semitones), together or apart, best first."""
    steps = len(levels_at(1.0))
    start = max(0, (steps - EXCERPT_STEPS) // 2)
    excerpt = slice(start, start + EXCERPT_STEPS)
    contrasts: dict[float, Floats] = {}

    def contrast_at(pitch: float) -> Floats:
        if pitch not in contrasts:
            contrasts[pitch] = contrast(levels_at(pitch)[excerpt])
        return contrasts[pitch]

    coarse: list[Alignment] = []
    for pitch, stretches in _grid():
        for stretch in stretches:
            coarse += correlate(contrast_at(pitch), pattern, pitch, stretch)
    found = []
    for guess in distinct(coarse, CANDIDATES_SEARCHED):
        nearby = [replace(guess, pitch=guess.pitch + shift) for shift in (0.0, -FINER_PITCH, FINER_PITCH)]
        best = max((refine(contrast_at(g.pitch), g, pattern, 0.002) for g in nearby), key=lambda g: g.score)
        whole = replace(best, lag=best.lag + start / best.stretch)
        found.append(refine(contrast(levels_at(whole.pitch)), whole, pattern, 0.001))
    return _best_first(found)


def contrast(levels: Floats) -> Floats:
    """How far each tile stands out from its surroundings, in units of its local variance and softly limited.

    Args:
        levels: log energies, shape (steps, BANDS).
    """
    k, n = STEPS_PER_SLOT, len(levels)
    near = np.pad(levels, ((2 * k, 2 * k), (0, 0)), mode="edge")
    standing = levels - np.float32(0.35) * (near[k : k + n] + near[3 * k : 3 * k + n])
    standing -= np.float32(0.15) * (near[:n] + near[4 * k : 4 * k + n])
    standing[:, 1:-1] -= np.float32(0.25) * (standing[:, :-2] + standing[:, 2:])
    return _limited(standing)


@compiled
def _limited(standing: Floats) -> Floats:
    """Divide by the variance over 25 steps and three bands."""
    steps, bands = standing.shape
    variance = np.zeros((steps, bands), np.float32)
    running = np.zeros(bands)
    for time in range(-12, steps):
        if time + 12 < steps:
            for band in range(bands):
                running[band] += standing[time + 12, band] ** 2
        if time - 13 >= 0:
            for band in range(bands):
                running[band] -= standing[time - 13, band] ** 2
        if time >= 0:
            width = min(time + 12, steps - 1) - max(time - 12, 0) + 1
            for band in range(bands):
                variance[time, band] = max(running[band], 0.0) / width
    limited = np.zeros((steps, bands), np.float32)
    for time in range(steps):
        for band in range(bands):
            low, high = max(band - 1, 0), min(band + 1, bands - 1)
            mean = (variance[time, low] + variance[time, band] + variance[time, high]) / np.float32(3)
            value = standing[time, band]
            limited[time, band] = value / (mean + np.float32(0.25) * value * value + np.float32(0.01))
    return limited


@compiled
def pilot_score(
    contrasts: Floats,
    lag: float,
    stretch: float,
    chips: Floats,
    pilot_bands: npt.NDArray[np.int64],
    pilot_starts: npt.NDArray[np.int64],
) -> float:
    """Standard deviations by which the pilots of a straight alignment stand out."""
    steps = contrasts.shape[0]
    slot = int(np.ceil(-lag / STEPS_PER_SLOT))
    total, power = 0.0, 1e-9
    while True:
        place = (lag + slot * STEPS_PER_SLOT) * stretch
        if place > steps - 1.001:
            break
        step = int(max(place, 0.0))
        share = np.float32(place - step)
        row = slot % CYCLE_SLOTS
        for i in range(pilot_starts[row], pilot_starts[row + 1]):
            band = pilot_bands[i]
            value = (contrasts[step, band] * (1 - share) + contrasts[step + 1, band] * share) * chips[row, band]
            total += value
            power += value * value
        slot += 1
    return float(total / np.sqrt(power))


def refine(contrasts: Floats, guess: Alignment, pattern: Pattern, span: float) -> Alignment:
    """Climb the pilot score over lag and stretch, keeping the middle of the sound in place.

    Args:
        contrasts: of the whole stretch, from `contrast`.
        guess: where to start.
        pattern: the key's cycle.
        span: how far the stretch may be off.
    """
    middle = len(contrasts) / 2
    step = STEPS_PER_SLOT / 2 / max(middle, 1)
    reach = min(max(1, int(np.ceil(span / step))), 12)

    def scored(lag: float, stretch: float) -> Alignment:
        score = pilot_score(contrasts, lag, stretch, pattern.chips, pattern.pilot_bands, pattern.pilot_starts)
        return Alignment(guess.pitch, stretch, lag, score)

    best = scored(guess.lag, guess.stretch)
    for _ in range(2):
        anchor = middle / best.stretch - best.lag
        centre = best.stretch
        for i in range(-reach, reach + 1):
            stretch = centre + i * step
            for shift in (-0.5, -0.25, 0.0, 0.25, 0.5):
                best = max(best, scored(middle / stretch - anchor + shift, stretch), key=lambda a: a.score)
        reach, step = 2, step / 2
    return best


def _grid() -> Iterator[tuple[float, list[float]]]:
    """Pitches, each with the stretches to try: tempo alone, pitch alone, and both as tape speed couples them."""
    yield 1.0, [1 + TEMPO_STEP * k for k in range(-TEMPO_REACH, TEMPO_REACH + 1)]
    for k in range(-PITCH_REACH, PITCH_REACH + 1):
        if k:
            pitch = 1 + PITCH_STEP * k
            yield pitch, [1.0, *(1 / (pitch + TEMPO_STEP * j) for j in range(-2, 3))]


def correlate(contrasts: Floats, pattern: Pattern, pitch: float, stretch: float, count: int = 2) -> list[Alignment]:
    """The best places of the cycle for one pitch and stretch."""
    steps = np.round(np.arange(int((len(contrasts) - 1) / stretch) + 1) * stretch).astype(np.int64)
    steps = steps[steps < len(contrasts)]
    folded = np.zeros((-(-len(steps) // CYCLE_STEPS) * CYCLE_STEPS, BANDS), np.float32)
    folded[: len(steps)] = contrasts[steps]
    cycle = np.ascontiguousarray(folded.reshape(-1, CYCLE_STEPS, BANDS).sum(axis=0).T)
    match = fft.irfft((fft.rfft(cycle, axis=1) * pattern.pilot_spectrum).sum(axis=0), CYCLE_STEPS)
    spread = float(match.std())
    if not spread > 0:
        return []
    scores = (match - match.mean()) / spread
    return [Alignment(pitch, stretch, float(lag), float(scores[lag])) for lag in np.argsort(scores)[-count:]]


def distinct(guesses: list[Alignment], count: int) -> list[Alignment]:
    """The best guesses that differ from each other by more than the refinement covers."""
    kept: list[Alignment] = []
    for guess in _best_first(guesses):
        if len(kept) == count:
            break
        if all(
            abs(guess.pitch - k.pitch) > 0.02
            or abs(guess.stretch - k.stretch) > 0.01
            or abs(guess.lag - k.lag) > 2 * STEPS_PER_SLOT
            for k in kept
        ):
            kept.append(guess)
    return kept


def _best_first(guesses: Iterator[Alignment] | list[Alignment]) -> list[Alignment]:
    return sorted(guesses, key=lambda guess: -guess.score)
