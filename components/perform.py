"""Makes a call that changes something from a button's callback, and tells the outcome on the page's next run."""

from __future__ import annotations

import logging
import time

import streamlit as st

from components import session
from components.feedback import show_error
from services.connection import Connection
from services.service_call import ServiceCall

log = logging.getLogger(__name__)
_FAILURE = "perform.failure"
_DONE = "perform.done"
_MADE = "perform.made"
DOUBLE_CLICK = 1.0
"""Seconds after a call within which the same one is the second half of a double click, not a second wish."""


def perform(connection: Connection, call: ServiceCall, done: str) -> None:
    """Make the call, once for a double click; keep what to say about it for show_outcome."""
    made, at = st.session_state.get(_MADE, (None, 0.0))
    if call == made and time.monotonic() - at < DOUBLE_CLICK:
        return
    try:
        call.run(connection)
    except Exception as failure:  # a callback is an edge: nothing above it could show the failure
        log.warning("%s failed", call.operation, exc_info=failure)
        st.session_state[_FAILURE] = failure
    else:
        tell(done)
        st.session_state[_MADE] = (call, time.monotonic())
    session.forget()


def tell(done: str) -> None:
    """Let the page's next run say what was done."""
    st.session_state[_DONE] = done


def show_outcome() -> None:
    """Tell, once, how the last call went."""
    failure: BaseException | None = st.session_state.pop(_FAILURE, None)
    if failure is not None:
        show_error(failure)
    if done := st.session_state.pop(_DONE, ""):
        st.toast(done, icon=":material/check_circle:")
