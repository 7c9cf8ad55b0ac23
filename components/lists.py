"""Answers of GetRecommendations and GetPersonalizedRanking on a page: the table, its origin, two side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from components.api_call import show_call
from components.item_table import download, ranked_frame, show_items
from components.shift_charts import move_text
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.recommendations import Recommendations, moves

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
) -> None:
    """Draw a list with its time, id, call and CSV; changes are texts for the column Move, by item id."""
    if not answer.items:
        st.info("The answer is empty: nothing fits this request.", icon=":material/inbox:")
        return
    frame = ranked_frame(answer.items, seen, changes)
    titles = ", ".join(entry.item.title for entry in answer.items[:3])
    show_items(
        frame, catalog, key=key, alt=f"{len(frame)} recommendations, led by {titles}", rows=ROWS, compact=compact
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, answer.call.service, answer.call.operation, answer.call.parameters)
        download(frame, key.rpartition(".")[2], key=f"{key}.csv")
        st.caption(f"{answer.seconds * 1000:.0f} ms · recommendation id {answer.recommendation_id}")


def show_two(
    connection: Connection,
    first: tuple[Deployment, Recommendations],
    second: tuple[Deployment, Recommendations],
    seen: Collection[str],
    catalog: Catalog,
) -> None:
    """Draw two lists beside each other with what they share; the second says how items moved against the first."""
    changes = moves(first[1].items, second[1].items)
    common = sum(move.before is not None and move.after is not None for move in changes)
    size = max(len(first[1].items), len(second[1].items))
    same_top = bool(size) and first[1].item_ids[:1] == second[1].item_ids[:1]
    st.markdown(
        f"**{common} of {size}** items are in both lists · Jaccard {common / max(len(changes), 1):.2f} · "
        f"{'the same item leads' if same_top else 'different items lead'}"
    )
    gone = {move.item.item_id: "Only here" for move in changes if move.after is None}
    moved = {move.item.item_id: move_text(move) if move.before else "Only here" for move in changes if move.after}
    for column, (deployment, answer), texts, side in zip(
        st.columns(2, gap="medium"), (first, second), (gone, moved), "ab", strict=True
    ):
        with column:
            st.subheader(deployment.label, anchor=False)
            show_answer(
                connection, answer, catalog, key=f"recommend.list_{side}", seen=seen, changes=texts, compact=True
            )
