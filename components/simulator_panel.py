"""The simulator's pictures: counters, how the list moved, how genres shifted, the table, the control user."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

from components.figures import CONFIG
from components.item_table import download, ranked_frame, shares_table, show_items
from components.lists import show_answer, show_source
from components.shift_charts import genre_shift, journey, move_text
from components.text import plain
from components.theme import palette
from services.catalog import Catalog, Item
from services.connection import Connection
from services.recommendations import Move, Recommendations, genre_shares, moves
from services.timeline import Moment, Timeline, growing_genre, personal_after

CARD, HALF, TABLE = 170, 330, 270
"""Pixels below which cards, halves of the page and tables go under one another."""
DRAWN = 10
"""Ranks in the picture; the table has them all."""
MOMENT = "moment"
"""Key and URL parameter of the slider; its value is written as "before" or "after 3"."""
_SLID = "simulator.slid"


def choose_moment(timeline: Timeline) -> int:
    """Draw the slider over the events, bound to the URL, and return after how many of them the visitor looks.

    It goes to the newest moment by itself when an event was sent, or when somebody else is looked at.
    """
    last = len(timeline.events)
    now = (timeline.user_id, last)
    if st.session_state.get(_SLID, now) != now:
        st.session_state[MOMENT] = last
    st.session_state[_SLID] = now
    if not last:
        return 0
    return st.select_slider(
        "Go back in time", range(last + 1), last, key=MOMENT, bind="query-params",
        format_func=lambda number: f"after {number}" if number else "before",
        help="Every position is an answer that the campaign gave at that moment.",
    )  # fmt: skip


def look_at_newest() -> None:
    """Let the slider go to the newest moment at the next run, whatever place the browser still tells of."""
    st.session_state[_SLID] = None


def show_counters(timeline: Timeline, place: int, common: Collection[str]) -> None:
    """Draw what changed up to the chosen moment, as numbers with their course; common is everybody's list."""
    moments = timeline.moments[: place + 1]
    before, after = moments[0].answer, moments[-1].answer
    new = [len({*moment.answer.item_ids} - {*before.item_ids}) for moment in moments]
    genre = growing_genre(_items(before), _items(after))
    shares = timeline.shares(genre)[: place + 1]
    delays = [moment.delay for moment in moments if moment.delay is not None]
    cards = st.grid(4, min_column_width=CARD)
    _card(cards, "New in the list", f"{new[-1]} of {len(after.items)}", new, "area")
    if genre:
        _card(
            cards,
            f"{plain(genre[:1].upper() + genre[1:])} in the list",
            f"{shares[0]:.0%} → {shares[-1]:.0%}",
            shares,
            "area",
        )
    longest = max(delays, default=None)
    measured = any(moment.measured and moment.event for moment in moments)
    without = "waiting" if is_waiting(timeline, place) else "no change" if measured else "not measured"
    text = without if longest is None else duration_text(longest)
    help = "The longest time from the acknowledgement of an event to the first list that differed."
    _card(cards, "Until the list changed", text, [delay * 1000 for delay in delays], "bar", help)

    distances = timeline.distances(common)[: place + 1]
    turned = personal_after(distances)
    words = "not yet" if turned is None else "from the start" if not turned else f"after {events_text(turned)}"
    help = f"Now {distances[-1]:.0%} of the list is not in the list that everybody gets; personal means more than half."
    _card(cards, "Became personal", words, distances, "area", help)


def _card(
    cards: GridContainer,
    label: str,
    value: str,
    course: Sequence[float],
    kind: Literal["area", "bar"],
    help: str = "",
) -> None:
    cards.metric(
        label, value, chart_data=course if len(course) > 1 else None, chart_type=kind, help=help or None,
        border=True, height="stretch",
    )  # fmt: skip


