"""The AI share keeps its promises, whatever the song: shown on drafts by the composer and on scores of thin air."""

from dataclasses import replace
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from share_scenes import POLICY, Scene, a_persons, composed, drafts, scenes, some_notes

from partbook.music.evidence import evidence_of
from partbook.music.grids import Halves
from partbook.music.origins import Found, Origin
from partbook.music.score import LAYERS, NOTE_LAYERS, RHYTHM, Note
from partbook.music.share import share_from
from partbook.music.sources import Take

MOST_BPS = 200
"""What a change that adds and takes nothing may move the share by."""
SEEDS = st.integers(0, 2**32)
GRIDS = st.sampled_from(POLICY.grids)
SIZES = st.sampled_from([4, 8])


def moved_by(scene: Scene, song: dict[str, list[Note]]) -> int:
    return abs(scene.share(song).total_bps - scene.share().total_bps)


def quantised(start: int, grid: int, halves: Halves = Halves.UP) -> int:
    """The nearest place of a grid, reckoned otherwise than Partbook does."""
    place, rest = divmod(start, grid)
    up = {Halves.UP: True, Halves.DOWN: False, Halves.EVEN: place % 2 == 1}[halves]
    return (place + (2 * rest > grid or (2 * rest == grid and up))) * grid


def in_exchanged_sections(scene: Scene, start: int, one: int, other: int, size: int) -> int:
    """Where a note comes to lie when so many bars from one on change places with as many from another on."""
    bar = start // scene.bar
    by = other - one if one <= bar < one + size else one - other if other <= bar < other + size else 0
    return start + by * scene.bar


def heard(scene: Scene) -> bool:
    return any(scene.song.values())


@settings(max_examples=40, deadline=None)
@given(scene=drafts())
def test_an_untouched_draft_is_all_the_machines(scene: Scene) -> None:
    assume(heard(scene))
    found = scene.share()
    assert found.total_bps == 10_000
    assert {layer.ai_bps for layer in found.layers.values()} == {10_000}


@settings(max_examples=40, deadline=None)
@given(scene=drafts(), seed=SEEDS, step=st.sampled_from([120, 240, 480]), loose=st.sampled_from([0, 25]))
def test_a_song_of_people_alone_has_none(scene: Scene, seed: int, step: int, loose: int) -> None:
    chance, end = Random(f"people {seed}"), scene.bars * scene.bar
    takes = tuple(
        Take(f"takes/{layer}.mid", layer, 0, end, tuple(some_notes(chance, layer, 0, end, step, loose)))
        for layer in NOTE_LAYERS
    )
    assert replace(scene, takes=takes).share().total_bps == 0


@settings(max_examples=30, deadline=None)
@given(scene=scenes(), seed=SEEDS)
def test_putting_a_persons_note_for_a_machines_never_raises_it(scene: Scene, seed: int) -> None:
    chance = Random(seed)
    before = scene.share()
    for number in range(6):
        layer = chance.choice([layer for layer in NOTE_LAYERS if scene.song[layer]] or [""])
        assume(layer)
        events = scene.origins().layers[layer]
        machines = [at for at, event in enumerate(events) if event.origin is Origin.AI]
        if not machines:
            continue
        old = scene.song[layer][chance.choice(machines)]
        new = a_persons(chance, layer, old)
        if any(n.pitch == new.pitch and abs(n.start - new.start) <= POLICY.alike_ticks for n in scene.draft[layer]):
            continue
        first = old.start // scene.bar * scene.bar
        rest = [n for n in scene.song[layer] if first <= n.start < first + scene.bar and n is not old]
        notes = tuple(sorted([*rest, new]))
        take = Take(f"takes/more-{number}.mid", layer, first, first + scene.bar, notes)
        scene = replace(scene, takes=(*scene.takes, take))
        after = scene.share()
        assert after.total_bps <= before.total_bps
        assert after.layers[layer].ai_bps <= before.layers[layer].ai_bps
        before = after


@settings(max_examples=30, deadline=None)
@given(scene=scenes(), where=st.floats(0, 1))
def test_transposing_by_any_interval_moves_it_by_200_at_most(scene: Scene, where: float) -> None:
    pitches = [n.pitch for layer, notes in scene.song.items() if layer != RHYTHM for n in notes]
    assume(pitches)
    lowest, highest = -min(pitches), 127 - max(pitches)
    by = lowest + round(where * (highest - lowest))
    song = scene.each_note(lambda layer, n: n if layer == RHYTHM else replace(n, pitch=n.pitch + by))
    assert moved_by(scene, song) <= MOST_BPS


