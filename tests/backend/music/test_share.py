"""The AI share keeps its promises, whatever the song."""

from dataclasses import replace
from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from partbook.core.canonical import sha256_hex
from partbook.music.origins import Origin, copied_notes, note_origins
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.score import LAYERS, NOTE_LAYERS, RHYTHM, Note
from partbook.music.share import Share, share_from
from partbook.music.share_policy import read_policy

POLICY = read_policy()
MOODS = ("joy", "grief", "anger", "calm", "mystery")
Layers = dict[str, list[Note]]


@cache
def _draft(mood: str) -> dict[str, tuple[Note, ...]]:
    score = compose_draft(make_plan(ComposeRequest(mood, 40, 7)), 7)
    return {layer: tuple(score.in_layer(layer)) for layer in NOTE_LAYERS}


def draft_of(mood: str) -> Layers:
    return {layer: list(notes) for layer, notes in _draft(mood).items()}


def share(song: Layers, draft: Layers, takes: dict[str, list[list[Note]]]) -> Share:
    return share_from(note_origins(song, draft, takes, POLICY), POLICY)


def a_persons(note: Note) -> Note:
    """Another note instead: off the draft's grid, at a pitch that follows no pattern."""
    own = int(sha256_hex(f"{note.start} {note.pitch}".encode())[:8], 16)
    return replace(note, start=note.start + 41 + own % 31, pitch=30 + own // 31 % 60)


@settings(deadline=None)
@given(mood=st.sampled_from(MOODS))
def test_an_untouched_draft_is_all_the_machines(mood: str) -> None:
    draft = draft_of(mood)
    found = share(draft, draft, {})
    assert found.total_bps == 10_000
    assert {layer.ai_bps for layer in found.layers.values()} == {10_000}


@settings(max_examples=40, deadline=None)
@given(mood=st.sampled_from(MOODS), seed=st.integers(0, 10**6))
def test_a_song_of_people_alone_has_none(mood: str, seed: int) -> None:
    draft, chance = draft_of(mood), Random(seed)
    song: Layers = {}
    for layer, notes in draft.items():
        low, high = (35, 60) if layer == RHYTHM else (40, 88)
        starts = [note.start + chance.randrange(-60, 60) for note in notes]
        song[layer] = sorted(Note(max(0, start), chance.randrange(low, high), 200, 80) for start in starts)
    found = share(song, draft, {layer: [notes] for layer, notes in song.items()})
    assert found.total_bps == 0


@settings(max_examples=25, deadline=None)
@given(mood=st.sampled_from(MOODS), data=st.data())
def test_putting_a_persons_note_for_a_machines_never_raises_it(mood: str, data: st.DataObject) -> None:
    draft = draft_of(mood)
    layer = data.draw(st.sampled_from([layer for layer in NOTE_LAYERS if draft[layer]]))
    order = data.draw(st.permutations(range(len(draft[layer]))))
    shares = []
    for count in sorted({0, 1, 2, len(order) // 4, len(order) // 4 + 1, len(order) // 2, len(order) - 1, len(order)}):
        chosen = set(order[:count])
        notes = sorted(a_persons(n) if i in chosen else n for i, n in enumerate(draft[layer]))
        whole_layer_as_take = {layer: [notes]} if count else {}
        shares.append(share({**draft, layer: notes}, draft, whole_layer_as_take))
    layer_bps = [found.layers[layer].ai_bps for found in shares]
    assert layer_bps == sorted(layer_bps, reverse=True)
    assert [s.total_bps for s in shares] == sorted((s.total_bps for s in shares), reverse=True)
    assert layer_bps[-1] == 0


@settings(max_examples=25, deadline=None)
@given(
    mood=st.sampled_from(MOODS),
    semitones=st.integers(-11, 11),
    stretch=st.sampled_from([(1, 1), (2, 1), (1, 2), (3, 2), (11, 10), (97, 100)]),
    loudness=st.integers(30, 160),
    later=st.sampled_from([0, 1920]),
    part=st.integers(0, 60),
)
def test_transposing_stretching_and_loudness_move_it_by_200_at_most(
    mood: str, semitones: int, stretch: tuple[int, int], loudness: int, later: int, part: int
) -> None:
    draft = draft_of(mood)
    mine = sorted(a_persons(note) for note in draft["melody"][:part])
    song = {**draft, "melody": sorted(mine + draft["melody"][part:])}
    takes = {"melody": [mine]} if mine else {}
    before = share(song, draft, takes)

    def moved(layer: str, note: Note) -> Note:
        return Note(
            start=(note.start * stretch[0] + stretch[1] // 2) // stretch[1] + later,
            pitch=note.pitch + (0 if layer == RHYTHM else semitones),
            length=max(1, note.length * stretch[0] // stretch[1]),
            velocity=max(1, min(127, note.velocity * loudness // 100)),
        )

    changed = {layer: sorted(moved(layer, note) for note in notes) for layer, notes in song.items()}
    after = share(changed, draft, takes)
    assert abs(after.total_bps - before.total_bps) <= 200


def test_a_machines_melody_brought_back_as_a_take_stays_the_machines() -> None:
    draft = draft_of("joy")
    for take in (
        draft["melody"],
        [replace(note, pitch=note.pitch + 3) for note in draft["melody"]],
        [replace(note, start=note.start + 1920 * 4) for note in draft["melody"]],
        [replace(note, velocity=20, length=10) for note in draft["melody"]],
    ):
        copied = copied_notes("melody", take, draft["melody"], POLICY)
        assert sum(copied) >= 0.9 * len(take)


def test_changing_every_fifth_note_does_not_claim_the_rest() -> None:
    draft = draft_of("joy")
    take = sorted(a_persons(note) if i % 5 == 0 else note for i, note in enumerate(draft["melody"]))
    found = share({**draft, "melody": take}, draft, {"melody": [take]})
    assert 7500 <= found.layers["melody"].ai_bps <= 8500


def test_a_change_that_nobody_declares_lowers_nothing() -> None:
    draft = draft_of("grief")
    song = {**draft, "melody": sorted(a_persons(note) for note in draft["melody"])}
    found = share(song, draft, {})
    assert found.total_bps == 10_000
    assert found.layers["melody"].undeclared == len(draft["melody"])


@given(
    counts=st.dictionaries(
        st.sampled_from(LAYERS), st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), max_size=7
    )
)
def test_shares_are_whole_and_bounded_and_absent_layers_drop_out(counts: dict[str, tuple[int, int, int]]) -> None:
    origins = {
        layer: [Origin.AI] * ai + [Origin.HUMAN] * human + [Origin.UNDECLARED] * nobody
        for layer, (ai, human, nobody) in counts.items()
    }
    found = share_from(origins, POLICY)
    assert set(found.layers) == {layer for layer, numbers in counts.items() if sum(numbers)}
    assert type(found.total_bps) is int
    for layer in found.layers.values():
        assert type(layer.ai_bps) is int
        assert 0 <= layer.ai_bps <= 10_000
    if found.layers:
        bounds = [layer.ai_bps for layer in found.layers.values()]
        assert min(bounds) - 1 <= found.total_bps <= max(bounds) + 1


def test_the_policy_names_every_layer_once() -> None:
    assert set(POLICY.weights) == set(LAYERS)
    assert sum(POLICY.weights.values()) == 100
