"""Songs for the tests of the AI share: drafts by the composer and out of thin air, and people who bring takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

from partbook.music.origins import NoteOrigins, note_origins
from partbook.music.planning import make_plan
from partbook.music.request import ComposeRequest
from partbook.music.rules_engine import compose_draft
from partbook.music.score import BASS, HARMONY, MELODY, NOTE_LAYERS, RHYTHM, STEP, Note
from partbook.music.share import Share, share_from
from partbook.music.share_policy import read_policy
from partbook.music.sources import Take

POLICY = read_policy()
Layers = dict[str, list[Note]]
RANGES = {MELODY: (60, 84), HARMONY: (48, 72), BASS: (33, 52), RHYTHM: (35, 51)}
SCALE = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Scene:
    """A draft, what people brought, and the song that both give.

    Args:
        draft: notes by layer.
        takes: the oldest first.
        bar: ticks in a bar.
        bars: how many.
    """

    draft: Layers
    takes: tuple[Take, ...]
    bar: int
    bars: int

    @property
    def song(self) -> Layers:
        """The draft with each take's bars in the place of what stood there."""
        song = {layer: list(notes) for layer, notes in self.draft.items()}
        for take in self.takes:
            kept = [note for note in song[take.layer] if not take.first <= note.start < take.last]
            song[take.layer] = sorted([*kept, *take.notes])
        return song

    def origins(self, song: Layers | None = None) -> NoteOrigins:
        """The origins of the song, or of another one over the same sources."""
        return note_origins(self.song if song is None else song, self.draft, self.takes, self.bar, POLICY)

    def share(self, song: Layers | None = None) -> Share:
        """The share of the song, or of another one over the same sources."""
        layers = self.origins(song).layers
        return share_from({layer: [event.origin for event in events] for layer, events in layers.items()}, POLICY)

    def each_note(self, change: Callable[[str, Note], Note]) -> Layers:
        """The song with every note changed."""
        return {layer: sorted(change(layer, note) for note in notes) for layer, notes in self.song.items()}


def composed(seed: int, valence: int, arousal: int, seconds: int) -> Scene:
    """A draft by the composer."""
    request = ComposeRequest("", seconds, seed, valence=valence, arousal=arousal)
    score = compose_draft(make_plan(request), seed)
    return Scene({layer: score.in_layer(layer) for layer in NOTE_LAYERS}, (), score.bar_ticks, score.bars)


def scattered(seed: int) -> Scene:
    """A draft of no known music: any notes in scale, any rhythm, some layers empty."""
    chance = Random(seed)
    bars, bar = chance.randrange(8, 25), chance.choice((1440, 1920, 2880))
    draft: Layers = {layer: [] for layer in NOTE_LAYERS}
    for layer in NOTE_LAYERS:
        if layer == MELODY or chance.random() < 0.8:
            draft[layer] = some_notes(chance, layer, 0, bars * bar, chance.choice((120, 240, 480)))
    return Scene(draft, (), bar, bars)


def some_notes(chance: Random, layer: str, first: int, last: int, step: int, loose: int = 0) -> list[Note]:
    """Notes that a person might write: in the white keys, on a grid, up to `loose` ticks off it."""
    low, high = RANGES[layer]
    pitches = [p for p in range(low, high + 1) if layer == RHYTHM or p % 12 in SCALE]
    notes: set[tuple[int, int]] = set()
    for start in range(first, last, step):
        if chance.random() < 0.7:
            moved = min(last - 1, max(first, start + chance.randint(-loose, loose)))
            count = chance.choice((2, 3)) if layer == HARMONY else 1
            notes |= {(moved, chance.choice(pitches)) for _ in range(count)}
    return sorted(Note(start, pitch, step, chance.randrange(40, 110)) for start, pitch in notes)


def with_takes(scene: Scene, seed: int, count: int) -> Scene:
    """The scene with takes of people: their own music, loosely played or on the grid, or the draft's with changes."""
    chance = Random(seed)
    for number in range(count):
        layer = chance.choice(NOTE_LAYERS)
        first_bar = chance.randrange(scene.bars)
        last_bar = min(scene.bars, first_bar + chance.choice((1, 2, 4, 8)))
        first, last = first_bar * scene.bar, last_bar * scene.bar
        standing = [note for note in scene.song[layer] if first <= note.start < last]
        if chance.random() < 0.3:
            notes = [a_persons(chance, layer, note) if chance.random() < 0.4 else note for note in standing]
        else:
            notes = some_notes(chance, layer, first, last, chance.choice((120, 240, 480)), chance.choice((0, 0, 25)))
        take = Take(f"takes/{number + 1:03d}.mid", layer, first, last, tuple(sorted(notes)))
        scene = replace(scene, takes=(*scene.takes, take))
    return scene


def a_persons(chance: Random, layer: str, note: Note) -> Note:
    """Another note in the place of one: a few steps away, at the same time or a sixteenth later."""
    low, high = RANGES[layer]
    pitch = chance.choice([p for p in range(low, high + 1) if p != note.pitch])
    return replace(note, pitch=pitch, start=note.start + chance.choice((0, 0, STEP)))


def drafts() -> st.SearchStrategy[Scene]:
    """Drafts without takes, by the composer and scattered."""
    mood = st.integers(-100, 100)
    return st.one_of(
        st.builds(composed, st.integers(0, 2**53 - 1), mood, mood, st.integers(12, 60)),
        st.builds(scattered, st.integers(0, 2**32)),
    )


def scenes() -> st.SearchStrategy[Scene]:
    """Drafts with up to five takes."""
    return st.builds(with_takes, drafts(), st.integers(0, 2**32), st.integers(0, 5))
