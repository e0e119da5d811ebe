"""The residual vector quantiser: each stage takes the codeword nearest to what the stages before it left over.

Source: SoundStream (Zeghidour et al. 2021) with codebooks that follow by moving averages (van den Oord et al. 2017).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DECAY = 0.98
"""Of the moving averages, per step."""
DEAD = 0.1
"""A codeword taken less often than this per step, on average, is set anew."""
ROUNDS = 6
"""Of k-means, where a codebook begins."""


class Quantiser(nn.Module):
    """Codebooks of all stages.

    Args:
        stages: how many.
        entries: codewords in each.
        latent: numbers in a codeword.
    """

    books: Tensor
    sums: Tensor
    counts: Tensor

    def __init__(self, stages: int, entries: int, latent: int) -> None:
        super().__init__()
        self.register_buffer("books", torch.randn(stages, entries, latent) * 0.1)
        self.register_buffer("sums", self.books.clone())
        self.register_buffer("counts", torch.ones(stages, entries))

    def nearest(self, stage: int, vectors: Tensor) -> Tensor:
        """The index of the nearest codeword.

        Args:
            stage: from 0.
            vectors: shape (n, latent).
        """
        book = self.books[stage]
        return (vectors @ book.T - 0.5 * book.square().sum(1)).argmax(1)

    def forward(self, latents: Tensor, stages: int) -> tuple[Tensor, Tensor]:
        """Quantise; gradients pass straight through.

        Args:
            latents: shape (batch, latent, frames).
            stages: how many to use.

        Returns:
            The quantised latents, and the commitment loss.
        """
        flat = latents.transpose(1, 2).reshape(-1, latents.shape[1])
        rest = flat.detach()
        for stage in range(stages):
            index = self.nearest(stage, rest)
            chosen = F.embedding(index, self.books[stage])
            if self.training:
                self._follow(stage, rest, index)
            rest = rest - chosen
        quantised = flat.detach() - rest
        commitment = F.mse_loss(flat, quantised)
        passed = flat + (quantised - flat).detach()
        return passed.reshape(latents.shape[0], -1, latents.shape[1]).transpose(1, 2), commitment

    @torch.no_grad()
    def _follow(self, stage: int, vectors: Tensor, index: Tensor) -> None:
        counts = torch.zeros_like(self.counts[stage]).index_add_(0, index, torch.ones_like(vectors[:, 0]))
        sums = torch.zeros_like(self.sums[stage]).index_add_(0, index, vectors)
        self.counts[stage].lerp_(counts, 1 - DECAY)
        self.sums[stage].lerp_(sums, 1 - DECAY)
        self.books[stage] = self.sums[stage] / self.counts[stage].clamp_min(1e-4)[:, None]
        dead = (self.counts[stage] < DEAD * min(1.0, len(vectors) / len(counts))).nonzero()[:, 0]
        if len(dead):
            fresh = vectors[torch.randint(len(vectors), (len(dead),))]
            self.books[stage][dead] = self.sums[stage][dead] = fresh
            self.counts[stage][dead] = 1.0

    @torch.no_grad()
    def begin(self, vectors: Tensor) -> None:
        """Set all codebooks by k-means, stage after stage.

        Args:
            vectors: more than there are entries, shape (n, latent).
        """
        for stage in range(len(self.books)):
            entries = self.books.shape[1]
            self.books[stage] = vectors[torch.randperm(len(vectors))[:entries]]
            for _ in range(ROUNDS):
                index = self.nearest(stage, vectors)
                counts = torch.zeros(entries).index_add_(0, index, torch.ones(len(vectors)))
                sums = torch.zeros_like(self.books[stage]).index_add_(0, index, vectors)
                used = counts > 0
                self.books[stage][used] = sums[used] / counts[used][:, None]
            self.sums[stage], self.counts[stage] = self.books[stage], 1.0
            vectors = vectors - self.books[stage][self.nearest(stage, vectors)]
