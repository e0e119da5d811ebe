"""A payload hidden in the sound of a recording, and read back from lossy copies of it."""

from partbook.watermark.detection import Reader, detect
from partbook.watermark.keys import MarkKey
from partbook.watermark.marker import DEFAULT_STRENGTH, MIN_SECONDS, Marker, TooShort, embed
from partbook.watermark.payload import CopyPayload, WorkPayload, from_hex, unpack
from partbook.watermark.reading import Detection, Reading

__all__ = [
    "DEFAULT_STRENGTH",
    "MIN_SECONDS",
    "CopyPayload",
    "Detection",
    "MarkKey",
    "Marker",
    "Reader",
    "Reading",
    "TooShort",
    "WorkPayload",
    "detect",
    "embed",
    "from_hex",
    "unpack",
]
