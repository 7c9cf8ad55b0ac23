"""Batch & segments: recommendations for many users at once, and users for an item, read as titles in place."""

from __future__ import annotations

import streamlit as st

from components import session
from components.api_call import show_call
from components.batch_input import choose_input
from components.batch_jobs import show_jobs, show_status, watch
from components.batch_result import show_result
from components.cost_view import dollars
from components.feedback import empty_state, errors_shown
from components.filter_panel import ask_values
from components.lock import locked
from components.new_resource import free_name
from services import batch
from services.batch_lines import asked_by, with_filter_values
from services.filters import read_filters
from services.prices import read_prices
from services.recipes import short_name

WORKS: dict[str, batch.Work] = {"Recommendations": "inference", "User segments": "segment"}
ABOUT = {
    "inference": "One list per line: items for users, items like items, or lists in the order that fits a user.",
    "segment": "For each item, or each kind of item, the users who are most likely to interact with it.",
}
NEXT = "batch.next_job"

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
resources, recipes = session.resources(connection, group), session.recipes(connection)


def offer_segments() -> None:
    """Say what segments need, and train it."""
    solutions = [found for found in resources if found.kind == "solution" and found.recipe == batch.SEGMENT_RECIPE]
    training = [found for found in resources if found.kind == "solution-version" and found.moving]
    if mine := [found for found in training if found.recipe == batch.SEGMENT_RECIPE]:
        watch(connection, mine[0])
        return
    price = " and takes seconds" if connection.is_local else "; on AWS it costs training hours"
    st.info(
        "Segments come from a recipe of their own: Item-Affinity finds the users for an item. Training it on this data "
        f"is one click{price}.",
        title="No solution version for segments yet",
        icon=":material/groups:",
    )  # fmt: skip
    if st.button(
        "Train Item-Affinity", type="primary", icon=":material/model_training:", key="batch.train", disabled=locked()
    ):
        name = free_name(connection, "item-affinity", "solution")
        batch.train_segments(connection, group, solutions[0].arn if solutions else None, name)
        session.forget()
        st.rerun()


def show_form(work: batch.Work) -> None:
    """Draw the form of a new job."""
    versions = batch.fitting_versions(resources, recipes, work)
    if not versions and work == "segment":
        offer_segments()
        return
    if not versions:
        st.info("Train a solution version first; any but Trending-Now and segments will do.", icon=":material/info:")
        st.page_link("pages/resources.py", label="Train one on Resources", icon=":material/arrow_forward:")
        return
    labels = {f"{short_name(version.recipe)} · {version.name}": version for version in versions}
    fitting = "ItemID" if work == "inference" else "UserID"
    filters = {found.name: found for found in read_filters(connection, resources) if fitting in found.expression}
    one, two, three = st.columns([5, 2, 3], vertical_alignment="bottom")
    picked = one.selectbox("Solution version", list(labels), key=f"{work}_version", bind="query-params")
    results = two.number_input(
        "Items per line" if work == "inference" else "Users per segment", 1, batch.MAX_RESULTS[work], 25,
        key=f"{work}_results", bind="query-params",
    )  # fmt: skip
    chosen = three.selectbox(
        "Filter", list(filters), index=None, placeholder="None" if filters else "No fitting filter is saved",
        disabled=not filters, key=f"{work}_filter", bind="query-params",
    )  # fmt: skip
    version, saved = labels[picked], filters.get(chosen or "")
    values = saved.with_values(ask_values(saved, catalog, "batch")).values if saved else {}
    asked = asked_by(recipes[version.recipe])
    given = choose_input(asked, catalog, lambda: session.interactions(connection, group))
    lines = with_filter_values(given.lines, values)
    name_key = f"batch.name_{version.arn}"  # the call that is shown keeps its name until it is made
    name = st.session_state.setdefault(name_key, batch.job_name(version.arn, work))
    order = batch.Order(work, version.arn, results, saved.arn if saved else "", name)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = (
            "Start the job" if given.source else f"Start with {len(lines):,} {'line' if len(lines) == 1 else 'lines'}"
        )
        pressed = st.button(
            label if given.usable else "Start", type="primary", icon=":material/play_arrow:", key="batch.start",
            disabled=locked() or not given.usable,
        )  # fmt: skip
        call = batch.create_call(
            order, batch.planned_place(session.account(connection), session.bucket(connection), order, given.source)
        )
        show_call(connection, call.service, call.operation, call.parameters)
        if work == "inference" and lines:
            st.caption(f"On AWS about {dollars(len(lines) / 1000 * read_prices()['batch_thousand'])}")
    if given.source and saved and saved.parameters:
        st.caption(f"The filter needs filterValues in every line of the file: {', '.join(saved.parameters)}.")
    if pressed:
        with errors_shown("start the batch job"), st.spinner("Putting the lines on S3 ..."):
            batch.start(connection, order, lines, given.source)
        del st.session_state[name_key]
        st.session_state[NEXT] = order.name
        session.forget()
        st.rerun()


catalog = session.catalog(connection, group)
with st.container(border=True):
    wanted = st.segmented_control(
        "What for", list(WORKS), default="Recommendations", required=True, key="work", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    work = WORKS[wanted]
    st.caption(ABOUT[work])
    show_form(work)

jobs = {job.name: job for job in batch.jobs(resources)}
if not jobs:
    st.info("Results appear here. A job on this computer takes a second or two.", icon=":material/inbox:")
    st.stop()
if st.session_state.get(NEXT) in jobs:
    st.session_state["job"] = st.session_state.pop(NEXT)
if st.session_state.get("job") not in jobs:
    st.session_state.pop("job", None)
st.subheader("Results", anchor=False)
job = jobs[st.selectbox("Job", list(jobs), key="job", bind="query-params", label_visibility="collapsed")]
if show_status(connection, job):
    show_result(connection, job, catalog, session.people(connection, group).groups)
st.subheader("All jobs", anchor=False)
show_jobs(list(jobs.values()), {found.arn: found for found in resources if found.kind == "solution-version"})
