#!/usr/bin/env python3
"""Measure the learned composer: its surprise at held-out music, and what it writes beside real pieces.

    .venv/bin/python scripts/bench_composer.py [--corpora FOLDER] [--quick] [--only SECTION]… [--out FILE.json]

It needs the token corpus of scripts/train_composer.py, and builds it from the archives in FOLDER where it is missing.
Results are kept in FILE.json as they come, and a second run with the same file does only what is missing. Sections:
loss, styles, four parts, density, songs. `--card` writes the figures into the model card. The exit code is 1 where a
target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the matrices are small: more threads only wait for each other

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "backend"), str(ROOT / "scripts")]

from composer_bench.report import Table  # noqa: E402
from composer_bench.sections import SECTIONS, Bench, Figures  # noqa: E402
from composer_training.dataset import Dataset, build, load, save  # noqa: E402
from composer_training.model_card import write_card  # noqa: E402
from partbook.music.model.known_runs import SHIPPED_RUNS, read_runs  # noqa: E402
from partbook.music.model.weights import SHIPPED, read_weights  # noqa: E402

BUILD = ROOT / "build" / "composer"


def main() -> int:
    """Measure what is missing and print the table."""
    options = arguments()
    weights = read_weights(options.weights)
    runs = read_runs(options.weights.with_name(SHIPPED_RUNS.name))
    identity = {"weights": weights.sha256, "runs": runs.sha256, "quick": options.quick}
    results = kept(options.out, identity)
    wanted = options.only or list(SECTIONS)
    missing = [name for name in wanted if name not in results]
    if missing:
        bench = Bench(weights, runs, tokens(options.build, options.corpora), options.quick)
        for name in missing:
            began = time.process_time()
            results[name] = SECTIONS[name](bench)
            print(f"{name}: {time.process_time() - began:.0f} CPU-s", file=sys.stderr, flush=True)
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(identity | {"results": results}, indent=1), encoding="utf-8")
    table = Table({name: results[name] for name in wanted})
    table.print_all()
    if options.card:
        write_card(SHIPPED.parent, results)
    return 1 if table.missed else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT / "corpora", help="folder of the archives (corpora)")
    parser.add_argument("--build", type=Path, default=BUILD, help="where the token corpus lies (build/composer)")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="weights to measure (the shipped ones)")
    parser.add_argument("--out", type=Path, default=BUILD / "bench.json", help="keep results here, and go on from them")
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="a section; may be given again")
    parser.add_argument("--quick", action="store_true", help="a smaller sample")
    parser.add_argument("--card", action="store_true", help="write the figures into the model card")
    return parser.parse_args()


def tokens(build_folder: Path, corpora: Path) -> Dataset:
    """The token corpus, built first where it is missing."""
    path = build_folder / "tokens.npz"
    if not path.exists():
        build_folder.mkdir(parents=True, exist_ok=True)
        save(build(corpora), path)
    return load(path)


def kept(out: Path, identity: dict[str, object]) -> dict[str, Figures]:
    """Results of an earlier run over the same weights; none where there are others."""
    if not out.exists():
        return {}
    stored = json.loads(out.read_text(encoding="utf-8"))
    if any(stored.get(name) != value for name, value in identity.items()):
        return {}
    results: dict[str, Figures] = stored["results"]
    return results


if __name__ == "__main__":
    raise SystemExit(main())
