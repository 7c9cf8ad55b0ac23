"""Answers of GetRecommendations and GetPersonalizedRanking on a page: the table, its origin, two side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd
import streamlit as st

from components.api_call import show_call
from components.covers import ranked_caption, show_covers
from components.item_table import download, in_words, ranked_frame, show_items
from components.shift_charts import move_text
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.deployments import Deployment
from services.recommendations import Move, RankedItem, Recommendations, moves
from services.service_call import ServiceCall

ROWS = 25


@dataclass(frozen=True)
class Sided:
    """One of the lists beside each other: who answered what, and why each item is there, by item id."""

    deployment: Deployment
    answer: Recommendations
    reasons: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""


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
    chosen: Callable[[str], None] | None = None,
    origin: str = "",
) -> None:
    """Draw a list with its time, id, call and CSV; changes and reasons are texts for their columns, by item id.

    As cards, or as a table; `only` names the items that are drawn, None all of them. `chosen` is called with the id of
    an item whose row is clicked; `origin` tells which model answered.
    """
    if not answer.items:
        st.info("The answer is empty: nothing fits this request.", icon=":material/inbox:")
        return
    shown = [entry for entry in answer.items if only is None or entry.item.item_id in only]
    frame = ranked_frame(shown, seen, changes, reasons, catalog.noun.done.capitalize())
    if not shown:
        st.info("There is no difference.", icon=":material/drag_handle:")
    elif cards:
        _show_cards(shown, changes or {}, reasons or {})
    else:
        alt = f"{len(shown)} recommendations, led by {', '.join(entry.item.title for entry in shown[:3])}"
        show_items(frame, catalog, key=key, alt=alt, rows=ROWS, compact=compact, chosen=chosen)
    show_source(connection, answer, frame, catalog, key=key, origin=origin)


def show_source(
    connection: Connection,
    answer: Recommendations,
    frame: pd.DataFrame,
    catalog: Catalog,
    *,
    key: str,
    origin: str = "",
) -> None:
    """Draw the call behind a list, the list as CSV, and how long it took."""
    with st.container(horizontal=True, vertical_alignment="center"):
        show_call(connection, answer.call.service, answer.call.operation, answer.call.parameters)
        download(in_words(frame, catalog), key.rpartition(".")[2], key=f"{key}.csv")
        st.caption(_provenance(answer, origin))


def show_file(connection: Connection, call: ServiceCall | None, frame: pd.DataFrame, key: str) -> None:
    """Draw a table as CSV beside the call that reads what it was counted from, where a file was imported."""
    with st.container(horizontal=True):
        if call:
            show_call(connection, call.service, call.operation, call.parameters)
        download(frame, key.rpartition(".")[2], key=f"{key}.csv")


def _provenance(answer: Recommendations, origin: str) -> str:
    if not answer.recommendation_id:
        return "As the campaign answered at that moment"
    told = (f"{answer.seconds * 1000:.0f} ms", origin, f"recommendation id {answer.recommendation_id}")
    return " · ".join(filter(None, told))


def _show_cards(shown: Sequence[RankedItem], changes: Mapping[str, str], reasons: Mapping[str, str]) -> None:
    notes = [ranked_caption(entry, _note(entry, changes, reasons)) for entry in shown]
    show_covers([entry.item for entry in shown], notes)


def _note(entry: RankedItem, changes: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    cause = reasons.get(entry.item.item_id, "")
    reason = entry.reason or (f"because of {cause}" if cause else "")
    return " · ".join(filter(None, (changes.get(entry.item.item_id, ""), reason)))


def show_two(
    connection: Connection,
    first: Sided,
    second: Sided,
    seen: Collection[str],
    catalog: Catalog,
    *,
    cards: bool = False,
    chosen: Callable[[str], None] | None = None,
) -> None:
    """Draw two lists beside each other with what they share; the second says how items moved against the first."""
    changes = moves(first.answer.items, second.answer.items)
    only = _choose_differences(first.answer, second.answer, changes, catalog)
    show = partial(
        show_answer, connection, catalog=catalog, seen=seen, compact=True, cards=cards, only=only, chosen=chosen
    )
    gone = {move.item.item_id: "Only here" for move in changes if move.after is None}
    moved = {move.item.item_id: move_text(move) if move.before else "Only here" for move in changes if move.after}
    grid = st.grid(2, min_column_width=330, gap="medium")
    for side, texts, name in zip((first, second), (gone, moved), "ab", strict=True):
        with grid.cell():
            st.header(plain(side.deployment.label), anchor=False)
            key = f"recommend.list_{name}"
            show(answer=side.answer, key=key, changes=texts, reasons=side.reasons, origin=side.origin)


def _choose_differences(
    first: Recommendations, second: Recommendations, changes: Sequence[Move], catalog: Catalog
) -> set[str] | None:
    """Draw what two lists share and the choice of their differences; return the ids of those, or None for all items."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(_shared(first, second, changes, catalog), width="content")
        if st.toggle("Only differences", key="differences", bind="query-params"):
            return {move.item.item_id for move in changes if move.before != move.after}
    return None


def _shared(first: Recommendations, second: Recommendations, changes: Sequence[Move], catalog: Catalog) -> str:
    """Return in Markdown how much two lists share."""
    common = sum(move.before is not None and move.after is not None for move in changes)
    size = max(len(first.items), len(second.items))
    same_top = bool(size) and first.item_ids[:1] == second.item_ids[:1]
    return (
        f"**{common} of {size}** {catalog.noun.many} are in both lists · "
        f"Jaccard {common / max(len(changes), 1):.2f} · "
        f"{'the same one leads' if same_top else 'different ones lead'}"
    )
