"""A saved filter at work: the list without it beside the list with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

import streamlit as st

from components import session
from components.deployment_choice import stop_unless_ready
from components.filter_builder import NEXT, show_new_filter
from components.lists import show_answer
from components.shift_charts import move_text
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.filter_rules import read_aloud
from services.filters import SavedFilter, read_filters
from services.handbook import word
from services.recommendations import Filter, Promotion, Recommendations, for_user, moves

HALF = 330
"""Pixels below which the list with the filter goes under the one without."""


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
    _offer_new(connection, group, catalog)
    if deployment is None:
        st.info("No campaign of this dataset group answers for a user alone.", icon=":material/info:")
        return
    if not saved:
        st.info(
            "There is no saved filter yet. A filter leaves items out, or lets only some in.",
            icon=":material/filter_alt_off:",
        )
        return
    stop_unless_ready(connection, group, deployment)
    name, chosen = _choose(saved, catalog)
    percent = st.slider(
        "Promote, in percent of the list", 0, 100, 0, 5, key="promoted", bind="query-params",
        help="0 filters the whole list. More keeps that many places for what the filter lets in, and the rest is free.",
    )  # fmt: skip
    ask = partial(for_user, connection, deployment, user_id, count, catalog)
    bare = ask()
    kept = ask(promotion=Promotion(name[:80], chosen, percent)) if percent else ask(chosen)
    title = f"{percent} % promoted by {name}" if percent else f"With {name}"
    _show_both(connection, bare, kept, plain(title), catalog, seen, cards=cards)


def _offer_new(connection: Connection, group: str, catalog: Catalog) -> None:
    """Draw the form of a new filter, and what is still being made."""
    with st.expander("New filter", icon=":material/add:", key="build", on_change="rerun", bind="query-params") as box:
        if box.open:
            show_new_filter(connection, group, catalog, session.interactions(connection, group).event_types)
    coming = _moving(connection, group)
    if coming:
        st.caption(f":material/progress_activity: {', '.join(map(plain, coming))}: being made, and here in a moment.")
        _watch(connection, group)


def _choose(saved: Mapping[str, SavedFilter], catalog: Catalog) -> tuple[str, Filter]:
    """Draw the choice of a filter, what it says, and its values."""
    if st.session_state.get(NEXT) in saved:
        st.session_state["filter"] = st.session_state.pop(NEXT)
    chosen = saved[st.selectbox("Filter", list(saved), key="filter", bind="query-params", help=word("filter"))]
    st.code(chosen.expression, language=None, wrap_lines=True)
    if told := read_aloud(chosen.expression):
        st.caption(f":material/record_voice_over: {plain(told)}.")
    return chosen.name, chosen.with_values(ask_values(chosen, catalog, "value"))


def _show_both(
    connection: Connection,
    bare: Recommendations,
    kept: Recommendations,
    title: str,
    catalog: Catalog,
    seen: Collection[str],
    *,
    cards: bool,
) -> None:
    """Draw the list without the filter beside the list with it, which says how items moved."""
    changes = {move.item.item_id: move_text(move) for move in moves(bare.items, kept.items)}
    show = partial(show_answer, connection, catalog=catalog, seen=seen, compact=True, cards=cards)
    halves = st.grid(2, min_column_width=HALF, gap="medium")
    with halves.cell():
        st.header("Without the filter", anchor=False)
        show(bare, key="recommend.unfiltered")
    with halves.cell():
        st.header(title, anchor=False)
        show(kept, key="recommend.filtered", changes=changes)


def _moving(connection: Connection, group: str) -> list[str]:
    return [found.name for found in session.resources(connection, group) if found.kind == "filter" and found.moving]


@st.fragment(run_every="2s")
def _watch(connection: Connection, group: str) -> None:
    with session.guarded():
        session.resources.clear()
        if not _moving(connection, group):
            st.rerun()


def ask_values(chosen: SavedFilter, catalog: Catalog, prefix: str) -> dict[str, str]:
    """Ask for the filter's parameters, bound to the URL; one that is named after genres offers the catalogue's."""
    found = {}
    for parameter in chosen.parameters:
        key = f"{prefix}_{chosen.name}_{parameter}"
        if catalog.kind.one.upper()[:-1] in parameter.upper() and catalog.genres():
            picked = st.multiselect(
                parameter, catalog.genres(), default=catalog.genres()[:1], key=key, bind="query-params"
            )
            found[parameter] = ",".join(picked)
        else:
            hint = "One value, or several with commas"
            found[parameter] = st.text_input(parameter, key=key, bind="query-params", placeholder=hint)
    return found
