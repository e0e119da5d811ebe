"""The codec's network: waveform to latents, and quantised latents to waveform.

Both ends are strided convolutions that begin as a lapped transform and are trained on. Between them lie a linear way,
which begins at the principal components of music, and residual convolutions, which begin at nothing.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from codec_training.quantiser import Quantiser
from codec_training.sizes import LEVEL_STEP, LEVELS, QUIETEST, SOFTNESS, Sizes, lapped_transform, level_table

TINY = 1e-9


class Block(nn.Module):
    """A residual convolution over three frames, a dilation apart."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.point = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Shape (batch, width, frames) in and out."""
        return x + self.point(F.elu(self.wide(F.elu(x))))


class Tower(nn.Module):
    """Residual convolutions whose sum begins at zero."""

    def __init__(self, inputs: int, outputs: int, sizes: Sizes) -> None:
        super().__init__()
        self.first = nn.Conv1d(inputs, sizes.width, 1)
        self.blocks = nn.ModuleList(Block(sizes.width, 2**number) for number in range(sizes.blocks))
        self.last = nn.Conv1d(sizes.width, outputs, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Shape (batch, channels, frames) in and out."""
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(F.elu(x))


class Codec(nn.Module):
    """The whole codec.

    Args:
        sizes: of it.
    """

    levels: Tensor

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        hop, transform = sizes.hop, torch.from_numpy(lapped_transform(sizes.hop))[:, None]
        self.analysis = nn.Conv1d(1, hop, 2 * hop, stride=hop, bias=False)
        self.synthesis = nn.ConvTranspose1d(hop, 1, 2 * hop, stride=hop, bias=False)
        self.analysis.weight.data.copy_(transform)
        self.synthesis.weight.data.copy_(transform)
        self.into = nn.Conv1d(hop, sizes.latent, 1, bias=False)
        self.out_of = nn.Conv1d(sizes.latent, hop, 1, bias=False)
        self.encoder = Tower(2 * hop, sizes.latent, sizes)
        self.decoder = Tower(sizes.latent, hop, sizes)
        self.quantiser = Quantiser(sizes.stages, sizes.entries, sizes.latent)
        self.register_buffer("levels", torch.from_numpy(level_table()), persistent=False)

    def compressed(self, sound: Tensor) -> tuple[Tensor, Tensor]:
        """Coefficients over their frame's level, with their range compressed, and the index of the level.

        Args:
            sound: shape (batch, 1, samples), with `hop` samples of silence before and after.

        Returns:
            Shapes (batch, hop, frames) and (batch, 1, frames).
        """
        coefficients = self.analysis(sound)
        level = coefficients.detach().square().mean(1, keepdim=True).sqrt()
        decibels = 20 * torch.log10(level + TINY)
        index = ((decibels - QUIETEST) / LEVEL_STEP).round().clamp(0, LEVELS - 1).long()
        relative = coefficients / self.levels[index]
        return relative.sign() * ((relative.abs() + SOFTNESS**2).sqrt() - SOFTNESS), index

    def latents(self, sound: Tensor) -> tuple[Tensor, Tensor]:
        """What is quantised, shape (batch, latent, frames), and the index of the level."""
        y, index = self.compressed(sound)
        return self.into(y) + self.encoder(torch.cat((y, y.abs()), 1)), index

    def sound(self, quantised: Tensor, index: Tensor) -> Tensor:
        """The waveform of quantised latents and levels, shape (batch, 1, samples)."""
        y = self.out_of(quantised) + self.decoder(quantised)
        relative = y.sign() * ((y.abs() + SOFTNESS).square() - SOFTNESS**2)
        return self.synthesis(relative * self.levels[index])

    def forward(self, sound: Tensor, stages: int) -> tuple[Tensor, Tensor]:
        """There and back: the sound heard, and the commitment loss."""
        latents, index = self.latents(sound)
        quantised, commitment = self.quantiser(latents, stages)
        return self.sound(quantised, index), commitment

    @torch.no_grad()
    def begin(self, sound: Tensor) -> None:
        """Set the linear way and the codebooks by music, before training.

        Args:
            sound: many stretches, shape (batch, 1, samples).
        """
        y = self.compressed(sound)[0].transpose(1, 2).reshape(-1, self.sizes.hop)
        weight = (y.square().mean(0) + 1e-6).rsqrt().sqrt()
        covariance = torch.cov((y * weight).T)
        components = torch.linalg.eigh(covariance)[1].flip(1)[:, : self.sizes.latent].T
        self.into.weight.copy_((components * weight)[:, :, None])
        self.out_of.weight.copy_((components / weight).T[:, :, None])
        latents = self.latents(sound)[0].transpose(1, 2).reshape(-1, self.sizes.latent)
        self.quantiser.begin(latents)
