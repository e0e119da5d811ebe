"""Where each note of the song comes from: the machine's draft, a person's take, or nowhere that is declared."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from partbook.music.alignment import Fit, Layers, Places, best_fit
from partbook.music.score import NOTE_LAYERS, Note
from partbook.music.share_policy import SharePolicy

Takes = Mapping[str, Sequence[Sequence[Note]]]
"""By layer, the notes of each take where they stand in the song."""


class Origin(StrEnum):
    """Who an event comes from."""

    AI = "ai"
    HUMAN = "human"
    UNDECLARED = "undeclared"
    """Neither in the draft nor in a take. Nobody stands for it, so it counts as the machine's."""


def note_origins(
    song: Layers, draft: Layers, takes: Takes, policy: SharePolicy, earlier: Takes | None = None
) -> dict[str, list[Origin]]:
    """One origin for each note of the song, layer by layer, in the order of the notes.

    The song may be transposed, stretched or shifted as a whole; loudness and length of notes do not matter. A note of a
    take that repeats the draft is the draft's: see `copied_notes`.

    Args:
        song: the score as it stands.
        draft: the regenerated draft.
        takes: what people brought.
        policy: tolerances and limits.
        earlier: what people brought before the draft was written upon it, and which therefore cannot repeat the draft.
    """
    earlier = earlier or {}
    sources = {
        layer: [
            *draft.get(layer, ()),
            *(note for take in (*earlier.get(layer, ()), *takes.get(layer, ())) for note in take),
        ]
        for layer in NOTE_LAYERS
    }
    fit = best_fit(song, sources, policy.tolerance)
    return {
        layer: _layer_origins(
            layer,
            song[layer],
            Places(draft.get(layer, ()), policy.tolerance),
            _offered(layer, draft, takes, earlier, policy),
            fit,
        )
        for layer in NOTE_LAYERS
        if song.get(layer)
    }


Offered = list[tuple[Places, list[bool]]]
"""The notes of each take, the newest first, and which of them are the draft's."""


def _offered(layer: str, draft: Layers, takes: Takes, earlier: Takes, policy: SharePolicy) -> Offered:
    drafted = draft.get(layer, ())
    later = [
        (Places(take, policy.tolerance), copied_notes(layer, take, drafted, policy)) for take in takes.get(layer, ())
    ]
    first = [(Places(take, policy.tolerance), [False] * len(take)) for take in earlier.get(layer, ())]
    return [*reversed(later), *reversed(first)]


def _layer_origins(layer: str, song: Sequence[Note], drafted: Places, offered: Offered, fit: Fit) -> list[Origin]:
    origins = []
    for note in song:
        start, pitch = fit.read(note, layer)
        found = None
        for places, copied in offered:
            index = places.take(start, pitch)
            if index is not None:
                found = Origin.AI if copied[index] else Origin.HUMAN
                break
        if found is None:
            found = Origin.AI if drafted.take(start, pitch) is not None else Origin.UNDECLARED
        origins.append(found)
    return origins


def copied_notes(layer: str, take: Sequence[Note], draft: Sequence[Note], policy: SharePolicy) -> list[bool]:
    """Which notes of a take are the draft's.

    A note that equals the draft where it stands is the draft's if it stands in a long enough row of such notes, or if
    the take as a whole repeats much of the draft; so a few notes that two hands would write alike stay the person's. A
    longer row that equals the draft at another pitch or another time is the draft's too.
    """
    places = Places(draft, policy.tolerance)
    same = [places.take(note.start, note.pitch) is not None for note in take]
    if sum(same) >= policy.copied_in_place[layer] and sum(same) * 10_000 >= policy.copied_take_bps * len(take):
        copied = list(same)
    else:
        copied = _rows(take, same, policy.copied_in_place[layer], policy.fewest_pitch_changes)
    size = policy.copied_elsewhere[layer]
    if size and len(take) >= size:
        known = {_shape(draft[at : at + size]) for at in range(len(draft) - size + 1)}
        for at in range(len(take) - size + 1):
            row = take[at : at + size]
            if _shape(row) in known and _changes(row) >= policy.fewest_pitch_changes:
                copied[at : at + size] = [True] * size
    return copied


def _rows(take: Sequence[Note], same: Sequence[bool], size: int, changes: int) -> list[bool]:
    copied = [False] * len(take)
    begin = 0
    for at in range(len(take) + 1):
        if at < len(take) and same[at]:
            continue
        if at - begin >= size and _changes(take[begin:at]) >= changes:
            copied[begin:at] = [True] * (at - begin)
        begin = at + 1
    return copied


def _shape(row: Sequence[Note]) -> tuple[tuple[int, int], ...]:
    """A row without its place: how far in time and pitch each note lies from the first."""
    return tuple((note.start - row[0].start, note.pitch - row[0].pitch) for note in row)


def _changes(row: Sequence[Note]) -> int:
    return sum(before.pitch != after.pitch for before, after in pairwise(row))
