"""The choice of a user: from the data, at random, the next, the one before, or any id at all."""

from __future__ import annotations

import random
from collections.abc import Sequence

import streamlit as st

from components.links import keep_in_link, still_chosen
from services.people import People

OFFERED = 1000
KEY = "user"


def choose_user(everybody: Sequence[str], people: People) -> str:
    """Draw the choice, bound to the URL, and return what was picked or typed.

    Where there is a Users dataset, its fields narrow down whom the list, the arrows and the dice offer.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        place = st.container(width="stretch")
        users = narrowed(everybody, people)
        offered = list(users[:OFFERED]) or ["1"]
        if not st.session_state.get(KEY, st.query_params.get(KEY)):  # also where the way back took it away
            keep_in_link(KEY, offered[0])
        with place:
            typed = st.selectbox(
                "User",
                offered,
                index=None,
                accept_new_options=True,
                key=KEY,
                bind="query-params",
                help="Pick one or type any id. An id that is not in the data is a newcomer.",
            )
        chosen = still_chosen(typed)
        for words, key, step in (("Previous", "chevron_left", -1), ("Next", "chevron_right", 1)):
            st.button(words, key=f"{KEY}_{key}", on_click=_step, args=(users, step), disabled=not users)
        st.button("Random", key="dice", on_click=_dice, args=(users,), disabled=not users)
    return chosen


def narrowed(everybody: Sequence[str], people: People) -> Sequence[str]:
    """Draw a field for each group of users, bound to the URL, and return the users that fit."""
    if not people.groups:
        return everybody
    with st.popover("Who", icon=":material/group_search:", help="Whom to choose from", width="content"):
        wanted = {
            field: st.multiselect(_words(field), people.options(field), key=f"who_{field}", bind="query-params")
            for field in people.groups
        }
        if not any(wanted.values()):
            return everybody
        users = people.chosen(everybody, wanted)
        st.caption(f"{len(users):,} of {len(everybody):,} users")
    return users


def about_user(people: People, user_id: str) -> str:
    """Return what the Users dataset says of a user in a line: "age 30 · gender M"; empty where it says nothing."""
    return " · ".join(f"{_words(field).lower()} {value}" for field, value in people.about(user_id).items())


def _words(field: str) -> str:
    return field.replace("_", " ").capitalize()


def neighbour(users: Sequence[str], user: str, step: int) -> str:
    """Return the user that many places on, round the end; from a stranger, the first or the last one."""
    if user not in users:
        return users[0 if step > 0 else -1]
    return users[(users.index(user) + step) % len(users)]


def _step(users: Sequence[str], step: int) -> None:
    st.session_state[KEY] = neighbour(users, str(st.session_state.get(KEY)), step)


def _dice(users: Sequence[str]) -> None:
    st.session_state[KEY] = random.choice(users)
