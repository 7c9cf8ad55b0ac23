"""What the simulated user does next: a persona's titles, or any single one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.api_call import show_call
from components.feedback import show_progress
from components.figures import cut
from components.item_choice import offered_items
from components.lock import locked
from components.perform import perform
from components.text import plain
from services.catalog import Catalog
from services.connection import Connection
from services.creation import event_tracker
from services.events import Tracker, put_event_call
from services.interactions import Interactions
from services.personas import Persona, fans, personas
from services.timeline import Ask, Pace, Timeline, Waiting, look

LABEL = 36
"""Letters of a title in the row of buttons, which is not to wrap."""
STEP = 1.0
"""Seconds from one event to the next while a persona plays, and between two drawings of a wait."""
SEARCHING = "simulator.searching"
"""Session key: whether any item can be searched for."""
Enqueue = Callable[[list[str]], None]


def offer_tracker(connection: Connection, group: str) -> None:
    """Say that a dataset group has no event tracker, and draw the button that makes one."""
    st.info(
        "Events are taken by an event tracker; this dataset group has none.",
        title="One step is missing",
        icon=":material/sensors:",
    )
    st.button(
        "Create the event tracker", type="primary", key="simulator.create_tracker", disabled=locked(),
        on_click=perform, args=(connection, event_tracker(group, "watch"), "Event tracker created"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Playing:
    """How to go on while something is being watched or waited for, and how to stop that."""

    ask: Ask
    pace: Pace
    ended: Callable[[], None]
    """Called when the list has changed or patience is over, before the page runs again."""
    pause: Callable[[], None]


def choose_events(
    connection: Connection,
    tracker: Tracker,
    timeline: Timeline,
    catalog: Catalog,
    interactions: Interactions,
    enqueue: Enqueue,
    playing: Playing | None = None,
) -> None:
    """Draw the personas and the search; enqueue is called with the ids of what is to be watched.

    While something is playing, it stands where the buttons were, so that nothing below moves.
    """
    people = {persona.name: persona for persona in personas(catalog) or fans(catalog, interactions)}
    left, right = st.columns([7, 5], gap="medium", vertical_alignment="bottom")
    with left:
        persona = _choose_persona(people, catalog)
        row = st.container(horizontal=True, vertical_alignment="center")
    with right:
        _choose_item(connection, tracker, timeline, catalog, interactions, enqueue, busy=playing is not None)
    if persona:
        st.caption(f"{plain(persona.about)}: " + " · ".join(plain(item.label) for item in persona.items))
    with row:
        if playing:
            _show_playing(playing, timeline, catalog)
        elif persona:
            _offer_persona(persona, timeline, catalog, enqueue)


def _choose_persona(people: dict[str, Persona], catalog: Catalog) -> Persona | None:
    if not people:
        st.caption(":material/search: Search for what this user should choose.")
        return None
    name = st.pills(
        f"{catalog.noun.do.capitalize()} like a ...",
        list(people),
        default=next(iter(people)),
        format_func=plain,
        key="persona",
        bind="query-params",
        wrap=True,
    )
    return people.get(name) if name else None


def _offer_persona(persona: Persona, timeline: Timeline, catalog: Catalog, enqueue: Enqueue) -> None:
    watched = {event.item_id for event in timeline.events}
    left = [item for item in persona.items if item.item_id not in watched]
    verb = catalog.noun.do.capitalize()
    st.button(
        f"Play all {len(left)}" if left else "Play all", type="primary", icon=":material/play_arrow:",
        key="simulator.play", disabled=locked() or not left, on_click=enqueue,
        args=([item.item_id for item in left],),
    )  # fmt: skip
    st.button(
        f"{verb} {plain(cut(left[0].label, LABEL))}" if left else f"{verb} the next", icon=":material/skip_next:",
        key="simulator.next", disabled=locked() or not left, on_click=enqueue,
        args=([item.item_id for item in left[:1]],),
    )  # fmt: skip


def _choose_item(
    connection: Connection,
    tracker: Tracker,
    timeline: Timeline,
    catalog: Catalog,
    interactions: Interactions,
    enqueue: Enqueue,
    *,
    busy: bool,
) -> None:
    item_id = _searched_item(catalog, interactions)
    with st.container(horizontal=True):
        if st.session_state.get(SEARCHING):
            st.button(
                f"{catalog.noun.do.capitalize()} it", icon=":material/visibility:", key="simulator.watch",
                disabled=locked() or busy or item_id is None, on_click=enqueue, args=([item_id],),
            )  # fmt: skip
        else:
            st.button(
                f"Any other {catalog.noun.one}", icon=":material/search:", key="simulator.search", on_click=_search
            )
        call = put_event_call(tracker, timeline.user_id, timeline.session_id, item_id or "1", interactions.event_type)
        show_call(connection, call.service, call.operation, call.parameters)


def _search() -> None:
    st.session_state[SEARCHING] = True


def _searched_item(catalog: Catalog, interactions: Interactions) -> str | None:
    """Draw the search once it is wanted, or a link names an item: ten thousand titles cost the page a third."""
    if "item" in st.query_params:
        _search()
    if not st.session_state.get(SEARCHING):
        return None
    offered = offered_items(catalog, interactions)
    return st.selectbox(
        f"Any {catalog.noun.one}", offered, index=None, format_func=catalog.label,
        placeholder="Search by title", key="item", bind="query-params",
    )  # fmt: skip


def _show_playing(playing: Playing, timeline: Timeline, catalog: Catalog) -> None:
    stops = "Stop waiting" if timeline.waiting and not timeline.queue else "Pause"
    st.button(stops, icon=":material/pause:", key="simulator.pause", on_click=playing.pause)
    st.fragment(_play_on, run_every=STEP)(playing, timeline, catalog, [True])


def _play_on(playing: Playing, timeline: Timeline, catalog: Catalog, first: list[bool]) -> None:
    """Draw what is watched, or how long the list has not changed; run the page again when it has.

    The page can be used meanwhile. Its own run only begins this.
    """
    begun = not first
    first.clear()
    if begun:
        look(timeline, playing.ask, playing.pace)
    if timeline.waiting:
        _show_waiting(timeline.waiting, playing.pace)
        return
    item = catalog.item(timeline.events[-1].item_id)
    more = f" :gray[· {len(timeline.queue)} to come]" if timeline.queue else ""
    st.markdown(f":material/live_tv: {plain(cut(item.label, LABEL))}{more}")
    if begun:
        playing.ended()
        st.rerun()


def _show_waiting(waiting: Waiting, pace: Pace) -> None:
    told = f"Waiting for the list to change · {waiting.seconds:.0f} s of at most {pace.patience:.0f} s"
    show_progress(waiting.seconds / pace.patience, told)
