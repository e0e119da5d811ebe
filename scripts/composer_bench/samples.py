"""Pieces that the network writes to the headers of held-out ones."""

from collections.abc import Sequence
from dataclasses import replace

from partbook.music.chance import Chance
from partbook.music.model.grammar import RANGES
from partbook.music.model.known_runs import KnownRuns
from partbook.music.model.session import Session, available
from partbook.music.model.tokens import (
    CHROMATIC_CLASS,
    DISSONANT_CLASS,
    METRE,
    METRES,
    MODE,
    MODES,
    ROLE_SET,
    START,
    STYLE,
    STYLES,
    Header,
)
from partbook.music.model.weights import Weights
from partbook.music.model.writer import Reader, Wish, Writer

ALL_PITCHES = ((26, 98),) * len(RANGES)
BARS = 16
HEAT = 102
"""Temperature of samples in hundredths: with less, bars repeat each other more than in real pieces."""


def header_of(tokens: Sequence[int]) -> Header:
    """The header of a window."""
    return Header(
        style=STYLES[tokens[1] - STYLE],
        mode=MODES[tokens[2] - MODE],
        metre=METRES[tokens[3] - METRE],
        roles=tokens[4] - ROLE_SET,
        chromatic=tokens[5] - CHROMATIC_CLASS,
        dissonant=tokens[6] - DISSONANT_CLASS,
        continued=tokens[0] != START,
    )


def reader_of(weights: Weights) -> Reader | None:
    """The fast back-end where it is installed; the reference otherwise."""
    return Session(weights) if available() else None


def sample(
    weights: Weights,
    header: Header,
    seed: int,
    reader: Reader | None,
    known: KnownRuns,
    density: int | None = None,
    bars: int = BARS,
    heat: int = HEAT,
) -> list[int]:
    """A piece of so many bars.

    Args:
        weights: of the network.
        header: what it is told.
        seed: another gives another piece.
        reader: the back-end.
        known: runs of training, which the melody may not have, as in a song.
        density: class of notes per quarter for every bar; None leaves it to the network.
        bars: how many.
        heat: temperature in hundredths.
    """
    writer = Writer(
        weights,
        replace(header, continued=False),
        Chance(seed, "bench", header.style),
        reader,
        heat,
        ranges=ALL_PITCHES,
        single=0,
        known=known,
    )
    writer.write([Wish(density)] * bars)
    return writer.all_tokens()
