"""From a request to a song: the plan, the machine's draft, and what of a parent's melody is kept for its owners."""

from dataclasses import dataclass, replace

from partbook.core.errors import UnusableInput
from partbook.music.chance import Chance
from partbook.music.continuing import continued
from partbook.music.derivation import (
    CONTINUATION,
    ORNAMENTED,
    OTHER_METRE,
    OTHER_MODE,
    REHARMONISATION,
    RESTYLE,
    Derivation,
)
from partbook.music.engine_versions import ENGINE_NAME
from partbook.music.engines import engine_named
from partbook.music.given_melody import GivenMelody, read_melody
from partbook.music.material import MACHINE, Material, Owned, check_material, owners_of, read_material
from partbook.music.modes import Chord, parse_key, tonic_name
from partbook.music.planning import Plan, emotions_of, make_plan, tempo_of
from partbook.music.reharmonising import variant_chords
from partbook.music.request import ComposeRequest
from partbook.music.restyling import Key, restyled
from partbook.music.rules_engine import SEATS, chords_of, compose_draft
from partbook.music.score import Note, Part, Score
from partbook.music.section_plan import MICROSECONDS_PER_MINUTE
from partbook.music.styles import style_of
from partbook.music.temper import choose_metre, choose_mode
from partbook.music.varying import OTHER_METRES, in_other_metre, in_other_mode, other_mode, with_ornaments


@dataclass(frozen=True)
class Composition:
    """A song as it comes from the engine.

    Args:
        plan: every choice with its reason.
        draft: what the machine wrote.
        kept: by person, notes of the melody that come from her through the parent; they are no part of the draft.
    """

    plan: Plan
    draft: Score
    kept: dict[str, tuple[Note, ...]]


def compose(request: ComposeRequest) -> Composition:
    """Compose what is asked for: the same request gives the same composition on any machine.

    Raises:
        UnusableInput: a request that cannot be granted, or material that cannot be used.
    """
    if request.derivation is not None:
        return _derive(request, request.derivation)[0]
    plan = make_plan(request)
    return Composition(plan, engine_named(request.engine).compose(plan, request.seed, _given(request)), {})


def named_chords(request: ComposeRequest) -> tuple[Chord, ...]:
    """The chords of a song from the first bar to the last; none of an engine that writes notes and no chords.

    Raises:
        UnusableInput: as `compose`.
    """
    if request.derivation is not None:
        return _derive(request, request.derivation)[1]
    if request.engine != ENGINE_NAME:
        return ()
    return tuple(chords_of(make_plan(request), request.seed, _given(request)))


def _given(request: ComposeRequest) -> GivenMelody | None:
    return read_melody(request.melody) if request.melody else None


@dataclass(frozen=True)
class _Derived:
    """A melody made of the material, and what else follows from it."""

    request: ComposeRequest
    melody: GivenMelody
    notes: tuple[Owned, ...]
    form: Derivation
    chords: tuple[Chord, ...] = ()


def _derive(request: ComposeRequest, wish: Derivation) -> tuple[Composition, tuple[Chord, ...]]:
    """The song, and its chords."""
    material = material_of(request)
    made = _by_kind(request, wish, material)
    moods = len(emotions_of(made.request))
    plan = make_plan(made.request, made.melody, made.form.layout(moods))
    if wish.kind == CONTINUATION:
        chords = made.chords
    else:
        chords = tuple(variant_chords(made.melody, plan.tonic, plan.mode, request.seed, wish.variant))
    draft = compose_draft(plan, request.seed, made.melody, chords)
    own = tuple(note for note, owner in made.notes if owner == MACHINE)
    kept = owners_of(made.notes) if request.material else {}
    return Composition(plan, _with_melody(draft, own, plan), kept), chords


def material_of(request: ComposeRequest) -> Material:
    """What a derived song is made from: the parent's melody, or the melody that came with the request.

    Raises:
        UnusableInput: neither is there, or the rules cannot work on it.
    """
    if request.material:
        return read_material(request.material)
    if request.melody is None:
        raise UnusableInput(
            "A derived song needs what it is derived from, and this one has lost it: restore material.mid."
        )
    melody = read_melody(request.melody)
    check_material(melody, "The melody")
    owner = request.by or "unnamed"
    return Material(tuple((note, owner) for note in melody.notes), melody.metre, melody.bars, melody.microseconds)


def _by_kind(request: ComposeRequest, wish: Derivation, material: Material) -> _Derived:
    key = _key(wish.key)
    chance = Chance(request.seed, wish.kind)
    in_key = replace(request, key=request.key or wish.key)
    if wish.kind == CONTINUATION:
        made = continued(material, wish.form, key, wish.bars, request.version, chance)
        longer = replace(material, notes=made.notes, bars=material.bars + wish.bars)
        return _Derived(in_key, longer.melody, made.notes, replace(wish, form=made.form), made.chords)
    if wish.kind == RESTYLE:
        return _restyled(request, wish, material, key, chance)
    if wish.kind == OTHER_MODE:
        new = (key[0], other_mode(key[1]))
        notes = in_other_mode(material, key, new)
        in_key = replace(request, key=f"{tonic_name(*new)} {new[1]}")
    elif wish.kind == OTHER_METRE:
        metre = OTHER_METRES[material.metre]
        notes = in_other_metre(material, metre)
        material = replace(material, metre=metre)
    elif wish.kind == ORNAMENTED:
        notes = with_ornaments(material, key, chance)
    else:
        assert wish.kind == REHARMONISATION or request.style is not None
        notes = material.notes
    return _Derived(in_key, replace(material, notes=notes).melody, notes, wish)


def _restyled(request: ComposeRequest, wish: Derivation, material: Material, old: Key, chance: Chance) -> _Derived:
    """The melody in the metre, mode, tempo and density that mood and style ask for."""
    emotion = emotions_of(request)[0]
    metre = choose_metre(emotion, chance.sub("metre"))[0]
    if request.style:
        metre = style_of(request.style).metre
    asked = parse_key(request.key) if request.key else None
    new = (asked[0] if asked else old[0], (asked[1] if asked else None) or choose_mode(emotion, request.version)[0])
    density = max(75, request.heard_scene.density(108 + emotion.arousal * 62 // 100))
    notes = restyled(material, old, new, metre, density, chance)
    tempo = MICROSECONDS_PER_MINUTE // tempo_of(request, emotion, None)
    melody = replace(material, notes=notes, metre=metre, microseconds=tempo).melody
    return _Derived(replace(request, key=f"{tonic_name(*new)} {new[1]}"), melody, notes, wish)


def _key(text: str) -> Key:
    tonic, mode = parse_key(text)
    return tonic, mode or "major"


def _with_melody(draft: Score, notes: tuple[Note, ...], plan: Plan) -> Score:
    """The draft with the machine's own notes of the melody, if there are any."""
    if not notes:
        return draft
    name, layer, channel, pan = SEATS[0]
    part = Part(name, layer, channel, plan.palette.program(0), pan, plan.reverb, tuple(sorted(notes)))
    return replace(draft, parts=(part, *draft.parts))