def duration_text(seconds: float) -> str:
    """Return "73 ms" or "23.4 s"."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def events_text(count: int) -> str:
    """Return "1 event" or "6 events"."""
    return f"{count} event{'' if count == 1 else 's'}"


def say_deaf(catalog: Catalog) -> None:
    """Explain why nothing happens with a recipe that hears no events."""
    st.info(
        f"This recipe gives everybody the same list whatever they {catalog.noun.do}. "
        "Choose a User-Personalization campaign to see it turn.",
        title="No event changes this list",
        icon=":material/info:",
    )


def show_verdict(timeline: Timeline, place: int, common: Collection[str], catalog: Catalog) -> None:
    """Say when the list became personal, and how personal it is at the chosen moment."""
    if is_waiting(timeline, place):
        told = f"The service has taken the event; until it is heard, the {catalog.noun.many} are as before."
        st.info(told, title=f"Waiting for event {place} to take effect", icon=":material/hourglass_top:")
        return
    distances = timeline.distances(common)[: place + 1]
    size = len(timeline.moments[place].answer.items)
    own = f"{round(distances[-1] * size)} of its {size} {catalog.noun.many} are not in the list that everybody gets"
    turned = personal_after(distances)
    if turned is None:
        title = f"Not personal yet after {events_text(place)}"
        st.info(f"{own}; it takes more than half.", title=title, icon=":material/person_search:")
        return
    title = f"Personal after {events_text(turned)}" if turned else "Personal from the start"
    st.success(f"Now, after {place}, {own}.", title=title, icon=":material/person_check:")


def is_waiting(timeline: Timeline, place: int) -> bool:
    """Tell whether the moment's list is still that of the moment before."""
    return timeline.waiting is not None and place == len(timeline.events)


def show_journey(timeline: Timeline, place: int, catalog: Catalog) -> None:
    """Draw the ranks from the first list to that of the chosen moment."""
    answers = [moment.answer for moment in timeline.moments[: place + 1]]
    changes = moves(answers[0].items[:DRAWN], answers[-1].items[:DRAWN])
    steps = ["before", *map(str, range(1, place + 1))]
    with st.container(border=True):
        st.header("How the list moved, event by event", anchor=False)
        drawn = journey([_items(answer)[:DRAWN] for answer in answers], steps, palette())
        st.plotly_chart(drawn, key="simulator.bump", config=CONFIG, alt=_say(changes))
        download(partial(_journey_table, timeline, answers, catalog), "journey", key="simulator.bump.csv")


def _journey_table(timeline: Timeline, answers: Sequence[Recommendations], catalog: Catalog) -> pd.DataFrame:
    """Return the lists as columns, each headed by the event that it follows."""
    steps = ["before", *(f"after {catalog.item(event.item_id).label}" for event in timeline.events)]
    lists = [pd.Series([item.label for item in _items(answer)], dtype=str) for answer in answers]
    table = pd.concat(lists, axis=1, keys=steps[: len(lists)])
    table.insert(0, "#", range(1, len(table) + 1))
    return table


def show_drift(timeline: Timeline, place: int, catalog: Catalog) -> None:
    """Draw what the events did to the genres, beside the events themselves."""
    before, after = timeline.moments[0].answer, timeline.moments[place].answer
    halves = st.grid(2, min_column_width=HALF, gap="medium")
    with halves.container(border=True, height="stretch"):
        st.header("What it is made of now", anchor=False)
        old, new = genre_shares(_items(before)), genre_shares(_items(after))
        if old == new:
            st.info(f"The {catalog.kind.many} are the same as before.", icon=":material/drag_handle:")
        else:
            grown = growing_genre(_items(before), _items(after))
            alt = f"Share of each {catalog.kind.one} before and after; {grown} grows most"
            st.plotly_chart(genre_shift(old, new, palette()), key="simulator.genres", config=CONFIG, alt=alt)
            table = partial(shares_table, {"Before": old, "Now": new}, catalog)
            download(table, catalog.kind.many, key="simulator.genres.csv")
    with halves.container(border=True, height="stretch"):
        show_watched(timeline, place, catalog)


