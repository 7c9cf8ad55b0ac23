"""A genre's most popular items, put in the order that fits a user."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.deployment_choice import choose_deployment, stop_unless_ready
from components.feedback import empty_state
from components.figures import CONFIG, NARROWEST
from components.item_choice import choose_genre, say_empty_genre
from components.lists import show_answer
from components.shift_charts import bump, move_text
from components.theme import palette
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.interactions import Interactions
from services.recommendations import Move, RankedItem, Recommendations, moves, rerank

LENGTH = 20


def show_rerank(
    connection: Connection,
    group: str,
    deployments: Sequence[Deployment],
    catalog: Catalog,
    interactions: Interactions,
    user_id: str,
    *,
    cards: bool = False,
) -> None:
    """Draw the tab: the popular order on the left, the personal one on the right."""
    if not deployments:
        _offer_campaign()
        return
    among, chosen = _choose(deployments, catalog)
    if chosen is None:
        return
    stop_unless_ready(connection, group, chosen)
    listed = interactions.popular(LENGTH, among)
    if not listed:
        say_empty_genre(catalog)
        return
    answer = rerank(connection, chosen, user_id, listed, catalog)
    _show_orders(connection, listed, answer, user_id, catalog, cards=cards)


def _show_orders(
    connection: Connection,
    listed: Sequence[str],
    answer: Recommendations,
    user_id: str,
    catalog: Catalog,
    *,
    cards: bool,
) -> None:
    """Draw how the items moved, beside the answer; listed are their ids in the popular order."""
    before = [RankedItem(rank, catalog.item(item)) for rank, item in enumerate(listed, start=1)]
    changes = moves(before, answer.items)
    halves = st.grid(2, min_column_width=NARROWEST, gap="medium")
    with halves.cell():
        _show_moves(changes, user_id)
    with halves.cell():
        texts = {move.item.item_id: move_text(move) for move in changes}
        show_answer(connection, answer, catalog, key="recommend.ranking", changes=texts, compact=True, cards=cards)


def _offer_campaign() -> None:
    empty_state(
        "No campaign for ranking",
        "Train aws-personalized-ranking and deploy it: it puts any list in the order that fits a user.",
        icon="format_list_numbered",
        page="pages/resources.py",
        action="Create one on Resources",
    )


def _choose(deployments: Sequence[Deployment], catalog: Catalog) -> tuple[list[str] | None, Deployment | None]:
    """Draw the choices of the genre, whose items are returned, and of the campaign that ranks them."""
    choice, campaign = st.columns([3, 2])
    with choice:
        among = choose_genre(catalog)
    with campaign:
        return among, choose_deployment("Campaign that ranks", deployments, key="ranking")


def _show_moves(changes: Sequence[Move], user_id: str) -> None:
    drawn = bump(changes, palette(), sides=("Most popular", f"For user {user_id[:16]}"))
    risen = max(changes, key=lambda move: move.gain or 0)
    alt = f"{len(changes)} items before and after ranking; {risen.item.label} rises most"
    st.plotly_chart(drawn, key="recommend.rerank", config=CONFIG, alt=alt)
