"""The colours that charts and chips share, for the light and the dark theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from services import statuses


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by meaning; every one is readable on the page's background."""

    categorical: tuple[str, ...]
    accent: str
    """What is new, chosen or leading."""
    up: str
    down: str
    """The two ends of a change in which neither is bad."""
    good: str
    warning: str
    bad: str
    muted: str
    """What stays in the background: lines of the gone, axis titles."""
    text: str
    grid: str
    surface: str


LIGHT = Palette(
    categorical=(
        "#0f766e", "#b45309", "#4f46e5", "#be123c", "#475569", "#0369a1", "#4d7c0f", "#a21caf", "#9a3412", "#1e40af",
    ),
    accent="#0f766e", up="#4f46e5", down="#b45309", good="#15803d", warning="#b45309", bad="#be123c",
    muted="#78716c", text="#1c1917", grid="#e7e3da", surface="#ffffff",
)  # fmt: skip
DARK = Palette(
    categorical=(
        "#2dd4bf", "#fbbf24", "#818cf8", "#fb7185", "#94a3b8", "#38bdf8", "#a3e635", "#e879f9", "#fb923c", "#60a5fa",
    ),
    accent="#2dd4bf", up="#a5b4fc", down="#fbbf24", good="#4ade80", warning="#fbbf24", bad="#fb7185",
    muted="#a8a29e", text="#f5f2ec", grid="#33302b", surface="#000000",
)  # fmt: skip


def palette() -> Palette:
    """Return the colours of the theme that this browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def status_icon(status: str) -> str:
    """Return the icon of a status, so that colour is never the only sign."""
    if statuses.is_failed(status):
        return ":material/error:"
    if statuses.is_moving(status):
        return ":material/progress_activity:"
    if status == statuses.DELETED:
        return ":material/delete:"
    return ":material/check_circle:" if status == statuses.ACTIVE else ":material/pause_circle:"


def status_color(status: str) -> Literal["red", "orange", "green", "gray"]:
    """Return the name of a status's colour as st.badge knows it."""
    if statuses.is_failed(status):
        return "red"
    if statuses.is_moving(status):
        return "orange"
    return "green" if status == statuses.ACTIVE else "gray"
