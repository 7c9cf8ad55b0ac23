"""What the simulated user does next: a persona's titles, or any single one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.api_call import show_call
from components.feedback import show_progress
from components.figures import cut
from components.item_choice import offered_items
from components.lock import locked
from components.perform import perform
from components.text import plain
from services.catalog import Catalog, Item
from services.connection import Connection
from services.creation import event_tracker
from services.events import Tracker, put_event_call
from services.interactions import Interactions
from services.personas import Persona, fans, personas
from services.timeline import AWS_PATIENCE, Timeline

LABEL = 36
"""Letters of a title in the row of buttons, which is not to wrap."""
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
    """What is being watched right now, how many are to come, and how to stop that."""

    item: Item
    more: int
    pause: Callable[[], None]


def choose_events(
    connection: Connection,
    tracker: Tracker,
    timeline: Timeline,
    catalog: Catalog,
    interactions: Interactions,
    enqueue: Enqueue,
    playing: Playing | None = None,
) -> DeltaGenerator:
    """Draw the personas and the search; enqueue is called with the ids of what is to be watched.

    While something is playing, it stands where the buttons were, so that nothing below moves. Returns the place for
    the progress of waiting.
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
            return _show_playing(playing)
        if persona:
            _offer_persona(persona, timeline, catalog, enqueue)
        return st.empty()


def _choose_persona(people: dict[str, Persona], catalog: Catalog) -> Persona | None:
    if not people:
        st.caption(":material/search: Search on the right for what this user should choose.")
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
    offered = offered_items(catalog, interactions)
    item_id = st.selectbox(
        f"Or any {catalog.noun.one}", offered, index=None, format_func=catalog.label,
        placeholder="Search by title", key="item", bind="query-params",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            f"{catalog.noun.do.capitalize()} it", icon=":material/visibility:", key="simulator.watch",
            disabled=locked() or busy or item_id is None, on_click=enqueue, args=([item_id],),
        )  # fmt: skip
        call = put_event_call(tracker, timeline.user_id, timeline.session_id, item_id or "1", interactions.event_type)
        show_call(connection, call.service, call.operation, call.parameters)


def _show_playing(playing: Playing) -> DeltaGenerator:
    st.button("Pause", icon=":material/pause:", key="simulator.pause", on_click=playing.pause)
    place = st.empty()
    more = f" :gray[· {playing.more} to come]" if playing.more else ""
    place.markdown(f":material/live_tv: {plain(cut(playing.item.label, LABEL))}{more}")
    return place


def show_waiting(place: DeltaGenerator, seconds: float) -> None:
    """Draw how long the list has not changed."""
    with place:
        show_progress(seconds / AWS_PATIENCE, f"Waiting for the list to change · {seconds:.0f} s")
