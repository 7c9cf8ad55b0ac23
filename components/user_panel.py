"""What a user did before: count, genre profile, and the newest items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from components.covers import show_covers
from components.figures import CONFIG
from components.item_table import download, in_words, items_frame, shares_table, show_items
from components.lists import show_file
from components.shift_charts import genre_profile
from components.text import plain
from components.theme import palette
from components.value_chart import shares, value_bars
from services.catalog import Catalog, Item
from services.connection import Connection
from services.events import SentEvent
from services.interactions import Interactions, Watched, value_counts
from services.recommendations import genre_shares
from services.service_call import ServiceCall

NEWEST = 20
TOP = 25
BEST = "Best rated"
SMALL = 138
"""Pixels of a cover: two beside each other in a third of the page."""
STRIP = 420
"""Pixels of the history as covers; the rest scrolls."""
DISTINCT = 12
"""Values that are drawn one by one: five stars, or ten halves; more are a measure, not a rating."""


def history_of(user_id: str, interactions: Interactions, sent: Sequence[SentEvent]) -> list[Watched]:
    """Return what was imported and what was sent of a user, newest first."""
    mine = [event for event in sent if event.user_id == user_id]
    new = [Watched(event.item_id, int(event.sent_at.timestamp()), event.event_type) for event in reversed(mine)]
    return new + interactions.history(user_id)


def show_history(
    connection: Connection,
    user_id: str,
    history: Sequence[Watched],
    catalog: Catalog,
    call: ServiceCall | None,
    *,
    about: str = "",
    cards: bool = False,
) -> None:
    """Draw the newest items of a history, or say that there is none; call reads the file that it was imported from.

    About is what else is known of the user.

    Where events have values, the best rated come first on demand, and a chart shows how the values spread.
    """
    st.header(f"What user {plain(user_id[:24])} {catalog.noun.done}", anchor=False)
    if about:
        st.caption(f":material/person: {plain(about)}")
    if not history:
        _say_unknown(user_id)
        return
    st.caption(_span(history))
    counts = value_counts(history)
    best = bool(counts) and _asked_for_best()
    shown = sorted(history, key=_value, reverse=True)[:TOP] if best else history[:NEWEST]
    alt = f"The {'best rated' if best else 'newest'} {len(shown)} items of user {user_id}"
    frame = _show_events(shown, catalog, alt, cards=cards)
    show_file(connection, call, in_words(frame, catalog), "recommend.history")
    if 0 < len(counts) <= DISTINCT:
        _show_values(counts, user_id)


def _say_unknown(user_id: str) -> None:
    st.info(
        "Nothing is known of this user. A newcomer gets what is popular with everybody, until events arrive.",
        title="No history",
        icon=":material/person_add:",
    )
    st.page_link(
        "pages/simulator.py", label="Watch the list turn personal", icon=":material/live_tv:",
        query_params={"viewer": user_id},
    )  # fmt: skip


def _show_values(counts: Mapping[float, int], user_id: str) -> None:
    said = "; ".join(f"{value:g}: {share}" for value, share in zip(counts, shares(counts), strict=True))
    drawn = value_bars(counts, palette())
    st.plotly_chart(drawn, key="recommend.values", config=CONFIG, alt=f"Event values of {user_id}. {said}")


def _asked_for_best() -> bool:
    chosen = st.segmented_control(
        "Order", ["Newest", BEST], default="Newest", required=True, key="order", bind="query-params"
    )
    return chosen == BEST


def _show_events(shown: Sequence[Watched], catalog: Catalog, alt: str, *, cards: bool) -> pd.DataFrame:
    items = [catalog.item(event.item_id) for event in shown]
    if cards:
        with st.container(height=STRIP):
            show_covers(items, [_when(event) for event in shown], width=SMALL)
    when = [datetime.fromtimestamp(event.timestamp, UTC) for event in shown]
    frame = items_frame(items, {"Value": [event.value for event in shown], "When": when})
    if not cards:
        show_items(frame, catalog, key="recommend.history", alt=alt, rows=10, compact=True)
    return frame


def _when(event: Watched) -> str:
    day = f"{datetime.fromtimestamp(event.timestamp, UTC):%-d %b %Y}"
    return day if event.value is None else f"{event.value:g} · {day}"


def _value(event: Watched) -> float:
    return -math.inf if event.value is None else event.value


def show_profile(lists: Mapping[str, Sequence[Item]], catalog: Catalog, key: str) -> None:
    """Draw the genres of several lists beside each other; nothing where no item has a genre."""
    shares = {name: genre_shares(items) for name, items in lists.items() if items}
    if not any(shares.values()):
        return
    tops = "; ".join(f"{name}: {', '.join(list(part)[:3])}" for name, part in shares.items())
    st.plotly_chart(genre_profile(shares, palette()), key=key, config=CONFIG, alt=f"Share of each genre. {tops}")
    download(partial(shares_table, shares, catalog), catalog.kind.many, key=f"{key}.csv")


def _span(history: Sequence[Watched]) -> str:
    first, last = (datetime.fromtimestamp(event.timestamp, UTC) for event in (history[-1], history[0]))
    count = f"{len(history):,} event{'' if len(history) == 1 else 's'}"
    if first.date() == last.date():
        return f"{count} on {last:%-d %b %Y}"
    return f"{count} from {first:%-d %b %Y} to {last:%-d %b %Y}"
