"""What pages show while the app is locked against changes."""

from __future__ import annotations

import streamlit as st

from components import session
from services.read_only import WHY, is_read_only


def locked() -> bool:
    """Tell whether buttons that change something are to be disabled."""
    return is_read_only() or not (session.is_local() or session.choice().unlocked)


def show_lock() -> None:
    """Say, on every page, why those buttons are disabled; nothing while there is no lock."""
    if is_read_only():
        st.info(WHY, title="Locked for changes", icon=":material/lock:")
