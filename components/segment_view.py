"""Winners and losers of a version, as groups and as people."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components import session
from components.figures import CONFIG
from components.interval_chart import Row, intervals
from components.item_table import download
from components.theme import Palette, palette
from services.metrics import Metric
from services.segments import Segment

ROWS = 10
HABITS = "Habits"


def choose_split(fields: Sequence[str]) -> str:
    """Draw by what users are split: their habits, or a field of the Users dataset, which is returned."""
    st.subheader("Groups of users", anchor=False)
    if not fields:
        return HABITS
    return st.segmented_control(
        "Split by", [HABITS, *fields], default=HABITS, required=True, key="split", bind="query-params",
        label_visibility="collapsed", format_func=lambda name: name.replace("_", " ").capitalize(),
    )  # fmt: skip


def show_segments(found: Sequence[Segment], metric: Metric, against: str, split: str) -> None:
    """Draw the mean difference of each group of users with its interval; split is what choose_split returned."""
    if not found:
        st.info("Too few of the users who were judged are in groups.", icon=":material/info:")
        return
    how = (
        "Thirds of the users: by how many events they have, how popular their titles are, and how popular those "
        "are that they picked next, which the test had held back."
        if split == HABITS
        else f"By {split} of the Users dataset, the largest groups."
    )
    said = "; ".join(f"{each.name} {each.mean:+.3f} ({each.low:+.3f} to {each.high:+.3f})" for each in found)
    st.plotly_chart(segment_chart(found, metric, palette()), key="metrics.segments", config=CONFIG, alt=said)
    st.caption(f"Difference in {metric.label} to {against}, mean and 95 % interval; hollow: it can be chance. {how}")


def segment_chart(found: Sequence[Segment], metric: Metric, palette: Palette) -> Figure:
    """Draw one row per group; hollow where zero is in the interval."""
    rows = [
        Row(each.name, each.mean, each.low, each.high,
            f"{each.mean:+.4f}<br>{each.better} of {each.users} better, {each.worse} worse")
        for each in found
    ]  # fmt: skip
    return intervals(rows, f"Difference in {metric.label}", palette, 90 + 40 * len(rows))


def show_losers(table: pd.DataFrame, version: str, baseline: str) -> None:
    """Draw the test users for whom the version is worse, worst first; table is services.segments.paired's."""
    worse = table[table["Difference"] < 0]
    better = int((table["Difference"] > 0).sum())
    st.subheader(
        f"Worse for {len(worse)}, better for {better}, the same for {len(table) - better - len(worse)}", anchor=False
    )
    if worse.empty:
        st.info("It is worse for nobody of the test users.", icon=":material/thumb_up:")
        return
    here = {session.GROUP: st.session_state[session.GROUP]}
    shown = worse[["User", "Events", "Baseline", "Version", "Difference"]].assign(
        List=["recommend?" + urlencode({**here, "user": user}) for user in worse["User"]]
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= ROWS else "auto",
        key="metrics.losers",
        alt=f"{len(worse)} test users for whom {version} is worse than {baseline}, worst first",
        column_config={
            "User": st.column_config.TextColumn(width=52),
            "Events": number(width=56, help="How many events the user has"),
            "Baseline": number(baseline, format="%.3f", width=112),
            "Version": number(version, format="%.3f", width=122),
            "Difference": number(format="%+.3f", width=78),
            "List": st.column_config.LinkColumn(display_text="Open", width=48),
        },
    )
    download(worse, "worse-for", key="metrics.losers_csv")
