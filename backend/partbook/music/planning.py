"""Emotion to plan: every choice that shapes the song, each with its reason."""

from dataclasses import dataclass, replace
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.chance import Chance
from partbook.music.emotion import Emotion, read_mood
from partbook.music.form import (
    AABA,
    CHORUS,
    SHORTEST_VERSE_CHORUS,
    THEMES,
    VERSE_CHORUS,
    Layout,
    Slot,
    bars_of,
    lay_out,
    lay_out_bars,
)
from partbook.music.given_melody import GivenMelody, find_key, read_melody
from partbook.music.given_motif import GivenMotif, read_motif
from partbook.music.modes import key_signature, parse_key, tonic_name
from partbook.music.orchestration import Palette, choose_palette
from partbook.music.plan_choices import Choice, SongWide, choices_of
from partbook.music.request import ComposeRequest
from partbook.music.section_plan import MICROSECONDS_PER_MINUTE, SectionPlan
from partbook.music.styles import Style, style_of
from partbook.music.temper import (
    choose_bass,
    choose_contour,
    choose_drums,
    choose_form,
    choose_metre,
    choose_mode,
    choose_texture,
)

FEWEST_NOTES = 75
"""Melody notes in a hundred quarters that even a still mood has."""
FEWEST_BESIDE_A_MELODY = 2
"""A given melody is never left alone: the draft would be empty."""


@dataclass(frozen=True)
class Plan:
    """All choices for a song.

    Args:
        valence: mean of the moods, -100 to 100.
        arousal: mean of the moods, -100 to 100.
        tonic: pitch class of the key.
        metre: beats per bar and their unit.
        bars: length.
        reverb: 0 to 127.
        parts: how many play besides the drums, 1 to 4.
        palette: the instruments.
        sections: in order, without gap, from bar 1 to the last.
        choices: every decision with its reason.
        form: `aaba`, `verse-chorus`, or what a given melody makes of it.
        motif: what the theme is made of, if its owner licenses one.
        version: of the engine, which decides how the plan is written out.
    """

    valence: int
    arousal: int
    tonic: int
    metre: tuple[int, int]
    bars: int
    reverb: int
    parts: int
    palette: Palette
    sections: tuple[SectionPlan, ...]
    choices: tuple[Choice, ...]
    form: str
    motif: GivenMotif | None
    version: str

    @property
    def mode(self) -> str:
        """The mode that the song begins in."""
        return self.sections[0].mode

    @property
    def sharps(self) -> int:
        """Key signature of the song's beginning."""
        return key_signature(self.tonic, self.mode)

    def as_json(self) -> dict[str, Any]:
        """The plan as `song.json` and `--json` show it."""
        first = self.sections[0]
        return {
            "valence": self.valence / 100,
            "arousal": self.arousal / 100,
            "mode": self.mode,
            "key": tonic_name(self.tonic, self.mode),
            "tempo": first.bpm,
            "density": first.density / 100,
            "metre": list(self.metre),
            "bars": self.bars,
            "form": self.form,
            "reverb": self.reverb,
            "parts": self.parts,
            "instruments": self.palette.as_json(),
            "sections": [section.as_json() for section in self.sections],
            "choices": [vars(choice) for choice in self.choices],
        }


def emotions_of(request: ComposeRequest) -> list[Emotion]:
    """The moods of a request; explicit numbers win over an image and over words.

    Raises:
        UnusableInput: unknown words, or none of the three.
    """
    if request.valence is not None and request.arousal is not None:
        return [Emotion(request.mood or "given as numbers", request.valence, request.arousal)]
    if request.image is not None:
        return [Emotion("the image", request.image.valence, request.image.arousal)]
    return read_mood(request.mood)


