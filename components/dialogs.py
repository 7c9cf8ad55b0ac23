"""Whether a dialog is open: what polls must not run the page again then, which would close it half filled."""

from __future__ import annotations

import streamlit as st

_OPEN = "dialogs.open"
_LINKED = "dialogs.linked"
PARAMETER = "open"
"""URL parameter of what a dialog shows."""


def note(*, opened: bool) -> None:
    """Note whether this run of the page opens a dialog; one that was open before is closed by the run."""
    st.session_state[_OPEN] = opened


def closed() -> None:
    """Note that whoever had a dialog open has dismissed it."""
    note(opened=False)


def is_open() -> bool:
    """Tell whether a dialog is open."""
    return bool(st.session_state.get(_OPEN))


def linked() -> str:
    """Return what a link asks to open; once, since whoever closes the dialog does not want it again."""
    wanted = str(st.query_params.get(PARAMETER, ""))
    return "" if wanted == st.session_state.get(_LINKED) else wanted


def link(shown: str | None) -> None:
    """Let the page's address name what the dialog shows, so that the same view opens elsewhere."""
    st.session_state[_LINKED] = shown or ""
    if shown:
        st.query_params[PARAMETER] = shown
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]
