"""The index finds what a melody is like, in any key, and keeps common coin out."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.errors import UnusableInput
from partbook.music.score import Note
from partbook.music.similarity import RAREST, SIZE, WINDOW, MelodyIndex, rows_of


def tune(seed: int, notes: int = 60) -> list[Note]:
    chance, start, made = Random(f"tune {seed}"), 0, []
    for _ in range(notes):
        length = chance.choice((240, 240, 480, 720))
        made.append(Note(start, chance.randrange(60, 80), length, 80))
        start += length
    return made


CORPUS = [(f"piece {seed}", tune(seed)) for seed in range(40)]
INDEX = MelodyIndex.build(CORPUS)


@settings(max_examples=60, deadline=None)
@given(
    which=st.integers(0, 39),
    begin=st.integers(0, 40),
    length=st.integers(SIZE + WINDOW - 1, 20),
    by=st.integers(-20, 20),
    where=st.integers(0, 30),
)
def test_every_shared_run_is_found_in_any_key(which: int, begin: int, length: int, by: int, where: int) -> None:
    quoted = tune(which)[begin : begin + length]
    mine = tune(1000)[:where]
    offset = (mine[-1].end if mine else 0) - quoted[0].start
    melody = mine + [replace(n, start=n.start + offset, pitch=n.pitch + by, velocity=40) for n in quoted]
    found = INDEX.nearest(melody)
    assert found[0].piece == f"piece {which}"
    assert SIZE <= found[0].longest_run <= len(quoted)


def test_a_melody_like_nothing_has_no_neighbours() -> None:
    assert INDEX.nearest(tune(2000)) == []
    assert INDEX.nearest(tune(3)[: SIZE - 1]) == []
    assert rows_of([]) == []


def test_a_whole_piece_is_a_run_of_all_its_notes() -> None:
    found = INDEX.nearest(tune(7))
    assert [each.piece for each in found] == ["piece 7"]
    assert found[0].longest_run >= 60 - 2 * (WINDOW - 1)
    assert found[0].rarity_millibits == found[0].shared * 5321  # 1000 · log2(40), rounded down


def test_a_row_that_many_pieces_have_is_common_coin() -> None:
    shared = tune(5000, 20)
    few = MelodyIndex.build([(f"a {n}", shared) for n in range(RAREST)])
    many = MelodyIndex.build([(f"a {n}", shared) for n in range(RAREST + 1)])
    assert len(few.nearest(shared, 100)) == RAREST
    assert many.nearest(shared) == []


def test_of_notes_that_start_together_the_highest_is_heard() -> None:
    melody = tune(9)
    chords = sorted(melody + [replace(n, pitch=n.pitch - 12) for n in melody])
    assert rows_of(chords) == rows_of(melody)


def test_the_file_reads_back_and_is_the_same_each_time() -> None:
    data = INDEX.to_bytes()
    assert data == MelodyIndex.build(CORPUS).to_bytes()
    assert MelodyIndex.from_bytes(data, "index").nearest(tune(4)) == INDEX.nearest(tune(4))


def test_what_is_no_index_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnusableInput, match=r"i\.npz is not an index"):
        MelodyIndex.from_bytes(b"PK nothing", "i.npz")
    with pytest.raises(UnusableInput, match="comes twice"):
        MelodyIndex.build([("a", tune(1)), ("a", tune(2))])
    data = INDEX.to_bytes()
    monkeypatch.setattr("partbook.music.similarity.WINDOW", 5)
    with pytest.raises(UnusableInput, match="window 4; this version reads 5"):
        MelodyIndex.from_bytes(data, "i.npz")
