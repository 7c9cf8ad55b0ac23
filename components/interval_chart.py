"""Differences with their 95 % intervals, a row each: filled and coloured where zero is outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plotly.graph_objects import Figure

from components.figures import figure
from components.text import in_figure
from components.theme import Palette


@dataclass(frozen=True, slots=True)
class Row:
    """One difference: of a version, or of a group of users."""

    name: str
    mean: float
    low: float
    high: float
    told: str
    """What the row says where the mouse rests on it."""


def intervals(rows: Sequence[Row], title: str, palette: Palette, height: int, *, labelled: bool = False) -> Figure:
    """Draw the rows from the top down beside a line at zero; labelled ones have their mean written above the mark."""
    looks = {True: (palette.accent, "circle"), False: (palette.bad, "circle"), None: (palette.muted, "circle-open")}
    drawn = [(look, [row for row in rows if _better(row) is sign]) for sign, look in looks.items()]
    ends = [0.0, *(row.low for row in rows), *(row.high for row in rows)]
    room = (max(ends) - min(ends)) * 0.08
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    names = [in_figure(row.name) for row in reversed(rows)]
    return figure(
        palette,
        height,
        [_trace(some, *look, palette, labelled=labelled) for look, some in drawn if some],
        xaxis={"title": title, "nticks": 6, "tickformat": "+.2f", "range": [min(ends) - room, max(ends) + room]},
        yaxis={
            "type": "category", "categoryorder": "array", "categoryarray": names, "range": [-0.6, len(rows) - 0.3],
            "showgrid": False,
        },
        shapes=[{**zero, "line": {"color": palette.muted, "dash": "dash", "width": 1.5}}],
    )  # fmt: skip


def _better(row: Row) -> bool | None:
    """Tell whether a row is surely above zero, surely below, or neither."""
    return True if row.low > 0 else False if row.high < 0 else None


def _trace(rows: Sequence[Row], color: str, symbol: str, palette: Palette, *, labelled: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [row.mean for row in rows],
        "y": [in_figure(row.name) for row in rows],
        "mode": "markers+text" if labelled else "markers",
        "marker": {"size": 13, "color": color, "symbol": symbol},
        "error_x": {
            "type": "data",
            "array": [row.high - row.mean for row in rows],
            "arrayminus": [row.mean - row.low for row in rows],
            "color": color,
            "thickness": 3,
            "width": 0,
        },
        "text": [f"{row.mean:+.3f}" for row in rows],
        "textposition": "top center",
        "textfont": {"color": palette.text},
        "hovertext": [row.told for row in rows],
        "hovertemplate": "%{y}<br>%{hovertext}<extra></extra>",
    }
