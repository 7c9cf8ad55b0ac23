"""What was there when this visit began, so that figures can tell what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

_BEGAN, _FIRST = "visit.began", "visit.first"


def note_visit() -> None:
    """Note when the visit began; to be called on every page."""
    st.session_state.setdefault(_BEGAN, datetime.now(UTC))


def changes(group: str, created: datetime | None, counts: Mapping[str, int | None]) -> dict[str, int]:
    """Return by how much the counts of a dataset group have changed in this visit; empty where nothing has.

    A group that was created in this visit began with nothing; of any other, the counts first seen are compared.
    """
    began: datetime = st.session_state[_BEGAN]
    seen: dict[str, Mapping[str, int | None]] = st.session_state.setdefault(_FIRST, {})
    first = seen.setdefault(group, dict.fromkeys(counts, 0) if created and created > began else dict(counts))
    moved = {name: now - (first[name] or 0) for name, now in counts.items() if now is not None}
    return moved if any(moved.values()) else {}
