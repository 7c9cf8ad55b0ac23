"""A saved filter at work: the list without it beside the list with it."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from components import session
from components.deployment_choice import stop_unless_ready
from components.filter_builder import show_new_filter
from components.lists import show_answer
from components.shift_charts import move_text
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.filter_rules import read_aloud
from services.filters import SavedFilter, read_filters
from services.recommendations import Promotion, for_user, moves


def show_filters(
    connection: Connection,
    group: str,
    deployment: Deployment | None,
    catalog: Catalog,
    seen: Collection[str],
    user_id: str,
    count: int,
    *,
    cards: bool = False,
) -> None:
    """Draw the tab: choose or create a filter, give its values, see what it does, or promote what it lets in."""
    saved = {found.name: found for found in read_filters(connection, session.resources(connection, group))}
    with st.expander("New filter", icon=":material/add:", key="build", on_change="rerun", bind="query-params") as box:
        if box.open:
            show_new_filter(connection, group, catalog, session.interactions(connection, group).event_types)
    coming = _moving(connection, group)
    if coming:
        st.caption(f":material/progress_activity: {', '.join(map(plain, coming))}: being made, and here in a moment.")
        _watch(connection, group)
    if not saved or deployment is None:
        st.info(
            "There is no saved filter yet. A filter leaves items out, or lets only some in.",
            icon=":material/filter_alt_off:",
        )
        return
    stop_unless_ready(connection, group, deployment)
    name = st.selectbox("Filter", list(saved), key="filter", bind="query-params")
    chosen = saved[name]
    st.code(chosen.expression, language="sql", wrap_lines=True)
    if told := read_aloud(chosen.expression):
        st.caption(f":material/record_voice_over: {plain(told)}.")
    values = ask_values(chosen, catalog, "recommend")
    percent = st.slider(
        "Promote, in percent of the list", 0, 100, 0, 5, key="promoted", bind="query-params",
        help="0 filters the whole list. More keeps that many places for what the filter lets in, and the rest is free.",
    )  # fmt: skip
    bare = for_user(connection, deployment, user_id, count, catalog)
    given = chosen.with_values(values)
    if percent:
        promotion = Promotion(name[:80], given, percent)
        kept = for_user(connection, deployment, user_id, count, catalog, promotion=promotion)
    else:
        kept = for_user(connection, deployment, user_id, count, catalog, given)
    changes = {move.item.item_id: move_text(move) for move in moves(bare.items, kept.items)}
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Without the filter", anchor=False)
        show_answer(connection, bare, catalog, key="recommend.unfiltered", seen=seen, compact=True, cards=cards)
    with right:
        st.subheader(f"{percent} % promoted by {name}" if percent else f"With {name}", anchor=False)
        show_answer(
            connection,
            kept,
            catalog,
            key="recommend.filtered",
            seen=seen,
            changes=changes,
            compact=True,
            cards=cards,
        )


def _moving(connection: Connection, group: str) -> list[str]:
    return [found.name for found in session.resources(connection, group) if found.kind == "filter" and found.moving]


@st.fragment(run_every="2s")
def _watch(connection: Connection, group: str) -> None:
    with session.guarded():
        session.resources.clear()
        if not _moving(connection, group):
            st.rerun()


def ask_values(chosen: SavedFilter, catalog: Catalog, page: str) -> dict[str, str]:
    """Ask for the filter's parameters; one that is named after genres offers the catalogue's."""
    found = {}
    for parameter in chosen.parameters:
        key = f"{page}.filter_{chosen.name}_{parameter}"
        if "GENRE" in parameter.upper() and catalog.genres():
            picked = st.multiselect(parameter, catalog.genres(), default=catalog.genres()[:1], key=key)
            found[parameter] = ",".join(picked)
        else:
            found[parameter] = st.text_input(parameter, key=key, placeholder="One value, or several with commas")
    return found
