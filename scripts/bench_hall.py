#!/usr/bin/env python3
"""Is a mark still read when the marked mix is played in a hall? And does each hall reverberate as long as it should?

    .venv/bin/python scripts/bench_hall.py            three songs of a minute, four halls, front, middle and back
    .venv/bin/python scripts/bench_hall.py 30         songs of this many seconds

Each song is composed, marked at the usual strength, played by two loudspeakers on the stage, heard by two ears and by
a pair of microphones, and read. Exit code 1 if a reverberation time misses by more than a tenth.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from partbook.core.clock import SystemClock
from partbook.core.settings import Settings
from partbook.music.request import ComposeRequest
from partbook.sound.ears import binaural, stereo
from partbook.sound.hall import Hall
from partbook.sound.seating import rows, seat_in_row
from partbook.watermark import MarkKey
from partbook.watermark.files import mark_file, read_file
from partbook.watermark.self_check import Mark
from partbook.works.song_folder import SongFolder
from partbook.works.song_hall import render_in_hall
from partbook.works.song_making import compose_song

MOODS = ("grief, then hope", "joy", "calm")
SIZES = (250, 1_000, 4_000, 12_000)
PAYLOAD = bytes.fromhex("1234567890abcdef")
SEED = 7
COLUMNS = f"{'m³':>8} {'row':>4} {'metres':>7} {'RT60':>6} {'measured':>9} {'direct dB':>10}  marks read"


def songs(seconds: int, folder: Path) -> list[tuple[SongFolder, Path]]:
    """Songs with their marked mixes."""
    made = []
    for number, mood in enumerate(MOODS):
        request = ComposeRequest(mood=mood, seconds=seconds, seed=SEED)
        song = compose_song(folder / f"song {number}", request, Settings.from_environment().soundfont, SystemClock())
        marked = folder / f"marked {number}.wav"
        mark_file(song.paths.mix, marked, [Mark(PAYLOAD, MarkKey.public())], check=False)
        made.append((song, marked))
    return made


def main() -> int:
    """Print a table, one line for each seat."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    worst, counts = 0.0, defaultdict[str, list[bool]](list)
    with tempfile.TemporaryDirectory() as folder:
        made = songs(seconds, Path(folder))
        print(COLUMNS, flush=True)
        for size in SIZES:
            hall = Hall(size, Hall(size).seats // 2)
            for place, row in (("front", 1), ("middle", (1 + rows(hall)) // 2), ("back", rows(hall))):
                read = []
                for song, marked in made:
                    for receiver in (binaural(), stereo()):
                        out = Path(folder) / "heard.wav"
                        heard = render_in_hall(song, hall, seat_in_row(hall, row), receiver, out, marked).acoustics
                        readings = read_file(out, [MarkKey.public()], search_speed=False).readings
                        read.append(any(reading.payload == PAYLOAD for reading in readings))
                counts[place] += read
                worst = max(worst, abs(heard.measured_rt60_s / heard.rt60_s - 1))
                print(
                    f"{size:>8} {row:>4} {heard.distance_m:>7.1f} {heard.rt60_s:>6.2f} {heard.measured_rt60_s:>9.2f} "
                    f"{heard.direct_to_reverberant_db:>10.1f}  {sum(read)} of {len(read)}",
                    flush=True,
                )
    print(", ".join(f"{place} {sum(read)} of {len(read)}" for place, read in counts.items()) + " marks read")
    print(f"the reverberation measured differs by at most {100 * worst:.1f} %")
    return int(worst > 0.1)


if __name__ == "__main__":
    sys.exit(main())
