"""What a user did before: count, genre profile, and the newest items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from components.figures import CONFIG
from components.item_table import items_frame, show_items
from components.shift_charts import genre_profile
from components.text import plain
from components.theme import palette
from services.catalog import Catalog, Item
from services.events import SentEvent
from services.interactions import Interactions, Watched
from services.recommendations import genre_shares

NEWEST = 20


def history_of(user_id: str, interactions: Interactions, sent: Sequence[SentEvent]) -> list[Watched]:
    """Return what was imported and what was sent of a user, newest first."""
    mine = [event for event in sent if event.user_id == user_id]
    new = [Watched(event.item_id, int(event.sent_at.timestamp()), event.event_type) for event in reversed(mine)]
    return new + interactions.history(user_id)


def show_history(user_id: str, history: Sequence[Watched], catalog: Catalog, about: str = "") -> None:
    """Draw the newest items of a history, or say that there is none; about is what else is known of the user."""
    st.subheader(f"What user {plain(user_id[:24])} {catalog.noun.done}", anchor=False)
    if about:
        st.caption(f":material/person: {plain(about)}")
    if not history:
        st.info(
            "Nothing is known of this user. A newcomer gets what is popular with everybody, until events arrive.",
            title="No history",
            icon=":material/person_add:",
        )
        st.page_link(
            "pages/simulator.py", label="Watch the list turn personal", icon=":material/live_tv:",
            query_params={"viewer": user_id},
        )  # fmt: skip
        return
    st.caption(_span(history))
    newest = history[:NEWEST]
    frame = items_frame(
        [catalog.item(event.item_id) for event in newest],
        {"When": [datetime.fromtimestamp(event.timestamp, UTC) for event in newest]},
    )
    alt = f"The newest {len(newest)} items of user {user_id}"
    show_items(frame, catalog, key="recommend.history", alt=alt, rows=10, compact=True)


def show_profile(lists: Mapping[str, Sequence[Item]], key: str) -> None:
    """Draw the genres of several lists beside each other; nothing where no item has a genre."""
    shares = {name: genre_shares(items) for name, items in lists.items() if items}
    if not any(shares.values()):
        return
    tops = "; ".join(f"{name}: {', '.join(list(part)[:3])}" for name, part in shares.items())
    st.plotly_chart(genre_profile(shares, palette()), key=key, config=CONFIG, alt=f"Share of each genre. {tops}")


def _span(history: Sequence[Watched]) -> str:
    first, last = (datetime.fromtimestamp(event.timestamp, UTC) for event in (history[-1], history[0]))
    return (
        f"{len(history):,} events from {first:%-d %b %Y} to {last:%-d %b %Y}; the newest {min(NEWEST, len(history))}:"
    )
