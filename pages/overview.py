"""Overview: how far the dataset group is, what comes next, and the demo that fills an empty one."""

from __future__ import annotations

import streamlit as st

from components import comparison_cache, session
from components.deletion_cache import deleted
from components.demo_card import show_demo
from components.feedback import show_error
from components.figures import NARROWEST
from components.overview_cards import (
    counts_of,
    show_best,
    show_counts,
    show_data_model,
    show_pipeline,
    show_precision,
    show_recent,
    show_stories,
)
from components.visit import changes
from services import overview
from services.data_model import data_model
from services.errors import Problem
from services.recipes import short_name
from services.volume import Volume

connection = session.connection()
group = session.dataset_group()
resources = session.resources(connection, group) if group else []
domain = next((found.domain for found in session.dataset_groups(connection) if found.arn == group), "")
pipeline = overview.stages(resources, domain)

show_demo(connection, empty=not group, complete=all(stage.state == "done" for stage in pipeline))
if not group:
    st.stop()

counts = st.container()
stories = st.container()
show_pipeline(pipeline, overview.next_step(pipeline))
versions = comparison_cache.metrics(connection, group)
with st.grid(2, min_column_width=NARROWEST, gap="medium"):
    with st.container(border=True, height="stretch"):
        show_best(versions)
    with st.container(border=True, height="stretch"):
        show_recent(overview.recent([*resources, *deleted(connection, group)]))
if versions:
    with st.container(border=True):
        show_precision(versions)
about = st.container()

# Counting comes last: the first time it reads the imported files.
with counts:
    try:
        with st.spinner("Counting the imported interactions ..."):
            volume = session.volume(connection, group)
    except Problem as problem:
        show_error(problem)
        volume = Volume(0, None, None)
    figures = counts_of(volume, overview.ready(pipeline, "Campaigns"))
    show_counts(figures, changes(group, resources[0].created, figures), exact=volume.exact)
with stories:
    if overview.ready(pipeline, "Campaigns"):
        leader = overview.best(versions)
        show_stories(overview.tell_stories(volume.some_users, short_name(leader.recipe) if leader else ""))
if volume.exact and volume.users and (found := data_model(session.interactions(connection, group))):
    with about.container(border=True):
        show_data_model(found, session.catalog(connection, group))
