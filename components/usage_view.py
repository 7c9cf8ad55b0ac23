"""Draws how often campaigns were asked, how fast they answered and how often they refused."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components.figures import CONFIG, figure
from components.plain_table import Columns, show_table
from components.theme import Palette, palette
from services.handbook import word
from services.usage import totals

MINUTE = 60_000
"""In milliseconds, which Plotly measures bars of time in."""
ROOM = pd.Timedelta(minutes=5)


def show_usage(usage: pd.DataFrame | None, arns: set[str]) -> None:
    """Draw requests by the minute and a table of totals, of these campaigns and recommenders alone."""
    if usage is None:
        st.info("On AWS, CloudWatch counts requests, in the namespace AWS/Personalize.", icon=":material/monitoring:")
        return
    asked = usage[usage["arn"].isin(list(arns))]
    if asked.empty:
        st.caption("Nobody has asked a campaign since the endpoint began.")
        return
    here = asked["minute"].dt.tz_convert(st.context.timezone or "UTC").dt.tz_localize(None)  # Plotly knows no zones
    st.plotly_chart(
        by_minute(asked.assign(minute=here), palette()), key="costs.usage", config=CONFIG,
        alt=f"{int(asked['requests'].sum())} requests to {asked['arn'].nunique()} campaigns, by the minute",
    )  # fmt: skip
    columns: Columns = {name: st.column_config.NumberColumn(format="%.1f") for name in ("Mean ms", "Slowest ms")}
    columns["Campaign"] = st.column_config.TextColumn(help=word("campaign"))
    columns["Last asked"] = st.column_config.DatetimeColumn(format="distance", help="To the minute")
    show_table(
        totals(asked), "usage", columns=columns,
        order=["Campaign", "Requests", "Errors", "Mean ms", "Slowest ms", "Last asked"],
        alt="How often each campaign was asked, how often it refused, and how long it took",
    )  # fmt: skip
    st.caption("Counted by the endpoint on this computer since it began; the time is that of the answer, not its way.")


def by_minute(asked: pd.DataFrame, palette: Palette) -> Figure:
    """Draw the requests of every minute, a colour for each campaign; asked has arn, minute and requests."""
    names = asked["arn"].str.rpartition("/")[2]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": part["minute"],
            "y": part["requests"],
            "width": 0.8 * MINUTE,
            "marker": {"color": palette.categorical[place % len(palette.categorical)]},
            "hovertemplate": f"{name}<br>%{{x|%H:%M}}: %{{y:,}}<extra></extra>",
        }
        for place, (name, part) in enumerate(asked.groupby(names))
    ]
    around = {"range": [asked["minute"].min() - ROOM, asked["minute"].max() + ROOM], "tickformat": "%H:%M", "nticks": 8}
    return figure(
        palette,
        240,
        bars,
        xaxis={"type": "date", "showgrid": False, **around},
        yaxis={"title": "Requests a minute", "rangemode": "tozero"},
        barmode="stack",
        showlegend=len(bars) > 1,
        legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
    )
