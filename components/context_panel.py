"""The circumstances of a request, for schemas that have fields for them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def ask_context(fields: Sequence[str]) -> dict[str, str]:
    """Draw a field for each name and return those that were filled; nothing where there are none."""
    if not fields:
        return {}
    with st.popover("Context", icon=":material/devices:", width="content"):
        st.caption("What is known of the moment, such as the device; it goes along with every request.")
        given = {
            name: st.text_input(name, key=f"context_{name}", bind="query-params", max_chars=1000) for name in fields
        }
    return {name: value.strip() for name, value in given.items() if value.strip()}
