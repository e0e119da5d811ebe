"""How one stretch of the form is to sound."""

from dataclasses import dataclass
from typing import Any

from partbook.music.emotion import Emotion
from partbook.music.form import Slot

MICROSECONDS_PER_MINUTE = 60_000_000


@dataclass(frozen=True)
class SectionPlan:
    """How one stretch of the form is to sound.

    Args:
        slot: its letter, name and bars.
        emotion: what it expresses.
        mode: scale.
        microseconds: length of a quarter note.
        density: melody notes in a hundred quarter notes.
        register: MIDI pitch about which the melody moves.
        velocity: middle loudness, 1 to 127.
        texture: how the inner voices move.
        bass: how the bass moves.
        drums: 0 none, 1 soft, 2 beat, 3 driving.
        contour: shape of the melody.
    """

    slot: Slot
    emotion: Emotion
    mode: str
    microseconds: int
    density: int
    register: int
    velocity: int
    texture: str
    bass: str
    drums: int
    contour: str

    @property
    def bpm(self) -> int:
        """Quarter notes per minute, rounded."""
        return (2 * MICROSECONDS_PER_MINUTE + self.microseconds) // (2 * self.microseconds)

    def as_json(self) -> dict[str, Any]:
        """What the record and the page show; valence, arousal and density as fractions."""
        return {
            "name": self.slot.name,
            "bars": [self.slot.first_bar, self.slot.last_bar],
            "words": self.emotion.words,
            "valence": self.emotion.valence / 100,
            "arousal": self.emotion.arousal / 100,
            "mode": self.mode,
            "tempo": self.bpm,
            "density": self.density / 100,
            "register": self.register,
            "velocity": self.velocity,
            "texture": self.texture,
            "bass": self.bass,
            "drums": self.drums,
            "contour": self.contour,
        }
