"""What a person asks the composer for."""

from dataclasses import dataclass, field
from typing import Any

from partbook.core.errors import UnusableInput
from partbook.music.derivation import Derivation
from partbook.music.engine_versions import ENGINE_NAME, ENGINE_VERSION, KNOWN_VERSIONS
from partbook.music.form import FORMS
from partbook.music.modes import parse_key
from partbook.music.picture_mood import PictureMood
from partbook.music.scale_presets import scale_preset
from partbook.music.scene import FirstScene, Scene
from partbook.music.styles import style_of

SHORTEST_SECONDS, LONGEST_SECONDS = 8, 600
SLOWEST, FASTEST = 40, 240
ENGINES = ("rules", "transformer")
"""Names that `music/engines.py` knows."""
USE_THE_RULES = f"Use --engine {ENGINE_NAME}."
LARGEST_SEED = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly."""


@dataclass(frozen=True)
class ComposeRequest:
    """A wish for a song.

    Args:
        mood: words; may be empty where valence and arousal are given.
        seconds: wished length, 8 to 600, met exactly; to the nearest bar with a given tempo or a scene. A given melody
            decides the length itself.
        seed: 0 to 2^53 − 1; another seed gives another song from the same words.
        engine: one of ENGINES.
        key: such as `D`, `Bb` or `F# minor`; chosen from the mood unless told.
        tempo: quarter notes per minute, 40 to 240; chosen from the mood unless told.
        valence: -100 to 100; wins over the words.
        arousal: -100 to 100; wins over the words.
        scene: the hall, audience and hour it is for.
        image: the mood of a picture, in the place of words.
        motif: bytes of a MIDI file with a motif that its owner licenses; the theme is made of it.
        motif_title: what its owner calls it.
        version: of the engine; an earlier one writes what it wrote then.
        scale: name of a declared scale, such as `rast`; the mode of the mood unless told.
        melody: bytes of a MIDI file with a person's melody, which is kept note for note.
        title: name of the song; the folder's name unless told.
        language: language tag of the lyrics, such as `en`.
        by: account of the person who asks, as `0x…`.
        form: `aaba` or `verse-chorus`; chosen by length and mood unless told.
        style: a name from `styles.STYLES`; by mood alone unless told.
        derivation: how the song is made from another one; None for a song of its own.
        material: what it is made from, the bytes of a `material.mid`; see `material`.
        version: of the engine; an earlier one writes what it wrote then.
    """

    mood: str
    seconds: int = 60
    seed: int = 1
    engine: str = "rules"
    key: str | None = None
    tempo: int | None = None
    valence: int | None = None
    arousal: int | None = None
    scene: Scene = field(default_factory=Scene)
    melody: bytes | None = field(default=None, repr=False)
    title: str = ""
    language: str = "en"
    by: str = ""
    form: str | None = None
    style: str | None = None
    derivation: Derivation | None = None
    material: bytes | None = field(default=None, repr=False)
    image: PictureMood | None = None
    scale: str | None = None
    motif: bytes | None = field(default=None, repr=False)
    motif_title: str = ""
    version: str = ENGINE_VERSION

    @property
    def heard_scene(self) -> Scene:
        """The scene with the effects that it has in this version of the engine."""
        return FirstScene(**vars(self.scene)) if self.version == "1" else self.scene

    def check(self) -> None:
        """Refuse a wish that cannot be granted.

        Raises:
            UnusableInput: a value out of its range; the message says which range.
        """
        ranges: list[tuple[str, int | None, int, int]] = [
            ("--seconds", self.seconds, SHORTEST_SECONDS, LONGEST_SECONDS),
            ("--seed", self.seed, 0, LARGEST_SEED),
            ("--tempo", self.tempo, SLOWEST, FASTEST),
            ("--valence (in hundredths)", self.valence, -100, 100),
            ("--arousal (in hundredths)", self.arousal, -100, 100),
        ]
        for name, value, low, high in ranges:
            if value is not None and not low <= value <= high:
                raise UnusableInput(f"{name} is {value}; it has to lie between {low} and {high}.")
        if (self.valence is None) != (self.arousal is None):
            raise UnusableInput("--valence and --arousal belong together; only one of them was given.")
        if self.engine not in ENGINES:
            raise UnusableInput(f"The engine '{self.engine}' is not built in. Use --engine {' or '.join(ENGINES)}.")
        if self.engine != ENGINE_NAME:
            self._check_for_learned_engine()
        if self.form is not None and self.form not in FORMS:
            raise UnusableInput(f"'{self.form}' is not a form. Forms: {', '.join(FORMS)}.")
        if self.form is not None and (self.melody or self.material):
            raise UnusableInput("--form belongs to a song of its own; a given melody has its form already.")
        if self.style is not None:
            style_of(self.style)
        if self.version not in KNOWN_VERSIONS:
            raise UnusableInput(
                f"The song was composed by rules {self.version}; this Partbook writes {' and '.join(KNOWN_VERSIONS)}. "
                "Use the version of Partbook that composed it, or a newer one."
            )
        asked_mode = parse_key(self.key)[1] if self.key is not None else None
        if self.image is not None and self.mood.strip():
            raise UnusableInput("--mood and --image both set the mood. Give one of them.")
        if self.motif is not None and (self.melody is not None or self.scale is not None):
            raise UnusableInput("--motifs makes the melody, in one of the modes. Leave --melody and --scale away.")
        if self.scale is not None:
            scale_preset(self.scale)
            if asked_mode is not None:
                raise UnusableInput(f"--scale {self.scale} and --key '{self.key}' name two scales. Give --key a tonic.")
            if self.melody is not None:
                raise UnusableInput("--scale cannot retune a given --melody. Leave one of them away.")

    def _check_for_learned_engine(self) -> None:
        """Refuse what only the rules can do."""
        if self.motif is not None:
            cannot = f"invents its themes and makes none of a licensed motif (--motifs: '{self.motif_title}')"
        elif self.scale is not None:
            cannot = f"learned major and minor and writes in no declared scale (--scale {self.scale})"
        elif self.derivation is not None:
            cannot = f"writes songs of their own and none out of others ({self.derivation.kind})"
        else:
            return
        raise UnusableInput(f"The engine {self.engine} {cannot}. {USE_THE_RULES}")

    def parameters(self) -> dict[str, Any]:
        """What `song.json` keeps, enough to compose the same draft again (the melody lies in `takes/`)."""
        asked: dict[str, Any] = {"form": self.form, "style": self.style, "scale": self.scale}
        asked["image"] = self.image.as_json() if self.image else None
        return {
            "mood": self.mood,
            "seconds": self.seconds,
            "key": self.key,
            "tempo": self.tempo,
            "valence": self.valence,
            "arousal": self.arousal,
        } | {name: value for name, value in asked.items() if value is not None}
