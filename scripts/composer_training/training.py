"""The training run: batches, schedule, checkpoints; stops well at a signal and goes on where it stopped."""

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from composer_training.dataset import Dataset
from composer_training.optimisers import optimisers_of
from composer_training.torch_network import Network
from partbook.music.model.shape import Shape
from partbook.music.model.tokens import HEADER, PAD
from partbook.music.model.weights import Weights

BATCH_TOKENS = 2560
POOL = 32
"""Batches that are drawn at a time, so that windows of like length come together."""
WARM_UP = 60
"""Steps over which the rate rises."""
COOL_DOWN = 0.45
"""Last part of a sitting, in which the rate falls to nothing."""
CHECKPOINT_SECONDS = 180.0
VALIDATION_WINDOWS = 60


@dataclass
class Progress:
    """How far training has come, over all sittings.

    Args:
        steps: of the optimiser.
        tokens: scored so far.
        seconds: processor time.
        epoch: passes over the training windows that are complete.
        window: place in the present pass.
        losses: validation loss in nats per token, by step.
    """

    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    epoch: int = 0
    window: int = 0
    losses: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of_card(cls, training: dict[str, Any]) -> "Progress":
        """Where the shipped weights stand, by the facts of their card; the next pass has an order of its own."""
        return cls(
            steps=training["steps"],
            tokens=training["tokens"],
            seconds=60 * training["cpu_minutes"],
            epoch=-(-training["tokens"] // training["tokens_in_corpus"]),
        )


class Trainer:
    """One network in training.

    Args:
        dataset: the token corpus.
        begin: weights to go on from, or the sizes of a network that begins anew; for where there is no checkpoint.
        path: the checkpoint; read where it exists.
        threads: processor threads.
    """

    def __init__(self, dataset: Dataset, begin: Shape | Weights, path: Path, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.dataset, self.path = dataset, path
        self.progress = Progress()
        stored: dict[str, Any] | None = torch.load(path, weights_only=True) if path.exists() else None
        shape = begin.shape if isinstance(begin, Weights) else begin
        self.network = Network(Shape(**stored["shape"]) if stored else shape)
        self.optimisers = optimisers_of(self.network)
        if stored:
            self.network.load_state_dict(stored["weights"])
            for optimiser, state in zip(self.optimisers, stored["optimisers"], strict=True):
                optimiser.load_state_dict(state)
            self.progress = Progress(**stored["progress"])
        elif isinstance(begin, Weights):
            shipped = {name: torch.from_numpy(array).float() for name, array in begin.arrays.items()}
            self.network.load_state_dict(shipped)
        self._rates = [group["lr"] for o in optimisers_of(self.network) for group in o.param_groups]
        self._training = dataset.numbers("training")
        self._validation = dataset.numbers("validation")[
            :: max(1, len(dataset.numbers("validation")) // VALIDATION_WINDOWS)
        ]
        self._stopped = False

    def run(self, minutes: float) -> None:
        """Train for so many minutes by the clock; SIGTERM and SIGINT end it early, with a checkpoint.

        Args:
            minutes: the rate warms up, stays, and falls to nothing over the last COOL_DOWN of them.
        """
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        began, processor = time.monotonic(), time.process_time()
        kept, total, first = began, minutes * 60, self.progress.steps
        recent: list[float] = []
        print(f"{sum(p.numel() for p in self.network.parameters()):,} parameters, step {first}", flush=True)
        for windows in self._batches():
            spent = (time.monotonic() - began) / total
            if self._stopped or spent >= 1:
                break
            self._set_rates(min(1.0, (self.progress.steps - first + 1) / WARM_UP, max(0.01, (1 - spent) / COOL_DOWN)))
            recent.append(self._step(windows))
            now = time.process_time()
            self.progress.seconds += now - processor
            processor = now
            if self.progress.steps % 50 == 0:
                self._say(spent, recent)
                recent = []
            if time.monotonic() - kept > CHECKPOINT_SECONDS:
                self.validate()
                self.save()
                kept = time.monotonic()
        self.validate()
        self.save()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True

    def _say(self, spent: float, recent: list[float]) -> None:
        done = self.progress
        print(
            f"{spent:4.0%}  step {done.steps}  {done.tokens / 1e6:.2f} M tokens  {done.seconds / 60:.1f} CPU-min  "
            f"{done.tokens / done.seconds:.0f} tokens/CPU-s  loss {sum(recent) / len(recent):.3f}",
            flush=True,
        )

    def _set_rates(self, factor: float) -> None:
        groups = [group for optimiser in self.optimisers for group in optimiser.param_groups]
        for group, rate in zip(groups, self._rates, strict=True):
            group["lr"] = rate * factor

    def _step(self, windows: list[int]) -> float:
        inputs, targets = self._padded(windows)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(*inputs)
        loss = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=PAD)
        self.network.zero_grad()
        loss.backward()
        for optimiser in self.optimisers:
            optimiser.step()
        self.progress.steps += 1
        self.progress.tokens += int((targets != PAD).sum())
        return float(loss.item())

    def _padded(self, windows: list[int]) -> tuple[list[Tensor], Tensor]:
        spans = [self.dataset.span(window) for window in windows]
        longest = max(span.stop - span.start for span in spans)
        columns: list[NDArray[Any]] = []
        for flat in (self.dataset.tokens, self.dataset.roles, self.dataset.places, self.dataset.sounding):
            table = np.zeros((len(spans), longest), np.int64)
            for row, span in enumerate(spans):
                table[row, : span.stop - span.start] = flat[span]
            columns.append(table)
        targets = columns[0][:, 1:].copy()
        targets[:, : HEADER - 1] = PAD
        return [torch.from_numpy(table[:, :-1]) for table in columns], torch.from_numpy(targets)

    def _batches(self) -> Iterator[list[int]]:
        """Batches of windows without end; each pass in an order of its own, fixed by its number."""
        sizes = np.diff(self.dataset.ends, prepend=0)
        while True:
            order = self._training.copy()
            np.random.default_rng(self.progress.epoch).shuffle(order)
            while self.progress.window < len(order):
                pool = order[self.progress.window : self.progress.window + POOL * BATCH_TOKENS // 450]
                batches: list[list[int]] = [[]]
                for window in sorted(pool, key=lambda number: -sizes[number]):
                    if batches[-1] and (len(batches[-1]) + 1) * sizes[batches[-1][0]] > BATCH_TOKENS * 1.1:
                        batches.append([])
                    batches[-1].append(int(window))
                random.Random(self.progress.window).shuffle(batches)
                yield from batches
                self.progress.window += len(pool)
            self.progress.epoch, self.progress.window = self.progress.epoch + 1, 0

    def validate(self) -> float:
        """Loss on validation windows, in nats per token; kept in `progress` and printed."""
        total = count = 0.0
        with torch.no_grad():
            for window in self._validation:
                inputs, targets = self._padded([int(window)])
                logits = self.network(*inputs)
                total += F.cross_entropy(logits[0], targets[0], ignore_index=PAD, reduction="sum").item()
                count += int((targets != PAD).sum())
        self.progress.losses[self.progress.steps] = round(total / count, 4)
        print(f"      step {self.progress.steps}  validation {total / count:.4f} nats per token", flush=True)
        return total / count

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        content = {
            "shape": asdict(self.network.shape),
            "weights": self.network.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "progress": asdict(self.progress),
        }
        part = self.path.with_suffix(".part")
        torch.save(content, part)
        os.replace(part, self.path)
        self.path.with_suffix(".json").write_text(json.dumps(asdict(self.progress), indent=1) + "\n")
