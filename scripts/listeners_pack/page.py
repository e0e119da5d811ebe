"""The pack as one HTML page: pictures inline, sound files beside it, readable without a mouse and in the dark."""

import base64
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment

from listeners_pack.making import Shown
from partbook.core.money import percent

TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(songs: Sequence[Shown]) -> str:
    """The whole page for songs in their order."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"percent": percent, "picture": _picture}
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(songs=songs)


def _picture(svg: str) -> str:
    """An SVG as the address of an image, which keeps its styles and ids to itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
