"""Which staff of a piece plays which of the composer's four roles."""

from itertools import groupby

from composer_training.pieces import KEYBOARD, STRING, VOICE, Piece, Staff

MELODY, UPPER, LOWER, BASS = range(4)

Notes = list[tuple[int, int, int]]


def assign_roles(piece: Piece) -> tuple[str, dict[int, Notes]] | None:
    """The style of a piece and its notes by role.

    Args:
        piece: as read.

    Returns:
        One of the token styles, and role number to notes; None where the staves fit no pattern that we know.
    """
    staves = [staff for staff in piece.staves if staff.notes]
    voices = [staff for staff in staves if staff.kind == VOICE]
    keyboards = [staff for staff in staves if staff.kind == KEYBOARD]
    strings = [staff for staff in staves if staff.kind == STRING]
    if len(staves) == 1:
        return "tune", {MELODY: staves[0].notes}
    if len(voices) == 1 and len(keyboards) == 2:
        return "song", dict(zip((MELODY, UPPER, BASS), _notes(voices + keyboards), strict=True))
    if len(voices) in (3, 4):
        return "choral", _by_order(voices)
    if len(strings) == 4:
        return "quartet", _by_order(strings)
    if len(staves) == len(keyboards) == 2:
        return "keyboard", _two_hands(keyboards)
    if len(staves) in (2, 3, 4):
        return "ensemble", _by_order(staves)
    return None


def _notes(staves: list[Staff]) -> list[Notes]:
    return [staff.notes for staff in staves]


def _by_order(staves: list[Staff]) -> dict[int, Notes]:
    """Staves from top to bottom; with fewer than four the inner roles stay empty."""
    roles = {2: (MELODY, BASS), 3: (MELODY, UPPER, BASS), 4: (MELODY, UPPER, LOWER, BASS)}[len(staves)]
    return dict(zip(roles, _notes(staves), strict=True))


def _two_hands(staves: list[Staff]) -> dict[int, Notes]:
    """The right hand's highest notes are the melody, the left hand's lowest the bass, the rest lies between."""
    melody, upper = _outer(staves[0].notes, highest=True)
    bass, lower = _outer(staves[1].notes, highest=False)
    return {MELODY: melody, UPPER: upper, LOWER: lower, BASS: bass}


def _outer(notes: Notes, *, highest: bool) -> tuple[Notes, Notes]:
    outer, inner = [], []
    for _, together in groupby(notes, key=lambda note: note[0]):
        chord = sorted(together, key=lambda note: -note[2] if highest else note[2])
        outer.append(chord[0])
        inner += chord[1:]
    return outer, sorted(inner)
