"""What all plotly figures share: margins, axes and colours that suit both themes."""

from __future__ import annotations

import functools
import html
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from plotly.graph_objects import Figure

from components.theme import Palette

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "marquee"},
}
"""For st.plotly_chart: the toolbar, which lies upon the chart, is the picture's download and the full screen."""
GAP, TICKS, TILTED, TITLE, LETTER = 8, 24, 58, 26, 6.2
"""Pixels: beside an axis, of ticks below it, of tilted ones above it, of its title, and of a letter of a tick."""
NUMBER = "0.000"
_TAG = re.compile("<[^>]+>")
NARROWEST = 400
"""Pixels below which two cards with a chart each stand one under the other."""


def figure(
    palette: Palette,
    height: int,
    data: Sequence[Mapping[str, Any]] = (),
    *,
    xaxis: Mapping[str, Any] | None = None,
    yaxis: Mapping[str, Any] | None = None,
    **layout: Any,
) -> Figure:
    """Return a figure in the app's look; data are its traces, the others what its layout has besides.

    Traces that are there at once have their margins reckoned here: where Plotly finds them out by itself, it draws
    everything twice. They make a figure that is shared, not to be changed.
    """
    across, up = dict(xaxis or {}), dict(yaxis or {})
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.grid, "automargin": not data}
    look = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 12, "b": 8} if not data else margins(data, across, up),
        "showlegend": False,
        # The page's own colour, not transparent: a downloaded picture must be readable anywhere.
        "paper_bgcolor": palette.surface,
        "plot_bgcolor": palette.surface,
        "font": {"color": palette.text, "size": 13},
        "hoverlabel": {"bgcolor": palette.surface, "font": {"color": palette.text}},
        "xaxis": axis | across,
        "yaxis": axis | up,
        **layout,
    }
    return _drawn(json.dumps({"data": list(data), "layout": look}, default=_listed)) if data else Figure(layout=look)


@functools.lru_cache(maxsize=128)
def _drawn(described: str) -> Figure:
    """Return the figure of its JSON: in one piece, since updates take plotly several times as long, and only once."""
    return Figure(**json.loads(described))


def _listed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.tolist()


def margins(data: Sequence[Mapping[str, Any]], xaxis: Mapping[str, Any], yaxis: Mapping[str, Any]) -> dict[str, float]:
    """Return the pixels that ticks and titles of the axes need on each side of the plot."""
    names = yaxis.get("ticktext") or [name for trace in data for name in trace["y"] if isinstance(name, str)]
    left = max(map(width, names or [NUMBER])) + TITLE * ("title" in yaxis)
    top = xaxis.get("side") == "top"
    below = 0 if top or xaxis.get("visible") is False else TICKS + TITLE * ("title" in xaxis)
    return {"l": left + GAP, "r": TILTED / 2 if top else 2 * GAP, "t": TILTED if top else 12, "b": below + GAP}


def width(text: str) -> float:
    """Return about how many pixels a line of a tick's label takes, with room to spare."""
    lines = html.unescape(_TAG.sub("", text.replace("<br>", "\n"))).split("\n")
    return max(sum(2 * LETTER if unicodedata.east_asian_width(letter) in "WF" else LETTER for letter in line)
               for line in lines)  # fmt: skip


def mix(color: str, other: str, share: float) -> str:
    """Return a colour between two hex colours; share 1 is the second one."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def cut(text: str, length: int) -> str:
    """Shorten a label, with an ellipsis where something is left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
