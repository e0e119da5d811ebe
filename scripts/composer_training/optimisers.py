"""Muon for the matrices, AdamW for the rest.

Source: Jordan et al. 2024 (Muon: momentum made orthogonal by Newton–Schulz steps); Loshchilov & Hutter 2019 (AdamW).
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
MUON_RATE, ADAM_RATE = 0.02, 3e-3
MOMENTUM, DECAY = 0.95, 0.02


class Muon(torch.optim.Optimizer):
    """Steps of equal strength in every direction of a matrix.

    Args:
        matrices: parameters with two dimensions.
        lr: length of a step.
    """

    def __init__(self, matrices: Iterable[nn.Parameter], lr: float = MUON_RATE) -> None:
        super().__init__(matrices, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Move every matrix once; matrices of one shape are worked on together."""
        for group in self.param_groups:
            shapes: dict[torch.Size, list[nn.Parameter]] = {}
            for matrix in group["params"]:
                shapes.setdefault(matrix.shape, []).append(matrix)
            for shape, matrices in shapes.items():
                momenta = []
                for matrix in matrices:
                    held = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
                    held.mul_(MOMENTUM).add_(matrix.grad)
                    momenta.append(matrix.grad + MOMENTUM * held)
                directions = orthogonal(torch.stack(momenta))
                scale = max(1.0, shape[0] / shape[1]) ** 0.5
                for matrix, direction in zip(matrices, directions, strict=True):
                    matrix.mul_(1 - group["lr"] * DECAY).add_(direction, alpha=-group["lr"] * scale)


def orthogonal(stack: Tensor) -> Tensor:
    """Matrices with the same singular vectors and singular values near 1; shape (n, rows, columns)."""
    tall = stack.shape[1] > stack.shape[2]
    x = stack.transpose(1, 2) if tall else stack
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    a, b, c = NEWTON_SCHULZ
    for _ in range(5):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    x = x.float()
    return x.transpose(1, 2) if tall else x


def optimisers_of(network: nn.Module) -> list[torch.optim.Optimizer]:
    """Muon for the blocks' matrices; AdamW for embeddings, the last layer and scalars."""
    inner = [p for name, p in network.named_parameters() if name.startswith("blocks.") and p.ndim == 2]
    known = {id(p) for p in inner}
    others = [p for p in network.parameters() if id(p) not in known]
    return [Muon(inner), torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=0.0)]
