"""Draws how often campaigns were asked, how fast they answered and how often they refused."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.plain_table import Columns, show_table
from services.handbook import word
from services.usage import totals


def show_usage(usage: pd.DataFrame | None, arns: set[str]) -> None:
    """Draw requests by the minute and a table of totals, of these campaigns and recommenders alone."""
    if usage is None:
        st.info("On AWS, CloudWatch counts requests, in the namespace AWS/Personalize.", icon=":material/monitoring:")
        return
    asked = usage[usage["arn"].isin(list(arns))]
    if asked.empty:
        st.caption("Nobody has asked a campaign since the endpoint began.")
        return
    minutes = asked.assign(Campaign=asked["arn"].str.rpartition("/")[2])
    st.bar_chart(
        minutes, x="minute", y="requests", color="Campaign", x_label="", y_label="Requests a minute", height=220,
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
