"""Sound that was cut, filled or bent is read from pieces that lie at different places of the cycle."""

import numpy as np
import pytest
from band_music import play
from scipy import signal

from partbook.watermark import MarkKey, Reader, WorkPayload, detect, embed
from partbook.watermark.detection import MOST_DECODES, MOST_DECODES_OF_PIECES
from partbook.watermark.pieces import read_in_pieces

RATE = 44_100
KEY = MarkKey.public()
WORK = WorkPayload(1, 0x4242, 7).pack()
NOISE_BELOW = 8.0


@pytest.fixture(scope="module")
def marked() -> np.ndarray:
    return embed(play(60, 3), RATE, WORK, KEY)


def noisy(sound: np.ndarray) -> np.ndarray:
    """So much noise that no single piece of the cut sound could be read by itself."""
    hiss = np.random.default_rng(2).standard_normal(sound.shape)
    return sound + hiss * np.sqrt(np.mean(sound**2) / 10 ** (NOISE_BELOW / 10))


def cut(sound: np.ndarray, pieces: int, seconds: float) -> np.ndarray:
    """Equal pieces without their first so many seconds."""
    return np.concatenate([piece[round(seconds * RATE) :] for piece in np.array_split(sound, pieces)])


def payloads(sound: np.ndarray) -> list[bytes]:
    return [reading.payload for reading in detect(sound, RATE, KEY)]


def test_sound_with_many_cuts_is_read_though_no_piece_alone_is(
    marked: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = noisy(cut(marked, 6, 0.7))
    assert payloads(heard) == [WORK]
    monkeypatch.setattr("partbook.watermark.detection.read_in_pieces", lambda *_: None)
    assert payloads(heard) == []


def test_foreign_sound_between_the_pieces_does_no_harm(marked: np.ndarray) -> None:
    foreign = play(4, 9)[: round(1.3 * RATE)]
    pieces = np.array_split(marked, 6)
    assert payloads(np.concatenate([part for piece in pieces for part in (foreign, piece)])) == [WORK]


@pytest.mark.parametrize("percent", [0.1, 0.2])
def test_speed_that_drifts_is_followed(percent: float, marked: np.ndarray) -> None:
    factors = 1 + np.linspace(-percent, percent, 60) / 100
    pieces = np.array_split(marked, len(factors))
    heard = [signal.resample(piece, round(len(piece) * f)) for piece, f in zip(pieces, factors, strict=True)]
    assert payloads(np.concatenate(heard)) == [WORK]


def test_pieces_without_a_mark_name_nothing() -> None:
    assert payloads(cut(play(60, 4), 6, 0.7)) == []


def test_decodes_of_pieces_are_counted_and_leave_room_for_others() -> None:
    assert MOST_DECODES_OF_PIECES < MOST_DECODES
    reader = Reader(KEY, RATE, 2)
    reader._decodes_of_pieces = MOST_DECODES_OF_PIECES
    assert not reader._read_pieces([], lambda _: np.zeros((0, 72), np.float32))


def test_sound_too_short_for_pieces_is_left_alone() -> None:
    from partbook.watermark.pattern import pattern_of

    assert read_in_pieces(np.zeros((300, 72), np.float32), [], pattern_of(KEY)) is None
