"""One user's list, or two beside each other: why each item is there, the history, and the genres of all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from components import session
from components.lists import Sided, show_answer, show_two
from components.text import plain
from components.user_panel import show_history, show_profile
from components.why_panel import show_why
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.insights import Asked
from services.interactions import Watched
from services.reasons import reasons
from services.recommendations import Recommendations, for_user
from services.service_call import ServiceCall

THIRD = 270
"""Pixels below which the list goes under the history."""
WHY = "why"
"""Key and URL parameter of the item whose score is shown in parts; its value is the item's id."""


def ask_side(
    connection: Connection,
    deployment: Deployment,
    user_id: str,
    count: int,
    catalog: Catalog,
    context: Mapping[str, str],
) -> Sided:
    """Ask one campaign, and why each item is in its answer. Raises ClientError."""
    answer = for_user(connection, deployment, user_id, count, catalog, context=context)
    parts = session.explanations(connection, Asked(deployment.arn, user_id, context=context), *_listed(answer), parts=1)
    return Sided(deployment, answer, reasons(answer.items, parts, catalog), _origin(connection, deployment))


def show_for_user(
    connection: Connection,
    user_id: str,
    sides: Sequence[Sided],
    history: Sequence[Watched],
    catalog: Catalog,
    context: Mapping[str, str],
    call: ServiceCall | None,
    *,
    about: str = "",
    cards: bool = False,
) -> None:
    """Draw one list beside the history, or two above it; call is what reads the file that the history is from.

    On a narrow page the list comes first.
    """
    seen = {event.item_id for event in history}
    if len(sides) > 1:
        show_two(connection, sides[0], sides[1], seen, catalog, cards=cards, chosen=_want)
    grid = st.grid(3, min_column_width=THIRD, gap="medium")
    with grid.cell(column_span=2):
        if len(sides) == 1:
            _show_one(connection, sides[0], seen, catalog, cards=cards)
        _show_genres(sides, history, catalog)
    with grid.cell():
        _ask_why(connection, user_id, sides, catalog, context)
        show_history(connection, user_id, history, catalog, call, about=about, cards=cards)


def _show_one(connection: Connection, side: Sided, seen: Collection[str], catalog: Catalog, *, cards: bool) -> None:
    st.header(plain(side.deployment.label), anchor=False)
    show_answer(
        connection, side.answer, catalog, seen=seen, key="recommend.list", cards=cards, reasons=side.reasons,
        chosen=_want, origin=side.origin,
    )  # fmt: skip


def _show_genres(sides: Sequence[Sided], history: Sequence[Watched], catalog: Catalog) -> None:
    st.header(catalog.kind.many.capitalize(), anchor=False)
    watched = [catalog.item(event.item_id) for event in history]
    lists = {side.deployment.label: [entry.item for entry in side.answer.items] for side in sides}
    show_profile({catalog.noun.done.capitalize(): watched, **lists}, catalog, "recommend.profile")


def _want(item_id: str) -> None:
    st.session_state[WHY] = item_id


def _ask_why(
    connection: Connection, user_id: str, sides: Sequence[Sided], catalog: Catalog, context: Mapping[str, str]
) -> None:
    """Draw the choice of an item, bound to the URL, and the parts of its score."""
    offered = list(dict.fromkeys(item for side in sides if side.reasons for item in side.answer.item_ids))
    if not offered:
        return
    if st.session_state.get(WHY) not in offered:
        st.session_state.pop(WHY, None)
    item_id = st.selectbox(
        f"Why this {catalog.noun.one}?",
        offered,
        index=None,
        format_func=catalog.label,
        placeholder="Click a row of the list, or choose here",
        key=WHY,
        bind="query-params",
    )
    side = next((side for side in sides if side.reasons and item_id in side.answer.item_ids), None)
    if item_id is None or side is None:
        return
    entry = next(entry for entry in side.answer.items if entry.item.item_id == item_id)
    asked = Asked(side.deployment.arn, user_id, context=context)
    parts = session.explanations(connection, asked, (item_id,), (entry.score,))
    if item_id in parts:
        st.header(f"Why {plain(entry.item.label)} is number {entry.rank}", anchor=False)
        show_why(parts[item_id], catalog)


def _listed(answer: Recommendations) -> tuple[tuple[str, ...], tuple[float | None, ...]]:
    return tuple(answer.item_ids), tuple(entry.score for entry in answer.items)


def _origin(connection: Connection, deployment: Deployment) -> str:
    """Say which version answered, and whether it explores."""
    serving = session.serving(connection, deployment.arn)
    explores = f"explores {serving.exploration:.0%}" if serving.exploration else ""
    return " · ".join(filter(None, (serving.label, explores)))