def show_tables(
    connection: Connection,
    timeline: Timeline,
    place: int,
    control: Recommendations,
    catalog: Catalog,
    seen: Collection[str],
    beside: tuple[str, Recommendations | None] | None = None,
) -> None:
    """Draw the list at a moment with its moves, beside that of somebody without events and of another campaign."""
    before, after = timeline.moments[0].answer, timeline.moments[place].answer
    texts = {move.item.item_id: move_text(move) for move in moves(before.items, after.items)} if place else {}
    grid = st.grid(3 if beside else 2, min_column_width=TABLE, gap="medium")
    with grid.cell():
        when = f"after {events_text(place)}" if place else "before any event"
        st.header(f"User {plain(timeline.user_id[:24])} {when}", anchor=False)
        show_answer(connection, after, catalog, key="simulator.now", seen=seen, changes=texts, compact=True)
    if beside:
        with grid.cell():
            _show_beside(connection, after, *beside, catalog)
    with grid.cell():
        st.header(f"Somebody who {catalog.noun.done} nothing", anchor=False)
        same = f"The {len(control.items)} {catalog.noun.many} for somebody new"
        _show_other(connection, control, catalog, key="simulator.control", alt=same)
        st.caption("Asked at the same moment: events change the list of the user who sent them, and no other.")


def _show_other(connection: Connection, answer: Recommendations, catalog: Catalog, *, key: str, alt: str) -> None:
    frame = ranked_frame(answer.items)
    show_items(frame, catalog, key=key, alt=alt, compact=True)
    show_source(connection, answer, frame, catalog, key=key)


def _show_beside(
    connection: Connection, mine: Recommendations, label: str, answer: Recommendations | None, catalog: Catalog
) -> None:
    """Draw what another campaign says to the same events."""
    st.header(plain(label), anchor=False)
    if answer is None:
        st.info("It was not asked at that moment, and the past cannot be asked again.", icon=":material/history:")
        return
    common = len({*answer.item_ids} & {*mine.item_ids})
    alt = f"The {len(answer.items)} {catalog.noun.many} of {label} on the same events"
    _show_other(connection, answer, catalog, key="simulator.beside", alt=alt)
    st.caption(f"The same user and events: {common} of {len(answer.items)} are in the first list too.")


def show_watched(timeline: Timeline, place: int, catalog: Catalog) -> None:
    """Draw the events up to the chosen moment in the order of sending."""
    st.header(f"What user {plain(timeline.user_id[:24])} {catalog.noun.done}", anchor=False)
    for number, moment in enumerate(timeline.moments[1 : place + 1], start=1):
        st.markdown(f"{number}. {_event(moment, catalog, waiting=is_waiting(timeline, number))}")
    st.caption("Events cannot be taken back; a new user starts afresh.")


def _event(moment: Moment, catalog: Catalog, *, waiting: bool) -> str:
    item = catalog.item(moment.event.item_id if moment.event else "")
    about = [plain(" · ".join(item.genres)), "waiting for the list to change" if waiting else _effect(moment)]
    return f"**{plain(item.label)}** :gray[{' · '.join(filter(None, about))}]"


def _effect(moment: Moment) -> str:
    """Say what became of the list with an event."""
    if not moment.measured:
        return "sent before"
    if moment.delay is not None:
        return f"new list within {duration_text(moment.delay)}"
    return "the list stayed" if moment.waited < 1 else f"no change in {moment.waited:.0f} s"


def _items(answer: Recommendations) -> list[Item]:
    return [entry.item for entry in answer.items]


def _say(changes: list[Move]) -> str:
    new = [move.item.label for move in changes if move.before is None]
    return f"{len(new)} of {DRAWN} are new: {', '.join(new[:5])}" if new else "The same items as before"
