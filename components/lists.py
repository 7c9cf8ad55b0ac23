"""Answers of GetRecommendations and GetPersonalizedRanking on a page: the table, its origin, two side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from components.api_call import show_call
from components.covers import show_covers
from components.item_table import download, ranked_frame, show_items
from components.shift_charts import move_text
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.recommendations import RankedItem, Recommendations, moves

ROWS = 25


def show_answer(
    connection: Connection,
    answer: Recommendations,
    catalog: Catalog,
    *,
    key: str,
    seen: Collection[str] = (),
    changes: Mapping[str, str] | None = None,
    compact: bool = False,
    cards: bool = False,
    only: Collection[str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Draw a list with its time, id, call and CSV; changes and reasons are texts for their columns, by item id.

    As cards, or as a table; `only` names the items that are drawn, None all of them.
    """
    if not answer.items:
        st.info("The answer is empty: nothing fits this request.", icon=":material/inbox:")
        return
    shown = [entry for entry in answer.items if only is None or entry.item.item_id in only]
    frame = ranked_frame(shown, seen, changes, reasons, catalog.noun.done.capitalize())
    titles = ", ".join(entry.item.title for entry in shown[:3])
    if not shown:
        st.info("There is no difference.", icon=":material/drag_handle:")
    elif cards:
        show_covers(shown, [_note(entry, changes or {}, reasons or {}) for entry in shown])
    else:
        alt = f"{len(frame)} recommendations, led by {titles}"
        show_items(frame, catalog, key=key, alt=alt, rows=ROWS, compact=compact)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, answer.call.service, answer.call.operation, answer.call.parameters)
        download(frame, key.rpartition(".")[2], key=f"{key}.csv")
        st.caption(f"{answer.seconds * 1000:.0f} ms · recommendation id {answer.recommendation_id}")


def _note(entry: RankedItem, changes: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    cause = reasons.get(entry.item.item_id, "")
    reason = entry.reason or (f"because of {cause}" if cause else "")
    return " · ".join(filter(None, (changes.get(entry.item.item_id, ""), reason)))


def show_two(
    connection: Connection,
    first: tuple[Deployment, Recommendations],
    second: tuple[Deployment, Recommendations],
    seen: Collection[str],
    catalog: Catalog,
    *,
    cards: bool = False,
) -> None:
    """Draw two lists beside each other with what they share; the second says how items moved against the first."""
    changes = moves(first[1].items, second[1].items)
    common = sum(move.before is not None and move.after is not None for move in changes)
    size = max(len(first[1].items), len(second[1].items))
    same_top = bool(size) and first[1].item_ids[:1] == second[1].item_ids[:1]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        leads = "the same one leads" if same_top else "different ones lead"
        st.markdown(
            f"**{common} of {size}** {catalog.noun.many} are in both lists · "
            f"Jaccard {common / max(len(changes), 1):.2f} · {leads}",
            width="content",
        )
        different = st.toggle("Only differences", key="differences", bind="query-params")
    only = {move.item.item_id for move in changes if move.before != move.after} if different else None
    gone = {move.item.item_id: "Only here" for move in changes if move.after is None}
    moved = {move.item.item_id: move_text(move) if move.before else "Only here" for move in changes if move.after}
    for column, (deployment, answer), texts, side in zip(
        st.columns(2, gap="medium"), (first, second), (gone, moved), "ab", strict=True
    ):
        with column:
            st.subheader(plain(deployment.label), anchor=False)
            show_answer(
                connection,
                answer,
                catalog,
                key=f"recommend.list_{side}",
                seen=seen,
                changes=texts,
                compact=True,
                cards=cards,
                only=only,
            )
