"""Why a sound file cannot be used, each reason with its own name, and the limits behind them."""

from partbook.core.errors import UnusableInput

MIN_SECONDS = 3.0
"""Nothing can be marked or read in less."""
SAFE_SECONDS = 10.0
"""From here on a mark is read back reliably."""
MAX_SECONDS = 3 * 3600.0
MAX_CHANNELS = 8
MIN_RATE, MAX_RATE = 8_000, 192_000
MAX_SAMPLES = int(MAX_SECONDS) * MAX_RATE * 2
"""Samples over all channels: three hours of stereo at the highest rate."""
SILENCE = 1e-4
"""A file whose peak is under this (−80 dBFS) is silent."""
LOUDEST = 64.0
"""Samples above this (+36 dBFS) are no sound but a damaged or a hostile file."""


class FileUnreadable(UnusableInput):
    """Missing, a folder, a device, or not allowed."""


class NotSound(UnusableInput):
    """Text, an empty file, a picture, or a sound format that is not known here."""


class DamagedSound(UnusableInput):
    """It began as a sound file, but cannot be decoded to its end."""


class SilentSound(UnusableInput):
    """Nothing can be heard, so nothing can be marked or read."""


class TooShort(UnusableInput):
    """Less sound than a mark needs."""


class BeyondLimits(UnusableInput):
    """Longer, wider or finer than is accepted."""
