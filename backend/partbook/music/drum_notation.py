"""Where drums stand on a staff of five lines, and which of them have a cross for a head."""

PLACES = {
    35: ("f", 4),
    36: ("f", 4),
    37: ("c", 5),
    38: ("c", 5),
    40: ("c", 5),
    41: ("a", 4),
    43: ("a", 4),
    45: ("a", 4),
    47: ("d", 5),
    48: ("d", 5),
    50: ("e", 5),
}
"""Letter and octave, as in a treble clef, by General MIDI drum."""
CYMBALS = (42, 44, 46, 49, 51, 53, 55, 57, 59)


def drum_place(drum: int) -> tuple[str, int]:
    """Letter and octave at which a General MIDI drum is written; above the staff unless it is known."""
    return PLACES.get(drum, ("g", 5))


def has_cross_head(drum: int) -> bool:
    """Whether its note head is a cross, as cymbals have it."""
    return drum in CYMBALS
