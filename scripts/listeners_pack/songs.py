"""The twelve songs of the pack: moods, styles and scenes, a human tune harmonised, and songs derived from others."""

from dataclasses import dataclass, field
from typing import Any

from partbook.music.midi_file import write_midi
from partbook.music.score import MELODY, TICKS, Note, Part, Score, Tempo

TUNE_BY = "traditional"
TUNE_NAME = "Au clair de la lune"


@dataclass(frozen=True)
class Piece:
    """One song of the pack.

    Args:
        name: of its folder.
        title: what the page calls it.
        about: one line for the listener.
        wish: fields of `ComposeRequest`.
        scene: fields of `Scene`.
        parent: name of the song that it is derived from; empty for none.
        kind: how it is derived.
        new_bars: of a continuation.
        tune: whether it is set to the traditional tune.
    """

    name: str
    title: str
    about: str
    wish: dict[str, Any] = field(default_factory=dict)
    scene: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    kind: str = ""
    new_bars: int = 0
    tune: bool = False


PIECES = (
    Piece("01-grief-then-hope", "Grief, then hope", "Two moods in one song.", {"mood": "grief, then hope", "seed": 7}),
    Piece("02-joy", "Joy", "Verse and chorus, as asked.", {"mood": "joy", "seed": 11, "form": "verse-chorus"}),
    Piece(
        "03-anger",
        "Anger",
        "The dark and stirred corner of the map of moods, told in numbers.",
        {"mood": "anger", "valence": -80, "arousal": 85, "seed": 3},
    ),
    Piece(
        "04-cradle",
        "Cradle",
        "A lullaby for a small room at night.",
        {"mood": "tender love", "style": "lullaby", "seed": 5},
        {"size_m3": 60, "audience": 2, "hour": 22},
    ),
    Piece(
        "05-waltz", "Waltz", "A style lays down metre, texture and cast.", {"mood": "hope", "style": "waltz", "seed": 8}
    ),
    Piece(
        "06-cathedral",
        "Cathedral",
        "A chorale for a very large hall: slower, thinner, more reverb.",
        {"mood": "calm", "style": "chorale", "seed": 2},
        {"size_m3": 60_000, "audience": 300, "hour": 10},
    ),
    Piece(
        "07-festival",
        "Festival",
        "A dance for twenty thousand at nine in the evening.",
        {"mood": "excited", "style": "dance", "seed": 4},
        {"size_m3": 1_000_000, "audience": 20_000, "hour": 21},
    ),
    Piece("08-swing", "Swing", "A walking bass.", {"mood": "joy", "style": "swing", "seed": 6, "key": "Bb"}),
    Piece(
        "09-a-human-tune",
        TUNE_NAME,
        "A person's melody, kept note for note; the machine found chords and wrote the parts around it.",
        {"mood": "calm", "seed": 1, "key": "C major"},
        tune=True,
    ),
    Piece(
        "10-continued",
        "The tune goes on",
        "Sixteen more bars out of the tune's own motif.",
        {"seed": 2},
        parent="09-a-human-tune",
        kind="continuation",
        new_bars=16,
    ),
    Piece(
        "11-restyled",
        "The waltz as a march",
        "New metre, rhythm and harmony over the contour of number 5.",
        {"style": "march", "seed": 3},
        parent="05-waltz",
        kind="restyle",
    ),
    Piece(
        "12-other-mode",
        "The tune in minor",
        "A variation: every note on the same step of the other mode.",
        {"seed": 4},
        parent="09-a-human-tune",
        kind="other mode",
    ),
)
"""In the order of the page; a parent stands before its children."""

_STEPS = (
    "c c c d | e- d- | c e d d | c--- |" * 2 + "d d d d | A- A- | d c B A | G--- | c c c d | e- d- | c e d d | c--- |"
)
_PITCHES = {"G": 67, "A": 69, "B": 71, "c": 72, "d": 74, "e": 76}


def traditional_tune() -> bytes:
    """The French song of the eighteenth century, in the public domain, as a MIDI file. A dash is another quarter."""
    notes, at = [], 0
    for word in _STEPS.replace("|", " ").split():
        length = TICKS * len(word)
        notes.append(Note(at, _PITCHES[word[0]], length, 80))
        at += length
    part = Part("melody", MELODY, 0, 0, 64, 40, tuple(notes))
    score = Score(TUNE_NAME, (4, 4), 0, False, -(-at // (4 * TICKS)), (Tempo(0, 520_000),), (part,))
    return write_midi(score)
