"""Does this sound match that recording? A compact fingerprint that survives copies, and its comparison."""

from partbook.fingerprint.comparison import SAME_SCORE, Match, compare
from partbook.fingerprint.prints import FRAME_SECONDS, Fingerprint, Fingerprinter, fingerprint

__all__ = ["FRAME_SECONDS", "SAME_SCORE", "Fingerprint", "Fingerprinter", "Match", "compare", "fingerprint"]
