"""The training run: stretches drawn by chance, losses, checkpoints; stops well at a signal and goes on where it was."""

import os
import signal
import time
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from codec_training.network import Codec
from codec_training.sizes import RATE, Sizes

BATCH, SECONDS = 10, 0.96
LEARNING = 8e-4
WARM_UP = 50
"""Steps over which the rate of learning rises."""
COOL_DOWN = 0.5
"""Last part of a sitting, in which it falls to nothing."""
CHECKPOINT_SECONDS = 60.0
BEGINNING = 160
"""Stretches by which the network is set before training."""
WINDOWS = (256, 512, 1024, 2048)
QUIET = 1e-3
"""Of a stretch that is not worth learning from: root mean square."""


class Trainer:
    """One codec in training.

    Args:
        music: pieces at the codec's rate.
        sizes: of a codec that begins anew.
        path: the checkpoint; read where it exists.
        seed: of every draw.
    """

    def __init__(self, music: list[NDArray[np.float32]], sizes: Sizes, path: Path, seed: int) -> None:
        torch.manual_seed(seed)
        stored: dict[str, Any] | None = torch.load(path, weights_only=True) if path.exists() else None
        self.music, self.path = music, path
        self.codec = Codec(Sizes(**stored["sizes"]) if stored else sizes)
        self.steps: int = stored["steps"] if stored else 0
        self.seconds: float = stored["seconds"] if stored else 0.0
        self._chance = np.random.default_rng([seed, self.steps])
        if stored:
            self.codec.load_state_dict(stored["weights"])
        else:
            print("begins at principal components and k-means", flush=True)
            self.codec.begin(self._draw(BEGINNING))
        self.optimiser = torch.optim.Adam(self.codec.parameters(), LEARNING, betas=(0.8, 0.99))
        if stored:
            self.optimiser.load_state_dict(stored["optimiser"])
        self._stopped = False

    def run(self, minutes: float) -> None:
        """Train for so many minutes by the clock; SIGTERM and SIGINT end it early, with a checkpoint."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        began = kept = time.monotonic()
        processor, first, recent = time.process_time(), self.steps, []
        while (spent := (time.monotonic() - began) / (60 * minutes)) < 1 and not self._stopped:
            factor = min(1.0, (self.steps - first + 1) / WARM_UP, max(0.01, (1 - spent) / COOL_DOWN))
            self.optimiser.param_groups[0]["lr"] = LEARNING * factor
            recent.append(self._step())
            now = time.process_time()
            self.seconds, processor = self.seconds + now - processor, now
            if self.steps % 25 == 0:
                print(f"{spent:4.0%}  step {self.steps}  {self.seconds / 60:.1f} CPU-min  {_told(recent)}", flush=True)
                recent = []
            if time.monotonic() - kept > CHECKPOINT_SECONDS:
                self.save()
                kept = time.monotonic()
        self.save()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True

    def _draw(self, count: int) -> Tensor:
        """Stretches drawn by chance, with a hop of silence at both ends, shape (count, 1, samples)."""
        hop = self.codec.sizes.hop
        length = round(SECONDS * RATE) // hop * hop
        chosen: list[NDArray[np.float32]] = []
        while len(chosen) < count:
            piece = self.music[self._chance.integers(len(self.music))]
            start = int(self._chance.integers(0, len(piece) - length))
            stretch = piece[start : start + length]
            if np.sqrt(np.mean(stretch**2)) > QUIET:
                chosen.append(np.pad(stretch, hop))
        return torch.from_numpy(np.stack(chosen))[:, None]

    def _step(self) -> tuple[float, float, float]:
        sound, most = self._draw(BATCH), self.codec.sizes.codes
        codes = int(self._chance.choice([most // 4, most // 2, most]))
        heard, commitment = self.codec(sound, codes - 1)
        level = sound.square().mean((1, 2), keepdim=True).sqrt()
        wave = ((heard - sound) / level).abs().mean()
        spectrum = spectral_loss(sound / level, heard / level)
        loss = 4 * wave + spectrum + 0.5 * commitment
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.codec.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        ratio = (sound.square().sum((1, 2)) / (heard - sound).square().sum((1, 2))).log10().mean()
        return 10 * ratio.item(), spectrum.item(), commitment.item()

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        content = {
            "sizes": asdict(self.codec.sizes),
            "weights": self.codec.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
        }
        part = self.path.with_suffix(".part")
        torch.save(content, part)
        os.replace(part, self.path)


def spectral_loss(sound: Tensor, heard: Tensor) -> Tensor:
    """How far logarithmic and plain magnitudes of short spectra lie apart, mean over several windows.

    Source: multi-resolution STFT loss (Yamamoto, Song & Kim 2020).
    """
    total = torch.zeros(())
    for size in WINDOWS:
        window = torch.hann_window(size, device=sound.device) / size**0.5
        before, after = (
            torch.stft(x[:, 0], size, size // 4, window=window, return_complex=True).abs() for x in (sound, heard)
        )
        total = total + F.l1_loss((before + 1e-3).log(), (after + 1e-3).log()) + F.l1_loss(before, after)
    return total / len(WINDOWS)


def _told(recent: list[tuple[float, float, float]]) -> str:
    ratio, spectrum, commitment = np.mean(recent, axis=0)
    return f"SNR {ratio:.2f} dB  spectral loss {spectrum:.3f}  commitment {commitment:.3f}"
