"""Overview: how far the dataset group is, what comes next, and the demo that fills an empty one."""

from __future__ import annotations

import streamlit as st

from components import session
from components.demo_card import show_demo
from components.feedback import show_error
from components.overview_cards import Story, show_best, show_pipeline, show_recent, show_stories
from services import overview
from services.errors import Problem

STORIES = (
    Story(
        "Cold start",
        "person_add",
        "User 777 is new. The first list is what everybody likes; six science fiction films later it is not.",
        "pages/simulator.py",
        "Watch the list turn",
        {},
    ),
    Story(
        "Who likes what",
        "diversity_3",
        "Users 1 and 2 have seen different films, and are recommended different films.",
        "pages/recommendations.py",
        "Ask for user 1",
        {"user": "1"},
    ),
    Story(
        "Which recipe wins",
        "leaderboard",
        "Each recipe was tested on viewing that it had not seen. See which one leads, and by how much.",
        "pages/metrics.py",
        "Compare solutions",
        {},
    ),
)

connection = session.connection()
group = session.dataset_group()
resources = session.resources(connection, group) if group else []
pipeline = overview.stages(resources)

show_demo(connection, empty=not resources, complete=bool(pipeline) and all(stage.state == "done" for stage in pipeline))
if not group:
    st.stop()

numbers = st.container()
show_pipeline(pipeline, overview.next_step(pipeline))
versions = session.metrics(connection, group)
if pipeline[4].active:
    show_stories(STORIES)
leader = overview.best(versions)
left, right = st.columns([3, 2], gap="medium")
with left.container(border=True, height="stretch"):
    if leader:
        show_best(leader, overview.baseline(versions))
    else:
        st.subheader(":material/trophy: No metrics yet", anchor=False)
        st.markdown("Every solution version is tested when it is trained. Train one to see how good its list is.")
        st.page_link("pages/resources.py", label="Train a solution version", icon=":material/arrow_forward:")
with right.container(border=True, height="stretch"):
    show_recent(overview.recent(resources))

# The counts come last: they read the imported files, which takes a moment the first time.
with numbers, st.grid(4, min_column_width=160):
    counts: tuple[str, ...] = ("–", "–", "–")
    problem: Problem | None = None
    try:
        with st.spinner("Counting ..."):
            events = session.interactions(connection, group)
        counts = tuple(f"{count:,}" for count in (len(events.frame), len(events.user_ids), len(events.item_ids)))
    except Problem as failure:
        problem = failure
    for label, icon, count, text in zip(
        ("Interactions", "Users", "Items"),
        ("touch_app", "group", "movie"),
        counts,
        ("Imported events", "Users with an imported event", "Items with an imported event"),
        strict=True,
    ):
        st.metric(label, count, icon=f":material/{icon}:", help=text, border=True)
    st.metric(
        "Active campaigns",
        pipeline[4].active,
        icon=":material/rocket_launch:",
        border=True,
        help="Campaigns and recommenders that answer now",
    )
if problem:
    show_error(problem)
