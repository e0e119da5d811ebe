"""Draw who owns what: one bar for the recording, one for the composition, and the machine's part of each credit."""

from collections.abc import Sequence
from dataclasses import dataclass

from partbook.core.money import WHOLE, percent
from partbook.core.svg import FAINT, HUMAN, MACHINE, SERIES, drawing, element, label

WIDTH, LEFT, BAR = 860.0, 24.0, 30.0
ROW = 24.0


@dataclass(frozen=True)
class ShareLine:
    """One line of a split sheet as people read it.

    Args:
        name: the credited person.
        role: in words, such as `lyricist`.
        payout_bps: basis points of the money.
        ai_pct: percent of this credit that a machine made.
    """

    name: str
    role: str
    payout_bps: int
    ai_pct: int


def shares_svg(title: str, sides: Sequence[tuple[str, Sequence[ShareLine]]]) -> str:
    """A picture of the split sheet.

    Args:
        title: of the song.
        sides: each list with its name, such as `("Recording (master)", lines)`.

    Returns:
        An SVG document.
    """
    colours: dict[str, str] = {}
    for _, lines in sides:
        for line in lines:
            colours.setdefault(line.name, SERIES[len(colours) % len(SERIES)])
    parts = [label(LEFT, 34, f"{title}: who is paid", 20, font_weight=600)]
    top = 70.0
    for name, lines in sides:
        parts.append(label(LEFT, top, name, 14, font_weight=600))
        parts += _bar(top + 10, lines, colours)
        top += 10 + BAR + 24
        for line in lines:
            parts += _row(top, line, colours[line.name])
            top += ROW
        top += 22
    parts += _legend(top)
    return drawing(WIDTH, top + 26, f"Shares of {title}", parts)


def _bar(y: float, lines: Sequence[ShareLine], colours: dict[str, str]) -> list[str]:
    full = WIDTH - 2 * LEFT
    x, parts = LEFT, []
    for line in lines:
        width = full * line.payout_bps / WHOLE
        parts.append(element("rect", x=x, y=y, width=max(0.0, width - 2), height=BAR, fill=colours[line.name], rx=3))
        if width > 60:
            parts.append(label(x + 8, y + BAR / 2 + 5, percent(line.payout_bps), 13, fill="#ffffff"))
        x += width
    return parts


def _row(y: float, line: ShareLine, colour: str) -> list[str]:
    made = WIDTH - LEFT - 150
    return [
        element("rect", x=LEFT, y=y - 11, width=12, height=12, fill=colour, rx=2),
        label(LEFT + 20, y, f"the machine, {line.name} answers" if line.ai_pct == 100 else line.name),
        label(LEFT + 250, y, line.role),
        label(LEFT + 430, y, percent(line.payout_bps), text_anchor="end"),
        label(made - 12, y, f"{line.ai_pct} % AI", text_anchor="end"),
        element("rect", x=made, y=y - 10, width=150, height=10, fill=HUMAN if line.ai_pct < 100 else FAINT, rx=2),
        element("rect", x=made, y=y - 10, width=1.5 * line.ai_pct, height=10, fill=MACHINE, rx=2),
    ]


def _legend(y: float) -> list[str]:
    words = "Right: how much of each credit people made (green) and a machine made (orange)."
    return [label(LEFT, y, words, 12, fill="#5b666b")]
