"""What solution versions are compared by: their metrics, measurements on every user, groups of users, settings."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.session import interactions, resources
from services.configurations import read_configuration
from services.connection import Connection
from services.measurements import Measurement, read_measurements
from services.metrics import VersionMetrics, read_metrics
from services.segments import Segment, habits, segments


@st.cache_data(ttl=30, max_entries=64, show_spinner=False)
def metrics(connection: Connection, group: str) -> list[VersionMetrics]:
    """Return the metrics of a dataset group's active solution versions."""
    return read_metrics(connection, resources(connection, group))


@st.cache_data(ttl=30, max_entries=64, show_spinner=False)
def measurements(connection: Connection, versions: tuple[str, ...]) -> dict[str, Measurement]:
    """Return how the measurements on every user of these solution versions stand, by ARN."""
    return read_measurements(connection, versions)


@st.cache_data(ttl=30, max_entries=64, show_spinner=False)
def by_habits(
    connection: Connection, group: str, metric: str, pair: tuple[str, str], everyone: bool, _table: pd.DataFrame
) -> list[Segment]:
    """Return the groups of users by their habits; the table is of a version and its baseline, the pair of ARNs."""
    return segments(_table, habits(interactions(connection, group)))


@st.cache_data(ttl=30, max_entries=64, show_spinner=False)
def configuration(connection: Connection, version: str) -> dict[str, str]:
    """Return the settings of a solution version, by its ARN."""
    return read_configuration(connection, version)
