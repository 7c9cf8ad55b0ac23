"""Recommendations: any user's list beside their history, a second campaign, similar items, re-ranking, filters."""

from __future__ import annotations

import random

import streamlit as st

from components import session
from components.deployment_choice import choose_deployment, stop_unless_ready, usable_user_id
from components.feedback import empty_state
from components.filter_panel import show_filters
from components.lists import show_answer, show_two
from components.rerank_panel import show_rerank
from components.similar_panel import show_similar
from components.user_panel import history_of, show_history, show_profile
from services.deployments import of_purpose
from services.recommendations import for_user

USERS_OFFERED = 1000
TABS = ["For a user", "Similar items", "Re-rank a list", "With a filter"]


def random_user(users: list[str]) -> None:
    """Pick any known user."""
    st.session_state["user"] = random.choice(users)


connection, group = session.connection(), session.dataset_group()
if group is None:
    empty_state(
        "No dataset group yet",
        "Recommendations need data and a trained solution. The demo on the Overview makes both in a minute.",
        icon="recommend",
        page="pages/overview.py",
        action="Go to the Overview",
    )
    st.stop()
deployments = session.deployments(connection, group)
if not of_purpose(deployments, "user", "item", "ranking"):
    empty_state(
        "Nothing is deployed yet",
        "Deploy a trained solution version as a campaign; then anybody can be asked for.",
        icon="rocket_launch",
        page="pages/resources.py",
        action="Deploy a solution version",
    )
    st.stop()

catalog = session.catalog(connection, group)
interactions = session.interactions(connection, group)
users = interactions.user_ids
for_users = of_purpose(deployments, "user")

who, dice, first, second, length = st.columns([2.2, 0.5, 2.6, 2.6, 1.8], vertical_alignment="bottom")
with who:
    typed = st.selectbox(
        "User",
        users[:USERS_OFFERED] or ["1"],
        accept_new_options=True,
        key="user",
        bind="query-params",
        help="Pick one or type any id. An id that is not in the data is a newcomer.",
    )
dice.button(
    "",
    icon=":material/casino:",
    help="Random user",
    on_click=random_user,
    args=(users,),
    disabled=not users,
    key="dice",
)
with length:
    count = st.segmented_control("Items", [5, 10, 25], default=25, required=True, key="count", bind="query-params")
with first:
    chosen = choose_deployment("Campaign", for_users, key="campaign") if for_users else None
others = [deployment for deployment in for_users if deployment != chosen]
with second:
    other = choose_deployment("Compare with", others, key="second", optional=True) if others else None

user = usable_user_id(typed)
history = history_of(user, interactions, session.sent_events(group))
if not catalog.items:
    st.caption(
        ":material/label_off: Items are shown by their ids. Tag the dataset group with `marquee:catalog` = the S3 URI "
        "of a CSV with an id and a title column to see titles."
    )

alone, alike, ranked, filtered = st.tabs(TABS, key="view", on_change="rerun", bind="query-params")
if alone.open:
    with alone:
        if chosen is None:
            st.info("No campaign of this dataset group answers for a user alone.", icon=":material/info:")
            st.stop()
        stop_unless_ready(connection, group, chosen)
        answer = for_user(connection, chosen, user, count, catalog)
        seen = {event.item_id for event in history}
        watched = [catalog.item(event.item_id) for event in history]
        lists = {"Watched": watched, chosen.label: [entry.item for entry in answer.items]}
        if other:
            stop_unless_ready(connection, group, other)
            versus = for_user(connection, other, user, count, catalog)
            show_two(connection, (chosen, answer), (other, versus), seen, catalog)
            lists[other.label] = [entry.item for entry in versus.items]
        past, future = st.columns([5, 7], gap="medium")
        with past:
            show_history(user, history, catalog)
        with future if other else past:
            st.subheader("Genres", anchor=False)
            show_profile(lists, "recommend.profile")
        with future:
            if not other:
                st.subheader(chosen.label, anchor=False)
                show_answer(connection, answer, catalog, seen=seen, key="recommend.list")
if alike.open:
    with alike:
        show_similar(connection, group, of_purpose(deployments, "item"), catalog, interactions, history, user, count)
if ranked.open:
    with ranked:
        show_rerank(connection, group, of_purpose(deployments, "ranking"), catalog, interactions, user)
if filtered.open:
    with filtered:
        show_filters(connection, group, chosen, catalog, {event.item_id for event in history}, user, count)
