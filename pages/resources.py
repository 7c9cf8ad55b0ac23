"""Resources: everything in the dataset group, live; create, train, deploy, stop and delete."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components import new_resource, session
from components import resource_table as table
from components.feedback import empty_state
from components.new_resource import KINDS
from components.perform import perform, show_outcome
from components.resource_drawer import DELETING, show_delete, show_drawer
from components.resource_graph import height, spec
from components.theme import palette
from services import statuses
from services.creation import solution_version, stop_training
from services.deletion import delete
from services.local_insights import read_progress
from services.resources import Resource, describe

OPEN, DELETE, DEPLOY, TRAIN, CREATE = (f"resources.{name}" for name in ("open", "delete", "deploy", "train", "create"))
CLICK = "resources.click"
FILTERS = {
    "Failed": lambda resource: statuses.is_failed(resource.status),
    "In progress": lambda resource: resource.moving,
    "Active": lambda resource: resource.status == statuses.ACTIVE,
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


def remember(key: str, arn: str) -> None:
    """Keep which resource a dialog is to show at the next run."""
    st.session_state[key] = arn


def clicked_row(shown: list[Resource]) -> None:
    """Do what the button of a row says."""
    click = st.session_state[CLICK]
    resource = shown[click["row"]]
    if click["label"] == table.STOP:
        perform(connection, stop_training(resource.arn), f"Stopping {resource.name}")
    else:
        keys = {table.DETAILS: OPEN, table.DELETE: DELETE, table.DEPLOY: DEPLOY, table.TRAIN: TRAIN}
        remember(keys[click["label"]], resource.arn)


def clicked_node(arns: list[str]) -> None:
    """Open the resource whose node was clicked."""
    selected = st.session_state["resources.graph"]["selection"]["selected"]
    nodes = [place for part in selected if part["data_type"] == "node" for place in part["data_indices"]]
    if nodes and nodes[0] < len(arns):
        remember(OPEN, arns[nodes[0]])


def clicked_create() -> None:
    """Open the form of the kind that was chosen in the menu."""
    remember(CREATE, st.session_state["resources.menu"])


def delete_marked(plan: list[str]) -> None:
    """Delete what was confirmed, one after the other; a run that is interrupted goes on with what is left."""
    known = {resource.arn: resource for resource in session.resources(connection, group)}
    with st.status(f"Deleting {len(plan)} resources ...", expanded=True) as status:
        while plan:
            resource = known.get(plan[0])
            if resource:
                status.write(f"{resource.label} **{resource.name}**")
                delete_or_give_up(resource)
            plan.pop(0)
        status.update(label="Deleted", state="complete", expanded=False)
    del st.session_state[DELETING]
    session.forget()
    st.rerun()


def delete_or_give_up(resource: Resource) -> None:
    """Delete one resource; a failure ends the plan and leaves the rest intact."""
    try:
        delete(connection, resource)
    except Exception:
        del st.session_state[DELETING]
        session.forget()
        raise


def open_dialog(resources: list[Resource]) -> None:
    """Open the dialog that the last click asked for; only one can be open."""
    known = {resource.arn: resource for resource in resources}
    asked = {key: st.session_state.pop(key, None) for key in (OPEN, DELETE, DEPLOY, TRAIN, CREATE)}
    if resource := known.get(asked[OPEN]):
        show_drawer(connection, resource, describe(connection, resource), resources)
    elif resource := known.get(asked[DELETE]):
        show_delete(connection, resource, resources)
    elif asked[DEPLOY]:
        new_resource.create_campaign(connection, group, asked[DEPLOY])
    elif asked[TRAIN]:
        perform(connection, solution_version(asked[TRAIN]), "Training started")
        st.rerun()
    elif asked[CREATE]:
        dialogs = {
            "Solution": new_resource.create_solution,
            "Solution version": new_resource.create_version,
            "Campaign": new_resource.create_campaign,
            "Event tracker": new_resource.create_tracker,
            "Filter": new_resource.create_filter,
        }
        kind = next(kind for kind, label in KINDS.items() if label == asked[CREATE])
        dialogs[kind](connection, group)


def live_table(wanted: str | None, were_moving: bool, known: list[list[Resource]]) -> None:
    """Draw the table; while something moves it draws itself anew, and the page once more when all is at rest.

    The run of the whole page hands over what it read, once: reading again could differ, and close a dialog just opened.
    """
    with session.guarded():
        if not known:
            session.resources.clear(connection, group)
        resources = known.pop() if known else session.resources(connection, group)
        moving = any(resource.moving for resource in resources)
        if moving != were_moving or any(key in st.session_state for key in (OPEN, DELETE, DEPLOY, TRAIN)):
            st.rerun()
        shown = table.order([found for found in resources if wanted is None or FILTERS[wanted](found)])
        progress = {found.arn: read_progress(connection, found.arn) for found in shown if found.moving}
        frame = table.frame(shown, {arn: told for arn, told in progress.items() if told})
        table.show_resources(
            frame, palette(), key="resources.table", on_click=clicked_row, args=(shown,), click_key=CLICK
        )
        state = ":material/sync: Live · updated" if moving else ":material/check: Up to date ·"
        st.caption(f"{state} {datetime.now():%H:%M:%S}")


if DELETING in st.session_state:
    delete_marked(st.session_state[DELETING])
resources = session.resources(connection, group)
counts = {name: sum(map(fits, resources)) for name, fits in FILTERS.items()}
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    wanted = st.pills(
        "Show",
        [name for name, count in counts.items() if count],
        format_func=lambda name: f"{name} {counts[name]}",
        key="status",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.menu_button(
        "Create",
        list(KINDS.values()),
        icon=":material/add:",
        type="primary",
        key="resources.menu",
        on_click=clicked_create,
    )
for failed in (resource for resource in resources if statuses.is_failed(resource.status)):
    st.error(
        failed.failure or "The service gives no reason.",
        title=f"{failed.label} {failed.name} failed",
        icon=":material/error:",
    )
with st.container(border=True):
    st.echarts_chart(
        spec(resources, palette()),
        height=height(resources),
        key="resources.graph",
        on_select=lambda: clicked_node([resource.arn for resource in resources]),
        alt=f"{len(resources)} resources, from the dataset group on the left to what was made from it on the right",
    )
moving = any(resource.moving for resource in resources)
pause = ("2s" if connection.is_local else "15s") if moving else None
open_dialog(resources)
st.fragment(live_table, run_every=pause)(wanted, moving, [resources])
