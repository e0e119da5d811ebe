"""Where each note of the song comes from: the machine's draft, a person's take, or nowhere that is declared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from partbook.music.alignment import Layers, Laying, lay_over
from partbook.music.places import Places
from partbook.music.score import NOTE_LAYERS, Note
from partbook.music.share_policy import SharePolicy
from partbook.music.sources import LayerSources, Origin, SourceNote, Take, layer_sources

__all__ = ["Event", "Found", "NoteOrigins", "Origin", "note_origins"]


class Found(StrEnum):
    """How an event lies on its source."""

    EXACT = "exact"
    SHIFTED = "shifted"
    """A little earlier or later, as quantising moves notes."""
    NOWHERE = "nowhere"


@dataclass(frozen=True)
class Event:
    """One event of the song, and what it comes from.

    Args:
        origin: whose it is.
        file: the draft, or the take that holds it; empty if nowhere.
        found: how it lies there.
        bar: the bar of the song as it stands in which it begins, counted from 1; 0 for events without a place.
    """

    origin: Origin
    file: str = ""
    found: Found = Found.NOWHERE
    bar: int = 0


@dataclass(frozen=True)
class NoteOrigins:
    """A song laid over its sources, note by note.

    Args:
        laying: how it was laid.
        layers: one event for each note, layer by layer, in the order of the notes; absent layers are left out.
    """

    laying: Laying
    layers: dict[str, list[Event]]


def note_origins(song: Layers, draft: Layers, takes: Iterable[Take], bar: int, policy: SharePolicy) -> NoteOrigins:
    """The origin of each note of a song.

    The song may be transposed, stretched or shifted as a whole, and its bars may stand in another order; loudness and
    length of notes do not matter. A note of a take that repeats the draft is the draft's: see `copying`.

    Args:
        song: the score as it stands.
        draft: the regenerated draft.
        takes: what people brought, the oldest first.
        bar: ticks in a bar.
        policy: tolerances and limits.
    """
    brought = list(takes)
    sources = {
        layer: layer_sources(layer, draft.get(layer, ()), [t for t in brought if t.layer == layer], policy)
        for layer in NOTE_LAYERS
    }
    standing = {layer: sorted((n.start, n.pitch) for n in found.standing) for layer, found in sources.items()}
    replaced = {layer: sorted((n.start, n.pitch) for n in found.replaced) for layer, found in sources.items()}
    laying = lay_over(song, standing, replaced, bar, policy.exact_ticks, policy.shifted_ticks, policy.grids)
    return NoteOrigins(
        laying,
        {
            layer: _events(layer, song[layer], sources[layer], laying, policy)
            for layer in NOTE_LAYERS
            if song.get(layer)
        },
    )


def _events(
    layer: str, song: Sequence[Note], sources: LayerSources, laying: Laying, policy: SharePolicy
) -> list[Event]:
    """Each note with its source: what stands before what was replaced, and exact matches first.

    A note of the sources serves once, and once more for bars that were moved by another distance: they are a copy.
    """
    moved = [laying.moved_at(laying.fit.read(note.start, note.pitch, layer)[0]) for note in song]
    read = [laying.read(note.start, note.pitch, layer) for note in song]
    found: dict[int, tuple[SourceNote, Found]] = {}
    for notes in (sources.standing, sources.replaced):
        shelves: dict[int, Places] = {}
        for how, within in ((Found.EXACT, policy.exact_ticks), (Found.SHIFTED, policy.shifted_ticks)):
            for at, (start, pitch) in enumerate(read):
                if at in found:
                    continue
                if moved[at] not in shelves:
                    shelves[moved[at]] = Places((laying.fit.source(note.start), note.pitch) for note in notes)
                index = shelves[moved[at]].take(start, pitch, within)
                if index is not None:
                    found[at] = notes[index], how
    bars = [note.start // laying.bar + 1 for note in song]
    return [
        Event(found[at][0].origin, found[at][0].file, found[at][1], bars[at])
        if at in found
        else Event(Origin.UNDECLARED, bar=bars[at])
        for at in range(len(song))
    ]
