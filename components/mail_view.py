"""The mails that SNS sent about something on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.text import plain
from services.mails import Mail


def show_mails(mails: Sequence[Mail], about: str) -> None:
    """Draw mails behind a click; nothing where there are none."""
    if not mails:
        return
    title = "1 mail was sent" if len(mails) == 1 else f"{len(mails)} mails were sent"
    with st.expander(f"{title} about {about}", icon=":material/mail:", key="mails", on_change="rerun") as shown:
        if not shown.open:
            return
        st.caption("By SNS to its subscribers; on this computer they stay in the data directory, in the folder mail.")
        for mail in mails:
            st.markdown(f"**{plain(mail.subject)}** to {plain(mail.to)}, {mail.sent:%-d %B, %H:%M}")
            st.code(mail.text, language=None, wrap_lines=True)
