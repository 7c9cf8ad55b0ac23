"""The form of a batch job: solution version, filter, input, and the button that starts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from components import session
from components.api_call import show_call
from components.batch_input import Input, choose_input
from components.batch_jobs import watch
from components.cost_view import dollars
from components.feedback import errors_shown
from components.filter_panel import ask_values
from components.links import keep_in_link, still_chosen
from components.lock import locked
from components.new_resource import free_name
from services import batch
from services.batch_lines import asked_by, with_filter_values
from services.catalog import Catalog
from services.connection import Connection
from services.filters import SavedFilter, read_filters
from services.handbook import word
from services.prices import read_prices
from services.recipes import Recipe, short_name
from services.resources import Resource

NEXT = "batch.next_job"
"""Session key of the name of the job that was started last, to be looked at from now on."""


def show_form(
    connection: Connection,
    group: str,
    work: batch.Work,
    catalog: Catalog,
    resources: Sequence[Resource],
    recipes: Mapping[str, Recipe],
) -> None:
    """Draw the form of a new job, or what it takes to have one."""
    versions = batch.fitting_versions(resources, recipes, work)
    if not versions:
        _offer_training(connection, group, work, resources)
        return
    version, results, saved = _choose(connection, work, versions, resources, catalog)
    values = saved.with_values(ask_values(saved, catalog, "batch")).values if saved else {}
    asked = asked_by(recipes[version.recipe])
    given = choose_input(
        asked, catalog, lambda: session.interactions(connection, group), lambda: session.people(connection, group)
    )
    if given.source and saved and saved.parameters:
        st.caption(f"The filter needs filterValues in every line of the file: {', '.join(saved.parameters)}.")
    name_key = f"batch.name_{version.arn}"  # the call that is shown keeps its name until it is made
    name = st.session_state.setdefault(name_key, batch.job_name(version.arn, work))
    order = batch.Order(work, version.arn, results, saved.arn if saved else "", name)
    if _asked_to_start(connection, order, replace(given, lines=with_filter_values(given.lines, values))):
        del st.session_state[name_key]
        st.session_state[NEXT] = order.name
        session.forget()
        st.rerun()


def _choose(
    connection: Connection,
    work: batch.Work,
    versions: Sequence[Resource],
    resources: Sequence[Resource],
    catalog: Catalog,
) -> tuple[Resource, int, SavedFilter | None]:
    """Draw the choice of the solution version, of how much it answers to a line, and of a filter."""
    labels = {f"{short_name(version.recipe)} · {version.name}": version for version in versions}
    many = catalog.noun.many.capitalize()
    fitting = "ItemID" if work == "inference" else "UserID"
    filters = {found.name: found for found in read_filters(connection, resources) if fitting in found.expression}
    key, choice = f"{work}_version", st.grid(3, min_column_width=200, vertical_alignment="bottom")
    if st.session_state.get(key, st.query_params.get(key)) not in labels:
        keep_in_link(key, next(iter(labels)))
    with choice.cell():
        picked = still_chosen(st.selectbox(
            "Solution version", list(labels), index=None, key=key, bind="query-params",
            help=word("solution version"),
        ))  # fmt: skip
    with choice.cell():
        results = st.number_input(
            f"{many} per line" if work == "inference" else "Users per segment", 1, batch.MAX_RESULTS[work], 25,
            key=f"{work}_results", bind="query-params",
        )  # fmt: skip
    with choice.cell():
        if not filters:
            st.caption(":material/filter_alt_off: No filter that fits is saved.", help=word("filter"))
            return labels[picked], results, None
        chosen = st.selectbox(
            "Filter", list(filters), index=None, placeholder="None", key=f"{work}_filter", bind="query-params",
            help=word("filter"),
        )  # fmt: skip
    return labels[picked], results, filters.get(chosen or "")


def _asked_to_start(connection: Connection, order: batch.Order, given: Input) -> bool:
    """Draw the button with the call behind it and its price, and tell whether it has started the job."""
    count = len(given.lines)
    label = "Start the job" if given.source else f"Start with {count:,} {'line' if count == 1 else 'lines'}"
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            label if given.usable else "Start", type="primary", icon=":material/play_arrow:", key="batch.start",
            disabled=locked() or not given.usable,
        )  # fmt: skip
        account, bucket = session.account(connection), session.bucket(connection)
        call = batch.create_call(order, batch.planned_place(account, bucket, order, given.source))
        show_call(connection, call.service, call.operation, call.parameters)
        if order.work == "inference" and count:
            st.caption(f"On AWS about {dollars(count / 1000 * read_prices()['batch_thousand'])}")
    if pressed:
        with errors_shown("start the batch job"), st.spinner("Putting the lines on S3 ..."):
            batch.start(connection, order, given.lines, given.source)
    return pressed


def _offer_training(connection: Connection, group: str, work: batch.Work, resources: Sequence[Resource]) -> None:
    """Say what is to be trained first; what segments need is trained at a click."""
    if work == "inference":
        st.info("Train a solution version first; any but Trending-Now and segments will do.", icon=":material/info:")
        st.page_link("pages/resources.py", label="Train one on Resources", icon=":material/arrow_forward:")
        return
    mine = [found for found in resources if found.recipe == batch.SEGMENT_RECIPE]
    if training := [found for found in mine if found.kind == "solution-version" and found.moving]:
        watch(connection, training[0])
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
        solution = next((found.arn for found in mine if found.kind == "solution"), None)
        batch.train_segments(connection, group, solution, free_name(connection, "item-affinity", "solution"))
        session.forget()
        st.rerun()
