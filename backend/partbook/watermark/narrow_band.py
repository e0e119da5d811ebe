"""How much of its strength a mark may have in sound without treble.

Where nothing sounds above 12 kHz, a listener has less to attend to, and the same change of the tiles is told sooner;
most of all in steady sound, whose levels hardly move from slot to slot. Such sound gets a weaker mark.

Source: the grades of PEAQ (ITU-R BS.1387), which fall with the bandwidth at equal modulation; see
docs/explanation/watermark.md.
"""

import math

import numpy as np

from partbook.watermark.tiles import Floats, levels

TREBLE_HZ = (12_000.0, 16_000.0)
EMPTY_DB, FULL_DB = -74.0, -66.0
"""Treble against the mean of the band of marks. Below the first a sound is narrow, above the second it is not."""
USUALLY = 0.75
"""Treble counts that a quarter of the slots reach; a click at a cut is none."""
STEADY_DB, LIVELY_DB = 2.5, 6.0
"""How much the level of a tile changes from slot to slot, on average."""
STEADY_SHARE, LIVELY_SHARE = 0.72, 0.94
DECIBELS = 10 / math.log(10)


def bearable_share(energies: Floats, treble: Floats) -> float:
    """The share of the strength that a stretch of sound bears, 0.72 to 1.

    Args:
        energies: tile energies, shape (slots, bands).
        treble: energy between the limits of TREBLE_HZ, shape (slots,).
    """
    mean = float(energies.sum(axis=1).mean(dtype=np.float64))
    if mean <= 0:
        return 1.0
    above = DECIBELS * math.log(float(np.quantile(treble, USUALLY)) / mean + 1e-12)
    narrow = float(np.interp(above, (EMPTY_DB, FULL_DB), (1.0, 0.0)))
    if not narrow:
        return 1.0
    share = float(np.interp(_restlessness(energies), (STEADY_DB, LIVELY_DB), (STEADY_SHARE, LIVELY_SHARE)))
    return 1.0 - narrow * (1.0 - share)


def _restlessness(energies: Floats) -> float:
    """Mean change of the audible tiles' level from one slot to the next, in dB."""
    audible = energies[1:] > float(energies.mean()) * 1e-6
    if not audible.any():
        return LIVELY_DB
    changes = np.abs(np.diff(levels(energies), axis=0))[audible]
    return float(changes.mean(dtype=np.float64) * DECIBELS)
