"""Chooses the campaign or recommender to ask, and waits for one that is not ready."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import session
from components.theme import status_icon
from services import statuses
from services.connection import Connection
from services.deployments import Deployment

MAX_USER_ID = 256
"""The longest user id that the service takes."""


def choose_deployment(
    label: str, deployments: Sequence[Deployment], *, key: str, optional: bool = False
) -> Deployment | None:
    """Draw the choice, bound to the URL by the deployment's name; optional starts with none."""
    labelled = {deployment.label: deployment for deployment in deployments}
    wanted = st.query_params.get(key)
    if wanted and wanted not in labelled:
        _take_from_url(wanted, deployments, key, optional=optional)
    chosen = st.selectbox(
        label,
        list(labelled),
        index=None if optional else 0,
        placeholder="None" if optional else None,
        key=key,
        bind="query-params",
    )
    return labelled.get(chosen) if chosen else None


def _take_from_url(wanted: str, deployments: Sequence[Deployment], key: str, *, optional: bool) -> None:
    """Take a deployment that the URL names by its plain name, or say that there is none."""
    named = {deployment.name: deployment.label for deployment in deployments}
    if wanted in named:
        st.session_state[key] = named[wanted]
        return
    instead = "none is compared" if optional else f"{deployments[0].name} is shown instead"
    told = f"This dataset group has no fitting campaign “{wanted[:80]}”; {instead}."
    st.warning(told, icon=":material/link_off:")


def stop_unless_ready(connection: Connection, group: str, deployment: Deployment) -> None:
    """Say why a deployment cannot answer yet and look again by itself while it is being made."""
    if deployment.ready:
        return
    icon = status_icon(deployment.status)
    if statuses.is_moving(deployment.status):
        st.info(
            f"This page goes on by itself as soon as it is ready. Status: {deployment.status}.",
            title=f"{deployment.name} is not ready yet",
            icon=icon,
        )
        _watch(connection, group, deployment.arn, deployment.status)
    else:
        st.error(
            "Choose another one, or see the reason on the Resources page.",
            title=f"{deployment.name}: {deployment.status}",
            icon=icon,
        )
        st.page_link("pages/resources.py", label="Open Resources", icon=":material/account_tree:")
    st.stop()


@st.fragment(run_every="2s")
def _watch(connection: Connection, group: str, arn: str, status: str) -> None:
    with session.guarded():
        session.resources.clear()
        session.deployments.clear()
        found = {deployment.arn: deployment.status for deployment in session.deployments(connection, group)}
        if found.get(arn) != status:
            st.rerun()


def usable_user_id(user_id: str | None) -> str:
    """Return the id without surrounding space, or say what is wrong with it and stop the page."""
    wanted = (user_id or "").strip()
    if not wanted:
        st.info("Pick a user, or type any id: an unknown one is a newcomer.", icon=":material/person_search:")
        st.stop()
    if len(wanted) > MAX_USER_ID:
        told = f"A user id has at most {MAX_USER_ID} characters; this one has {len(wanted)}."
        st.warning(told, icon=":material/person_off:")
        st.stop()
    return wanted
