"""Items like an item: the choice of the item, and the answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.deployment_choice import choose_deployment, stop_unless_ready
from components.feedback import empty_state
from components.item_choice import offered_items
from components.lists import show_answer
from components.shift_charts import move_text
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.interactions import Interactions, Watched
from services.recommendations import Recommendations, moves, rerank, similar


def show_similar(
    connection: Connection,
    group: str,
    deployments: Sequence[Deployment],
    rankings: Sequence[Deployment],
    catalog: Catalog,
    interactions: Interactions,
    history: Sequence[Watched],
    user_id: str,
    count: int,
    *,
    cards: bool = False,
) -> None:
    """Draw the tab; it starts with the newest item of the history, and a ranking campaign can order the answer."""
    if not deployments:
        _offer_campaign()
        return
    item_id, chosen = _choose(deployments, catalog, interactions, history)
    if chosen is None or item_id is None:
        return
    stop_unless_ready(connection, group, chosen)
    needs_user = user_id if "recommenderArn" in chosen.target else ""
    found = similar(connection, chosen, item_id, count, catalog, needs_user)
    answer = _ordered(connection, rankings, found, user_id, catalog)
    changes = None
    if answer is not found:
        changes = {move.item.item_id: move_text(move) for move in moves(found.items, answer.items)}
    st.header(f"Similar to {plain(catalog.item(item_id).label)}", anchor=False)
    seen = {event.item_id for event in history}
    show_answer(connection, answer, catalog, key="recommend.similar_items", seen=seen, changes=changes, cards=cards)


def _offer_campaign() -> None:
    empty_state(
        "No campaign for similar items",
        "Train aws-similar-items or aws-sims and deploy it.",
        icon="join_inner",
        page="pages/resources.py",
        action="Create one on Resources",
    )


def _choose(
    deployments: Sequence[Deployment], catalog: Catalog, interactions: Interactions, history: Sequence[Watched]
) -> tuple[str | None, Deployment | None]:
    """Draw the choices of the item and of the campaign that is asked."""
    choice, campaign = st.columns([3, 2])
    with choice:
        item_id = _choose_item(catalog, interactions, history)
    with campaign:
        return item_id, choose_deployment(f"Campaign for similar {catalog.noun.many}", deployments, key="similar")


def _ordered(
    connection: Connection, rankings: Sequence[Deployment], found: Recommendations, user_id: str, catalog: Catalog
) -> Recommendations:
    """Draw the choice of the user's order where a campaign ranks; return the answer in it, or as it was found."""
    ready = next((ranking for ranking in rankings if ranking.ready), None)
    if ready is None or not _asked_for_order(ready, user_id, disabled=not found.items) or not found.items:
        return found
    return rerank(connection, ready, user_id, found.item_ids, catalog)


def _choose_item(catalog: Catalog, interactions: Interactions, history: Sequence[Watched]) -> str | None:
    offered = offered_items(catalog, interactions)
    newest = next((event.item_id for event in history if event.item_id in catalog.items), None)
    return st.selectbox(
        catalog.noun.one.capitalize(),
        offered,
        index=offered.index(newest) if newest in offered else 0,
        format_func=catalog.label,
        key="like",
        bind="query-params",
    )


def _asked_for_order(ranking: Deployment, user_id: str, *, disabled: bool) -> bool:
    return st.toggle(
        f"In the order that fits user {plain(user_id[:24])}",
        key="ordered",
        bind="query-params",
        disabled=disabled,
        help=f"Asks the campaign {ranking.name} to re-rank what the first one found similar.",
    )
