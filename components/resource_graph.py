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
NODE = (176, 34)


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
    series = {
        "type": "graph",
        "layout": "none",
        "data": [_node(resource, found[resource.arn], palette) for resource in resources],
        "links": edges,
        "symbol": "rect",
        "symbolSize": list(NODE),
        "selectedMode": "single",
        "roam": False,
        "left": NODE[0] / 2 + 4,
        "right": NODE[0] / 2 + 4,
        "top": NODE[1] / 2 + 4,
        "bottom": NODE[1] / 2 + 4,
        "lineStyle": {"color": palette.muted, "width": 1.4, "curveness": 0},
        "select": {"itemStyle": {"borderColor": "rgba(0,0,0,0)"}, "label": {"borderWidth": 2.5}},
        "emphasis": {"focus": "adjacency", "lineStyle": {"width": 2.4}},
    }
    return {"tooltip": {"trigger": "item"}, "series": [series]}


def tone(status: str, palette: Palette) -> str:
    """Return the colour of a status."""
    if statuses.is_failed(status):
        return palette.bad
    if statuses.is_moving(status):
        return palette.warning
    return palette.good if status == statuses.ACTIVE else palette.muted


def _node(resource: Resource, place: tuple[int, float], palette: Palette) -> dict[str, Any]:
    """Return one node; its box is drawn by the label, because ECharts stretches the borders of wide symbols."""
    return {
        "id": resource.arn,
        "name": resource.arn,
        "x": place[0] * COLUMN,
        "y": place[1] * ROW,
        "itemStyle": {"color": "rgba(0,0,0,0)"},
        "label": _label(resource, palette),
        "tooltip": {"formatter": f"{resource.label}: {resource.status}"},
    }


def _label(resource: Resource, palette: Palette) -> dict[str, Any]:
    color = tone(resource.status, palette)
    below = resource.label if resource.status == statuses.ACTIVE else resource.status.lower()
    return {
        "show": True,
        "width": NODE[0] - 12,
        "height": NODE[1] - 6,
        "padding": [3, 0, 1, 0],
        "align": "center",
        "verticalAlign": "middle",
        "backgroundColor": mix(palette.surface, color, 0.14),
        "borderColor": color,
        "borderWidth": 1.2,
        "borderRadius": 8,
        "formatter": f"{{name|{cut(resource.name, 24)}}}\n{{kind|{cut(below, 30)}}}",
        "rich": {
            "name": {"color": palette.text, "fontSize": 12, "fontWeight": 600, "lineHeight": 15, "align": "center"},
            "kind": {"color": palette.muted, "fontSize": 10, "lineHeight": 12, "align": "center"},
        },
    }
