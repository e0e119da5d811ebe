"""The reasons of a plan: every decision with what it was and why, for `song.json`, `explain` and the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from partbook.music.chance import Chance
from partbook.music.modes import preset_of, tonic_name
from partbook.music.orchestration import Palette
from partbook.music.request import ComposeRequest
from partbook.music.section_plan import SectionPlan
from partbook.music.temper import choose_bass, choose_contour, choose_drums, choose_mode, choose_texture


@dataclass(frozen=True)
class Choice:
    """One decision: what, which, why, and for which mood where a song has several."""

    what: str
    value: str
    reason: str
    mood: str = ""


@dataclass(frozen=True)
class SongWide:
    """What was decided once for the whole song."""

    tonic: int
    metre_reason: str
    palette: Palette
    reverb: int
    parts: int
    given: bool


def choices_of(request: ComposeRequest, sections: Iterable[SectionPlan], whole: SongWide) -> list[Choice]:
    """Every decision of a plan, those for the whole song first."""
    first_of_mood: dict[int, SectionPlan] = {}
    for section in sections:
        first_of_mood.setdefault(section.slot.mood, section)
    main = first_of_mood[min(first_of_mood)]
    choices = [*_of_mood_and_scene(request, whole), *_of_song(request, main, whole)]
    for section in first_of_mood.values():
        choices += _of_section(request, section, whole)
    return choices


def _of_mood_and_scene(request: ComposeRequest, whole: SongWide) -> Iterator[Choice]:
    if request.image and request.valence is None:
        seen = request.image
        felt = f"valence {seen.valence / 100:+.2f}, arousal {seen.arousal / 100:+.2f}"
        yield Choice("image", felt, "; ".join(seen.reasons))
    if request.motif:
        why = "licensed by its owner: stated once as it is, then the theme is made of its rhythm and its steps"
        yield Choice("motif", request.motif_title, why)
    scene = str(request.scene)
    if scene:
        why = "a larger hall slows, thins and adds reverb; more listeners and a livelier hour do the contrary"
        yield Choice("scene", scene, why)
    reason = f"as many as the scene has room for: {scene}" if scene else "all four, as no scene asks for fewer"
    yield Choice("parts", str(whole.parts), reason)


def _of_song(request: ComposeRequest, main: SectionPlan, whole: SongWide) -> Iterator[Choice]:
    key_reason = "drawn by the seed from keys that lie well for the mood"
    if request.key or whole.given:
        key_reason = "as asked" if request.key else "found in the given melody"
    yield Choice("key", f"{tonic_name(whole.tonic, main.mode)} {main.mode}", key_reason)
    if preset := preset_of(main.mode):
        cents = " ".join(f"{tone:g}" for tone in preset.cents)
        why = f"as asked: {preset.tradition}, declared by rule and not learned; {preset.source}. {preset.note}"
        yield Choice("scale", f"{preset.name} ({preset.title}): {cents} cents", why)
    metre, reason = whole.metre_reason.split(": ", 1)
    yield Choice("metre", metre, reason)
    yield Choice("reverb", str(whole.reverb), f"calm music is given more of the hall{_where(request)}")
    yield Choice("instruments", whole.palette.name, whole.palette.reason)


def _of_section(request: ComposeRequest, section: SectionPlan, whole: SongWide) -> list[Choice]:
    emotion = section.emotion
    felt = f"'{emotion.words}' has valence {emotion.valence / 100:+.2f}, arousal {emotion.arousal / 100:+.2f}"
    tempo_reason = f"arousal sets the pace, fitted to {request.seconds} s"
    if request.heard_scene.moves:
        tempo_reason = f"arousal sets the pace, the length is met to the nearest bar{_where(request)}"
    if request.tempo or whole.given:
        tempo_reason = "as asked" if request.tempo else "the tempo of the given melody"
    mode_reason = choose_mode(emotion, request.version)[1]
    if request.key or request.scale or whole.given:
        mode_reason = "the scale was asked for" if request.scale else "it comes with the key"
    of_mood = {
        "mode": (section.mode, f"{felt}: {mode_reason}"),
        "tempo": (f"{section.bpm} quarters a minute", tempo_reason),
        "density": (f"{section.density / 100:.2f} melody notes a quarter", f"follows arousal{_where(request)}"),
        "register": (str(section.register), "pleasant and stirred moods sing higher"),
        "loudness": (f"velocity {section.velocity}", "stirred moods are struck harder"),
        "texture": (section.texture, choose_texture(emotion, "A", Chance(0))[1]),
        "bass": (section.bass, choose_bass(emotion)[1]),
        "drums": (str(section.drums), choose_drums(emotion, request.scene)[1]),
        "contour": (section.contour, choose_contour(emotion, Chance(0))[1]),
    }
    return [Choice(what, value, reason, emotion.words) for what, (value, reason) in of_mood.items()]


def _where(request: ComposeRequest) -> str:
    scene = str(request.scene)
    return f"; scene: {scene}" if scene else ""
