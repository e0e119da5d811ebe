"""MIDI files come and go without loss, and damaged ones are refused in words."""

import random

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.score import Note, Part, Score, Tempo, replaced


def _draft(mood: str = "joy", seed: int = 1) -> bytes:
    return write_midi(compose_draft(make_plan(ComposeRequest(mood, 20, seed)), seed))


@pytest.mark.parametrize("mood", ["grief", "joy", "anger", "lullaby", "grief, then hope"])
def test_what_is_written_reads_back_to_the_same_bytes(mood: str) -> None:
    data = _draft(mood)
    assert write_midi(read_midi(data)) == data


def test_what_is_read_is_what_was_written() -> None:
    score = compose_draft(make_plan(ComposeRequest("joy, then grief", 60, 5)), 5)
    assert read_midi(write_midi(score)) == score


NOTES = st.builds(Note, st.integers(0, 5000), st.integers(0, 127), st.integers(1, 900), st.integers(1, 127))


@settings(max_examples=100, deadline=None)
@given(
    notes=st.lists(NOTES, min_size=1, max_size=30, unique_by=lambda note: note.pitch), tempo=st.integers(1, 2**24 - 1)
)
def test_any_part_survives(notes: list[Note], tempo: int) -> None:
    part = Part("melody", "melody", 3, 17, 20, 90, tuple(sorted(notes)))
    bars = -(-max(note.end for note in notes) // 1920)
    score = Score("Ein Lied – 歌", (4, 4), -3, True, bars, (Tempo(0, tempo),), (part,))
    assert read_midi(write_midi(score)) == score


def test_files_of_other_make_are_scaled_to_our_ticks(tmp_path: object) -> None:
    file = mido.MidiFile(ticks_per_beat=96, type=0)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=60, velocity=70, time=96))
    track.append(mido.Message("note_on", note=60, velocity=0, time=48))
    file.tracks.append(track)
    import io

    stream = io.BytesIO()
    file.save(file=stream)
    (part,) = read_midi(stream.getvalue()).parts
    assert part.notes == (Note(480, 60, 240, 70),)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "not a MIDI file"),
        (b"RIFF....WAVE", "not a MIDI file"),
        (b"MThd", "damaged"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0", "damaged|0 notes"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\xe7\x28MTrk\x00\x00\x00\x04\x00\xff\x2f\x00", "film frames"),
        (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk\x00\x00\x00\x04\x00\xff\x2f\x00", "0 notes"),
    ],
)
def test_what_is_no_score_is_refused_with_its_name(data: bytes, named: str) -> None:
    with pytest.raises(UnusableInput, match=named) as refused:
        read_midi(data, "tune.mid")
    assert "tune.mid" in str(refused.value)


def test_no_damage_gets_past_as_another_error() -> None:
    chance, whole = random.Random(1), _draft()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_midi(bytes(data[: chance.randrange(1, len(data))]))
        except UnusableInput:
            continue


def test_a_replaced_stretch_keeps_what_lies_outside_and_cuts_what_reaches_in() -> None:
    old = (Note(0, 60, 1000, 80), Note(500, 61, 100, 80), Note(960, 62, 100, 80))
    new = [Note(480, 70, 900, 80), Note(2000, 71, 10, 80)]
    assert replaced(old, 480, 960, new) == (Note(0, 60, 480, 80), Note(480, 70, 480, 80), Note(960, 62, 100, 80))
