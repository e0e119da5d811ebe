"""How large the network is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Sizes that fix the network's form.

    Args:
        width: numbers that stand for one token.
        layers: blocks one after another.
        heads: attention heads in each; the width is a multiple of twice this.
        context: tokens it looks back at most, and the longest window it was trained on.
        rotary_base: slowest rotary position turns once in about 2π times this many tokens.
    """

    width: int = 128
    layers: int = 4
    heads: int = 4
    context: int = 512
    rotary_base: float = 2000.0
