"""Whether a dialog is open: what polls must not run the page again then, which would close it half filled."""

from __future__ import annotations

import streamlit as st

_OPEN = "dialogs.open"


def note(*, opened: bool) -> None:
    """Note whether this run of the page opens a dialog; one that was open before is closed by the run."""
    st.session_state[_OPEN] = opened


def closed() -> None:
    """Note that whoever had a dialog open has dismissed it."""
    note(opened=False)


def is_open() -> bool:
    """Tell whether a dialog is open."""
    return bool(st.session_state.get(_OPEN))
