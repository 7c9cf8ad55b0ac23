"""Recommendations: any user's list beside their history, a second campaign, similar items, re-ranking, filters."""

from __future__ import annotations

import streamlit as st

from components import session
from components.action_panel import show_actions
from components.context_panel import ask_context
from components.deployment_choice import choose_deployment, stop_unless_ready, usable_user_id
from components.feedback import empty_state
from components.filter_panel import show_filters
from components.for_user import ask_side, show_for_user
from components.links import keep_in_link
from components.perform import show_outcome
from components.popular_panel import show_popular
from components.rerank_panel import show_rerank
from components.similar_panel import show_similar
from components.user_choice import about_user, choose_user
from components.user_panel import history_of
from components.why_panel import show_what_if
from services.deployments import of_purpose
from services.insights import Asked
from services.past import heard_events

CARDS = "Cards"
VIEW, SIMILAR = "view", "Similar "

connection, group = session.connection(), session.dataset_group()
show_outcome()
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
if not of_purpose(deployments, "user", "item", "ranking", "action"):
    empty_state(
        "Nothing is deployed yet",
        "Deploy a trained solution version as a campaign; then anybody can be asked for.",
        icon="rocket_launch",
        page="pages/resources.py",
        action="Deploy a solution version",
    )
    show_popular(connection, session.catalog(connection, group), session.interactions(connection, group))
    st.stop()

catalog = session.catalog(connection, group)
interactions = session.interactions(connection, group)
users, people = interactions.user_ids, session.people(connection, group)
for_users = of_purpose(deployments, "user")

choice = st.grid(4, min_column_width=190, vertical_alignment="bottom")
with choice.cell(column_span=2):
    typed = choose_user(users, people)
with choice.cell():
    chosen = choose_deployment("Campaign", for_users, key="campaign") if for_users else None
others = [deployment for deployment in for_users if deployment != chosen]
with choice.cell():
    other = choose_deployment("Compare with", others, key="second", optional=True) if others else None
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    count = st.segmented_control(
        catalog.noun.many.capitalize(), [5, 10, 25], default=25, required=True, key="count", bind="query-params"
    )
    look = st.segmented_control(
        "Shown as", ["Table", CARDS], default="Table", required=True, key="look", bind="query-params"
    )
    context = ask_context(session.context_names(connection, group))
cards = look == CARDS

user = usable_user_id(typed)
heard = heard_events(connection, Asked((chosen or deployments[0]).arn, user)) if connection.is_local else None
history = history_of(user, interactions, session.sent_events(group) if heard is None else heard)
if not catalog.items:
    st.caption(
        ":material/label_off: Items are shown by their ids. Tag the dataset group with `marquee:catalog` = the S3 URI "
        "of a CSV with an id and a title column to see titles."
    )

similar = f"{SIMILAR}{catalog.noun.many}"
if str(st.session_state.get(VIEW, st.query_params.get(VIEW, ""))).startswith(SIMILAR):
    keep_in_link(VIEW, similar)  # the words may be those of another catalogue
alone, alike, ranked, filtered, acting = st.tabs(
    ["For a user", similar, "Re-rank a list", "With a filter", "Next best action"],
    key=VIEW,
    on_change="rerun",
    bind="query-params",
)
if alone.open:
    with alone:
        if chosen is None:
            st.info("No campaign of this dataset group answers for a user alone.", icon=":material/info:")
            st.stop()
        asked = [deployment for deployment in (chosen, other) if deployment]
        for deployment in asked:
            stop_unless_ready(connection, group, deployment)
        sides = [ask_side(connection, deployment, user, count, catalog, context) for deployment in asked]
        about = about_user(people, user)
        show_for_user(connection, user, sides, history, catalog, context, interactions.call, about=about, cards=cards)
        if history and connection.is_local:
            with st.expander(
                "What if this history were different?",
                icon=":material/rule:",
                on_change="rerun",
                key="if",
                bind="query-params",
            ) as box:
                if box.open:
                    show_what_if(connection, chosen, user, history, count, catalog)
rankings = of_purpose(deployments, "ranking")
if alike.open:
    with alike:
        items = of_purpose(deployments, "item")
        show_similar(connection, group, items, rankings, catalog, interactions, history, user, count, cards=cards)
if ranked.open:
    with ranked:
        show_rerank(connection, group, rankings, catalog, interactions, user, cards=cards)
if filtered.open:
    with filtered:
        seen = {event.item_id for event in history}
        show_filters(connection, group, chosen, catalog, seen, user, count, cards=cards)
if acting.open:
    with acting:
        show_actions(connection, group, of_purpose(deployments, "action"), user, count)
