#!/usr/bin/env python3
"""Measure that the AI share is the same integers everywhere, and that songs regenerate byte for byte.

    .venv/bin/python scripts/bench_share.py                     200 songs here, twice: other folder, threads, hash seed
    .venv/bin/python scripts/bench_share.py --checkout DIR      the second time by the code of another checkout
    .venv/bin/python scripts/bench_share.py --songs 20          fewer songs

Each song is composed from words, numbers and a seed of its own, gets up to three takes, and its score may then be
transposed, stretched or quantised as a whole. The first run writes the songs and their figures. The second run composes
and measures them again in another folder and compares every integer; and it copies each `song.json` of the first run
alone, with the melody that was given if there was one, regenerates the draft from it, and compares the bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from partbook.core.canonical import canonical_json, sha256_file, sha256_hex
from partbook.core.clock import FixedClock
from partbook.music.midi_file import read_midi, write_midi
from partbook.music.request import ComposeRequest
from partbook.music.scene import Scene
from partbook.music.score import BASS, HARMONY, LYRICS, MELODY, NOTE_LAYERS, RHYTHM, TICKS, Note, Part, Score, Tempo
from partbook.works.contributions import side_shares
from partbook.works.song_folder import SongFolder
from partbook.works.song_making import compose_song
from partbook.works.song_replay import regenerate_draft
from partbook.works.song_share import measure
from partbook.works.takes import add_take

CLOCK = FixedClock(datetime(2026, 11, 26, tzinfo=UTC))
MOODS = ("joy", "grief, then hope", "anger", "calm", "mystery", "love, then loss", "night", "fear", "hope")
WORDS = [
    "rain",
    "on",
    "the",
    "roof",
    "and",
    "nobody",
    "home",
    "but",
    "the",
    "cat",
    "sings",
    "low",
    "under",
    "the",
    "stairs",
    "until",
    "morning",
]
RANGES = {MELODY: (60, 84), HARMONY: (48, 72), BASS: (33, 52), RHYTHM: (35, 51)}
ELSEWHERE = {"PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "NUMBA_NUM_THREADS": "2"}
HERE = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def wish(chance: Random) -> ComposeRequest:
    """A request that differs from song to song: by words or by numbers, now and then with a melody or a scene."""
    by_words = chance.random() < 0.6
    return ComposeRequest(
        mood=chance.choice(MOODS) if by_words else "",
        seconds=chance.randrange(20, 61),
        seed=chance.randrange(2**53),
        key=chance.choice((None, None, "D", "Bb minor", "F# minor")),
        tempo=chance.choice((None, None, None, 72, 144)),
        valence=None if by_words else chance.randint(-100, 100),
        arousal=None if by_words else chance.randint(-100, 100),
        scene=Scene(size_m3=12_000, audience=400) if chance.random() < 0.2 else Scene(),
        melody=midi(some_notes(chance, MELODY, 16 * 4 * TICKS)) if chance.random() < 0.15 else None,
        title="Untitled",
        by="0xAna",
    )


def some_notes(chance: Random, layer: str, length: int) -> tuple[Note, ...]:
    """Music that a person might write, so many ticks of it."""
    step, loose = chance.choice((120, 240, 480)), chance.choice((0, 0, 20))
    grid = [at for at in range(0, length, step) if at == 0 or chance.random() < 0.7]
    starts = [min(length - 1, max(0, at + chance.randint(-loose, loose))) for at in grid]
    low, high = RANGES[layer]
    return tuple(sorted(Note(start, chance.randint(low, high), step, 80) for start in starts))


def midi(notes: tuple[Note, ...], channel: int = 0) -> bytes:
    """Notes as a MIDI file of one part."""
    bars = max(note.end for note in notes) // (4 * TICKS) + 1
    part = Part("by hand", "", channel, 0, 64, 40, notes)
    return write_midi(Score("", (4, 4), 0, False, bars, (Tempo(0, 500_000),), (part,)))


def bring_takes(song: SongFolder, chance: Random, scratch: Path) -> None:
    """Up to three takes: music of a person's own, words, or the draft's melody brought back."""
    bars = song.score().bars
    for _ in range(chance.randrange(4)):
        layer = chance.choice((*NOTE_LAYERS, LYRICS))
        first = chance.randrange(1, bars + 1)
        last = min(bars, first + chance.choice((0, 1, 3, 7)))
        if layer == LYRICS:
            source = scratch / "words.txt"
            source.write_text(" ".join(chance.choices(WORDS, k=12)) + "\n", encoding="utf-8")
        elif layer == MELODY and chance.random() < 0.2 and song.request.melody is None:
            source, first, last = song.paths.draft, 1, bars
        else:
            source = scratch / "take.mid"
            length = (last - first + 1) * song.score().bar_ticks
            source.write_bytes(midi(some_notes(chance, layer, length), 9 if layer == RHYTHM else 0))
        add_take(song, layer, source, f"{first}-{last}", f"0x{chance.randrange(16**8):x}", CLOCK)


def change_score(song: SongFolder, chance: Random) -> None:
    """Now and then lay the whole score elsewhere: other pitch, other tempo, notes on a grid."""
    if chance.random() < 0.5:
        return
    by, per_mille, grid = chance.randint(-12, 12), chance.randint(800, 1250), chance.choice((1, 60, 120, 240, 320, 480))

    def changed(part: Part, note: Note) -> Note:
        start = ((note.start + grid // 2) // grid * grid * per_mille + 500) // 1000
        pitch = note.pitch if part.layer == RHYTHM else max(0, min(127, note.pitch + by))
        return replace(note, start=start, pitch=pitch)

    score = song.score()
    parts = tuple(replace(p, notes=tuple(sorted(changed(p, note) for note in p.notes))) for p in score.parts)
    song.paths.score.write_bytes(write_midi(replace(score, parts=parts)))


def integers_of(song: SongFolder) -> dict[str, Any]:
    """Every integer that the share of a song consists of, with the hash of its draft."""
    return {
        "measured": measure(song).as_json(),
        "sides": side_shares(song.path),
        "draft": sha256_file(song.paths.draft),
    }


def run(folder: Path, songs: int) -> dict[str, Any]:
    """Make and measure so many songs in a folder."""
    figures, seconds = [], {"making": 0.0, "measuring": 0.0}
    for number in range(songs):
        chance, started = Random(f"song {number}"), time.process_time()
        song = compose_song(folder / f"{number:03d}", wish(chance), None, CLOCK)
        bring_takes(song, chance, folder)
        change_score(song, chance)
        made = time.process_time()
        figures.append(integers_of(SongFolder.open(song.path)))
        seconds["making"] += made - started
        seconds["measuring"] += time.process_time() - made
    return {"digest": sha256_hex(canonical_json(figures)), "figures": figures, "seconds": seconds}


def regenerate(source: Path, target: Path, songs: int) -> list[int]:
    """Regenerate each draft from its `song.json` in another folder; the numbers of those that differ."""
    differing = []
    for number in range(songs):
        song, copy = source / f"{number:03d}", target / f"alone-{number:03d}"
        copy.mkdir()
        shutil.copy(song / "song.json", copy)
        if (given := json.loads((song / "song.json").read_text(encoding="utf-8"))["melody"]) is not None:
            (copy / "takes").mkdir()
            shutil.copy(song / given, copy / given)
        again = write_midi(regenerate_draft(SongFolder.open(copy)))
        if again != (song / "draft.mid").read_bytes() or read_midi(again).bars < 1:
            differing.append(number)
    return differing


def child(folder: Path, songs: int, environment: dict[str, str], checkout: Path, first: Path | None) -> dict[str, Any]:
    """Run this script in a process of its own, with other threads, another hash seed and maybe another checkout."""
    words = [sys.executable, __file__, "--worker", str(folder), "--songs", str(songs)]
    words += ["--first", str(first)] if first else []
    paths = {"PYTHONPATH": str(checkout / "backend")}
    done = subprocess.run(words, env=os.environ | environment | paths, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def compare(songs: int, checkout: Path) -> int:
    """Run twice, compare, and print what was found; 1 if anything differs."""
    here = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = child(Path(one), songs, HERE, here, None)
        second = child(Path(other), songs, ELSEWHERE, checkout, Path(one))
    unequal = [n for n, pair in enumerate(zip(first["figures"], second["figures"], strict=True)) if pair[0] != pair[1]]
    totals = sorted(each["measured"]["total_bps"] for each in first["figures"])
    print(f"songs            {songs}, AI share from {totals[0]} to {totals[-1]} bps, {len(set(totals))} different")
    print(f"digest           {first['digest']}")
    print(f"second digest    {second['digest']}")
    print(f"equal integers   {songs - len(unequal)} of {songs}")
    print(f"equal drafts     {songs - len(second['differing'])} of {songs}, from song.json alone")
    spent = first["seconds"]
    print(f"seconds a song   {spent['making'] / songs:.2f} to make, {spent['measuring'] / songs:.3f} to measure")
    return 1 if unequal or second["differing"] else 0


def main() -> int:
    """Read the words and do as they say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=200)
    parser.add_argument("--checkout", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--first", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.worker is None:
        return compare(words.songs, words.checkout.resolve())
    found = run(words.worker, words.songs)
    found["differing"] = regenerate(words.first, words.worker, words.songs) if words.first else []
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
