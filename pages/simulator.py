"""Watch simulator: a newcomer's list before and after every event they send."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import session
from components.api_call import show_call
from components.deployment_choice import choose_deployment, stop_unless_ready, usable_user_id
from components.feedback import empty_state, show_progress
from components.perform import perform, show_outcome
from components.simulator_panel import events_text, say_deaf, show_counters, show_shift, show_tables, show_watched
from services.creation import event_tracker
from services.deployments import Deployment, of_purpose
from services.events import put_event_call
from services.personas import personas
from services.recommendations import Recommendations, for_user
from services.timeline import AWS_PATIENCE, Moment, Timeline, fresh_user, watch

LENGTH = 10
ITEMS_OFFERED = 10_000
FIRST_STRANGER = 777
NOBODY = "somebody-who-watched-nothing"
TIMELINES, QUEUE, FRESH = "simulator.timelines", "simulator.queue", "simulator.fresh"

connection, group = session.connection(), session.dataset_group()
show_outcome()
deployments = of_purpose(session.deployments(connection, group), "user") if group else []
if group is None or not deployments:
    empty_state(
        "Nobody to watch yet",
        "The simulator needs a campaign that answers for users. The demo on the Overview deploys one in a minute.",
        icon="live_tv",
        page="pages/overview.py" if group is None else "pages/resources.py",
        action="Go to the Overview" if group is None else "Deploy a solution version",
    )
    st.stop()
tracker = session.tracker(connection, group)
if tracker is None:
    st.info(
        "Events are taken by an event tracker; this dataset group has none.",
        title="One step is missing",
        icon=":material/sensors:",
    )
    st.button(
        "Create the event tracker", type="primary", key="simulator.create_tracker",
        on_click=perform, args=(connection, event_tracker(group, "watch"), "Event tracker created"),
    )  # fmt: skip
    st.stop()

catalog = session.catalog(connection, group)
interactions = session.interactions(connection, group)


def ask_for(deployment: Deployment, user_id: str) -> Recommendations:
    """Ask one campaign for one user's list."""
    return for_user(connection, deployment, user_id, LENGTH, catalog)


def find_stranger(deployment: Deployment) -> str:
    """Return an id that neither the data nor the service knows."""
    used = {*interactions.user_ids, *(event.user_id for event in session.sent_events(group))}
    return fresh_user(partial(ask_for, deployment), used, FIRST_STRANGER)


def want_stranger() -> None:
    """Go on with somebody new at the next run: what was sent cannot be taken back."""
    st.session_state[FRESH] = True


def enqueue(item_ids: list[str]) -> None:
    """Mark items to be watched at the next run, one event each."""
    st.session_state[QUEUE] = item_ids


who, fresh, campaign = st.columns([2, 1, 3], vertical_alignment="bottom")
with campaign:
    chosen = choose_deployment("Campaign", deployments, key="at")
stop_unless_ready(connection, group, chosen)
first_visit = "viewer" not in st.session_state and "viewer" not in st.query_params
if st.session_state.pop(FRESH, first_visit):
    st.session_state["viewer"] = find_stranger(chosen)
with who:
    help_text = "Any id; one that is not in the data starts from nothing."
    typed = st.text_input("User", key="viewer", bind="query-params", help=help_text)
fresh.button(
    "New user", icon=":material/person_add:", key="simulator.new_user", on_click=want_stranger, width="stretch",
)  # fmt: skip
user = usable_user_id(typed)
ask = partial(ask_for, chosen, user)

timelines: dict[tuple[str, str], Timeline] = st.session_state.setdefault(TIMELINES, {})
timeline = timelines.setdefault((chosen.arn, user), Timeline(user))
if not timeline.moments:
    timeline.moments.append(Moment(ask()))

with st.container(border=True):
    people = {persona.name: persona for persona in personas(catalog)}
    taste, search = st.columns([7, 5], gap="medium", vertical_alignment="bottom")
    with taste:
        name = (
            st.pills(
                "Watch like a ...",
                list(people),
                default=next(iter(people), None),
                key="persona",
                bind="query-params",
                wrap=True,
            )
            if people
            else None
        )
        persona = people.get(name) if name else None
        left = (
            [item for item in persona.items if item.item_id not in {e.item_id for e in timeline.events}]
            if persona
            else []
        )
        with st.container(horizontal=True):
            st.button(
                f"Play all {len(left)}" if left else "Play all", type="primary", icon=":material/play_arrow:",
                key="simulator.play", disabled=not left, on_click=enqueue, args=([item.item_id for item in left],),
            )  # fmt: skip
            st.button(
                f"Watch {left[0].label}" if left else "Watch the next", icon=":material/skip_next:",
                key="simulator.next", disabled=not left, on_click=enqueue, args=([item.item_id for item in left[:1]],),
            )  # fmt: skip
    with search:
        offered = interactions.popular(ITEMS_OFFERED) or list(catalog.items)[:ITEMS_OFFERED]
        item_id = st.selectbox(
            "Or any item", offered, index=None, format_func=lambda item: catalog.item(item).label,
            placeholder="Search by title", key="simulator.item",
        )  # fmt: skip
        with st.container(horizontal=True):
            st.button(
                "Watch it", icon=":material/visibility:", key="simulator.watch", disabled=item_id is None,
                on_click=enqueue, args=([item_id],),
            )  # fmt: skip
            call = put_event_call(tracker, user, timeline.session_id, item_id or "1", interactions.event_type)
            show_call(connection, call.service, call.operation, call.parameters)
    if persona:
        st.caption(f"{persona.about}: " + " · ".join(item.label for item in persona.items))

queue: list[str] = st.session_state.get(QUEUE, [])
if queue:
    waiting = st.empty()
    total = len(queue)
    while queue:
        item = catalog.item(queue[0])
        with waiting.container():
            show_progress(1 - len(queue) / total, f":material/live_tv: {item.label}")

            def tell(seconds: float) -> None:
                show_progress(seconds / AWS_PATIENCE, f"Waiting for the list to change · {seconds:.0f} s")

            patient = chosen.hears_events
            moment = watch(connection, tracker, timeline, item, interactions.event_type, ask, tell, patient=patient)
        queue.pop(0)
        session.sent_events(group).append(moment.event)
    waiting.empty()
    del st.session_state[QUEUE]
    st.rerun()

events = timeline.events
place = len(events)
if place > 1:
    place = st.select_slider(
        "Go back in time", range(place + 1), place, key=f"simulator.place_{user}_{place}",
        format_func=lambda number: "before" if not number else f"after {number}",
    )  # fmt: skip
if events and not chosen.hears_events:
    say_deaf()
elif events:
    show_counters(timeline, place)
    show_shift(timeline, place)
if events:
    with st.expander(
        f"{events_text(len(events))} sent; they cannot be taken back, a new user starts afresh",
        icon=":material/history:",
    ):
        show_watched(timeline, catalog)
control = ask_for(chosen, NOBODY)
if timeline.moments[0].answer.item_ids != control.item_ids:
    st.caption(f":material/info: User {user} was known before: the first list was personal already.")
show_tables(connection, timeline, place, control, catalog, {event.item_id for event in events})
