"""Each bar is read from where most of its notes lie, and from where they still stand if two places hold as many."""

from collections import Counter
from random import Random

from partbook.music.alignment import lay_over
from partbook.music.bar_alignment import EXACT, MOST_DISPLACEMENTS, STANDING, Votes, place_bars
from partbook.music.score import MELODY, Note

BAR = 1920


def test_a_section_that_came_from_afar_is_found_among_many_nearer_likenesses() -> None:
    votes: Votes = {bar: Counter({by: EXACT for by in range(-20, 40) if by}) for bar in range(50)}
    for bar in range(4):
        votes[bar][46] = 9 * EXACT
    assert len(set().union(*votes.values())) > MOST_DISPLACEMENTS
    moved, _ = place_bars(votes)
    assert [moved.get(bar) for bar in range(4)] == [46] * 4


def test_where_two_places_hold_as_many_notes_those_that_stand_decide() -> None:
    notes = 8
    votes: Votes = {bar: Counter({3: notes * EXACT, 5: notes * (EXACT + STANDING)}) for bar in range(4)}
    assert place_bars(votes)[0] == dict.fromkeys(range(4), 5)


def test_a_note_that_is_missed_costs_more_than_all_that_stand_elsewhere() -> None:
    votes: Votes = {0: Counter({3: 9 * EXACT, 5: 8 * (EXACT + STANDING)})}
    assert place_bars(votes)[0] == {0: 3}


def test_halves_of_a_song_that_changed_places_are_moved_and_the_song_is_not_shifted() -> None:
    """Though a shift of the whole by four bars would spare a move, and lose but the two notes at the end."""

    pitches = Random(7).choices(range(50, 90), k=64)

    def melody(bars: range, by: int) -> list[Note]:
        return [Note((bar + by) * BAR + at * 240, pitches[8 * bar + at], 100, 80) for bar in bars for at in range(8)]

    end = [Note(8 * BAR, 100, 100, 80), Note(8 * BAR + 240, 103, 100, 80)]
    draft = [*melody(range(8), 0), *end]
    song = sorted([*melody(range(4), 4), *melody(range(4, 8), -4), *end])
    standing = {MELODY: [(note.start, note.pitch) for note in draft]}
    laying = lay_over({MELODY: song}, standing, {}, BAR, 10, 125, (480, 240))
    assert laying.fit.shift == 0
    assert laying.moved == {bar: 4 if bar < 4 else -4 for bar in range(8)}
