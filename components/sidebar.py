"""The sidebar's foot: where the calls go, and which dataset group the pages show."""

from __future__ import annotations

import streamlit as st

from components import session
from components.theme import status_color


def show_sidebar() -> None:
    """Draw the connection line and the choice of the dataset group."""
    connection = session.connection()
    groups = {group.name: group for group in session.dataset_groups(connection)}
    session.settle_dataset_group(list(groups))
    with st.sidebar:
        place = "This computer" if connection.is_local else f"AWS profile {connection.profile}"
        st.caption(f":material/{'computer' if connection.is_local else 'cloud'}: {place} · {connection.region}")
        if not groups:
            st.caption(":material/folder_off: No dataset group yet")
            return
        name = st.selectbox("Dataset group", list(groups), key=session.GROUP, bind="query-params", required=True)
        if groups[name].status != "ACTIVE":
            st.badge(groups[name].status, color=status_color(groups[name].status))


def show_account_banner() -> None:
    """Remind of the account in use while working on real AWS, where resources cost money."""
    if session.is_local():
        return
    connection = session.connection()
    st.warning(
        f"You are working on account {session.account(connection)}, {connection.region}. "
        "Creating resources there costs money.",
        icon=":material/payments:",
    )
