"""Resources: everything in the dataset group, live; create, train, deploy, stop and delete."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components import dialogs, new_resource, session
from components import resource_table as table
from components.campaign_form import update_campaign
from components.delete_run import delete_marked
from components.duration_view import show_durations
from components.feedback import empty_state
from components.item_table import download
from components.lock import locked
from components.new_resource import KINDS
from components.perform import perform, show_outcome
from components.resource_clicks import (
    ASKED,
    CLICK,
    CREATE,
    DEPLOY,
    TRAIN,
    ask_create,
    clicked_create,
    clicked_node,
    clicked_row,
    offer_actions,
)
from components.resource_drawer import DELETE, DELETING, OPEN, UPDATE, show_delete, show_drawer
from components.resource_graph import height, spec
from components.text import plain
from components.theme import palette
from services import statuses
from services.costs import read_running
from services.creation import solution_version
from services.deletion import delete_plan
from services.labels import read_labels
from services.local_insights import read_progress
from services.overview import NextStep, next_step, stages
from services.prices import read_prices
from services.resources import Resource, describe

FILTERS = {
    "Failed": lambda resource: statuses.is_failed(resource.status),
    "In progress": lambda resource: resource.moving,
    "Active": lambda resource: resource.status == statuses.ACTIVE,
}
FORMS = {
    "Solution": new_resource.create_solution,
    "Solution version": new_resource.create_version,
    "Campaign": new_resource.create_campaign,
    "Recommender": new_resource.create_recommender,
    "Event tracker": new_resource.create_tracker,
    "Filter": new_resource.create_filter,
}

connection, group = session.connection(), session.dataset_group()
show_outcome()
if group is None:
    empty_state(
        "No dataset group yet",
        "A dataset group holds data, solutions and campaigns. The demo on the Overview makes one in a minute.",
        icon="account_tree",
        page="pages/overview.py",
        action="Go to the Overview",
    )
    st.stop()


def open_dialog(resources: list[Resource]) -> None:
    """Open the dialog that the last click asked for; only one can be open."""
    known = {resource.arn: resource for resource in resources}
    asked = {key: st.session_state.pop(key, None) for key in (*ASKED, CREATE)}
    asked[OPEN] = asked[OPEN] or dialogs.linked()
    dialogs.note(opened=any(asked.values()))
    dialogs.link(asked[OPEN])
    wanted = asked[OPEN] or asked[DELETE] or asked[UPDATE]
    if wanted and wanted not in known:
        st.info("It is not there, or not any more; the table is up to date.", icon=":material/delete:")
    elif resource := known.get(asked[OPEN]):
        show_drawer(connection, resource, describe(connection, resource), resources)
    elif resource := known.get(asked[DELETE]):
        plan = delete_plan(resources, resource.arn)
        show_delete(connection, resource, resources, read_running(connection, plan, 0, read_prices()))
    elif resource := known.get(asked[UPDATE]):
        update_campaign(connection, resource, resources, read_labels(connection, resource.arn))
    else:
        create(version=asked[DEPLOY], solution=asked[TRAIN], label=asked[CREATE])


def create(version: str | None, solution: str | None, label: str | None) -> None:
    """Deploy a version, train a solution, or open the form of the kind that the menu calls so."""
    if version:
        new_resource.create_campaign(connection, group, version)
    elif solution:
        perform(connection, solution_version(solution), "Training started")
        st.rerun()
    elif label:
        kind = next(kind for kind, called in KINDS.items() if called == label)
        FORMS[kind](connection, group)


def show_next(step: NextStep) -> None:
    """Draw the button that opens the form of the next step, or the link to its page."""
    if step.form:
        st.button(
            f"Next: {step.text}", type="primary", icon=":material/arrow_forward:", key="resources.next",
            disabled=locked(), on_click=ask_create, args=[KINDS[step.form]],
        )  # fmt: skip
    elif step.page != "pages/resources.py":
        st.page_link(step.page, label=f"**Next:** {step.text}", icon=":material/arrow_forward:")


def live_table(wanted: str | None, were_moving: bool, known: list[list[Resource]]) -> None:
    """Draw the table; while something moves it draws itself anew, and the page once more when all is at rest.

    The run of the whole page hands over what it read, once: reading again could differ, and close a dialog just opened.
    """
    with session.guarded():
        if not known:
            session.resources.clear(connection, group)
        resources = known.pop() if known else session.resources(connection, group)
        moving = any(resource.moving for resource in resources)
        if any(key in st.session_state for key in ASKED) or (moving != were_moving and not dialogs.is_open()):
            st.rerun()
        shown = table.order([found for found in resources if wanted is None or FILTERS[wanted](found)])
        progress = {found.arn: read_progress(connection, found.arn) for found in shown if found.moving}
        frame = table.frame(shown, {arn: told for arn, told in progress.items() if told})
        table.show_resources(
            frame, palette(), key="resources.table", on_click=clicked_row, args=(connection, shown), click_key=CLICK
        )
        state = ":material/sync: Live · updated" if moving else ":material/check: Up to date ·"
        with st.container(horizontal=True, vertical_alignment="center"):
            offer_actions(connection, shown)
            download(frame.drop(columns="Actions"), "resources", key="resources.csv")
            st.caption(f"{state} {datetime.now():%H:%M:%S}")


if DELETING in st.session_state:
    delete_marked(connection, group, st.session_state[DELETING])
resources = session.resources(connection, group)
domain = next((found.domain for found in session.dataset_groups(connection) if found.arn == group), "")
step = next_step(stages(resources, domain))
counts = {name: sum(map(fits, resources)) for name, fits in FILTERS.items()}
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    # On the left, since what was just done is told in the upper right corner.
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        # A number on a chip would be part of the link, which then holds only until the next resource.
        wanted = st.pills(
            "Show",
            [name for name, count in counts.items() if count],
            key="status",
            bind="query-params",
            label_visibility="collapsed",
        )
        st.caption(", ".join(f"{count} {name.lower()}" for name, count in counts.items() if count))
        show_next(step)
    st.menu_button(
        "Create",
        list(KINDS.values()),
        icon=":material/add:",
        type="secondary" if step.form else "primary",
        key="resources.menu",
        disabled=locked(),
        on_click=clicked_create,
        args=("resources.menu",),
    )
for failed in (resource for resource in resources if statuses.is_failed(resource.status)):
    st.error(
        plain(failed.failure or "The service gives no reason."),
        title=f"{failed.label} {failed.name} failed",
        icon=":material/error:",
    )
with st.container(border=True):
    st.echarts_chart(
        spec(resources, palette()),
        height=height(resources),
        key="resources.graph",
        on_select=lambda: clicked_node("resources.graph", [resource.arn for resource in resources]),
        alt=f"{len(resources)} resources, from the dataset group on the left to what was made from it on the right",
    )
moving = any(resource.moving for resource in resources)
pause = ("2s" if connection.is_local else "15s") if moving else None
open_dialog(resources)
st.fragment(live_table, run_every=pause)(wanted, moving, [resources])
show_durations(connection, resources)
