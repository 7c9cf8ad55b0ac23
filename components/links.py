"""What a link must name although it is what anybody gets: the choice of today may not be the first one tomorrow."""

from __future__ import annotations

import streamlit as st


def keep_in_link(key: str, value: str) -> None:
    """Choose a value for a widget that is bound to the URL, and write it there.

    To be called before the widget, which is to have no default: links leave defaults out, and a new binding writes only
    what changes after the run.
    """
    if key not in st.session_state:  # else the binding is there, writes it by itself and lets nobody else
        st.query_params[key] = value
    st.session_state[key] = value


def still_chosen(value: str | None) -> str:
    """Return a widget's value, or run the page again where the browser's way back took it out of the URL.

    Only the widget itself finds that out: what chooses a value before it is drawn does so at the next run.
    """
    if not value:
        st.rerun()
    return value
