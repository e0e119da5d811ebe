#!/usr/bin/env python3
"""Train the learned composer: build its token corpus, train its network, write the files that are shipped.

python3 -m venv .venv-training && .venv-training/bin/pip install torch==2.13.0 numpy
.venv-training/bin/python scripts/train_composer.py corpus --corpora FOLDER    once
.venv-training/bin/python scripts/train_composer.py train --minutes 60    again and again
.venv-training/bin/python scripts/train_composer.py export    weights, manifest and card
.venv-training/bin/python scripts/train_composer.py index    melodies, for `partbook song similar`
.venv/bin/python scripts/train_composer.py runs    runs of melody that are not repeated; `export` writes them too
.venv-training/bin/python scripts/train_composer.py toy    shows that training lowers the loss
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "backend"), str(ROOT / "scripts")]

BUILD = ROOT / "build" / "composer"
ARTIFACTS = ROOT / "backend" / "partbook" / "artifacts" / "composer"


def corpus(options: argparse.Namespace) -> int:
    """Read the archives and write the token corpus."""
    from composer_training.dataset import SPLITS, build, save

    options.build.mkdir(parents=True, exist_ok=True)
    dataset = build(options.corpora)
    save(dataset, options.build / "tokens.npz")
    for split in SPLITS:
        numbers = dataset.numbers(split)
        tokens = sum(len(dataset.tokens[dataset.span(int(number))]) for number in numbers)
        print(f"{split}: {len(numbers)} windows, {tokens / 1e6:.2f} M tokens")
    return 0


def train(options: argparse.Namespace) -> int:
    """Train for a while, going on from the checkpoint where there is one."""
    import json

    from composer_training.dataset import load
    from composer_training.model_card import FACTS
    from composer_training.training import Progress, Trainer
    from partbook.music.model.shape import Shape
    from partbook.music.model.weights import read_weights

    dataset = load(options.build / "tokens.npz")
    sizes = {name: getattr(options, name) for name in ("width", "layers", "heads") if getattr(options, name)}
    begin = read_weights() if options.from_shipped else Shape(**sizes)
    checkpoint = options.build / "checkpoint.pt"
    begins = not checkpoint.exists()
    trainer = Trainer(dataset, begin, checkpoint, options.threads)
    if begins and options.from_shipped:
        trainer.progress = Progress.of_card(json.loads((ARTIFACTS / FACTS).read_text(encoding="utf-8"))["training"])
    trainer.run(options.minutes)
    return 0


def toy(options: argparse.Namespace) -> int:
    """Train on scales in C for a moment and show that the loss falls."""
    from composer_training.toy import toy_dataset
    from composer_training.training import Trainer
    from partbook.music.model.shape import Shape

    options.build.mkdir(parents=True, exist_ok=True)
    path = options.build / "toy.pt"
    path.unlink(missing_ok=True)
    trainer = Trainer(toy_dataset(), Shape(width=32, layers=2, heads=2), path)
    before = trainer.validate()
    trainer.run(minutes=options.minutes)
    after = trainer.validate()
    print(f"from {before:.3f} to {after:.3f} nats per token")
    return 0 if after < before / 2 else 1


def export(options: argparse.Namespace) -> int:
    """Write weights, graph, manifest, sample and card."""
    from composer_training.dataset import load
    from composer_training.export import export as write

    write(load(options.build / "tokens.npz"), options.build / "checkpoint.pt", options.artifacts)
    for path in sorted(options.artifacts.iterdir()):
        print(f"{path.stat().st_size:>10,}  {path.name}")
    return 0


def index(options: argparse.Namespace) -> int:
    """Write the index of training melodies that `partbook song similar` looks through."""
    from composer_training.dataset import load
    from composer_training.melody_index import melodies_of, write_index

    path = options.artifacts / "melody-index.npz"
    made = write_index(melodies_of(load(options.build / "tokens.npz")), path)
    print(f"{path.name}: {len(made.pieces)} pieces, {path.stat().st_size:,} bytes")
    return 0


def runs(options: argparse.Namespace) -> int:
    """Write the runs of melody that the composer may not repeat; `export` does it too."""
    from composer_training.dataset import load
    from composer_training.melody_index import write_runs
    from composer_training.model_card import write_facts
    from partbook.music.model.known_runs import SHIPPED_RUNS

    path = options.artifacts / SHIPPED_RUNS.name
    facts = write_runs(load(options.build / "tokens.npz"), path)
    write_facts(options.artifacts, facts)
    print(f"{path.name}: {facts['runs']:,} runs, {path.stat().st_size:,} bytes")
    return 0


def main() -> int:
    """Read the command line and do one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=BUILD, help="where corpus and checkpoint lie (build/composer)")
    steps = parser.add_subparsers(required=True, metavar="STEP")
    step = steps.add_parser("corpus", help="build the token corpus from the archives")
    step.add_argument("--corpora", type=Path, default=ROOT / "corpora", help="folder of the archives (corpora)")
    step.set_defaults(run=corpus)
    step = steps.add_parser("train", help="train, going on where the last sitting ended")
    step.add_argument("--minutes", type=float, default=60, help="length of this sitting by the clock (60)")
    step.add_argument("--threads", type=int, default=1, help="processor threads (1)")
    step.add_argument(
        "--from-shipped", action="store_true", help="where there is no checkpoint, go on from the package's"
    )
    for name in ("width", "layers", "heads"):
        step.add_argument(f"--{name}", type=int, help="of a network that begins anew")
    step.set_defaults(run=train)
    step = steps.add_parser("toy", help="show on scales that training lowers the loss")
    step.add_argument("--minutes", type=float, default=0.5, help="how long (0.5)")
    step.set_defaults(run=toy)
    step = steps.add_parser("export", help="write what is shipped into the package")
    step.add_argument("--artifacts", type=Path, default=ARTIFACTS, help="folder of the package's artifacts")
    step.set_defaults(run=export)
    step = steps.add_parser("index", help="write the index of training melodies")
    step.add_argument("--artifacts", type=Path, default=ARTIFACTS, help="folder of the package's artifacts")
    step.set_defaults(run=index)
    step = steps.add_parser("runs", help="write the runs of melody that the composer may not repeat")
    step.add_argument("--artifacts", type=Path, default=ARTIFACTS, help="folder of the package's artifacts")
    step.set_defaults(run=runs)
    options = parser.parse_args()
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
