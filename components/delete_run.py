"""Deletes what was confirmed, step by step in sight."""

from __future__ import annotations

import streamlit as st

from components import session
from components.deletion_cache import note_deleted
from components.perform import tell
from components.resource_drawer import DELETING
from services.connection import Connection
from services.deletion import delete
from services.resources import Resource


def delete_marked(connection: Connection, group: str, plan: list[str]) -> None:
    """Delete one after the other; a run that is interrupted goes on with what is left of the plan."""
    known = {resource.arn: resource for resource in session.resources(connection, group)}
    last, count = known.get(plan[-1]) if plan else None, len(plan)
    with st.status(f"Deleting {count} resource{'s' if count > 1 else ''} ...", expanded=True) as status:
        while plan:
            resource = known.get(plan[0])
            if resource:
                status.write(f"{resource.label} **{resource.name}**")
                _delete_or_give_up(connection, resource)
                note_deleted(connection, group, resource)
            plan.pop(0)
        status.update(label="Deleted", state="complete", expanded=False)
    del st.session_state[DELETING]
    if last:
        along = f" and what depended on it ({count - 1})" if count > 1 else ""
        tell(f"{last.label} {last.name}{along} deleted")
    session.forget()
    st.rerun()


def _delete_or_give_up(connection: Connection, resource: Resource) -> None:
    """Delete one resource; a failure ends the plan and leaves the rest intact."""
    try:
        delete(connection, resource)
    except Exception:
        del st.session_state[DELETING]
        session.forget()
        raise
