from collections.abc import Callable

import numpy as np
import pytest
from band_music import play
from scipy import signal

from partbook.sound.codecs import round_trip
from partbook.watermark import CopyPayload, MarkKey, Reader, WorkPayload, detect, embed, polar
from partbook.watermark.codeword import FALSE_NAME_PER_DECODE
from partbook.watermark.demodulate import SoftBits
from partbook.watermark.detection import MOST_DECODES
from partbook.watermark.last_try import LIST_SIZE

Sound = np.ndarray
Attack = Callable[[Sound, int], tuple[Sound, int]]

RATE = 44_100
PUBLIC, PRIVATE = MarkKey.public(), MarkKey.from_secret(b"a registrant's own secret", 2)
WORK, COPY = WorkPayload(1, 0x4242, 7).pack(), CopyPayload(2, 7, 3).pack()
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def songs() -> list[Sound]:
    return [play(24, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def marked(songs: list[Sound]) -> list[Sound]:
    return [in_16_bits(embed(song, RATE, WORK, PUBLIC)) for song in songs]


def in_16_bits(sound: Sound) -> Sound:
    return (np.round(np.clip(sound, -1, 1) * 32767) / 32768).astype(np.float32)


def crop(start: float, seconds: float) -> Attack:
    return lambda sound, rate: (sound[round(start * rate) :][: round(seconds * rate)], rate)


def noise(decibels: float) -> Attack:
    def add(sound: Sound, rate: int) -> tuple[Sound, int]:
        hiss = np.random.default_rng(1).standard_normal(sound.shape)
        return in_16_bits(sound + hiss * np.sqrt(np.mean(sound**2) / 10 ** (decibels / 10))), rate

    return add


def resampled(to: int) -> Attack:
    return lambda sound, rate: (signal.resample_poly(sound, to // 50, rate // 50, axis=0).astype(np.float32), to)


def filtered(edges: float | list[float], kind: str) -> Attack:
    def apply(sound: Sound, rate: int) -> tuple[Sound, int]:
        return signal.sosfilt(signal.butter(4, edges, kind, fs=rate, output="sos"), sound, axis=0), rate

    return apply


def faster(factor: float) -> Attack:
    """Tape speed: tempo and pitch together."""
    return lambda sound, rate: (
        signal.resample_poly(sound, 1000, round(1000 * factor), axis=0).astype(np.float32),
        rate,
    )


def stretched(tempo: float) -> Attack:
    """Tempo alone, by a phase vocoder."""

    def apply(sound: Sound, rate: int) -> tuple[Sound, int]:
        size, hop = 2048, 512
        window = np.hanning(size)
        advance = 2 * np.pi * hop * np.arange(size // 2 + 1) / size
        mono = sound.mean(axis=1)
        spectra = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(mono, size)[::hop] * window)
        turn = np.angle(spectra[1:]) - np.angle(spectra[:-1]) - advance
        turn += advance - 2 * np.pi * np.round(turn / (2 * np.pi))
        at = np.arange(0, len(spectra) - 1, tempo)
        phase = np.cumsum(turn[at.astype(int)], axis=0)
        frames = np.fft.irfft(np.abs(spectra[np.round(at).astype(int)]) * np.exp(1j * phase)) * window
        result = np.zeros(len(at) * hop + size)
        for number, frame in enumerate(frames):
            result[number * hop : number * hop + size] += frame
        return in_16_bits(result[:, None] / 1.5), rate

    return apply


ATTACKS: dict[str, Attack] = {
    "nothing": lambda sound, rate: (sound, rate),
    "MP3 128": lambda sound, rate: round_trip(sound, rate, "mp3", 128),
    "Opus 64": lambda sound, rate: round_trip(sound, rate, "opus", 64),
    "AAC 96": lambda sound, rate: round_trip(sound, rate, "aac", 96),
    "10 s of it": crop(7.3, 10),
    "5 s of it": crop(13.1, 5),
    "10 s as MP3 128": lambda sound, rate: round_trip(crop(11.9, 10)(sound, rate)[0], rate, "mp3", 128),
    "noise 20 dB below": noise(20),
    "one channel": lambda sound, rate: (sound.mean(axis=1, keepdims=True), rate),
    "left minus right": lambda sound, rate: (sound[:, :1] - sound[:, 1:], rate),
    "upside down": lambda sound, rate: (-sound, rate),
    "96 kHz": resampled(96_000),
    "22.05 kHz": resampled(22_050),
    "8 kHz": resampled(8_000),
    "telephone": filtered([300, 3400], "band"),
    "no bass": filtered(2000, "high"),
    "clipped": lambda sound, rate: (np.clip(3 * sound, -1, 1), rate),
    "quiet": lambda sound, rate: (in_16_bits(sound * 0.02), rate),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_payload_is_read_back_from_a_copy(name: str, marked: list[Sound]) -> None:
    for sound in marked:
        readings = detect(*ATTACKS[name](sound, RATE), PUBLIC)
        assert [reading.payload for reading in readings] == [WORK]
        assert 0.2 < readings[0].confidence <= 1


@pytest.mark.parametrize(
    ("attack", "tempo", "pitch"),
    [
        (faster(1.02), 1.02, 0.343),
        (faster(0.98), 0.98, -0.35),
        (faster(1.06), 1.06, 1.009),
        (stretched(1.02), 1.02, 0.0),
        (stretched(0.98), 0.98, 0.0),
    ],
)
def test_another_tempo_or_pitch_is_found_by_search(
    attack: Attack, tempo: float, pitch: float, marked: list[Sound]
) -> None:
    for sound in marked[:2]:
        (reading,) = detect(*attack(sound, RATE), PUBLIC, search_speed=True)
        assert reading.payload == WORK
        assert reading.tempo == pytest.approx(tempo, abs=0.002)
        assert reading.pitch == pytest.approx(pitch, abs=0.12)


def test_sound_without_a_mark_gives_no_reading(songs: list[Sound]) -> None:
    for sound in songs:
        for key in (PUBLIC, PRIVATE):
            assert detect(sound, RATE, key, search_speed=True) == []


def test_the_wrong_key_reads_nothing(marked: list[Sound]) -> None:
    for sound in marked:
        assert detect(sound, RATE, PRIVATE, search_speed=True) == []
        assert detect(sound, RATE, MarkKey.public(2)) == []


def test_noise_silence_and_a_tone_give_no_reading() -> None:
    time = np.arange(20 * RATE)[:, None] / RATE
    for sound in (
        np.random.default_rng(1).standard_normal((20 * RATE, 2)) * 0.1,
        np.zeros((20 * RATE, 2)),
        np.sin(2 * np.pi * 1000 * time),
        np.full((20 * RATE, 1), 0.5),
        np.zeros((10, 1)),
        np.zeros((0, 1)),
    ):
        assert detect(sound, RATE, PUBLIC, search_speed=True) == []


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000, 96_000])
def test_sound_is_marked_at_its_own_rate(rate: int) -> None:
    sound = embed(play(15, rate=rate, channels=1), rate, WORK, PUBLIC)
    assert [reading.payload for reading in detect(sound, rate, PUBLIC)] == [WORK]


def test_two_layers_are_both_read_from_an_mp3(songs: list[Sound]) -> None:
    for song in songs[:2]:
        both = embed(embed(song, RATE, WORK, PUBLIC), RATE, COPY, PRIVATE)
        heard = round_trip(both, RATE, "mp3", 128)
        assert [reading.payload for reading in detect(*heard, PUBLIC)] == [WORK]
        assert [reading.payload for reading in detect(*heard, PRIVATE)] == [COPY]


def test_two_works_one_after_the_other_are_both_named(songs: list[Sound]) -> None:
    other = WorkPayload(1, 0x4242, 8).pack()
    medley = np.concatenate((embed(songs[0], RATE, WORK, PUBLIC), embed(songs[1], RATE, other, PUBLIC)))
    assert {reading.payload for reading in detect(medley, RATE, PUBLIC)} == {WORK, other}


def test_a_reading_says_where_the_marked_sound_lies(songs: list[Sound]) -> None:
    long = np.concatenate([np.tile(songs[2], (4, 1)), embed(songs[0], RATE, WORK, PUBLIC)])
    (reading,) = detect(long, RATE, PUBLIC)
    assert 30 <= reading.start <= 96
    assert reading.end == pytest.approx(120, abs=0.1)


def test_any_size_of_blocks_gives_the_same_reading_in_bounded_memory(marked: list[Sound]) -> None:
    sound = np.tile(marked[0], (5, 1))
    results = []
    for size in (997, 44_100, len(sound)):
        reader = Reader(PUBLIC, RATE, 2)
        for at in range(0, len(sound), size):
            reader.push(sound[at : at + size])
            held = reader._power.nbytes + sum(rows.nbytes for rows in reader._waiting)
            assert held < 20e6
        results.append(reader.finish())
    assert results[0] == results[1] == results[2]
    assert results[0].readings[0].payload == WORK


def test_the_bound_on_false_names_counts_the_decodes(songs: list[Sound], marked: list[Sound]) -> None:
    def read(sound: Sound) -> tuple[int, float]:
        reader = Reader(PUBLIC, RATE, 2)
        reader.push(sound)
        detection = reader.finish()
        return detection.decodes, detection.false_name_bound

    assert read(songs[0]) == (0, 0.0)
    decodes, bound = read(marked[0])
    assert decodes >= 1
    assert bound == decodes * FALSE_NAME_PER_DECODE
    assert MOST_DECODES * FALSE_NAME_PER_DECODE < 1e-9


def test_what_the_first_looks_miss_a_last_try_reads_within_the_same_bound(
    marked: list[Sound], songs: list[Sound], monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Reader._decode

    def only_long_lists(reader: Reader, soft: SoftBits, list_size: int = polar.LIST_SIZE) -> bool:
        return list_size > polar.LIST_SIZE and decode(reader, soft, list_size)

    monkeypatch.setattr(Reader, "_decode", only_long_lists)
    for sound, found in ((marked[0], [WORK]), (songs[0], [])):
        reader = Reader(PUBLIC, RATE, 2)
        reader.push(sound)
        detection = reader.finish()
        assert [reading.payload for reading in detection.readings] == found
        assert detection.decodes == len(found) * LIST_SIZE // polar.LIST_SIZE
