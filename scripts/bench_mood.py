"""Measure whether songs are heard in the quarter of the mood plane that was asked for.

    .venv/bin/python scripts/bench_mood.py [--engine rules] [--seeds 50] [--seconds 60] [--out FILE.json]

Each quarter (pleasant or not, stirred or not) is asked for by numbers and by three words, over many seeds. A meter that
no engine ranks by judges the notes: see `judge`. What is heard in each song is kept in FILE.json as it comes, and a
second run with the same file composes only what is missing. Exit code 1: in some quarter fewer than 80 % are heard
where they should be, with the meter's cut points as they are or moved by a fifth either way.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: more threads only wait for each other

import numpy as np

import partbook.music
from kept_results import load, save, source_hash
from partbook.music.composing import compose
from partbook.music.engines import record_of
from partbook.music.request import ENGINES, ComposeRequest
from partbook.music.score import RHYTHM, Note, Score

SOURCE = Path(partbook.music.__file__).parent
FLOOR = 80
"""Per cent that have to be heard in the wished quarter."""
QUARTERS = {
    "pleasant, stirred": (60, 60, ("joy", "triumph", "excited")),
    "unpleasant, stirred": (-60, 60, ("anger", "fear", "panic")),
    "unpleasant, at rest": (-60, -60, ("sadness", "grief", "lonely")),
    "pleasant, at rest": (60, -60, ("calm", "tender", "peace")),
}
"""Valence and arousal in hundredths, and words that mean the same."""
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each step above the tonic fits a key. Source: Krumhansl & Kessler 1982."""
DIATONIC = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True)
class Features:
    """What the meter hears in a song.

    Args:
        notes_per_second: pitched notes begun in a second, all parts together.
        seconds_per_note: mean length of a pitched note.
        major: best correlation of the durations of pitch classes with a major key, less the best with a minor key.
        chromatic: share of the duration outside the seven notes of that key.
    """

    notes_per_second: float
    seconds_per_note: float
    major: float
    chromatic: float


@dataclass(frozen=True)
class Cut:
    """Where the meter's scales have their middle.

    Args:
        notes_per_second: pace that is neither stirred nor at rest.
        seconds_per_note: note length that is neither.
        major: difference of correlations that is neither major nor minor.
        chromatic: share that is neither plain nor strained.
    """

    notes_per_second: float = 5.0
    seconds_per_note: float = 0.7
    major: float = 0.0
    chromatic: float = 0.05


def features_of(score: Score) -> Features:
    """The features of a whole song; drums are left out."""
    notes: list[Note] = [note for part in score.parts if part.layer != RHYTHM for note in part.notes]
    seconds_per_tick = score.seconds / score.length
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += note.length
    major = [float(np.corrcoef(np.roll(MAJOR, tonic), weights)[0, 1]) for tonic in range(12)]
    minor = [float(np.corrcoef(np.roll(MINOR, tonic), weights)[0, 1]) for tonic in range(12)]
    signature = int(np.argmax(major)) if max(major) > max(minor) else (int(np.argmax(minor)) + 3) % 12
    outside = sum(weights[(signature + step) % 12] for step in range(12) if step not in DIATONIC)
    return Features(
        notes_per_second=len(notes) / score.seconds,
        seconds_per_note=seconds_per_tick * sum(note.length for note in notes) / len(notes),
        major=max(major) - max(minor),
        chromatic=float(outside / weights.sum()),
    )


def judge(heard: Features, cut: Cut) -> tuple[float, float]:
    """Valence and arousal of a song; only their signs mean anything.

    Each feature is set against its cut point in units of a usual spread, and weighted by its rank correlation with the
    labels that people gave to 204 phrases: notes a second with arousal +.65, mean length with arousal −.64, major with
    valence +.31, chromatic share with valence −.23. That these cues carry the two axes, add up, and do so linearly:
    Eerola, Friberg & Bresin 2013; mode and tempo before all others: Gabrielsson & Lindström 2010. The cut points are
    this script's own and are moved, in `stands_at`, to show that little hangs on them.
    """
    pace = float(np.log2(heard.notes_per_second / cut.notes_per_second))
    length = float(np.log2(heard.seconds_per_note / cut.seconds_per_note))
    arousal = 0.65 * pace - 0.64 * length
    valence = 0.31 * (heard.major - cut.major) / 0.15 - 0.23 * (heard.chromatic - cut.chromatic) / 0.06
    return valence, arousal


def stands_at() -> Iterator[Cut]:
    """The cut points as they are, and each moved down and up by a fifth (a fifth of its spread for `major`)."""
    usual = Cut()
    yield usual
    for name in ("notes_per_second", "seconds_per_note", "chromatic"):
        for factor in (0.8, 1.25):
            yield replace(usual, **{name: getattr(usual, name) * factor})
    yield replace(usual, major=-0.03)
    yield replace(usual, major=0.03)


def hits(songs: list[Features], valence: int, arousal: int, cut: Cut) -> int:
    """Per cent of the songs that are heard in the wished quarter."""
    found = [judge(song, cut) for song in songs]
    return 100 * sum((v > 0) == (valence > 0) and (a > 0) == (arousal > 0) for v, a in found) // len(found)


def wishes_of(quarter: str, engine: str, seconds: int) -> Iterator[tuple[str, ComposeRequest]]:
    """The requests for a quarter, by name: the numbers, then each of its words."""
    valence, arousal, words = QUARTERS[quarter]
    base = ComposeRequest("", seconds, engine=engine)
    yield "numbers", replace(base, valence=valence, arousal=arousal)
    for word in words:
        yield word, replace(base, mood=word)


def row(quarter: str, name: str, songs: list[Features]) -> bool:
    """Print a line of the table; whether FLOOR is reached at every cut."""
    valence, arousal, _ = QUARTERS[quarter]
    rates = [hits(songs, valence, arousal, cut) for cut in stands_at()]
    means = [float(np.mean([getattr(song, feature) for song in songs])) for feature in Features.__annotations__]
    columns = f"{means[0]:9.2f}{means[1]:8.2f}{means[2]:8.2f}{means[3]:8.2f}"
    print(f"{quarter:22}{name:12}{rates[0]:10} %{min(rates):9} %{columns}", flush=True)
    return min(rates) >= FLOOR


def main() -> int:
    """Compose what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="rules", choices=ENGINES)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out", type=Path, help="keep results here, and go on from them")
    asked = parser.parse_args()
    record = record_of(ComposeRequest("", engine=asked.engine))
    identity = {"engine": record, "source": source_hash(SOURCE), "seconds": asked.seconds}
    heard = load(asked.out, identity)
    heads = f"{'notes/s':>9}{'s/note':>8}{'major':>8}{'chrom.':>8}"
    print(f"{'quarter':22}{'asked by':12}{'heard there':>12}{'worst cut':>11}{heads}")
    met = []
    try:
        for quarter in QUARTERS:
            for name, request in wishes_of(quarter, asked.engine, asked.seconds):
                songs = []
                for seed in range(asked.seeds):
                    print(f"\r{name}: {seed} of {asked.seeds}   ", end="\r", file=sys.stderr, flush=True)
                    song = f"{quarter}, {name}, {seed}"
                    if song not in heard:
                        heard[song] = asdict(features_of(compose(replace(request, seed=seed)).draft))
                        save(asked.out, identity, heard)
                    songs.append(Features(**heard[song]))
                met.append(row(quarter, name, songs))
    finally:
        save(asked.out, identity, heard, now=True)
    print(f"Every quarter is met by at least {FLOOR} %." if all(met) else "Some quarter is missed.")
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
