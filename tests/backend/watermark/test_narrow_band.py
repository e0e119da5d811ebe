"""Sound without treble bears a weaker mark; steady sound the weakest."""

import numpy as np
import pytest
from band_music import play

from partbook.watermark import MarkKey, WorkPayload, detect, embed
from partbook.watermark.narrow_band import LIVELY_SHARE, STEADY_SHARE, bearable_share
from partbook.watermark.quality import snr_db
from partbook.watermark.tiles import BANDS

KEY = MarkKey.public()
WORK = WorkPayload(1, 0x4242, 7).pack()


def tiles(change_db: float) -> np.ndarray:
    """Energies that move by so many decibels from slot to slot, up and down."""
    up = np.arange(100)[:, None] % 2
    return np.broadcast_to(10 ** (up * change_db / 10), (100, BANDS)).astype(np.float32)


def treble(energies: np.ndarray, decibels: float) -> np.ndarray:
    """Treble that lies so many decibels below the mean of the tiles."""
    return np.full(len(energies), energies.sum(axis=1).mean() * 10 ** (-decibels / 10), np.float32)


@pytest.mark.parametrize("change", [0.5, 3.0, 9.0])
def test_sound_with_treble_bears_the_whole_mark(change: float) -> None:
    energies = tiles(change)
    assert bearable_share(energies, treble(energies, 60)) == 1.0


def test_without_treble_steady_sound_bears_less_than_lively_sound() -> None:
    shares = [bearable_share(tiles(change), treble(tiles(change), 90)) for change in (1.0, 3.0, 4.5, 8.0)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(STEADY_SHARE)
    assert shares[-1] == pytest.approx(LIVELY_SHARE)


def test_little_treble_lies_between() -> None:
    energies = tiles(3.0)
    shares = [bearable_share(energies, treble(energies, below)) for below in (80, 72, 70, 68, 60)]
    assert shares == sorted(shares)
    assert len(set(shares)) == 5


def test_a_click_is_no_treble() -> None:
    energies = tiles(3.0)
    clicked = treble(energies, 90)
    clicked[50] = energies.sum()
    assert bearable_share(energies, clicked) == bearable_share(energies, treble(energies, 90))


def test_silence_asks_for_nothing() -> None:
    assert bearable_share(np.zeros((10, BANDS), np.float32), np.zeros(10, np.float32)) == 1.0


def test_a_song_at_half_the_rate_gets_a_weaker_mark_that_is_read() -> None:
    narrow, hiss = play(20, 3, 22_050), np.random.default_rng(1).normal(0, 0.002, (20 * 44_100, 2))
    wide = (play(20, 3) + hiss).astype(np.float32)
    change = {
        rate: snr_db(sound, embed(sound, rate, WORK, KEY), rate)[0]
        for rate, sound in ((22_050, narrow), (44_100, wide))
    }
    assert change[22_050] > change[44_100] + 1
    assert [reading.payload for reading in detect(embed(narrow, 22_050, WORK, KEY), 22_050, KEY)] == [WORK]
