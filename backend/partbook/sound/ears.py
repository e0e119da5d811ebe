"""What hears a hall: two ears of a dummy head, a pair of microphones, or one microphone that measures."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from partbook.sound.hall import SOUND_SPEED

Floats = npt.NDArray[np.float64]

RATE = 44_100
HRTF = Path(__file__).resolve().parent.parent / "artifacts" / "hrtf" / "mit-kemar.npz"
"""MIT KEMAR (Gardner & Martin 1994), made by `scripts/make_hrtf.py`; its licence lies beside it."""
PAIR_ANGLE, PAIR_SPACING = 110.0, 0.17
"""Degrees and metres between the cardioid microphones of a pair. Source: the ORTF's own arrangement."""
PAIR_DIRECTIONS, PAIR_TAPS = 600, 32


@dataclass(frozen=True, eq=False)
class Receiver:
    """How sound from each direction arrives. Sound from everywhere arrives in each channel as strong as in one
    microphone that hears all directions alike.

    Args:
        name: `binaural`, `stereo` or `omni`.
        directions: unit vectors (front, left, up), shape (directions, 3).
        responses: impulse responses at `RATE`, shape (directions, channels, taps).
    """

    name: str
    directions: Floats
    responses: Floats

    @property
    def channels(self) -> int:
        """Two, but for the microphone that measures."""
        return int(self.responses.shape[1])

    @property
    def taps(self) -> int:
        """Length of a response."""
        return int(self.responses.shape[2])

    def from_directions(self, wanted: Floats) -> Floats:
        """The responses of the nearest directions there are.

        Args:
            wanted: unit vectors, shape (n, 3).

        Returns:
            Shape (n, channels, taps).
        """
        nearest = np.argmax(np.round(wanted @ self.directions.T, 9), axis=1)
        found: Floats = self.responses[nearest]
        return found


@lru_cache(maxsize=1)
def binaural() -> Receiver:
    """The ears of a KEMAR dummy head; to be heard with headphones."""
    with np.load(HRTF) as kept:
        responses = kept["responses"] * float(kept["scale"][0])
        return Receiver("binaural", kept["directions"].astype(np.float64), responses)


@lru_cache(maxsize=1)
def stereo() -> Receiver:
    """Two cardioid microphones side by side, as radio stations use them; to be heard with loudspeakers."""
    index = np.arange(PAIR_DIRECTIONS) + 0.5
    up = 1 - 2 * index / PAIR_DIRECTIONS
    turn = np.pi * (1 + np.sqrt(5)) * index
    level = np.sqrt(1 - up**2)
    directions = np.stack([level * np.cos(turn), level * np.sin(turn), up], axis=1)
    responses = np.zeros((PAIR_DIRECTIONS, 2, PAIR_TAPS))
    half = np.radians(PAIR_ANGLE / 2)
    for channel, side in enumerate((1, -1)):
        axis = np.array([np.cos(half), side * np.sin(half), 0.0])
        gain = np.sqrt(3) * (1 + directions @ axis) / 2
        lag = PAIR_TAPS / 2 - side * directions[:, 1] * PAIR_SPACING / 2 / SOUND_SPEED * RATE
        responses[np.arange(PAIR_DIRECTIONS), channel, np.rint(lag).astype(int)] = gain
    return Receiver("stereo", directions, responses)


def omni() -> Receiver:
    """One measuring microphone."""
    return Receiver("omni", np.array([[1.0, 0.0, 0.0]]), np.ones((1, 1, 1)))
