"""What all plotly figures share: margins, axes and colours that suit both themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plotly.graph_objects import Figure

from components.theme import Palette

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "marquee"},
}
"""For st.plotly_chart: the toolbar keeps the picture's download."""
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
    """Return a figure in the app's look; data are its traces, the others what its layout has besides."""
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.grid, "automargin": True}
    # In one piece: updates of a figure that is there take plotly several times as long.
    return Figure(
        data=list(data),
        layout={
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
            "showlegend": False,
            # The page's own colour, not transparent: a downloaded picture must be readable anywhere.
            "paper_bgcolor": palette.surface,
            "plot_bgcolor": palette.surface,
            "font": {"color": palette.text, "size": 13},
            "hoverlabel": {"bgcolor": palette.surface, "font": {"color": palette.text}},
            "xaxis": axis | dict(xaxis or {}),
            "yaxis": axis | dict(yaxis or {}),
            **layout,
        },
    )


def mix(color: str, other: str, share: float) -> str:
    """Return a colour between two hex colours; share 1 is the second one."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def cut(text: str, length: int) -> str:
    """Shorten a label, with an ellipsis where something is left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
