import numpy as np
import pytest
from band_music import play
from scipy import signal

from partbook.core.errors import UnusableInput
from partbook.fingerprint import SAME_SCORE, Fingerprint, Fingerprinter, compare, fingerprint
from partbook.sound.codecs import round_trip

RATE = 44_100


@pytest.fixture(scope="module")
def songs() -> list[np.ndarray]:
    return [play(40, seed) for seed in range(5)]


@pytest.fixture(scope="module")
def known(songs: list[np.ndarray]) -> list[Fingerprint]:
    return [fingerprint(song, RATE) for song in songs]


@pytest.mark.parametrize(("start", "seconds"), [(0.0, 30), (6.17, 20), (21.3, 10), (33.33, 5)])
def test_an_excerpt_as_mp3_matches_its_song_at_the_right_place(
    start: float, seconds: int, songs: list[np.ndarray], known: list[Fingerprint]
) -> None:
    for song, reference in list(zip(songs, known, strict=True))[:2]:
        excerpt = song[round(start * RATE) :][: seconds * RATE]
        heard, rate = round_trip(excerpt, RATE, "mp3", 128)
        match = compare(fingerprint(heard, rate), reference)
        assert match.same
        assert match.score > 0.6
        assert match.offset_seconds == pytest.approx(start, abs=0.1)


def test_different_songs_by_the_same_band_do_not_match(songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    for seconds in (40, 10, 4):
        for number, song in enumerate(songs):
            query = fingerprint(song[3 * RATE :][: seconds * RATE], RATE)
            for other, reference in enumerate(known):
                match = compare(query, reference)
                assert match.same == (other == number)
                assert other == number or match.score < 0.8 * SAME_SCORE


def test_level_equalisation_noise_and_one_channel_still_match(
    songs: list[np.ndarray], known: list[Fingerprint]
) -> None:
    song = songs[0]
    treble = signal.sosfilt(signal.butter(1, 1200, "high", fs=RATE, output="sos"), song, axis=0)
    hiss = np.random.default_rng(1).standard_normal(song.shape) * np.sqrt(np.mean(song**2) / 100)
    for copy in (song * 0.03, song + treble, song + hiss, song[:, :1], -song):
        assert compare(fingerprint(copy, RATE), known[0]).same


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 96_000])
def test_the_rate_does_not_matter(rate: int, songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    copy = signal.resample_poly(songs[1], rate // 50, RATE // 50, axis=0)
    assert compare(fingerprint(copy, rate), known[1]).score > 0.6


@pytest.mark.parametrize("speed", [0.95, 0.98, 1.02, 1.06])
def test_another_speed_matches_once_the_fingerprint_is_told(
    speed: float, songs: list[np.ndarray], known: list[Fingerprint]
) -> None:
    copy = signal.resample_poly(songs[2], 1000, round(1000 * speed), axis=0)
    told = fingerprint(copy, RATE, tempo=speed, pitch=12 * np.log2(speed))
    assert compare(told, known[2]).score > 0.6
    assert not compare(fingerprint(copy, RATE), known[2]).same


def test_a_drift_of_half_a_percent_needs_no_telling(songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    copy = signal.resample_poly(songs[2], 1000, 1005, axis=0)[: 20 * RATE]
    assert compare(fingerprint(copy, RATE), known[2]).same


def test_a_query_may_begin_before_the_reference(songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    longer = np.concatenate((songs[4][: 8 * RATE], songs[3]))
    match = compare(fingerprint(longer, RATE), known[3])
    assert match.same
    assert match.offset_seconds == pytest.approx(-8, abs=0.1)


def test_silence_matches_nothing_not_even_silence(known: list[Fingerprint]) -> None:
    silence = fingerprint(np.zeros((20 * RATE, 2), np.float32), RATE)
    assert not compare(silence, silence).same
    assert not compare(silence, known[0]).same


def test_too_little_sound_matches_nothing(songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    for frames in (0, 1, RATE, 2 * RATE):
        assert not compare(fingerprint(songs[0][:frames], RATE), known[0]).same


@pytest.mark.parametrize("size", [1_000, 44_100, 123_457])
def test_any_size_of_blocks_gives_the_same_bytes(size: int, songs: list[np.ndarray], known: list[Fingerprint]) -> None:
    listener = Fingerprinter(RATE, 2)
    for at in range(0, len(songs[0]), size):
        listener.push(songs[0][at : at + size])
    assert listener.finish().to_bytes() == known[0].to_bytes()


def test_bytes_come_back_and_damage_is_named(known: list[Fingerprint]) -> None:
    data = known[0].to_bytes()
    assert np.array_equal(Fingerprint.from_bytes(data).words, known[0].words)
    assert len(data) < 90 * 40
    for damaged, reason in (
        (b"", "not a fingerprint"),
        (b"RIFF" + data[4:], "not a fingerprint"),
        (data[:-1], "bytes"),
        (data[:5] + b"\x07" + data[6:], "version"),
    ):
        with pytest.raises(UnusableInput, match=reason):
            Fingerprint.from_bytes(damaged)
