#!/usr/bin/env python3
"""What composing and playing cost: processor seconds, the most memory that was held, loudness and peaks.

    .venv/bin/python scripts/bench_render.py            60 s and 600 s
    .venv/bin/python scripts/bench_render.py 30 120     these lengths

Each length has a process of its own, on one core where the system allows it; its first 1.5 s go into reading the
SoundFont, whatever the length. Exit code 1 if a line misses an aim: 600 MB, −16 ±0.5 LUFS, −1 dBTP, and up to sixty
seconds of song 3 s to compose and 6 s to play.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOOD = "grief, then hope"
SEED = 7
MOST_COMPOSING, MOST_PLAYING, MOST_MEGABYTES = 3.0, 6.0, 600.0
HIGHEST_PEAK = -0.99
"""dBTP; a hundredth is left for rounding to 16 bits."""
COLUMNS = ("seconds", "parts", "compose s", "play s", "most MB", "LUFS", "dBTP", "loudest stem dBTP")


def measure(seconds: int, folder: Path) -> dict[str, float]:
    """Compose and play one song in this process."""
    from partbook.core.clock import SystemClock
    from partbook.core.settings import Settings
    from partbook.music.request import ComposeRequest
    from partbook.works.song_making import compose_song
    from partbook.works.song_rendering import render_song

    started = time.process_time()
    request = ComposeRequest(mood=MOOD, seconds=seconds, seed=SEED)
    song = compose_song(folder, request, None, SystemClock(), force=True)
    composed = time.process_time()
    rendering = render_song(song, Settings.from_environment().soundfont)
    played = time.process_time()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "parts": sum(bool(part.notes) for part in song.score().parts),
        "compose s": round(composed - started, 2),
        "play s": round(played - composed, 2),
        "most MB": round(held),
        **_loudness(rendering.mix),
        "loudest stem dBTP": round(max(_peak(stem) for stem in rendering.stems.values()), 2),
    }


def _loudness(path: Path) -> dict[str, float]:
    from partbook.sound.audio_file import blocks
    from partbook.sound.loudness import LoudnessMeter

    meter: LoudnessMeter | None = None
    for block in blocks(path):
        meter = meter or LoudnessMeter(44_100, block.shape[1])
        meter.push(block)
    assert meter is not None
    return {"LUFS": round(meter.lufs(), 2), "dBTP": round(_peak(path), 2)}


def _peak(path: Path) -> float:
    from partbook.sound.audio_file import blocks
    from partbook.sound.loudness import peak_dbtp

    return peak_dbtp(blocks(path))


def missed(row: dict[str, float]) -> list[str]:
    """The columns of a line that miss their aims."""
    aims = {"most MB": row["most MB"] <= MOST_MEGABYTES, "LUFS": abs(row["LUFS"] + 16) <= 0.5}
    aims |= {name: row[name] <= HIGHEST_PEAK for name in ("dBTP", "loudest stem dBTP")}
    if row["seconds"] <= 60:
        aims |= {"compose s": row["compose s"] <= MOST_COMPOSING, "play s": row["play s"] <= MOST_PLAYING}
    return [name for name, met in aims.items() if not met]


def main() -> int:
    """Print a table, one line for each length."""
    if sys.argv[1:2] == ["--one"]:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(int(sys.argv[2]), Path(folder) / "song")))
        return 0
    print("  ".join(f"{name:>9}" for name in COLUMNS), flush=True)
    code = 0
    for seconds in sys.argv[1:] or ["60", "600"]:
        done = subprocess.run(
            [sys.executable, __file__, "--one", seconds], check=True, stdout=subprocess.PIPE, text=True
        )
        row = json.loads(done.stdout)
        print("  ".join(f"{row[name]:>{max(9, len(name))}}" for name in COLUMNS), flush=True)
        for name in missed(row):
            print(f"{name} misses its aim.", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
