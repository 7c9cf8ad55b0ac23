"""How a user's events spread over their values: five stars, say."""

from __future__ import annotations

from collections.abc import Mapping

from plotly.graph_objects import Figure

from components.figures import figure
from components.theme import Palette


def shares(counts: Mapping[float, int]) -> list[str]:
    """Return each count beside its share: "31.4 % (33)"."""
    total = sum(counts.values())
    return [f"{count / total:.1%} ({count:,})".replace("%", " %") for count in counts.values()]


def value_bars(counts: Mapping[float, int], palette: Palette) -> Figure:
    """Draw a bar for each value, in the order given."""
    drawn = figure(palette, 60 + 28 * len(counts))
    drawn.add_bar(
        orientation="h",
        y=[f"{value:g}" for value in counts],
        x=list(counts.values()),
        text=shares(counts),
        textposition="outside",
        cliponaxis=False,
        marker_color=palette.accent,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    drawn.update_yaxes(type="category", autorange="reversed", showgrid=False, title="Event value")
    drawn.update_xaxes(visible=False, range=[0, max(counts.values()) * 1.35])
    return drawn