@settings(max_examples=30, deadline=None)
@given(scene=scenes(), thousandths=st.integers(800, 1250), later=st.sampled_from([0, 0, 1920]))
def test_stretching_to_another_tempo_moves_it_by_200_at_most(scene: Scene, thousandths: int, later: int) -> None:
    assume(heard(scene))
    song = scene.each_note(lambda _, n: replace(n, start=(n.start * thousandths + 500) // 1000 + later))
    assert moved_by(scene, song) <= MOST_BPS


@settings(max_examples=15, deadline=None)
@given(scene=scenes(), percent=st.integers(10, 300))
def test_loudness_and_length_do_not_move_it(scene: Scene, percent: int) -> None:
    def louder(_: str, note: Note) -> Note:
        return replace(note, velocity=max(1, min(127, note.velocity * percent // 100)), length=1 + note.length // 3)

    assert scene.share(scene.each_note(louder)) == scene.share()


@settings(max_examples=30, deadline=None)
@given(scene=scenes(), grid=GRIDS, halves=st.sampled_from(Halves))
def test_quantising_to_any_grid_moves_it_by_200_at_most(scene: Scene, grid: int, halves: Halves) -> None:
    """Also to grids coarser than the notes, where notes that followed each other fall together."""
    assume(heard(scene))
    song = scene.each_note(lambda _, n: replace(n, start=quantised(n.start, grid, halves)))
    assert moved_by(scene, song) <= MOST_BPS


@settings(max_examples=30, deadline=None)
@given(scene=scenes(), size=SIZES, data=st.data())
def test_exchanging_sections_of_equal_length_moves_it_by_200_at_most(
    scene: Scene, size: int, data: st.DataObject
) -> None:
    assume(scene.bars >= 2 * size and heard(scene))
    one = data.draw(st.integers(0, scene.bars - 2 * size))
    other = data.draw(st.integers(one + size, scene.bars - size))

    def exchanged(_: str, note: Note) -> Note:
        return replace(note, start=in_exchanged_sections(scene, note.start, one, other, size))

    assert moved_by(scene, scene.each_note(exchanged)) <= MOST_BPS


@settings(max_examples=30, deadline=None)
@given(
    scene=scenes(), by=st.integers(-5, 5), thousandths=st.integers(800, 1250), grid=GRIDS, size=SIZES, data=st.data()
)
def test_all_of_these_together_move_it_by_200_at_most(
    scene: Scene, by: int, thousandths: int, grid: int, size: int, data: st.DataObject
) -> None:
    """Notes are quantised, sections exchanged, all is transposed, stretched and played at half its loudness."""
    assume(heard(scene))
    one = other = 0
    if scene.bars >= 2 * size:
        one = data.draw(st.integers(0, scene.bars - 2 * size))
        other = data.draw(st.integers(one + size, scene.bars - size))

    def changed(layer: str, note: Note) -> Note:
        start = in_exchanged_sections(scene, quantised(note.start, grid), one, other, size)
        pitch = note.pitch + (0 if layer == RHYTHM else by)
        return Note((start * thousandths + 500) // 1000, pitch, 60, max(1, note.velocity // 2))

    assert moved_by(scene, scene.each_note(changed)) <= MOST_BPS


def brought(scene: Scene, notes: list[Note], bars: int = 0) -> Scene:
    """The melody brought as a take, whole or cut into takes of so many bars."""
    size = (bars or scene.bars) * scene.bar
    takes = [
        Take(f"takes/{at}.mid", "melody", at, at + size, tuple(n for n in notes if at <= n.start < at + size))
        for at in range(0, scene.bars * scene.bar, size)
    ]
    return replace(scene, takes=tuple(takes))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), mood=st.integers(-100, 100))
def test_a_machines_melody_brought_back_stays_the_machines(seed: int, mood: int) -> None:
    scene, chance = composed(seed, mood, 40, 60), Random(seed)
    melody = scene.draft["melody"]
    end = scene.bars * scene.bar
    disguises = {
        "as it is": brought(scene, melody),
        "bar by bar": brought(scene, melody, 1),
        "nudged": brought(scene, sorted(replace(n, start=max(0, n.start + chance.randint(-20, 20))) for n in melody)),
        "transposed": brought(scene, [replace(n, pitch=n.pitch + 3) for n in melody]),
        "two bars later": brought(
            scene, [m for n in melody if (m := replace(n, start=n.start + 2 * scene.bar)).start < end]
        ),
        "softly": brought(scene, [replace(n, velocity=20, length=10) for n in melody]),
    }
    for name, disguised in disguises.items():
        assert disguised.share().layers["melody"].ai_bps >= 9_000, name


def test_changing_every_fifth_note_does_not_claim_the_rest() -> None:
    scene, chance = composed(7, 80, 60, 40), Random(1)
    melody = scene.draft["melody"]
    changed = sorted(a_persons(chance, "melody", n) if at % 5 == 0 else n for at, n in enumerate(melody))
    assert 7_500 <= brought(scene, changed).share().layers["melody"].ai_bps <= 8_500


def test_a_few_notes_that_two_hands_write_alike_stay_the_persons() -> None:
    scene, chance = composed(7, 80, 60, 40), Random(2)
    melody = scene.draft["melody"]
    alike = sorted(n if at % 8 == 0 else a_persons(chance, "melody", n) for at, n in enumerate(melody))
    assert brought(scene, alike).share().layers["melody"].ai_bps == 0


def test_a_change_that_nobody_declares_lowers_nothing() -> None:
    scene, chance = composed(3, -80, -60, 40), Random(3)
    song = scene.song | {"melody": sorted(a_persons(chance, "melody", n) for n in scene.draft["melody"])}
    found = scene.share(song)
    assert found.total_bps == 10_000
    assert found.layers["melody"].undeclared > len(song["melody"]) // 2


def test_a_section_that_is_played_twice_is_its_makers_both_times() -> None:
    scene, chance = composed(5, 50, 0, 40), Random(4)
    end = 4 * scene.bar
    mine = tuple(some_notes(chance, "melody", 0, end, 240))
    scene = replace(scene, takes=(Take("takes/001.mid", "melody", 0, end, mine),))
    again = scene.song
    for layer, notes in again.items():
        kept = [n for n in notes if not 2 * end <= n.start < 3 * end]
        again[layer] = sorted([*kept, *(replace(n, start=n.start + 2 * end) for n in notes if n.start < end)])
    found = scene.origins(again)
    human = [event.bar for event in found.layers["melody"] if event.origin is Origin.HUMAN]
    assert found.laying.moved == {8: -8, 9: -8, 10: -8, 11: -8}
    assert len([bar for bar in human if bar <= 4]) == len([bar for bar in human if 9 <= bar <= 12]) >= len(mine) - 1


def test_what_the_draft_was_written_upon_does_not_repeat_it() -> None:
    scene = brought(composed(5, 50, 0, 40), composed(5, 50, 0, 40).draft["melody"])
    upon = replace(scene, takes=(replace(scene.takes[0], earlier=True),))
    assert scene.share().layers["melody"].ai_bps == 10_000
    assert upon.share().layers["melody"].ai_bps == 0


def test_the_evidence_names_file_and_bars() -> None:
    scene, chance = composed(5, 50, 0, 40), Random(5)
    bar = scene.bar
    take = Take("takes/001.mid", "bass", 2 * bar, 4 * bar, tuple(some_notes(chance, "bass", 2 * bar, 4 * bar, 240)))
    scene = replace(scene, takes=(take,))
    song = scene.each_note(lambda layer, n: replace(n, start=n.start + 40) if layer == "bass" else n)
    song["bass"].append(Note(song["bass"][-1].start + 10, 99, 100, 80))
    rows = {(row.file, row.origin): row for row in evidence_of(scene.origins(song).layers["bass"])}
    mine = rows["takes/001.mid", Origin.HUMAN]
    assert (mine.events, mine.shifted, mine.bars) == (len(take.notes), len(take.notes), ((3, 4),))
    assert rows["", Origin.UNDECLARED].nowhere == 1
    assert rows["draft.mid", Origin.AI].exact == 0
    assert {event.found for event in scene.origins().layers["melody"]} == {Found.EXACT}


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


def test_the_policy_names_every_layer_once_and_the_usual_grids() -> None:
    assert set(POLICY.weights) == set(LAYERS)
    assert sum(POLICY.weights.values()) == 100
    assert {60, 80, 120, 160, 240, 320, 480} <= set(POLICY.grids)
    assert set(POLICY.alike) == set(POLICY.copied_row) == set(NOTE_LAYERS)
