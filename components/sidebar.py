"""The sidebar's foot: where the calls go, and which dataset group the pages show."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

import streamlit as st

from components import session
from components.links import still_chosen
from components.theme import status_color
from components.visit import note_visit
from services import statuses
from services.dataset_groups import DatasetGroup
from services.errors import SERVICE_FAILURES, Problem
from services.handbook import word

log = logging.getLogger(__name__)


def show_sidebar() -> None:
    """Draw the connection line and the choice of the dataset group."""
    note_visit()
    chosen = session.choice()
    place = f"AWS profile {chosen.profile}" if chosen.profile else "This computer"
    with st.sidebar:
        st.caption(f":material/{'cloud' if chosen.profile else 'computer'}: {place} · {chosen.region}")
        try:
            groups = {group.name: group for group in session.dataset_groups(session.connection())}
        except (Problem, *SERVICE_FAILURES) as failure:
            # The page tells why; this must not keep anybody from the page on which the connection is changed.
            log.warning("no dataset groups", exc_info=failure)
            st.caption(":material/cloud_off: It does not answer")
            return
        _choose_group(groups)


def _choose_group(groups: Mapping[str, DatasetGroup]) -> None:
    session.settle_dataset_group(list(groups.values()))
    if not groups:
        st.caption(":material/folder_off: No dataset group yet")
        return
    # The label of a field that cannot be emptied would say "(required)".
    st.caption("Dataset group", help=word("dataset group"))
    name = still_chosen(st.selectbox(
        "Dataset group", list(groups), index=None, required=True, key=session.GROUP, bind="query-params",
        label_visibility="collapsed", help=word("dataset group"),
    ))  # fmt: skip
    if groups[name].status != statuses.ACTIVE:
        st.badge(groups[name].status, color=status_color(groups[name].status))


def show_account_banner() -> None:
    """Remind of the account in use while working on real AWS, where resources cost money."""
    chosen = session.choice()
    if chosen.profile is None:
        return
    try:
        account = f"account {session.account(chosen)}"
    except SERVICE_FAILURES as failure:
        log.warning("unknown account", exc_info=failure)
        account = f"the AWS profile {chosen.profile}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if chosen.unlocked:
            text = f"You are working on {account}, {chosen.region}. Creating resources there costs money."
            st.warning(text, icon=":material/payments:")
        else:
            text = f"You are reading {account}, {chosen.region}. Nothing is changed there until you allow it."
            st.info(text, icon=":material/lock:")
        st.button(
            "Only read" if chosen.unlocked else "Allow changes",
            icon=":material/lock:" if chosen.unlocked else ":material/lock_open:",
            key="account.lock",
            on_click=partial(session.allow_changes, allowed=not chosen.unlocked),
            width="content",
        )
