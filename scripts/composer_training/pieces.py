"""A piece of music as read from any notation: staves of notes on a grid, bars, metres and key signatures."""

from dataclasses import dataclass, field

VOICE, KEYBOARD, STRING, OTHER = "voice", "keyboard", "string", ""


@dataclass
class Staff:
    """What stands on one staff.

    Args:
        name: the part's name as printed.
        kind: VOICE, KEYBOARD, STRING or OTHER.
        notes: onset and length in steps of the grid, and MIDI pitch; sorted.
    """

    name: str
    kind: str
    notes: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass
class Piece:
    """A piece as far as the composer is concerned.

    Args:
        staves: from the top of the page downward.
        bars: start and length of each, in steps of the grid.
        metres: from when on, beats and their unit.
        signatures: from when on, how many sharps (negative: flats).
    """

    staves: list[Staff]
    bars: list[tuple[int, int]]
    metres: list[tuple[int, int, int]]
    signatures: list[tuple[int, int]]


class Unreadable(Exception):
    """A file is not the notation that it should be, or holds nothing that can be learned from."""
