"""The cards of the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from services.metrics import BY_NAME, VersionMetrics
from services.overview import SHOWN, NextStep, Stage, State
from services.recipes import short_name
from services.resources import Resource

_Color = Literal["green", "orange", "red", "gray"]
_STATES: dict[State, tuple[_Color, str, str]] = {
    "done": ("green", "check_circle", "ready"),
    "busy": ("orange", "progress_activity", "in progress"),
    "failed": ("red", "error", "failed"),
    "todo": ("gray", "radio_button_unchecked", "none yet"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """One of the things worth looking at, with the page that tells it."""

    title: str
    icon: str
    body: str
    page: str
    action: str
    query: dict[str, str]


def show_pipeline(stages: Sequence[Stage], step: NextStep) -> None:
    """Draw the boxes of the pipeline and the link to the next step."""
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            for position, stage in enumerate(stages):
                if position:
                    st.markdown(":gray[:material/chevron_right:]", width="content")
                _show_stage(stage)
        st.page_link(step.page, label=f"**Next:** {step.text}", icon=":material/arrow_forward:")


def _show_stage(stage: Stage) -> None:
    color, icon, words = _STATES[stage.state]
    count = f"{stage.active} of {stage.total}" if stage.active != stage.total else str(stage.total)
    with st.container(width="content", gap="xxsmall"):
        st.markdown(f":material/{stage.icon}: **{stage.label}**")
        st.badge(f"{count} {words}" if stage.total else words, icon=f":material/{icon}:", color=color)


def show_stories(stories: Sequence[Story]) -> None:
    """Draw one card per story."""
    with st.grid(len(stories), min_column_width=260):
        for story in stories:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.subheader(f":material/{story.icon}: {story.title}", anchor=False)
                st.markdown(story.body)
                st.page_link(
                    story.page, label=story.action, icon=":material/arrow_forward:", query_params=story.query or None
                )


def show_best(leader: VersionMetrics, baseline: VersionMetrics | None) -> None:
    """Draw the best version's metrics against the popularity baseline."""
    st.subheader(f":material/trophy: {short_name(leader.recipe)} leads", anchor=False)
    compared = baseline is not None and baseline.arn != leader.arn
    against = "each beside what recommending the most popular items would reach" if compared else "measured offline"
    st.caption(f"Solution version {leader.name}, {against}.")
    with st.grid(2, min_column_width=150):
        for name in SHOWN:
            if name in leader.values:
                metric = BY_NAME[name]
                delta = (
                    leader.values[name] - baseline.values[name]
                    if compared and baseline and name in baseline.values
                    else None
                )
                st.metric(
                    metric.label, leader.values[name], delta, format="%.3f", help=metric.meaning, border=True,
                    delta_description="vs popularity" if delta is not None else None,
                )  # fmt: skip
    st.page_link("pages/metrics.py", label="Compare solutions", icon=":material/arrow_forward:")


def show_recent(resources: Sequence[Resource]) -> None:
    """Draw what changed last."""
    st.subheader(":material/history: Recent activity", anchor=False)
    table = pd.DataFrame(
        {
            "What": [f"{found.label} {found.name}" for found in resources],
            "Status": [found.status for found in resources],
            "When": [found.updated for found in resources],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={"When": st.column_config.DatetimeColumn(format="distance", width="small")},
        alt="What changed last in this dataset group, the newest first",
        height="content",
    )
