"""What runs, what was trained and what a tear-down takes: read again when it may have changed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.session import resources
from services import costs, teardown, workspace
from services.connection import Connection
from services.prices import PriceTable
from services.resources import Resource

# A price table is told from others by its hash: Streamlit would walk through all its figures.


@st.cache_data(ttl=15, max_entries=64, show_spinner=False, hash_funcs={PriceTable: hash})
def running(connection: Connection, group: str, users: int, prices: PriceTable) -> list[costs.Running]:
    """Return what costs money in a dataset group while it is there, the dearest first."""
    return costs.read_running(connection, resources(connection, group), users, prices)


@st.cache_data(ttl=15, max_entries=64, show_spinner=False, hash_funcs={PriceTable: hash})
def trained(connection: Connection, group: str, prices: PriceTable) -> list[costs.Trained]:
    """Return what each trained solution version of a dataset group took."""
    return costs.read_trained(connection, resources(connection, group), prices)


def tear_down(connection: Connection, found: list[Resource]) -> teardown.TearDown:
    """Return what deleting the dataset group among the resources takes; read again when one of them changes."""
    return _tear_down(connection, "\n".join(f"{resource.arn} {resource.status}" for resource in found), found)


@st.cache_data(ttl=60, max_entries=16, show_spinner=False)
def _tear_down(connection: Connection, statuses: str, _found: list[Resource]) -> teardown.TearDown:
    return teardown.plan(connection, _found)


@st.cache_data(ttl=15, max_entries=4, show_spinner=False)
def disk(data: Path) -> int:
    """Return how many bytes the data directory takes."""
    return sum(part.size for part in workspace.usage(data))
