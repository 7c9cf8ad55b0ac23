"""Shows the call behind a result, ready to be copied into a script or a terminal."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from services.api_calls import python_call, shell_call
from services.connection import Connection


def show_call(
    connection: Connection,
    service: str,
    operation: str,
    parameters: Mapping[str, object],
    label: str = "Show the call",
) -> None:
    """Draw a button that opens the call in Python and for the command line; operation is boto3's snake case name."""
    with st.popover(label, icon=":material/code:", width="content"):
        python, shell = st.tabs(["Python", "Command line"])
        # The colours of code are Streamlit's own, and too pale on a light page.
        python.code(python_call(connection, service, operation, parameters), language=None)
        shell.code(shell_call(connection, service, operation, parameters), language=None, wrap_lines=True)
