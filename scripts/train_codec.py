#!/usr/bin/env python3
"""Train a small neural codec on the music in a folder, to attack the mark with: `bench_mark.py --neural codec.onnx`.

python3 -m venv .venv-training && .venv-training/bin/pip install torch==2.13.0 numpy soundfile soxr onnx==1.23.2
.venv-training/bin/python scripts/train_codec.py FOLDER --out codec.onnx [--minutes 10] [--seed 1]
.venv-training/bin/python scripts/train_codec.py --toy --out tests/backend/watermark/toy_codec.onnx

A second sitting with the same --out goes on where the last one ended, or was stopped with Ctrl-C: the checkpoint lies
beside the codec as codec.pt. The weights are learned from that music: whether they may be passed on is for its licence
to say. Nothing here is part of the product.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "backend"), str(ROOT / "scripts")]


def main() -> None:
    """Train for a while and write the codec."""
    import torch

    from codec_training.export import write_codec
    from codec_training.music import pieces, tones
    from codec_training.sizes import TOY, Sizes
    from codec_training.training import Trainer

    options = arguments()
    torch.set_num_threads(options.threads)
    music = tones(20) if options.toy else pieces(options.folder)
    trainer = Trainer(music, TOY if options.toy else Sizes(), options.out.with_suffix(".pt"), options.seed)
    trainer.run(options.minutes)
    write_codec(trainer.codec, options.out)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes after {trainer.steps} steps")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="of music to learn from")
    parser.add_argument("--out", type=Path, required=True, help="the codec, an ONNX file")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of this sitting by the clock (10)")
    parser.add_argument("--seed", type=int, default=1, help="of every draw (1)")
    parser.add_argument("--threads", type=int, default=1, help="processor threads (1)")
    parser.add_argument("--toy", action="store_true", help="a tiny codec of tones made here, for the tests")
    options = parser.parse_args()
    if not options.toy and options.folder is None:
        parser.error("name a folder of music, or --toy")
    return options


if __name__ == "__main__":
    main()
