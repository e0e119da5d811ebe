"""Derive a song from another one, or from a melody: continue, reharmonise, restyle, vary."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from partbook.core.clock import Clock
from partbook.core.errors import UnusableInput
from partbook.music.composing import material_of
from partbook.music.derivation import OTHER_TEXTURE, RESTYLE, VARIATIONS, Derivation
from partbook.music.engine_versions import ENGINE_NAME
from partbook.music.given_melody import find_key, read_melody
from partbook.music.material import check_material
from partbook.music.modes import SCALES, parse_key, tonic_name
from partbook.music.reharmonising import Harmonisation, harmonisations
from partbook.music.request import ComposeRequest
from partbook.music.section_plan import MICROSECONDS_PER_MINUTE
from partbook.music.styles import STYLES
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_parent import Parent

MOST_VARIATIONS = 24
USUAL_NEW_BARS = 16


def from_melody(base: ComposeRequest, kind: str, name: str, bars: int = 0) -> ComposeRequest:
    """The request for a continuation or a reharmonisation of a person's melody file.

    Key, metre and tempo are the melody's. Without a mood, its mode and tempo say how it feels.

    Args:
        base: with `melody`, and whatever else was told.
        kind: `continuation` or `reharmonisation`.
        name: what to call the file in an error.
        bars: how many new ones a continuation has.

    Raises:
        UnusableInput: no melody that the rules can work on.
    """
    assert base.melody is not None
    melody = read_melody(base.melody, name)
    check_material(melody, name)
    asked = parse_key(base.key) if base.key else (None, None)
    tonic, mode = find_key(melody.notes, asked[1] or "major", asked[0])
    mode = asked[1] or mode
    request = replace(base, derivation=Derivation(kind, f"{tonic_name(tonic, mode)} {mode}", bars=bars))
    if base.mood or base.valence is not None:
        return request
    pace = MICROSECONDS_PER_MINUTE // melody.microseconds
    valence = 40 if SCALES[mode][2] == 4 else -40
    return replace(request, valence=valence, arousal=max(-100, min(100, (pace - 90) * 100 // 46)))


def from_parent(parent: Parent, kind: str, base: ComposeRequest, bars: int = 0, variant: int = 1) -> ComposeRequest:
    """The request for a child: the parent's wish, with whatever the base tells otherwise.

    Args:
        parent: what it is derived from.
        kind: one of `derivation.KINDS`.
        base: seed, title and `by` of the child; and mood, numbers, key, tempo or style where they differ.
        bars: how many new ones a continuation has.
        variant: which harmonisation.
    """
    wish = parent.folder.request
    felt = base if base.mood or base.valence is not None else wish
    return replace(
        wish,
        mood=felt.mood,
        valence=felt.valence,
        arousal=felt.arousal,
        seed=base.seed,
        engine=ENGINE_NAME,
        key=base.key,
        tempo=base.tempo,
        style=base.style or wish.style,
        form=None,
        melody=None,
        title=base.title,
        by=base.by,
        material=parent.bytes,
        derivation=Derivation(kind, parent.key, parent.form, bars, variant, () if kind == RESTYLE else parent.cast),
        version=base.version,
    )


def ranked(request: ComposeRequest, count: int) -> list[Harmonisation]:
    """The harmonisations of a reharmonising request, the best first."""
    assert request.derivation is not None
    tonic, mode = parse_key(request.key or request.derivation.key)
    return harmonisations(material_of(request).melody, tonic, mode or "major", request.seed, count)


def with_variant(request: ComposeRequest, variant: int) -> ComposeRequest:
    """The same request for another of its harmonisations."""
    assert request.derivation is not None
    return replace(request, derivation=replace(request.derivation, variant=variant))


def variation_requests(parent: Parent, base: ComposeRequest, count: int) -> list[tuple[str, ComposeRequest]]:
    """Name of the folder and request of each variation: every kind in turn, then again with another seed.

    Raises:
        UnusableInput: none or too many were asked for.
    """
    if not 1 <= count <= MOST_VARIATIONS:
        raise UnusableInput(f"--count is {count}; 1 to {MOST_VARIATIONS} variations can be written.")
    made = []
    for number in range(count):
        kind = VARIATIONS[number % len(VARIATIONS)]
        turn = number // len(VARIATIONS)
        wish = replace(base, seed=base.seed + turn)
        if kind == OTHER_TEXTURE:
            wish = replace(wish, style=_other_style(parent, base.seed + turn))
        title = f"{parent.folder.title}, variation {number + 1}"
        request = from_parent(parent, kind, replace(wish, title=title), variant=1 + turn)
        made.append((f"{number + 1:02d}-{kind.replace(' ', '-')}", request))
    return made


def _other_style(parent: Parent, turn: int) -> str:
    """A style of the parent's metre that is not its own; of any metre where there is none."""
    others = [style for style in STYLES.values() if style.name != parent.folder.request.style]
    fitting = [style for style in others if style.metre == parent.material.metre] or others
    return fitting[turn % len(fitting)].name


def derive_song(
    out: Path,
    parent: Parent | None,
    request: ComposeRequest,
    soundfont: Path | None,
    clock: Clock,
    force: bool = False,
) -> SongFolder:
    """Write a derived song into a folder; with a parent, its record goes into `song.json`.

    Raises:
        UnusableInput: the material cannot be used, or `out` is the parent's own folder.
        Mismatch: `out` is in use.
    """
    facts: dict[str, Any] | None = None
    if parent is not None:
        if out.resolve() == parent.folder.path.resolve():
            raise UnusableInput(
                f"{out} is the parent itself. A derived song needs a folder of its own: give another --out."
            )
        facts = parent.facts
    return compose_song(out, request, soundfont, clock, force, facts)
