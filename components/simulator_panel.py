"""The simulator's pictures: counters, how the list moved, how genres shifted, the table, the control user."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from components.figures import CONFIG
from components.lists import show_answer
from components.shift_charts import bump, genre_shift, move_text
from components.theme import palette
from services.catalog import Catalog, Item
from services.connection import Connection
from services.recommendations import Move, Recommendations, genre_shares, moves
from services.timeline import Moment, Timeline, growing_genre

DRAWN = 10
"""Ranks in the picture; the table has them all."""


def show_counters(timeline: Timeline, place: int, deaf: bool) -> None:
    """Draw what changed between the first list and the chosen moment, as numbers."""
    before, after = timeline.moments[0].answer, timeline.moments[place].answer
    new = len(set(after.item_ids) - set(before.item_ids))
    genre = growing_genre(_items(before), _items(after))
    shares = timeline.shares(genre)[: place + 1]
    cards = st.columns(4)
    cards[0].metric("Events sent", place, border=True, height="stretch", delta_description=f"of {len(timeline.events)}")
    cards[1].metric("New in the list", f"{new} of {len(after.items)}", border=True, height="stretch")
    if genre and place:
        cards[2].metric(
            f"{genre} in the list", f"{shares[0]:.0%} → {shares[-1]:.0%}", border=True, height="stretch",
            chart_data=shares if len(shares) > 1 else None, chart_type="area",
        )  # fmt: skip
    else:
        cards[2].metric("Genres", "–", border=True, height="stretch")
    delay = timeline.delay
    text = (
        f"{delay * 1000:.0f} ms" if delay is not None and delay < 1 else f"{delay:.1f} s" if delay is not None else "–"
    )
    cards[3].metric(
        "Until the list changed", text, border=True, height="stretch",
        help="The longest time from the acknowledgement of an event to the first list that differed.",
    )  # fmt: skip
    if deaf:
        st.info(
            "This recipe gives everybody the same list whatever they watch. "
            "Choose a User-Personalization campaign to see it turn.",
            title="No event changes this list",
            icon=":material/info:",
        )


def show_shift(timeline: Timeline, place: int) -> None:
    """Draw ranks before and after, and what that did to the genres."""
    before, after = timeline.moments[0].answer, timeline.moments[place].answer
    changes = moves(before.items[:DRAWN], after.items[:DRAWN])
    left, right = st.columns([7, 5], gap="medium")
    with left.container(border=True, height="stretch"):
        st.subheader("How the list moved", anchor=False)
        st.plotly_chart(
            bump(changes, palette(), sides=("Before", f"After {place} events")),
            key="simulator.bump",
            config=CONFIG,
            alt=_say(changes),
        )
    with right.container(border=True, height="stretch"):
        st.subheader("What it is made of now", anchor=False)
        old, new = genre_shares(_items(before)), genre_shares(_items(after))
        if old == new:
            st.info("The genres are the same as before.", icon=":material/drag_handle:")
        else:
            grown = growing_genre(_items(before), _items(after))
            alt = f"Share of each genre before and after; {grown} grows most"
            st.plotly_chart(genre_shift(old, new, palette()), key="simulator.genres", config=CONFIG, alt=alt)


def show_tables(
    connection: Connection,
    timeline: Timeline,
    place: int,
    control: tuple[str, Recommendations] | None,
    catalog: Catalog,
    seen: Collection[str],
) -> None:
    """Draw the list now with its moves, beside the list of somebody without events."""
    before, after = timeline.moments[0].answer, timeline.moments[place].answer
    texts = {move.item.item_id: move_text(move) for move in moves(before.items, after.items)} if place else {}
    left, right = st.columns([7, 5], gap="medium")
    with left:
        st.subheader(f"User {timeline.user_id[:24]} now", anchor=False)
        show_answer(connection, after, catalog, key="simulator.now", seen=seen, changes=texts)
    with right:
        if control:
            st.subheader(f"User {control[0]}, who watched nothing", anchor=False)
            show_answer(connection, control[1], catalog, key="simulator.control")


def show_watched(timeline: Timeline, catalog: Catalog) -> None:
    """Draw the events in the order of sending."""
    for number, moment in enumerate(timeline.moments[1:], start=1):
        st.markdown(f"{number}. {_event(moment, catalog)}")


def _event(moment: Moment, catalog: Catalog) -> str:
    item = catalog.item(moment.event.item_id if moment.event else "")
    wait = "no change" if moment.delay is None else f"{moment.delay * 1000:.0f} ms"
    return f"**{item.label}** :gray[{' · '.join(item.genres)} · {wait}]"


def _items(answer: Recommendations) -> list[Item]:
    return [entry.item for entry in answer.items]


def _say(changes: list[Move]) -> str:
    new = [move.item.label for move in changes if move.before is None]
    return f"{len(new)} of {DRAWN} are new: {', '.join(new[:5])}" if new else "The same items as before"
