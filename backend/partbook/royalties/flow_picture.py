"""Draw where money came from and where it went, as ribbons whose width is the amount."""

from collections.abc import Sequence
from dataclasses import dataclass

from partbook.core.money import ether
from partbook.core.svg import SERIES, drawing, element, label

WIDTH, TOP, NODE, GAP, TALL = 980.0, 84.0, 14.0, 26.0, 380.0
LEFT, RIGHT = 210.0, 230.0


@dataclass(frozen=True)
class Flow:
    """An amount of money, in wei, that went from one named place to another."""

    source: str
    target: str
    wei: int


@dataclass
class _Node:
    name: str
    column: int
    wei: int = 0
    y: float = 0.0
    used_in: float = 0.0
    used_out: float = 0.0


def money_flow_svg(title: str, flows: Sequence[Flow]) -> str:
    """A Sankey diagram of payments.

    Args:
        title: written above.
        flows: must not run in a circle; several between the same two places are added up.

    Returns:
        An SVG document.
    """
    merged: dict[tuple[str, str], int] = {}
    for flow in flows:
        merged[flow.source, flow.target] = merged.get((flow.source, flow.target), 0) + flow.wei
    links = {ends: wei for ends, wei in merged.items() if wei > 0}
    nodes = _place(links)
    scale = _stack(nodes)
    columns = 1 + max((node.column for node in nodes.values()), default=0)
    across = (WIDTH - LEFT - RIGHT - NODE) / max(1, columns - 1)
    parts = [label(24, 34, title, 20, font_weight=600), label(24, 56, "Amounts in ether.", 12, fill="#5b666b")]
    ribbons, boxes = [], []
    colours = {name: SERIES[number % len(SERIES)] for number, name in enumerate(nodes)}
    for (source, target), wei in sorted(links.items(), key=lambda link: (nodes[link[0][0]].y, nodes[link[0][1]].y)):
        ribbons.append(_ribbon(nodes[source], nodes[target], wei * scale, across, colours[source]))
    for node in nodes.values():
        x = LEFT + node.column * across
        height = max(1.0, node.wei * scale)
        boxes.append(element("rect", x=x, y=node.y, width=NODE, height=height, fill=colours[node.name], rx=2))
        outside = node.column == 0
        beside, anchor = (x - 8, "end") if outside else (x + NODE + 8, "start")
        middle = node.y + height / 2
        boxes.append(label(beside, middle - 1, node.name, 13, text_anchor=anchor))
        boxes.append(label(beside, middle + 14, ether(node.wei), 11, fill="#5b666b", text_anchor=anchor))
    bottom = max((node.y + node.wei * scale for node in nodes.values()), default=TOP)
    return drawing(WIDTH, bottom + 40, title, [*parts, *ribbons, *boxes])


def _place(links: dict[tuple[str, str], int]) -> dict[str, _Node]:
    """Each place in the column of its longest way from a source, with the larger of what came in and what went out."""
    names = list(dict.fromkeys(name for ends in links for name in ends))
    column = dict.fromkeys(names, 0)
    for _ in names:
        for source, target in links:
            column[target] = max(column[target], column[source] + 1)
    nodes = {name: _Node(name, column[name]) for name in names}
    for name, node in nodes.items():
        came = sum(wei for (_, target), wei in links.items() if target == name)
        went = sum(wei for (source, _), wei in links.items() if source == name)
        node.wei = max(came, went)
    return nodes


def _stack(nodes: dict[str, _Node]) -> float:
    """Set each place's height in its column; returns pixels per wei."""
    columns: dict[int, list[_Node]] = {}
    for node in nodes.values():
        columns.setdefault(node.column, []).append(node)
    largest = max((sum(node.wei for node in column) for column in columns.values()), default=1)
    scale = TALL / max(1, largest)
    for column in columns.values():
        y = TOP
        for node in column:
            node.y = y
            y += max(node.wei * scale, 18.0) + GAP
    return scale


def _ribbon(source: _Node, target: _Node, width: float, across: float, colour: str) -> str:
    x1, x2 = LEFT + source.column * across + NODE, LEFT + target.column * across
    y1, y2 = source.y + source.used_out + width / 2, target.y + target.used_in + width / 2
    source.used_out += width
    target.used_in += width
    middle = (x1 + x2) / 2
    path = f"M{x1:.1f},{y1:.1f} C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
    return element("path", d=path, fill="none", stroke=colour, stroke_opacity=0.28, stroke_width=max(0.8, width))
