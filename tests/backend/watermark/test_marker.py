import numpy as np
import pytest
from band_music import play
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.watermark import DEFAULT_STRENGTH, Marker, MarkKey, TooShort, embed
from partbook.watermark.quality import Quality, snr_db

KEY = MarkKey.public()
PAYLOAD = b"8 bytes!"


@pytest.fixture(scope="module")
def song() -> np.ndarray:
    return play(28)


@pytest.fixture(scope="module")
def marked(song: np.ndarray) -> np.ndarray:
    return embed(song, 44_100, PAYLOAD, KEY)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 500_000), min_size=1, max_size=40))
def test_any_size_of_blocks_gives_the_same_samples(sizes: list[int]) -> None:
    song = play(28)
    marker = Marker(44_100, 2, PAYLOAD, KEY)
    pieces, at = [], 0
    for size in sizes:
        pieces.append(marker.push(song[at : at + size]))
        at += size
    pieces.append(marker.push(song[at:]))
    pieces.append(marker.finish())
    assert np.array_equal(np.concatenate(pieces), embed(song, 44_100, PAYLOAD, KEY))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_the_length_is_kept_to_the_sample(rate: int) -> None:
    for frames in (3 * rate, 5 * rate + 1, 13 * rate - 7):
        sound = play(frames / rate, rate=rate, channels=1)
        assert embed(sound, rate, PAYLOAD, KEY).shape == sound.shape


def test_a_marker_holds_back_no_more_than_thirteen_seconds(song: np.ndarray) -> None:
    marker = Marker(44_100, 2, PAYLOAD, KEY)
    given_back = 0
    for at in range(0, len(song), 4410):
        given_back += len(marker.push(song[at : at + 4410]))
        assert at + 4410 - given_back < 13 * 44_100


def test_the_change_is_small(song: np.ndarray, marked: np.ndarray) -> None:
    whole, segments = snr_db(song, marked, 44_100)
    assert whole > 25
    assert segments > 28
    assert not np.array_equal(song, marked)


def test_all_channels_get_the_same_gain() -> None:
    left = play(6, channels=1)
    marked = embed(np.hstack((left, -0.25 * left)), 44_100, PAYLOAD, KEY)
    assert np.allclose(marked[:, 1], -0.25 * marked[:, 0], atol=2e-6)


def test_digital_silence_stays_silent() -> None:
    song = play(12).copy()
    song[:44_100] = 0
    song[200_000:300_000] = 0
    song[-50_000:] = 0
    marked = embed(song, 44_100, PAYLOAD, KEY)
    assert not marked[~song.any(axis=1)].any()
    assert not embed(np.zeros((200_000, 2), np.float32), 44_100, PAYLOAD, KEY).any()


@pytest.mark.parametrize("peak", [1.0, 1.4, 4.0])
def test_no_peak_is_raised_above_full_scale_or_the_loudest_it_was(peak: float) -> None:
    song = np.clip(play(8) * 4, -0.7, 0.7) * np.float32(peak / 0.7)
    marked = embed(song, 44_100, PAYLOAD, KEY)
    assert np.abs(marked).max() <= max(1.0, float(np.abs(song).max()))
    beyond = np.abs(marked) > 1 - 2**-15
    assert (np.abs(marked)[beyond] <= np.abs(song)[beyond]).all()
    assert snr_db(song, marked, 44_100)[0] > 20


def test_more_strength_changes_more(song: np.ndarray) -> None:
    figures = [
        snr_db(song, embed(song, 44_100, PAYLOAD, KEY, strength), 44_100)[0]
        for strength in (0.5, DEFAULT_STRENGTH, 2.0)
    ]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] - figures[2] == pytest.approx(12, abs=2)


def test_what_cannot_be_marked_is_refused() -> None:
    sound = np.zeros((44_100 * 4, 2), np.float32)
    with pytest.raises(TooShort, match=r"1\.00 s"):
        embed(sound[:44_100], 44_100, PAYLOAD, KEY)
    with pytest.raises(UnusableInput, match="4000 Hz"):
        embed(sound, 4_000, PAYLOAD, KEY)
    with pytest.raises(UnusableInput, match="9 channels"):
        embed(np.zeros((200_000, 9), np.float32), 44_100, PAYLOAD, KEY)
    with pytest.raises(UnusableInput, match="8 bytes long"):
        embed(sound, 44_100, b"short", KEY)
    with pytest.raises(UnusableInput, match="strength"):
        embed(sound, 44_100, PAYLOAD, KEY, strength=50)
    sound[7, 1] = np.nan
    with pytest.raises(UnusableInput, match="NaN"):
        embed(sound, 44_100, PAYLOAD, KEY)


def test_quality_is_the_same_for_blocks_and_for_the_whole(song: np.ndarray, marked: np.ndarray) -> None:
    quality = Quality(44_100, 2)
    for at in range(0, len(song), 10_007):
        quality.push(song[at : at + 10_007], marked[at : at + 10_007])
    assert (quality.snr_db, quality.segsnr_db) == pytest.approx(snr_db(song, marked, 44_100))


def test_quality_of_a_known_change() -> None:
    sound = np.full((44_100, 1), 0.5, np.float32)
    assert snr_db(sound, sound * np.float32(1.01), 44_100) == pytest.approx((40, 40), abs=0.01)
    assert snr_db(sound, sound, 44_100)[0] == np.inf
