"""Chooses the campaign or recommender to ask, and waits for one that is not ready."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import session
from components.links import keep_in_link
from components.text import plain
from components.theme import status_icon
from services import statuses
from services.connection import Connection
from services.deployments import Deployment
from services.handbook import word

MAX_USER_ID = 256
"""The longest user id that the service takes."""


def choose_deployment(
    label: str, deployments: Sequence[Deployment], *, key: str, optional: bool = False
) -> Deployment | None:
    """Draw the choice, bound to the URL by the deployment's name; optional starts with none."""
    labelled = {deployment.label: deployment for deployment in deployments}
    _settle(deployments, key, optional=optional)
    chosen = st.selectbox(
        label,
        list(labelled),
        index=None,
        placeholder="None" if optional else None,
        help=None if optional else word("campaign"),
        key=key,
        bind="query-params",
    )
    # The browser's way back can take a choice out of the address after it was settled above.
    return labelled.get(chosen or "", None if optional else deployments[0])


def _settle(deployments: Sequence[Deployment], key: str, *, optional: bool) -> None:
    """Choose the first one where nothing is chosen, or what was chosen is gone; the URL may name one in short."""
    labels = [deployment.label for deployment in deployments]
    chosen = st.session_state.get(key, st.query_params.get(key))
    elsewhere = st.session_state.get(f"{key}.group", group := st.session_state.get(session.GROUP)) != group
    st.session_state[f"{key}.group"] = group
    if chosen in labels:
        return
    if chosen and (label := _named(chosen, deployments)):
        st.session_state[key] = label
        return
    if chosen and not elsewhere:
        instead = "none is compared" if optional else f"{deployments[0].name} is shown instead"
        told = f"This dataset group has no fitting campaign “{plain(chosen[:80])}”; {instead}."
        st.warning(told, icon=":material/link_off:")
    if optional:
        st.session_state.pop(key, None)
    else:
        keep_in_link(key, labels[0])


def _named(wanted: str, deployments: Sequence[Deployment]) -> str | None:
    """Return the label of the deployment that has this name, or this display name, in letters of any size."""
    names = {deployment.label.partition(" · ")[0].casefold(): deployment.label for deployment in deployments}
    names |= {deployment.name.casefold(): deployment.label for deployment in deployments}
    return names.get(wanted.casefold())


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
