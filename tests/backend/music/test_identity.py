"""A person's sound follows from her public address; a melody comes into her range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.identity import IdentityTimbre, in_timbre
from partbook.music.orchestration import INSTRUMENTS
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.score import MELODY, RHYTHM, Score
from partbook.music.vocal_range import Fit, VocalRange, fit_melody

DEE = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())


def _song() -> Score:
    request = ComposeRequest("joy", 24, 5)
    return compose_draft(make_plan(request), request.seed, None)


SONG = _song()


@given(ADDRESSES)
def test_every_address_has_a_timbre_within_its_limits_and_always_the_same(address: str) -> None:
    timbre = IdentityTimbre.of(address)
    assert timbre == IdentityTimbre.of("0x" + address[2:].upper())
    assert set(timbre.instruments.values()) <= set(INSTRUMENTS)
    assert len(set(timbre.instruments.values())) >= 3
    assert all(abs(cents) <= 11 for cents in timbre.cents.values())
    assert all(20 <= pan <= 108 for pan in timbre.pans.values())
    assert abs(timbre.low_db) <= 3
    assert abs(timbre.high_db) <= 3
    assert 300 <= timbre.room_m3 <= 4_000
    assert -18 <= timbre.room_db <= -10


def test_a_timbre_never_changes() -> None:
    timbre = IdentityTimbre.of(DEE)
    assert timbre.instruments == {
        "melody": "violin", "harmony 1": "organ", "harmony 2": "harp", "bass": "cello",
    }  # fmt: skip
    assert (timbre.room_m3, timbre.room_db, timbre.cents["melody"]) == (2_600, -14.0, -6.0)


def test_people_differ() -> None:
    heard = {tuple(IdentityTimbre.of(f"0x{number:040x}").instruments.values()) for number in range(200)}
    assert len(heard) > 150


@given(st.integers(40, 70), st.integers(12, 30))
def test_a_melody_comes_into_a_range_that_is_wide_enough(low: int, width: int) -> None:
    voice = VocalRange(low, low + width)
    fit = fit_melody(SONG, voice)
    pitches = [note.pitch for note in SONG.in_layer(MELODY)]
    if max(pitches) - min(pitches) <= width:
        assert fit.outside == 0
        assert low <= min(pitches) + fit.melody
        assert max(pitches) + fit.melody <= voice.high
    assert (fit.melody - fit.others) % 12 == 0
    assert -6 <= fit.others <= 6


def test_a_melody_wider_than_the_range_says_how_much_lies_outside() -> None:
    pitches = [note.pitch for note in SONG.in_layer(MELODY)]
    assert max(pitches) - min(pitches) > 7
    fit = fit_melody(SONG, VocalRange(60, 67))
    outside = [note.length for note in SONG.in_layer(MELODY) if not 60 <= note.pitch + fit.melody <= 67]
    assert fit.outside == sum(outside) / sum(note.length for note in SONG.in_layer(MELODY)) > 0


def test_a_personal_score_moves_everything_but_the_drums() -> None:
    moved = in_timbre(SONG, IdentityTimbre.of(DEE), Fit(melody=-9, others=3))
    assert moved.sharps == (SONG.sharps + 21 + 5) % 12 - 5
    assert [note.pitch for note in moved.in_layer(MELODY)] == [note.pitch - 9 for note in SONG.in_layer(MELODY)]
    assert sorted(note.pitch for note in moved.in_layer("bass")) == sorted(
        note.pitch + 3 for note in SONG.in_layer("bass")
    )
    assert moved.in_layer(RHYTHM) == SONG.in_layer(RHYTHM)
    melody = moved.part("melody")
    assert melody is not None
    assert melody.program == INSTRUMENTS["violin"]


@pytest.mark.parametrize("text", ["A3", "E5-A3", "A3-C4", "H3-E5", "A3-E9", ""])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UnusableInput, match="range"):
        VocalRange.parse(text)


def test_ranges_and_addresses_are_read() -> None:
    assert VocalRange.parse("A3-E5") == VocalRange(57, 76)
    assert VocalRange.parse("Bb2 – F#4") == VocalRange(46, 66)
    with pytest.raises(UnusableInput, match="40 hexadecimal"):
        IdentityTimbre.of("0x12")
