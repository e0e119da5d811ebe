"""Bass and treble raised or lowered, block by block."""

import numpy as np
import numpy.typing as npt
from pyloudnorm import IIRfilter
from scipy.signal import lfilter

Samples = npt.NDArray[np.float32]

LOW_HERTZ, HIGH_HERTZ = 220.0, 3_500.0
SLOPE = 0.7071


class Colour:
    """Two shelving filters after one another.

    Args:
        rate: in Hz.
        channels: of the sound.
        low_db: gain of what lies well below `LOW_HERTZ`.
        high_db: gain of what lies well above `HIGH_HERTZ`.
    """

    def __init__(self, rate: int, channels: int, low_db: float, high_db: float) -> None:
        low = IIRfilter(low_db, SLOPE, LOW_HERTZ, rate, "low_shelf")
        high = IIRfilter(high_db, SLOPE, HIGH_HERTZ, rate, "high_shelf")
        self._filters = [(stage.b, stage.a) for stage in (low, high)]
        self._states = [np.zeros((2, channels)) for _ in self._filters]

    def push(self, block: Samples) -> Samples:
        """The next samples, coloured."""
        sound: npt.NDArray[np.float64] = block.astype(np.float64)
        for number, (forward, backward) in enumerate(self._filters):
            sound, self._states[number] = lfilter(forward, backward, sound, axis=0, zi=self._states[number])
        return sound.astype(np.float32)
