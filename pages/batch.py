"""Batch & segments: recommendations for many users at once, and users for an item, read as titles in place."""

from __future__ import annotations

import streamlit as st

from components import session
from components.batch_form import NEXT, show_form
from components.batch_jobs import show_jobs, show_status
from components.batch_result import show_result
from components.feedback import empty_state
from components.links import keep_in_link, still_chosen
from services import batch

WORKS: dict[str, batch.Work] = {"Recommendations": "inference", "User segments": "segment"}

connection, group = session.connection(), session.dataset_group()
if group is None:
    empty_state(
        "No dataset group yet",
        "A batch job needs a trained solution version. The demo on the Overview makes some in a minute.",
        icon="dynamic_feed",
        page="pages/overview.py",
        action="Go to the Overview",
    )
    st.stop()

resources, catalog = session.resources(connection, group), session.catalog(connection, group)
noun = catalog.noun
with st.container(border=True):
    wanted = st.segmented_control(
        "What for", list(WORKS), default="Recommendations", required=True, key="work", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    st.caption(
        f"One list per line: {noun.many} for a user, {noun.many} like another, or {noun.many} in the order that fits."
        if WORKS[wanted] == "inference"
        else f"For each {noun.one}, or each {catalog.kind.one}, the users who are most likely to {noun.do} it."
    )
    show_form(connection, group, WORKS[wanted], catalog, resources, session.recipes(connection))

jobs = {job.name: job for job in batch.jobs(resources)}
if not jobs:
    st.info("Results appear here. A job on this computer takes a second or two.", icon=":material/inbox:")
    st.stop()
if st.session_state.get(NEXT) in jobs:
    keep_in_link("job", st.session_state.pop(NEXT))
elif st.session_state.get("job", st.query_params.get("job")) not in jobs:
    keep_in_link("job", next(iter(jobs)))
st.header("Results", anchor=False)
picked = st.selectbox(
    "Job", list(jobs), index=None, required=True, key="job", bind="query-params", label_visibility="collapsed"
)
job = jobs[still_chosen(picked)]
if show_status(connection, job):
    show_result(connection, job, catalog, session.people(connection, group).groups)
st.header("All jobs", anchor=False)
show_jobs(list(jobs.values()), {found.arn: found for found in resources if found.kind == "solution-version"})
