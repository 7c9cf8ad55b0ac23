"""A row of stages in their order, each with its mark: how far a pipeline or a workflow is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from services.overview import State

_MARKS: dict[State, tuple[Literal["green", "orange", "red", "gray"], str]] = {
    "done": ("green", "check_circle"),
    "busy": ("orange", "progress_activity"),
    "failed": ("red", "error"),
    "todo": ("gray", "radio_button_unchecked"),
}
NARROWEST = 132
"""Pixels that a stage takes at least; where there is less room they stand in several rows."""


@dataclass(frozen=True, slots=True)
class Box:
    """One stage; words tell its state to those who do not see the colour."""

    label: str
    icon: str
    state: State
    words: str


def show_strip(boxes: Sequence[Box]) -> None:
    """Draw the stages side by side."""
    with st.grid(len(boxes), min_column_width=NARROWEST):
        for place, box in enumerate(boxes):
            color, icon = _MARKS[box.state]
            arrow = ":gray[:material/chevron_right:] " if place else ""
            badge = f":{color}-badge[:material/{icon}: {box.words}]"
            st.markdown(f"{arrow}:material/{box.icon}: **{box.label}**  \n{badge}")
