"""Where the mark may be strong: tiles that their neighbours mask, and quiet ones."""

import numpy as np

from partbook.watermark.embedding import MASKING_DOWN, MASKING_UP, _masking, _room
from partbook.watermark.tiles import BAND_EDGES, BANDS

BARK = 7 * np.arcsinh(np.sqrt(BAND_EDGES[:-1] * BAND_EDGES[1:]) / 650)


def test_masking_falls_off_by_the_slopes_in_both_directions() -> None:
    energies = np.random.default_rng(1).gamma(0.5, size=(5, BANDS)).astype(np.float32)
    away = BARK[:, None] - BARK[None, :]
    left = 10 ** (-np.where(away > 0, away * MASKING_UP, -away * MASKING_DOWN) / 10)
    assert np.allclose(_masking(energies), energies @ left.T, rtol=1e-5)


def test_a_tile_beside_a_loud_one_bears_more_than_the_loud_one() -> None:
    energies = np.full((3, BANDS), 0.1, np.float32)
    energies[:, 30] = 1.0
    room = _room(energies, energies > 0)
    assert (room[:, 31] > 1.5 * room[:, 30]).all()
    assert (room[:, 31] > room[:, 29]).all()


def test_silent_tiles_bear_nothing() -> None:
    energies = np.zeros((3, BANDS), np.float32)
    assert not _room(energies, energies > 0).any()
