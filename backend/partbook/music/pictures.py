"""The piano roll as a picture: every note by time and pitch, coloured by who it comes from."""

from collections.abc import Mapping
from html import escape

from partbook.music.origins import Origin
from partbook.music.score import Score

COLOURS = {Origin.AI: "#5577aa", Origin.HUMAN: "#e07b29", Origin.UNDECLARED: "#9a9a9a"}
NAMES = {Origin.AI: "written by the machine", Origin.HUMAN: "brought by a person", Origin.UNDECLARED: "undeclared"}
WIDTH, MARGIN, HEADING, ROW = 1200, 90, 56, 5
LANE_GAP = 14

OriginOf = Mapping[tuple[str, int, int], Origin]
"""By layer, start and pitch of a note."""


def piano_roll(score: Score, origins: OriginOf) -> str:
    """An SVG with a lane for each part.

    Args:
        score: what to draw.
        origins: who each note comes from; a note without an entry is drawn as undeclared.
    """
    scale = (WIDTH - MARGIN - 20) / max(1, score.length)
    shapes: list[str] = []
    top = HEADING
    for part in score.parts:
        low, high = min(n.pitch for n in part.notes) - 1, max(n.pitch for n in part.notes) + 1
        height = (high - low + 1) * ROW
        shapes.append(
            f'<rect x="{MARGIN}" y="{top}" width="{score.length * scale:.1f}" height="{height}" fill="#f4f4f0"/>'
        )
        for bar in range(score.bars + 1):
            x = MARGIN + bar * score.bar_ticks * scale
            strong = bar % 4 == 0
            ink = "#bbb" if strong else "#e2e2dc"
            shapes.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + height}" stroke="{ink}"/>')
            if strong and top == HEADING and bar < score.bars:
                shapes.append(f'<text x="{x + 2:.1f}" y="{HEADING - 6}" class="small">{bar + 1}</text>')
        label = escape(part.name)
        shapes.append(f'<text x="{MARGIN - 8}" y="{top + height / 2 + 4:.1f}" text-anchor="end">{label}</text>')
        for note in part.notes:
            origin = origins.get((part.layer, note.start, note.pitch), Origin.UNDECLARED)
            x, y = MARGIN + note.start * scale, top + (high - note.pitch) * ROW
            width = max(1.5, note.length * scale - 0.5)
            shapes.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" rx="1" fill="{COLOURS[origin]}"/>'
            )
        top += height + LANE_GAP
    used = [origin for origin in Origin if origin is not Origin.UNDECLARED or origin in origins.values()]
    legend = "".join(
        f'<rect x="{WIDTH - 20 - 190 * (len(used) - i)}" y="14" width="12" height="12" fill="{COLOURS[origin]}"/>'
        f'<text x="{WIDTH - 2 - 190 * (len(used) - i)}" y="24">{NAMES[origin]}</text>'
        for i, origin in enumerate(used)
    )
    title = escape(score.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" '
        f'aria-label="Piano roll of {title}">'
        "<style>text{font:13px sans-serif;fill:#222}.small{font-size:10px;fill:#555}</style>"
        f'<rect width="{WIDTH}" height="{top}" fill="#fff"/><text x="{MARGIN}" y="24" font-weight="bold">{title}</text>'
        f"{legend}{''.join(shapes)}</svg>\n"
    )
