"""Items like an item: the choice of the item, and the answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.deployment_choice import choose_deployment, stop_unless_ready
from components.feedback import empty_state
from components.lists import show_answer
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.interactions import Interactions, Watched
from services.recommendations import similar

ITEMS_OFFERED = 10_000


def show_similar(
    connection: Connection,
    group: str,
    deployments: Sequence[Deployment],
    catalog: Catalog,
    interactions: Interactions,
    history: Sequence[Watched],
    user_id: str,
    count: int,
) -> None:
    """Draw the tab; it starts with the newest item of the user's history."""
    if not deployments:
        empty_state(
            "No campaign for similar items",
            "Train aws-similar-items or aws-sims and deploy it.",
            icon="join_inner",
            page="pages/resources.py",
            action="Create one on Resources",
        )
        return
    offered = interactions.popular(ITEMS_OFFERED) or list(catalog.items)[:ITEMS_OFFERED]
    newest = next((event.item_id for event in history if event.item_id in catalog.items), None)
    choice, campaign = st.columns([3, 2])
    with choice:
        item_id = st.selectbox(
            "Item",
            offered,
            index=offered.index(newest) if newest in offered else 0,
            format_func=lambda item: catalog.item(item).label,
            key="recommend.item",
        )
    with campaign:
        chosen = choose_deployment("Campaign", deployments, key="similar")
    if chosen is None or item_id is None:
        return
    stop_unless_ready(connection, group, chosen)
    needs_user = user_id if "recommenderArn" in chosen.target else ""
    answer = similar(connection, chosen, item_id, count, catalog, needs_user)
    st.subheader(f"Similar to {catalog.item(item_id).label}", anchor=False)
    seen = {event.item_id for event in history}
    show_answer(connection, answer, catalog, key="recommend.similar_items", seen=seen)
