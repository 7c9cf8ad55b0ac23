"""What the pages asked of AWS's API: each run of a page as a waterfall of its calls."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from components.figures import CONFIG, figure
from components.plain_table import show_table
from components.text import in_figure
from components.theme import Palette, palette
from services.call_log import MadeCall, heard

RUNS = "trace.runs"
MOST_RUNS = 20
MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a page that made calls."""

    page: str
    at: float
    """Seconds since 1970."""
    began: float
    """On the clock of the calls."""
    seconds: float
    calls: tuple[MadeCall, ...]

    @property
    def label(self) -> str:
        """Return what tells it from the others."""
        clock = time.strftime("%H:%M:%S", time.localtime(self.at))
        return f"{clock} · {self.page} · {len(self.calls)} calls · {1000 * self.seconds:,.0f} ms"


@contextmanager
def traced(page: str) -> Iterator[None]:
    """Keep the calls that a run of a page makes, where it makes any, among the newest runs of this visitor."""
    calls: list[MadeCall] = []
    at, began = time.time(), time.perf_counter()
    try:
        with heard(calls.append):
            yield
    finally:
        if calls:
            runs = st.session_state.setdefault(RUNS, deque(maxlen=MOST_RUNS))
            runs.appendleft(Run(page, at, began, time.perf_counter() - began, tuple(calls)))


def show_runs() -> None:
    """Draw the choice of a run, its waterfall, and the same as a table."""
    runs: Sequence[Run] = st.session_state.get(RUNS, ())
    if not runs:
        st.caption("No page has asked anything yet.")
        return
    run = st.selectbox("Run of a page", list(runs), format_func=lambda one: one.label, key="trace.run")
    table = spans(run)
    refused = int(table["Refused"].sum())
    st.plotly_chart(
        waterfall(table.head(MOST_BARS), palette()), key="trace.chart", config=CONFIG,
        alt=f"{len(table)} calls in {1000 * run.seconds:,.0f} ms, {refused} refused; the longest took "
        f"{table['Milliseconds'].max():.0f} ms",
    )  # fmt: skip
    number = st.column_config.NumberColumn(format="%.1f")
    show_table(table, "calls", columns={"Began": number, "Milliseconds": number}, alt="The calls, in their order")
    st.caption(
        "Milliseconds; between two calls the page itself works. Answers that are kept for a while are not asked."
    )


def spans(run: Run) -> pd.DataFrame:
    """Return the calls of a run in their order: service, call, about what, began and took (milliseconds), refused."""
    return pd.DataFrame(
        {
            "Service": [call.service for call in run.calls],
            "Call": [call.operation for call in run.calls],
            "About": [call.subject for call in run.calls],
            "Began": [1000 * (call.began - run.began) for call in run.calls],
            "Milliseconds": [1000 * call.seconds for call in run.calls],
            "Refused": [call.refused for call in run.calls],
        }
    )


def waterfall(table: pd.DataFrame, colours: Palette) -> Figure:
    """Draw a bar from beginning to end of each call, the first on top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [f"{number}. {call}" for number, call in enumerate(table["Call"], start=1)],
        "x": table["Milliseconds"],
        "base": table["Began"],
        "marker": {"color": [colours.warning if refused else colours.accent for refused in table["Refused"]]},
        "customdata": list(zip(table["Service"], map(in_figure, table["About"]), strict=True)),
        "hovertemplate": "%{customdata[0]} %{y}<br>%{customdata[1]}<br>%{x:.1f} ms<extra></extra>",
    }
    return figure(
        colours,
        70 + 22 * len(table),
        [bars],
        xaxis={"title": "Milliseconds since the page began", "rangemode": "tozero"},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
    )
