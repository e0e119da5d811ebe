"""A picture to emotion: its brightness, colour, contrast and edges, by one stated rule in whole numbers."""

import hashlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

from PIL import Image, UnidentifiedImageError

from partbook.core.errors import UnusableInput

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 20_000_000
MOST_PIXELS = 40_000_000
"""A file of a few kilobytes can unfold to more pixels than a machine has memory for; this is checked before."""
SMALLEST_SIDE = 8
GRID = 64
"""The picture is looked at in so many columns and rows."""


@dataclass(frozen=True)
class PictureMood:
    """What a picture is felt to be. The picture itself is not kept.

    Args:
        sha256: of the file.
        valence: from -100 (unpleasant) to 100 (pleasant).
        arousal: from -100 (at rest) to 100 (stirred).
        reasons: what was measured and what it did, in sentences.
    """

    sha256: str
    valence: int
    arousal: int
    reasons: tuple[str, ...]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PictureMood":
        """The record that `as_json` made."""
        return cls(
            str(value["sha256"]), int(value["valence"]), int(value["arousal"]), tuple(map(str, value["reasons"]))
        )

    def as_json(self) -> dict[str, Any]:
        """What `song.json` keeps."""
        return {
            "sha256": self.sha256,
            "valence": self.valence,
            "arousal": self.arousal,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Look:
    """What is measured in a picture, each in thousandths.

    Args:
        brightness: mean luma.
        colour: mean distance between the strongest and the weakest of red, green and blue.
        contrast: standard deviation of the luma.
        edges: mean difference of neighbouring points of the grid.
        warmth: share of red to yellow points less the share of green to blue ones, each weighted by its colour.
    """

    brightness: int
    colour: int
    contrast: int
    edges: int
    warmth: int


def mood_of_picture(data: bytes, name: str = "The image") -> PictureMood:
    """The emotion that a picture sets.

    In standard scores, pleasure = .69 brightness + .22 saturation and arousal = −.31 brightness + .60 saturation:
    Valdez & Mehrabian 1994. Red stirs more than blue: Wilms & Oberfeld 2018. Contrast and edges stir: the kind of
    feature is Machajdik & Hanbury's (2010), its weight is ours, as are the means and spreads that make the scores.

    Args:
        data: a PNG, JPEG or WebP file; of an animation the first picture counts.
        name: what to call it in an error.

    Raises:
        UnusableInput: another kind of file, a damaged one, or one beyond the limits.
    """
    look = look_at(data, name)
    light, colour = look.brightness - 450, look.colour - 200
    valence = 69 * light // 400 + 22 * colour // 300
    by_colour, by_light = 60 * colour // 300, -31 * light // 400
    by_contrast, by_edges = 15 * (look.contrast - 220) // 80, 15 * (look.edges - 60) // 40
    by_warmth = look.warmth // 100
    arousal = by_light + by_colour + by_contrast + by_edges + by_warmth
    reasons = (
        f"brightness {_shown(look.brightness)}: valence {69 * light // 400:+d}, arousal {by_light:+d}",
        f"colour {_shown(look.colour)}: valence {22 * colour // 300:+d}, arousal {by_colour:+d}",
        f"contrast {_shown(look.contrast)}: arousal {by_contrast:+d}",
        f"edges {_shown(look.edges)}: arousal {by_edges:+d}",
        f"warm less cold colours {_shown(look.warmth)}: arousal {by_warmth:+d}",
    )
    return PictureMood(hashlib.sha256(data).hexdigest(), _clamp(valence), _clamp(arousal), reasons)


def look_at(data: bytes, name: str = "The image") -> Look:
    """Measure a picture.

    Raises:
        UnusableInput: as `mood_of_picture`.
    """
    points = _grid(data, name)
    luma = [(299 * red + 587 * green + 114 * blue) // 255 for red, green, blue in points]
    mean = sum(luma) // len(luma)
    variance = sum((value - mean) ** 2 for value in luma) // len(luma)
    across = [abs(luma[at] - luma[at + 1]) for at in range(len(luma)) if at % GRID < GRID - 1]
    down = [abs(luma[at] - luma[at + GRID]) for at in range(len(luma) - GRID)]
    strengths = [max(point) - min(point) for point in points]
    warm = sum(s for s, (red, green, blue) in zip(strengths, points, strict=True) if red >= green >= blue)
    cold = sum(s for s, (red, green, blue) in zip(strengths, points, strict=True) if red < green or red < blue)
    return Look(
        brightness=mean,
        colour=sum(strengths) * 1000 // (255 * len(points)),
        contrast=isqrt(variance),
        edges=sum(across + down) // len(across + down),
        warmth=(warm - cold) * 1000 // max(1, sum(strengths)),
    )


def _grid(data: bytes, name: str) -> list[tuple[int, int, int]]:
    """The picture on white, as `GRID` rows of points in red, green and blue, 0 to 255."""
    if len(data) > LARGEST_FILE:
        raise UnusableInput(f"{name} has {len(data)} bytes; an image has at most {LARGEST_FILE}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit comes next
            picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
        width, height = picture.size
        if width * height > MOST_PIXELS or min(width, height) < SMALLEST_SIDE:
            raise UnusableInput(
                f"{name} is {width} × {height} pixels; it needs at least {SMALLEST_SIDE} on each side and at most "
                f"{MOST_PIXELS} in all. Save it smaller."
            )
        picture.draft("RGB", (8 * GRID, 8 * GRID))
        small = picture.convert("RGBA").resize((GRID, GRID), Image.Resampling.BOX)
    except UnidentifiedImageError:
        raise UnusableInput(f"{name} is no image of a known kind. Save it as {', '.join(FORMATS)}.") from None
    except Image.DecompressionBombError:
        raise UnusableInput(f"{name} unfolds to more than {MOST_PIXELS} pixels. Save it smaller.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as broken:
        raise UnusableInput(f"{name} is a damaged image: {broken}. Save it again.") from None
    flat = Image.new("RGBA", small.size, "white")
    flat.alpha_composite(small)
    row = flat.convert("RGB").tobytes()
    return [(row[at], row[at + 1], row[at + 2]) for at in range(0, len(row), 3)]


def _shown(thousandths: int) -> str:
    return f"{thousandths / 1000:.2f}"


def _clamp(value: int) -> int:
    return max(-100, min(100, value))
