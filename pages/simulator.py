"""Watch simulator: a newcomer's list before and after every event they send."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import session
from components.deployment_choice import choose_deployment, stop_unless_ready, usable_user_id
from components.event_choice import Playing, choose_events, offer_tracker
from components.feedback import empty_state
from components.links import keep_in_link, still_chosen
from components.perform import show_outcome
from components.simulator_panel import (
    choose_moment,
    look_at_newest,
    say_deaf,
    show_counters,
    show_drift,
    show_journey,
    show_tables,
    show_verdict,
    show_watched,
)
from components.text import plain
from services.deployments import Deployment, of_purpose
from services.insights import Asked
from services.past import Past, read_past
from services.recommendations import Recommendations, for_user
from services.timeline import Beside, Timeline, fresh_user, look, opened, opened_beside, pace_of, watch

LENGTH = 10
FIRST_STRANGER = 777
NOBODY = "somebody-who-watched-nothing"
TIMELINES, FRESH, BESIDE = (f"simulator.{name}" for name in ("timelines", "fresh", "beside_answers"))

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
    offer_tracker(connection, group)
    st.stop()

catalog = session.catalog(connection, group)
interactions = session.interactions(connection, group)


def ask_for(deployment: Deployment, user_id: str) -> Recommendations:
    """Ask one campaign for one user's list."""
    return for_user(connection, deployment, user_id, LENGTH, catalog)


def find_stranger(deployment: Deployment) -> str:
    """Return an id that neither the data nor the service knows."""
    used = {*interactions.user_ids, *(event.user_id for event in session.sent_events(group))}
    return fresh_user(partial(ask_for, deployment), used, session.strangers(connection, group), FIRST_STRANGER)


def past_of(deployment: Deployment, user_id: str) -> Past | None:
    """Return how the user's list went before this session looked, as far as anybody can tell."""
    return read_past(connection, Asked(deployment.arn, user_id), LENGTH, catalog)


def want_stranger() -> None:
    """Go on with somebody new at the next run: what was sent cannot be taken back."""
    st.session_state[FRESH] = True


def enqueue(item_ids: list[str]) -> None:
    """Mark items to be watched, one event each and one at a run."""
    timeline.queue = list(item_ids)


def pause() -> None:
    """Leave what is still in the queue unwatched, "Play all" goes on with it; with an empty one, wait no longer."""
    if not timeline.queue:
        timeline.waiting = None
    timeline.queue = []


def watch_next() -> None:
    """Send the next event of the queue; what was seen of this user at other campaigns is over with it."""
    item = catalog.item(timeline.queue.pop(0))
    session.sent_events(group).append(watch(connection, tracker, timeline, item, interactions.event_type))
    for arn, user_id in list(timelines):
        if user_id == user and arn != chosen.arn:
            del timelines[arn, user_id]


choice = st.grid(3, min_column_width=230, vertical_alignment="bottom")
who = choice.cell()
with choice.cell():
    chosen = choose_deployment("Campaign", deployments, key="at")
others = [deployment for deployment in deployments if deployment != chosen]
with choice.cell():
    other = choose_deployment("Beside it", others, key="beside", optional=True) if others else None
stop_unless_ready(connection, group, chosen)
nobody = not st.session_state.get("viewer", st.query_params.get("viewer"))  # also where the way back took it away
if st.session_state.pop(FRESH, nobody):
    keep_in_link("viewer", find_stranger(chosen))
with who.container(horizontal=True, vertical_alignment="bottom"):
    help_text = "Any id; one that is not in the data starts from nothing."
    typed = st.text_input("User", key="viewer", bind="query-params", help=help_text)
    st.button("New user", icon=":material/person_add:", key="simulator.new_user", on_click=want_stranger)
user = usable_user_id(still_chosen(typed))
ask = partial(ask_for, chosen, user)

timelines: dict[tuple[str, str], Timeline] = st.session_state.setdefault(TIMELINES, {})
if (chosen.arn, user) not in timelines:
    timelines[chosen.arn, user] = opened(user, ask(), past_of(chosen, user))
timeline = timelines[chosen.arn, user]
for left in timelines.values():
    left.queue = timeline.queue if left is timeline else []  # nobody plays on unseen
pace = pace_of(connection, hears_events=chosen.hears_events)
look(timeline, ask, pace)
plays = bool(timeline.queue) and not timeline.waiting
if plays:
    watch_next()
    look(timeline, ask, pace)
playing = Playing(ask, pace, ended=look_at_newest, pause=pause) if plays or timeline.waiting else None
with st.container(border=True):
    choose_events(connection, tracker, timeline, catalog, interactions, enqueue, playing)

control = ask_for(chosen, NOBODY)
events = timeline.events
place = choose_moment(timeline)
if events and not chosen.hears_events:
    say_deaf(catalog)
    show_watched(timeline, place, catalog)
elif events:
    show_verdict(timeline, place, control.item_ids, catalog)
    show_counters(timeline, place, control.item_ids)
    show_journey(timeline, place, catalog)
    show_drift(timeline, place, catalog)
if timeline.moments[0].answer.item_ids != control.item_ids:
    st.caption(f":material/info: User {plain(user[:24])} was known before: the first list was personal already.")
beside = None
if other and other.ready:
    kept: dict[tuple[str, str], Beside] = st.session_state.setdefault(BESIDE, {})
    if (other.arn, user) not in kept:
        kept[other.arn, user] = opened_beside(ask_for(other, user), past_of(other, user), len(events))
    ask_beside = partial(ask_for, other, user)
    beside = (other.label, kept[other.arn, user].at(place, ask_beside, len(events), settled=not timeline.waiting))
show_tables(connection, timeline, place, control, catalog, {event.item_id for event in events[:place]}, beside)
