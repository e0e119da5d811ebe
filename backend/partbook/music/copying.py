"""Which notes that people bring are the draft's own, brought back."""

from collections.abc import Sequence
from itertools import pairwise

from partbook.music.places import Places
from partbook.music.score import STEP, Note
from partbook.music.share_policy import SharePolicy


def is_drafted(
    layer: str, notes: Sequence[Note], brought: Sequence[bool], draft: Sequence[Note], policy: SharePolicy
) -> list[bool]:
    """Which notes of a layer are the draft's.

    A note is shared with the draft if it lies at a note of the draft or very near one. A shared note that a person
    brought is the draft's where many of the notes about it, whoever brought them, are shared too: so a copied bar is
    found however small the takes are cut, while the few notes that two hands write alike stay the person's. A longer
    row of brought notes that equals the draft at another pitch or another time is the draft's as well.

    Putting a note that is not shared for one that is can only lower the counts of its neighbours, so it never makes
    another note the draft's.

    Args:
        layer: one of `NOTE_LAYERS`.
        notes: the layer as it stands, sorted.
        brought: for each note, whether a take brought it; the others are the draft's by birth.
        draft: the draft's notes in that layer, sorted.
        policy: how near, how many.
    """
    shared = _shared(notes, draft, policy)
    rule = policy.alike[layer]
    count = min(len(notes), rule.neighbours + 1)
    sums = [0]
    for each in shared:
        sums.append(sums[-1] + each)
    drafted = []
    for at, by_person in enumerate(brought):
        first = max(0, min(at - rule.neighbours // 2, len(notes) - count))
        alike = sums[first + count] - sums[first] - 1
        many = alike >= policy.fewest_alike and alike * 10_000 >= rule.bps * (count - 1)
        drafted.append(not by_person or (shared[at] and many))
    _add_rows(layer, notes, brought, draft, policy, drafted)
    return drafted


def _shared(notes: Sequence[Note], draft: Sequence[Note], policy: SharePolicy) -> list[bool]:
    """Which notes lie at a note of the draft, each of which serves once; the exact ones choose first."""
    places = Places((note.start, note.pitch) for note in draft)
    shared = [places.take(note.start, note.pitch, policy.exact_ticks) is not None for note in notes]
    for at, note in enumerate(notes):
        if not shared[at]:
            shared[at] = places.take(note.start, note.pitch, policy.alike_ticks) is not None
    return shared


def _add_rows(
    layer: str,
    notes: Sequence[Note],
    brought: Sequence[bool],
    draft: Sequence[Note],
    policy: SharePolicy,
    drafted: list[bool],
) -> None:
    size = policy.copied_row[layer]
    own = [at for at, by_person in enumerate(brought) if by_person]
    if not size or len(own) < size or len(draft) < size:
        return
    known = {_shape(draft[at : at + size]) for at in range(len(draft) - size + 1)}
    for at in range(len(own) - size + 1):
        row = [notes[index] for index in own[at : at + size]]
        changes = sum(before.pitch != after.pitch for before, after in pairwise(row))
        if changes >= policy.fewest_pitch_changes and _shape(row) in known:
            for index in own[at : at + size]:
                drafted[index] = True


def _shape(row: Sequence[Note]) -> tuple[tuple[int, int], ...]:
    """A row without its place: how many sixteenths and semitones each note lies from the first."""
    begin = row[0]
    return tuple(((2 * (n.start - begin.start) + STEP) // (2 * STEP), n.pitch - begin.pitch) for n in row)
