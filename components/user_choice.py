"""The choice of a user: from the data, at random, the next, the one before, or any id at all."""

from __future__ import annotations

import random
from collections.abc import Sequence

import streamlit as st

OFFERED = 1000
KEY = "user"


def choose_user(users: Sequence[str]) -> str | None:
    """Draw the choice, bound to the URL, and return what was picked or typed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        typed: str | None = st.selectbox(
            "User",
            list(users[:OFFERED]) or ["1"],
            accept_new_options=True,
            key=KEY,
            bind="query-params",
            help="Pick one or type any id. An id that is not in the data is a newcomer.",
        )
        for icon, words, step in (("chevron_left", "Previous user", -1), ("chevron_right", "Next user", 1)):
            st.button(
                "", icon=f":material/{icon}:", help=words, key=f"{KEY}_{icon}", on_click=_step, args=(users, step),
                disabled=not users,
            )  # fmt: skip
        st.button(
            "", icon=":material/casino:", help="Random user", key="dice", on_click=_dice, args=(users,),
            disabled=not users,
        )  # fmt: skip
    return typed


def neighbour(users: Sequence[str], user: str, step: int) -> str:
    """Return the user that many places on, round the end; from a stranger, the first or the last one."""
    if user not in users:
        return users[0 if step > 0 else -1]
    return users[(users.index(user) + step) % len(users)]


def _step(users: Sequence[str], step: int) -> None:
    st.session_state[KEY] = neighbour(users, str(st.session_state.get(KEY)), step)


def _dice(users: Sequence[str]) -> None:
    st.session_state[KEY] = random.choice(users)
