"""Measure the mark on real music: how much it changes, what it survives, what an attacker can do, how fast it is.

    .venv/bin/python scripts/bench_mark.py FOLDER [--out FILE.json] [--only NAME]… [--tracks N] [--neural CODEC.onnx]

FOLDER holds music files of 60 s and more; a minute is taken from the middle of each. The table sets every figure beside
its target. Results are kept in FILE.json as they come, and a second run with the same file does only what is missing.
`--only`, once or more, takes the name of an attack (as the table shows it) or of a section: attacks, quality, speed,
memory, unmarked, another key, copies, averages, attackers, fingerprint,
neural codec, audiowmark. `--neural` takes a codec that scripts/train_codec.py made, and adds an attack by it at each of
its bit rates and the section on how good it is. The exit code is 1 where a target is missed.

The figures of docs/explanation/watermark.md come from here.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import partbook.watermark
from kept_results import Results, load, save, source_hash
from mark_bench import measures
from mark_bench.music import music_files
from mark_bench.neural import codec_hash
from mark_bench.plan import SECTIONS, Plan
from mark_bench.report import Table, key
from partbook.watermark import DEFAULT_STRENGTH

SPEED_TRACKS = 6
ENGINE = Path(partbook.watermark.__file__).parent


def main() -> None:
    """Measure what is missing and print the table."""
    plan, out, workers = arguments()
    identity = identity_of(plan)
    results = load(out, identity)
    try:
        for name, figures in measured(plan, results, workers):
            results[name] = figures
            save(out, identity, results)
    finally:
        save(out, identity, results, now=True)
    table = Table(plan, results)
    table.print_all()
    sys.exit(1 if table.missed else 0)


def arguments() -> tuple[Plan, Path | None, int]:
    """The plan, the file of results, and the number of processes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--out", type=Path, help="keep results here, and go on from them")
    options.add_argument("--only", action="append", default=[], help="name of an attack or a section")
    options.add_argument("--tracks", type=int, default=0, help="only the first N pieces")
    options.add_argument("--strength", type=float, default=DEFAULT_STRENGTH, help="of the mark, in dB")
    options.add_argument("--clips", type=int, default=20_000, help="unmarked clips of ten seconds")
    options.add_argument("--keys", type=int, default=2_000, help="clips that another key reads")
    options.add_argument("--unmarked", type=Path, help="folder of more music for the unmarked clips")
    options.add_argument("--neural", type=Path, help="attack with this codec too, an ONNX file of train_codec.py")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    files = music_files(chosen.folder)
    tracks = files[: chosen.tracks] if chosen.tracks else files
    only = frozenset(chosen.only)
    plan = Plan(
        tuple(tracks),
        tuple(music_files(chosen.unmarked) if chosen.unmarked else files),
        chosen.strength,
        chosen.clips,
        chosen.keys,
        only,
        chosen.neural,
    )
    unknown = only - {row.name for row in plan.all_rows()} - set(SECTIONS) - {"attacks"}
    if unknown:
        options.error(f"--only knows neither {', '.join(sorted(unknown))}")
    return plan, chosen.out, chosen.processes


def measured(plan: Plan, results: Results, workers: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each missing result as it comes: speed first, while nothing else of ours runs."""
    if plan.wants("speed") and key("speed") not in results:
        yield key("speed"), measures.speed(list(plan.tracks[:SPEED_TRACKS]), plan.strength)
    if plan.wants("memory") and key("memory") not in results:
        yield key("memory"), measures.memory(plan.tracks[0])
    missing = [job for job in plan.jobs() if key(*job) not in results]
    start = time.monotonic()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = {pool.submit(plan.do, job): key(*job) for job in missing}
        for done, future in enumerate(as_completed(running), 1):
            yield running[future], future.result()
            if done % 100 == 0:
                print(f"{done} of {len(missing)} after {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def identity_of(plan: Plan) -> dict[str, object]:
    """What the results are of: engine, strength, music, and the neural codec where there is one."""
    identity: dict[str, object] = {
        "engine": source_hash(ENGINE),
        "strength": plan.strength,
        "music": [track.name for track in plan.tracks],
    }
    return identity | ({"neural codec": codec_hash(plan.neural)} if plan.neural else {})


if __name__ == "__main__":
    main()
