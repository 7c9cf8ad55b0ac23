"""The clickable picture of what was made from what, as an ECharts specification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.figures import cut, mix
from components.theme import Palette
from services import statuses
from services.resources import Resource

ROW = 46
COLUMN = 230
NODE, NARROW_NODE = (176, 34), (104, 34)
NARROW = 820
"""Pixels up to which four columns of the usual nodes would lie over one another."""


def places(resources: Sequence[Resource]) -> dict[str, tuple[int, float]]:
    """Return column and row of each resource: leaves take a row each, a parent the middle of its children."""
    known = {resource.arn for resource in resources}
    children: dict[str, list[str]] = {}
    for resource in resources:
        children.setdefault(resource.parent if resource.parent in known else "", []).append(resource.arn)
    found: dict[str, tuple[int, float]] = {}
    rows = iter(range(len(resources)))

    def settle(arn: str, column: int) -> float:
        below = [settle(child, column + 1) for child in children.get(arn, [])]
        row = (below[0] + below[-1]) / 2 if below else float(next(rows))
        found[arn] = (column, row)
        return row

    for root in children.get("", []):
        settle(root, 0)
    return found


def height(resources: Sequence[Resource]) -> int:
    """Return the pixels that the graph needs."""
    leaves = {row for _, row in places(resources).values()}
    return int(ROW * (max(leaves, default=0) + 1)) + 24


def spec(resources: Sequence[Resource], palette: Palette) -> dict[str, Any]:
    """Return the chart: one node per resource in the order given, so that a click's index names it."""
    found = places(resources)
    edges = [{"source": resource.parent, "target": resource.arn} for resource in resources if resource.parent in found]
    wide, narrow = (_sized(resources, found, palette, node) for node in (NODE, NARROW_NODE))
    series = {
        "type": "graph",
        "layout": "none",
        "links": edges,
        "symbol": "rect",
        "selectedMode": "single",
        "roam": False,
        "top": NODE[1] / 2 + 4,
        "bottom": NODE[1] / 2 + 4,
        "lineStyle": {"color": palette.muted, "width": 1.4, "curveness": 0},
        "select": {"itemStyle": {"borderColor": "rgba(0,0,0,0)"}, "label": {"borderWidth": 2.5}},
        "emphasis": {"focus": "adjacency", "lineStyle": {"width": 2.4}},
        **wide,
    }
    # The entry without a query is for every other width: it brings the wide nodes back.
    media = [{"query": {"maxWidth": NARROW}, "option": {"series": [narrow]}}, {"option": {"series": [wide]}}]
    return {"tooltip": {"trigger": "item"}, "series": [series], "media": media}


def _sized(
    resources: Sequence[Resource], found: dict[str, tuple[int, float]], palette: Palette, node: tuple[int, int]
) -> dict[str, Any]:
    """Return what of the series depends on how wide a node is."""
    return {
        "data": [_node(resource, found[resource.arn], palette, node) for resource in resources],
        "symbolSize": list(node),
        "left": node[0] / 2 + 4,
        "right": node[0] / 2 + 4,
    }


def tone(status: str, palette: Palette) -> str:
    """Return the colour of a status."""
    if statuses.is_failed(status):
        return palette.bad
    if statuses.is_moving(status):
        return palette.warning
    return palette.good if status == statuses.ACTIVE else palette.muted


def _node(resource: Resource, place: tuple[int, float], palette: Palette, size: tuple[int, int]) -> dict[str, Any]:
    """Return one node; its box is drawn by the label, because ECharts stretches the borders of wide symbols."""
    return {
        "id": resource.arn,
        "name": resource.arn,
        "x": place[0] * COLUMN,
        "y": place[1] * ROW,
        "itemStyle": {"color": "rgba(0,0,0,0)"},
        "label": _label(resource, palette, size),
        "tooltip": {"formatter": f"{resource.label} {resource.name}: {resource.status}"},
    }


def _label(resource: Resource, palette: Palette, size: tuple[int, int]) -> dict[str, Any]:
    color = tone(resource.status, palette)
    letters = size[0] // 7 - 1
    below = resource.label if resource.status == statuses.ACTIVE else resource.status.lower()
    return {
        "show": True,
        "width": size[0] - 12,
        "height": size[1] - 6,
        "padding": [3, 0, 1, 0],
        "align": "center",
        "verticalAlign": "middle",
        "backgroundColor": mix(palette.surface, color, 0.14),
        "borderColor": color,
        "borderWidth": 1.2,
        "borderRadius": 8,
        "formatter": f"{{name|{cut(resource.name, letters)}}}\n{{kind|{cut(below, letters + 6)}}}",
        "rich": {
            "name": {
                "color": palette.text,
                "fontSize": 12 if size == NODE else 11,
                "fontWeight": 600,
                "lineHeight": 15,
                "align": "center",
            },
            "kind": {"color": palette.muted, "fontSize": 10, "lineHeight": 12, "align": "center"},
        },
    }
