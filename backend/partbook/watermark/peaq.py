"""How audible a mark is: the Objective Difference Grade, by the program `peaq` of gstpeaq where it is installed."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from partbook.sound.audio_file import probe, read
from partbook.sound.audio_writer import write

Samples = npt.NDArray[np.float32]

PROGRAM = "peaq"
RATE = 48_000
"""The one that PEAQ is made for (ITU-R BS.1387)."""
LONGEST_SECONDS = 60.0
PATIENCE_SECONDS = 600.0
_GRADE = re.compile(rb"Objective Difference Grade:\s*(-?\d+[.,]\d+)")


def difference_grade(original: Path, marked: Path, seconds: float) -> float | None:
    """The grade of a marked file against its original: 0 cannot be told apart, −4 is very annoying.

    Args:
        original: the source.
        marked: what was made of it; a lossy one would be graded for its codec and is not.
        seconds: its length; of a long one the middle minute is graded.

    Returns:
        The grade of the basic version of PEAQ; None where the program is missing or the files cannot be compared.
    """
    program = shutil.which(PROGRAM)
    before, after = probe(original), probe(marked)
    if program is None or not after.lossless or after.rate != before.rate:
        return None
    start = max(0.0, (seconds - LONGEST_SECONDS) / 2)
    with tempfile.TemporaryDirectory(prefix="partbook-peaq-") as folder:
        paths = [Path(folder) / name for name in ("original.wav", "marked.wav")]
        for path, source in zip(paths, (original, marked), strict=True):
            write(path, _heard(source, start), RATE, "PCM_24")
        try:
            done = subprocess.run(
                [program, *map(str, paths)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=PATIENCE_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    found = _GRADE.search(done.stdout)
    return float(found[1].replace(b",", b".")) if found and done.returncode == 0 else None


def _heard(path: Path, start: float) -> Samples:
    """The stretch as PEAQ takes it: one or two channels at its rate."""
    sound, rate = read(path, start, LONGEST_SECONDS)
    if sound.shape[1] > 2:
        sound = sound.mean(axis=1, keepdims=True)
    return np.asarray(soxr.resample(sound, rate, RATE, quality="VHQ") if rate != RATE else sound, np.float32)
