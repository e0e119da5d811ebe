#!/usr/bin/env python3
"""Turn the MIT KEMAR measurements into the small file by which halls are heard with two ears.

    apt-get download libmysofa1 && dpkg-deb -x libmysofa1_*.deb libmysofa1
    .venv/bin/python -m pip install --target h5 h5py==3.16.0
    PYTHONPATH=h5 .venv/bin/python scripts/make_hrtf.py libmysofa1/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa

What all directions have in common (the loudspeaker, the ear canal) is taken out: every direction is filtered by the
minimum-phase inverse of their mean power, so that sound from everywhere is heard as a microphone would hear it. Bass
that the loudspeaker could not give is filled in, and each response is cut to `TAPS`. The same input gives the same
bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import fft

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "backend" / "partbook" / "artifacts" / "hrtf" / "mit-kemar.npz"
RATE = 44_100
LENGTH = 4096
"""Of the transforms; far more than the 512 taps that were measured."""
EARLIEST = 20
"""Taps of silence before the earliest sound that are left out."""
TAPS, FADE = 256, 48
LOWEST_HERTZ, HIGHEST_HERTZ = 100.0, 18_000.0
"""Outside, the mean power is taken to go on as at the edge: the loudspeaker gave nothing there to measure."""
BASS_HERTZ = 400.0
"""Below, a head is no obstacle to sound, and the loudspeaker was none: magnitude and delay go on as they are here."""
MOST_DB = 15.0
SMOOTHING = 1 / 6
"""Of an octave to either side, over which the mean power is smoothed."""

Floats = npt.NDArray[np.float64]


def main() -> int:
    """Read a SOFA file and write the package's own."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    import h5py

    with h5py.File(sys.argv[1]) as sofa:
        measured = np.asarray(sofa["Data.IR"], np.float64)
        position = np.asarray(sofa["SourcePosition"], np.float64)
        rate = float(np.asarray(sofa["Data.SamplingRate"])[0])
    if rate != RATE:
        print(f"{sys.argv[1]} was measured at {rate:g} Hz, not {RATE}.", file=sys.stderr)
        return 1
    weights = solid_angles(position[:, 1])
    spectra = fft.rfft(measured, LENGTH, axis=2)
    power = np.einsum("d,def->f", weights, np.abs(spectra) ** 2) / 2
    equalised = fft.irfft(with_bass(spectra * inverse(power)), LENGTH, axis=2)[:, :, EARLIEST : EARLIEST + TAPS]
    equalised[:, :, -FADE:] *= np.cos(np.linspace(0, np.pi / 2, FADE)) ** 2
    write(directions(position), equalised)
    print(f"{TARGET.relative_to(ROOT)}: {len(position)} directions, {TARGET.stat().st_size} bytes")
    return 0


def solid_angles(elevations: Floats) -> Floats:
    """The share of the measured sphere that each direction stands for; rings of elevation lie 10° apart."""
    rings, ring = np.unique(elevations, return_inverse=True)
    counts = np.bincount(ring)
    areas = np.sin(np.radians(np.minimum(rings + 5, 90))) - np.sin(np.radians(rings - 5))
    shares = (areas / counts)[ring]
    return np.asarray(shares / shares.sum(), np.float64)


def inverse(power: Floats) -> npt.NDArray[np.complex128]:
    """Minimum-phase filter that makes a power spectrum flat."""
    frequencies = fft.rfftfreq(LENGTH, 1 / RATE)
    smooth = np.empty_like(power)
    for index, centre in enumerate(np.clip(frequencies, LOWEST_HERTZ, HIGHEST_HERTZ)):
        near = (frequencies >= centre * 2**-SMOOTHING) & (frequencies <= centre * 2**SMOOTHING)
        smooth[index] = power[near].mean()
    decibels = -10 * np.log10(smooth)
    middle = np.median(decibels[(frequencies > 300) & (frequencies < 3000)])
    gain = 10 ** (np.clip(decibels, middle - MOST_DB, middle + MOST_DB) / 20)
    cepstrum = fft.irfft(np.log(gain), LENGTH)
    cepstrum[1 : LENGTH // 2] *= 2
    cepstrum[LENGTH // 2 + 1 :] = 0
    filtered: npt.NDArray[np.complex128] = np.exp(fft.rfft(cepstrum))
    return filtered


def with_bass(spectra: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    """Spectra whose magnitude and delay below `BASS_HERTZ` are those at that frequency."""
    edge = round(BASS_HERTZ * LENGTH / RATE)
    ramp = np.arange(edge) / edge
    at_edge = spectra[:, :, edge : edge + 1]
    filled = spectra.copy()
    filled[:, :, :edge] = np.abs(at_edge) * np.exp(1j * np.angle(at_edge) * ramp)
    return filled


def directions(position: Floats) -> Floats:
    """Unit vectors (front, left, up) of azimuth and elevation in degrees, azimuth growing to the left."""
    azimuth, elevation = np.radians(position[:, 0]), np.radians(position[:, 1])
    level = np.cos(elevation)
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], axis=1)


def write(vectors: Floats, responses: Floats) -> None:
    """Keep the responses as 16-bit integers with one scale."""
    scale = float(np.abs(responses).max()) / 32767
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        TARGET,
        directions=vectors.astype(np.float32),
        responses=np.rint(responses / scale).astype(np.int16),
        scale=np.float64(scale).reshape(1),
        rate=np.int32(RATE).reshape(1),
    )


if __name__ == "__main__":
    sys.exit(main())