def make_plan(request: ComposeRequest, given: GivenMelody | None = None, layout: Layout | None = None) -> Plan:
    """The plan for a request. Whole numbers only, so every machine makes the same one.

    Args:
        request: what is wished.
        given: a melody that decides metre, tempo and length; that of the request unless told.
        layout: which bars of the given melody belong to which part of the form; AABA unless told.

    Raises:
        UnusableInput: a value out of range, an unknown mood, or more moods than the length has room for.
    """
    request.check()
    emotions = emotions_of(request)
    chance = Chance(request.seed, "plan")
    if given is None and request.melody:
        given = read_melody(request.melody)
    style = style_of(request.style) if request.style else None
    tonic, asked_mode = _tonic(request, emotions[0], chance, given)
    metre, metre_reason = choose_metre(emotions[0], chance.sub("metre"))
    if style:
        metre, metre_reason = style.metre, f"{style.metre[0]}/{style.metre[1]}: the metre of a {style.name}"
    tempi = [tempo_of(request, emotion, given) for emotion in emotions]
    motif = read_motif(request.motif, request.motif_title) if request.motif else None
    if motif:
        metre, metre_reason = motif.metre, f"{motif.metre[0]}/{motif.metre[1]}: the metre of the motif"
    form, form_reason = AABA, "as asked"
    if given:
        metre, metre_reason = given.metre, f"{given.metre[0]}/{given.metre[1]}: the metre of the given melody"
        layout = layout or lay_out_bars(given.bars, len(emotions))
        form_reason = "laid over the given melody"
    else:
        if request.version != "1":
            form, form_reason = _form(request, emotions[0], bars_of(request.seconds, metre, tempi))
        layout = lay_out(request.seconds, metre, tempi, form)
    if len(emotions) > len(layout.moods):
        raise UnusableInput(
            f"{len(emotions)} moods need more room: this length has room for {len(layout.moods)}. "
            "Ask for more --seconds or fewer moods."
        )
    fitted = not (given or request.tempo or request.heard_scene.moves)
    scale = _tempo_scale(request.seconds, layout.slots, tempi, metre) if fitted else (1, 1)
    sections = []
    for slot in layout.slots:
        emotion = emotions[slot.mood]
        theme = emotion if slot.letter == "B" else emotions[0]
        mode = asked_mode or choose_mode(emotion, request.version)[0]
        section = _section(request, slot, emotion, theme, mode, tempi[slot.mood], scale, chance)
        sections.append(_in_style(section, style) if style else section)
    mean_valence = sum(emotion.valence for emotion in emotions) // len(emotions)
    mean_arousal = sum(emotion.arousal for emotion in emotions) // len(emotions)
    cast = request.derivation.palette if request.derivation else None
    palette = style.palette if style else cast or choose_palette(emotions[0], chance.sub("palette"))
    reverb = request.heard_scene.reverb(44 - emotions[0].arousal * 20 // 100)
    parts = max(FEWEST_BESIDE_A_MELODY if given else 1, request.heard_scene.parts)
    whole = SongWide(tonic, metre_reason, palette, reverb, parts, given is not None)
    choices = [Choice("form", form, form_reason), *choices_of(request, sections, whole)]
    return Plan(
        mean_valence,
        mean_arousal,
        tonic,
        metre,
        sections[-1].slot.last_bar,
        reverb,
        parts,
        palette,
        tuple(sections),
        tuple(choices),
        form,
        motif,
        request.version,
    )


def _form(request: ComposeRequest, emotion: Emotion, bars: int) -> tuple[str, str]:
    if request.form is None:
        return choose_form(emotion, bars)
    if request.form == VERSE_CHORUS and bars < SHORTEST_VERSE_CHORUS:
        raise UnusableInput(
            f"Verse and chorus need {SHORTEST_VERSE_CHORUS} bars; {request.seconds} s have about {bars}. "
            "Ask for more --seconds, or for --form aaba."
        )
    return request.form, "as asked"


def _in_style(section: SectionPlan, style: Style) -> SectionPlan:
    quiet = section.slot.letter in ("intro", "outro")
    return replace(section, texture=style.texture, bass=style.bass, drums=0 if quiet else style.drums)


def _tonic(
    request: ComposeRequest, emotion: Emotion, chance: Chance, given: GivenMelody | None
) -> tuple[int, str | None]:
    asked = parse_key(request.key) if request.key else None
    if given:
        wished = (asked[1] if asked else None) or choose_mode(emotion, request.version)[0]
        tonic, mode = find_key(given.notes, wished, asked[0] if asked else None)
        return tonic, (asked[1] if asked else None) or mode
    if asked:
        return asked[0], request.scale or asked[1]
    bright, dark = (2, 7, 9, 4, 0), (2, 0, 7, 5, 9, 4)
    tonic = chance.sub("key", emotion.valence, emotion.arousal).pick(bright if emotion.valence >= 0 else dark)
    return tonic, request.scale


def tempo_of(request: ComposeRequest, emotion: Emotion, given: GivenMelody | None) -> int:
    """Quarter notes per minute: as asked, else those of the given melody, else by mood, style and scene."""
    if request.tempo is not None:
        return request.tempo
    if given:
        return max(20, min(400, MICROSECONDS_PER_MINUTE // given.microseconds))
    lift = emotion.valence * 8 // 100 if (emotion.valence > 0) == (emotion.arousal > 0) else 0
    wished = request.heard_scene.tempo(max(48, 90 + emotion.arousal * 46 // 100 + lift))
    return style_of(request.style).tempo(wished) if request.style else wished


def _tempo_scale(seconds: int, slots: tuple[Slot, ...], tempi: list[int], metre: tuple[int, int]) -> tuple[int, int]:
    """The factor, as a fraction, that makes the bars last exactly the wished time."""
    natural = sum(4 * metre[0] * slot.bars * MICROSECONDS_PER_MINUTE // (metre[1] * tempi[slot.mood]) for slot in slots)
    return seconds * 1_000_000, natural


def _section(
    request: ComposeRequest,
    slot: Slot,
    emotion: Emotion,
    theme: Emotion,
    mode: str,
    tempo: int,
    scale: tuple[int, int],
    chance: Chance,
) -> SectionPlan:
    valence, arousal = emotion.valence, emotion.arousal
    lift = {"A": 0, "A'": 3, "B": 6 if arousal >= 0 else -6, "A''": 5}.get(slot.name, -8)
    if slot.letter in THEMES and slot.name not in ("A", "A'", "B", "A''"):
        lift = {"A": -2, "B": 4 if arousal >= 0 else -6, CHORUS: 7}[slot.letter]
    quiet = slot.letter in ("intro", "outro")
    drums = 0 if quiet else choose_drums(emotion, request.heard_scene)[0]
    rise = {"B": 2 if valence >= 0 else -2, CHORUS: 3}.get(slot.letter, 0)
    density = request.heard_scene.density(108 + arousal * 62 // 100)
    if request.version != "1":
        density = max(FEWEST_NOTES, density)
    return SectionPlan(
        slot=slot,
        emotion=emotion,
        mode=mode,
        microseconds=MICROSECONDS_PER_MINUTE * scale[0] // (tempo * scale[1]),
        density=density,
        register=72 + valence * 5 // 100 + arousal * 3 // 100 + rise,
        velocity=max(36, min(108, 74 + arousal * 24 // 100 + valence * 3 // 100 + lift)),
        texture=choose_texture(emotion, slot.letter, chance.sub("texture", slot.letter, slot.mood))[0],
        bass=choose_bass(emotion)[0],
        drums=drums,
        contour=choose_contour(theme, chance.sub("contour", slot.letter))[0],
    )
