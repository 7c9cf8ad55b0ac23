"""What runs and what was trained, with the prices of a session: read again when it may have changed."""

from __future__ import annotations

import streamlit as st

from components.session import resources
from services import costs
from services.connection import Connection
from services.prices import PriceTable


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def running(connection: Connection, group: str, users: int, prices: PriceTable) -> list[costs.Running]:
    """Return what costs money in a dataset group while it is there, the dearest first."""
    return costs.read_running(connection, resources(connection, group), users, prices)


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def trained(connection: Connection, group: str, prices: PriceTable) -> list[costs.Trained]:
    """Return what each trained solution version of a dataset group took."""
    return costs.read_trained(connection, resources(connection, group), prices)
