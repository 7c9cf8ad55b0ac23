"""Makes a call that changes something from a button's callback, and tells the outcome on the page's next run."""

from __future__ import annotations

import logging

import streamlit as st

from components import session
from components.feedback import show_error
from services.connection import Connection
from services.service_call import ServiceCall

log = logging.getLogger(__name__)
_FAILURE = "perform.failure"
_DONE = "perform.done"


def perform(connection: Connection, call: ServiceCall, done: str) -> None:
    """Make the call; keep what to say about it for show_outcome."""
    try:
        call.run(connection)
    except Exception as failure:  # a callback is an edge: nothing above it could show the failure
        log.warning("%s failed", call.operation, exc_info=failure)
        st.session_state[_FAILURE] = failure
    else:
        tell(done)
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
