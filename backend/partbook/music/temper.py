"""How a mood shows in music: mode, metre, texture, bass, drums and the shape of the melody, each with its reason."""

from partbook.music.chance import Chance
from partbook.music.emotion import Emotion
from partbook.music.engine_versions import ENGINE_VERSION
from partbook.music.form import AABA, VERSE_CHORUS
from partbook.music.scene import Scene

Reasoned = tuple[str, str]
"""A choice and the reason for it."""


def choose_mode(emotion: Emotion, version: str = ENGINE_VERSION) -> Reasoned:
    """The mode. Plain major and minor carry the strong moods; the modes between them colour the mild ones.

    Heard by `scripts/bench_mood.py`, phrygian passes for its relative major, and dorian for major as often as not: so
    neither is left to say that a mood is unpleasant and stirred.
    """
    if version == "1":
        return _mode_of_version_1(emotion)
    valence, arousal = emotion.valence, emotion.arousal
    if valence < -10:
        if valence <= -60 and -10 <= arousal < 20:
            return "phrygian", "very unpleasant, neither stirred nor at rest: the low second step of phrygian presses"
        if arousal >= 20:
            return "harmonic minor", "unpleasant and stirred: minor with a sharp leading note"
        return "minor", "unpleasant and at rest: natural minor"
    if valence < 10:
        return "dorian", "neither pleasant nor unpleasant: dorian, a minor with a bright sixth"
    if valence < 40 and arousal >= 45:
        return "mixolydian", "mildly pleasant and stirred: mixolydian, a major that does not settle"
    if valence < 40 and arousal <= -35:
        return "lydian", "mildly pleasant and at rest: lydian, a major that floats"
    return "major", "pleasant: major"


def _mode_of_version_1(emotion: Emotion) -> Reasoned:
    valence, arousal = emotion.valence, emotion.arousal
    if valence < -25:
        if arousal >= 55 and valence <= -60:
            return "phrygian", "very unpleasant and stirred: the low second step of phrygian presses down"
        if arousal >= 35:
            return "harmonic minor", "unpleasant and stirred: minor with a sharp leading note"
        return "minor", "unpleasant and at rest: natural minor"
    if valence < 10:
        return "dorian", "neither pleasant nor unpleasant: dorian, a minor with a bright sixth"
    if arousal >= 45 and valence < 68:
        return "mixolydian", "pleasant and stirred: mixolydian, a major that does not settle"
    if arousal <= -35 and valence < 68:
        return "lydian", "pleasant and at rest: lydian, a major that floats"
    return "major", "pleasant: major"


BARS_FOR_A_CHORUS = 24


def choose_form(emotion: Emotion, bars: int) -> Reasoned:
    """The form, by length and mood."""
    if bars < BARS_FOR_A_CHORUS:
        return AABA, f"{bars} bars: one theme with a middle part fills them best"
    if emotion.arousal >= 15:
        return VERSE_CHORUS, "a stirred mood with room for it returns to a chorus"
    return AABA, "a calm mood dwells on one theme, with a middle part for contrast"


def choose_metre(emotion: Emotion, chance: Chance) -> tuple[tuple[int, int], str]:
    """Beats per bar and their unit."""
    valence, arousal = emotion.valence, emotion.arousal
    if arousal <= -70 and valence > 0:
        return (6, 8), "6/8: a mood at rest rocks like a cradle song"
    if -60 <= arousal <= 15 and valence >= 40 and chance.happens(55):
        return (3, 4), "3/4: a tender mood may waltz"
    if arousal <= -40 and valence < -60 and chance.happens(30):
        return (3, 4), "3/4: slow sorrow may turn in threes"
    return (4, 4), "4/4: an even pace carries the mood"


def choose_texture(emotion: Emotion, letter: str, chance: Chance) -> Reasoned:
    """How the inner voices move."""
    valence, arousal = emotion.valence, emotion.arousal
    if letter in ("intro", "outro"):
        return ("broken", "begins and ends with open chords") if arousal > -40 else ("sustained", "begins at rest")
    if arousal >= 60:
        return (
            ("driving", "repeated eighths push on") if valence < 0 else ("offbeat", "chords off the beat make it dance")
        )
    if arousal >= 20:
        first = ("pulse", "chords on every beat keep it walking")
        return ("offbeat", "the middle part lifts the chords off the beat") if letter == "B" and valence > 20 else first
    if arousal >= -45:
        broken = ("broken", "broken chords keep a quiet motion")
        return ("sustained", "held chords give the middle part air") if letter == "B" and chance.happens(60) else broken
    if letter == "B":
        return "broken", "the middle part of a still song begins to move"
    return "sustained", "held chords let a quiet mood rest"


def choose_bass(emotion: Emotion) -> Reasoned:
    """How the bass moves."""
    if emotion.arousal >= 65:
        return "eighths", "a bass in eighths drives"
    if emotion.arousal >= 25:
        return (
            ("walking", "a walking bass swings along") if emotion.valence >= 0 else ("march", "a marching bass insists")
        )
    if emotion.arousal >= -30:
        return "root and fifth", "root and fifth by turns keep a calm step"
    return "held", "held bass notes let the harmony breathe"


def choose_drums(emotion: Emotion, scene: Scene) -> tuple[int, str]:
    """0 none, 1 soft, 2 a beat, 3 driving; a larger audience asks for more."""
    stirred = emotion.arousal + 2 * max(0, scene.crowd - 7)
    if stirred >= 70:
        return 3, "a very stirred mood asks for driving drums"
    if stirred >= 38:
        return 2, "a stirred mood asks for a beat"
    if stirred >= 15:
        return 1, "a mildly stirred mood asks for soft percussion"
    return 0, "a mood that is not stirred needs no drums"


def choose_contour(emotion: Emotion, chance: Chance) -> Reasoned:
    """The shape that the melody's phrases follow."""
    if emotion.valence <= -25 and emotion.arousal < 20:
        return "falling", "sorrow and longing sink"
    if emotion.valence <= -30:
        return "jagged", "anger and fear leap and fall back"
    if emotion.valence >= 45 and emotion.arousal >= 0:
        return ("rising", "hope and joy rise") if chance.happens(60) else ("arch", "hope and joy rise to a summit")
    if emotion.arousal <= -30:
        return "wave", "a mood at rest sways about one note"
    return "arch", "the phrase rises to a summit and comes home"
