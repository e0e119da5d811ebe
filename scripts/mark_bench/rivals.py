"""Programs that other people wrote, run where they are installed: audiowmark, and a PEAQ meter."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import soundfile

from mark_bench.sounds import Sound, resampled

PEAQ_RATE = 48_000
PEAQ_PROGRAMS = ("gstpeaq", "peaq")
RIVAL = "audiowmark"
RIVAL_BITS = 128


def peaq_program() -> str | None:
    """The PEAQ meter on PATH: gstpeaq's command is called `peaq`."""
    return next((found for name in PEAQ_PROGRAMS if (found := shutil.which(name))), None)


def objective_difference_grade(original: Sound, marked: Sound, rate: int) -> float | None:
    """PEAQ's grade, basic version, from 0 (not heard) to −4; None where no program is on PATH."""
    program = peaq_program()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, sound in (("original", original), ("marked", marked)):
            files.append(str(Path(folder, f"{name}.wav")))
            soundfile.write(files[-1], resampled(sound, rate, PEAQ_RATE), PEAQ_RATE, subtype="PCM_16")
        told = subprocess.run([program, *files], check=True, capture_output=True, text=True).stdout
    grade = re.search(r"Objective Difference Grade:\s*(-?[\d.]+)", told)
    if grade is None:
        raise SystemExit(f"{program} told no grade: {told[-200:]!r}")
    return float(grade[1])


def rival_program() -> str | None:
    """audiowmark on PATH."""
    return shutil.which(RIVAL)


def marked_by_rival(original: Sound, rate: int, payload: bytes) -> Sound:
    """The piece with audiowmark's own mark at its default strength; the payload comes twice in its 128 bits."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source.wav"), Path(folder, "target.wav")
        soundfile.write(source, original, rate, subtype="PCM_16")
        subprocess.run([RIVAL, "add", source, target, 2 * payload.hex()], check=True, capture_output=True)
        sound: Sound = soundfile.read(target, dtype="float32", always_2d=True)[0]
    return sound


def read_by_rival(sound: Sound, rate: int, payload: bytes, search: bool) -> bool:
    """Whether audiowmark lists exactly this payload among its candidates."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "heard.wav")
        soundfile.write(source, sound, rate, subtype="PCM_16")
        options = ["--detect-speed"] if search else []
        told = subprocess.run([RIVAL, "get", *options, source], check=False, capture_output=True, text=True).stdout
    return 2 * payload.hex() in re.findall(r"[0-9a-f]{32}", told)
