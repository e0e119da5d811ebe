"""A few words of SVG: elements, text and the colours that all our pictures share."""

from collections.abc import Iterable
from html import escape

INK, PAPER, FAINT = "#1d2a30", "#fffdf8", "#d9d4c7"
HUMAN, MACHINE = "#2c7a6b", "#d0742f"
"""Made by people, made by a machine: the same two colours in every picture and on the page."""
SERIES = ("#2c7a6b", "#4b6cb0", "#a8527a", "#8a7a1f", "#5c8f3c", "#7b5ea7", "#b0493f", "#3f8aa0")
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def element(name: str, *children: str, **attributes: object) -> str:
    """One SVG element; `fill_opacity` becomes `fill-opacity`, numbers are kept to two decimals."""
    written = "".join(f' {key.replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def label(x: float, y: float, text: str, size: float = 13, **attributes: object) -> str:
    """A line of text with its baseline at (x, y)."""
    return element("text", escape(text), **{"x": x, "y": y, "font_size": size, "fill": INK, **attributes})


def drawing(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """A whole SVG file on paper, named by `title` for those who listen to it."""
    return element(
        "svg",
        element("title", escape(title)),
        element("rect", width=width, height=height, fill=PAPER),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        font_family=FONT,
        role="img",
    )


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return escape(str(value), quote=True)
