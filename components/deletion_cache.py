"""What was deleted here since the app started: the service itself keeps no trace of what is gone."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from services.connection import Connection
from services.resources import Resource
from services.statuses import DELETED

_REMEMBERED = 50
Gone = deque[tuple[str, Resource]]


def note_deleted(connection: Connection, group: str, resource: Resource) -> None:
    """Remember, for all sessions, that a resource of a dataset group was deleted just now."""
    gone = replace(resource, status=DELETED, updated=datetime.now(UTC))
    _gone(connection.profile, connection.region).append((group, gone))


def deleted(connection: Connection, group: str) -> list[Resource]:
    """Return what was deleted in a dataset group, and the dataset groups that were."""
    remembered = _gone(connection.profile, connection.region)
    return [found for where, found in remembered if where == group or found.kind == "dataset-group"]


# An endpoint on this machine may come back on another port: the profile, or none, and the region tell places apart.
@st.cache_resource(max_entries=16, show_spinner=False)
def _gone(profile: str | None, region: str) -> Gone:
    return deque(maxlen=_REMEMBERED)
