"""The composer's network in PyTorch, for training; `partbook.music.model.network` computes the same without it.

A causal Transformer with root-mean-square norms before each part, rotary positions, normalised queries and keys, and
squared rectifiers.

Source: Vaswani et al. 2017; Su et al. 2021 (rotary positions); So et al. 2021 (squared rectifier); Henry et al. 2020
(normalised queries and keys).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from partbook.music.model.context import NO_ROLE, PLACES
from partbook.music.model.shape import Shape
from partbook.music.model.tokens import VOCABULARY


class Block(nn.Module):
    """One layer: attention to what went before, then a step at each place by itself."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.attend = nn.Parameter(_random(3 * width, width))
        self.merge = nn.Parameter(torch.zeros(width, width))
        self.sharpness = nn.Parameter(torch.full((shape.heads,), 1.5))
        self.widen = nn.Parameter(_random(4 * width, width))
        self.narrow = nn.Parameter(torch.zeros(width, 4 * width))

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """x: (batch, time, width); cosine and sine: (time, half a head's width)."""
        batch, time, width = x.shape
        parts = F.linear(_norm(x), self.attend).view(batch, time, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query = _turned(_norm(query), cosine, sine) * self.sharpness[:, None, None]
        key = _turned(_norm(key), cosine, sine)
        heard = F.scaled_dot_product_attention(query.to(value.dtype), key.to(value.dtype), value, is_causal=True)
        x = x + F.linear(heard.transpose(1, 2).reshape(batch, time, width), self.merge)
        return x + F.linear(F.relu(F.linear(_norm(x), self.widen)).square(), self.narrow)


class Network(nn.Module):
    """Tokens and their contexts to logits of the next token."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.token = nn.Parameter(_random(VOCABULARY, width, 0.5))
        self.before = nn.Parameter(_random(VOCABULARY, width, 0.2))
        self.role = nn.Parameter(_random(NO_ROLE + 1, width, 0.2))
        self.place = nn.Parameter(_random(PLACES, width, 0.2))
        self.sounding = nn.Parameter(_random(12, width, 0.1))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.choose = nn.Parameter(torch.zeros(VOCABULARY, width))

    def forward(self, tokens: Tensor, roles: Tensor, places: Tensor, sounding: Tensor) -> Tensor:
        """All int64, (batch, time); `sounding` a bit for each pitch class. Returns (batch, time, vocabulary)."""
        before = F.pad(tokens[:, :-1], (1, 0))
        bits = ((sounding[:, :, None] >> torch.arange(12)) & 1).to(self.sounding.dtype)
        x = self.token[tokens] + self.before[before] + self.role[roles] + self.place[places] + bits @ self.sounding
        x = _norm(x)
        cosine, sine = _angles(tokens.shape[1], self.shape)
        for block in self.blocks:
            x = block(x, cosine, sine)
        return F.linear(_norm(x), self.choose)


def _random(rows: int, columns: int, spread: float | None = None) -> Tensor:
    return torch.randn(rows, columns) * (spread if spread is not None else columns**-0.5)


def _norm(x: Tensor) -> Tensor:
    return F.rms_norm(x, (x.shape[-1],), eps=1e-6)


def _angles(time: int, shape: Shape) -> tuple[Tensor, Tensor]:
    half = shape.width // shape.heads // 2
    speeds = shape.rotary_base ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(time, dtype=torch.float64)[:, None] * speeds
    return angles.cos().float(), angles.sin().float()


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1)
