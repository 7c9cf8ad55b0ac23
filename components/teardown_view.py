"""The tear-down on a page: its plan as a checklist, the confirmation, and how far it is."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from components import session
from components.api_call import show_call
from components.deletion_cache import note_deleted
from components.figures import NARROWEST
from components.keep_copy import offer_copy
from components.lock import locked
from components.task_view import show_task
from components.text import plain
from services.connection import Connection
from services.progress import Task
from services.resources import KINDS, Resource
from services.teardown import TearDown, tear_down

_TASK = "costs.tear_down"
_NOTICED = "costs.tear_down_ended"
FILES_SHOWN = 6


def show_running_tear_down() -> bool:
    """Draw the tear-down that this session began, and tell whether it runs: the rest of the page would be half true."""
    begun: tuple[Task, Connection, Resource] | None = st.session_state.get(_TASK)
    if begun is None:
        return False
    task, connection, group = begun
    name = group.name
    if task.running:
        st.fragment(_show_live, run_every=0.5)(task, name)
        return True
    if st.session_state.get(_NOTICED) != task.started:
        st.session_state[_NOTICED] = task.started
        if task.failure is None:
            note_deleted(connection, group.arn, group)
        session.forget()
        st.rerun()
    with st.container(border=True):
        if task.failure is None:
            st.success(
                "Nothing of it is left that could cost money. The files on S3 are where they were.",
                title=f"{name} is gone", icon=":material/delete_forever:",
            )  # fmt: skip
        show_task(task, f"Tearing down {name}", doing=f"tear {name} down")
        st.button("Close", icon=":material/close:", key="costs.close", on_click=_close)
    return False


def _show_live(task: Task, name: str) -> None:
    if not task.running:
        st.rerun()
    with st.container(border=True):
        show_task(task, f"Tearing down {name}", doing=f"tear {name} down")
        st.button(
            "Stop after this step", icon=":material/stop:", key="costs.stop", on_click=task.progress.cancel,
            disabled=task.progress.cancelled,
        )  # fmt: skip


def show_plan(connection: Connection, plan: TearDown, saved: float) -> None:
    """Draw the plan and ask for the name before it starts; saved is what it saves in a month, in dollars."""
    st.markdown(
        f"Deletes **{plan.group.name}** and everything in it, in the order that the service accepts. "
        + (f"On AWS that would save about **${saved:,.0f} a month**." if saved else "")
    )
    sides = st.grid(2, min_column_width=NARROWEST, gap="medium")
    with sides.cell():
        steps = (f"{place}. {step.label} **{plain(step.name)}**" for place, step in enumerate(plan.steps, start=1))
        st.markdown("\n".join(steps))
    with sides.cell():
        _show_rest(plan)
        offer_copy(connection, plan.group.name, [*plan.steps, *plan.along])
    if plan.busy:
        first = plan.busy[0]
        st.warning(
            f"{first.label} {first.name} is {first.status}; wait until it is done, then look again.",
            icon=":material/hourglass:",
        )
    _ask_for_name(connection, plan)


def _show_rest(plan: TearDown) -> None:
    """Draw what goes along without a step of its own, and the files that stay."""
    if plan.along:
        counts = Counter(gone.label.lower() for gone in plan.along)
        told = ", ".join(f"{count} {label}{'s' if count > 1 else ''}" for label, count in counts.items())
        st.markdown(f":material/delete_sweep: **Goes along:** {told}, and all events that were sent")
    if plan.files:
        st.markdown(":material/inventory_2: **Stays on S3**, to be imported again:")
        shown = [*plan.files[:FILES_SHOWN], *(["..."] if len(plan.files) > FILES_SHOWN else [])]
        st.code("\n".join(shown), language=None, wrap_lines=True)


def _ask_for_name(connection: Connection, plan: TearDown) -> None:
    """Draw the confirmation, the button that starts, and the first call that it makes."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input(f"Type {plan.group.name} to confirm", key="costs.confirm", live="300ms", width=320)
        st.button(
            f"Delete {len(plan.steps)} resources", type="primary", icon=":material/delete_forever:", key="costs.delete",
            disabled=locked() or bool(plan.busy) or typed.strip() != plan.group.name, on_click=_start,
            args=(connection, plan),
        )  # fmt: skip
        first, kind = plan.steps[0], KINDS[plan.steps[0].kind]
        show_call(connection, "personalize", f"delete_{kind.operation}", {kind.arn: first.arn})


def _start(connection: Connection, plan: TearDown) -> None:
    endpoint = session.local_endpoint()
    task = Task(lambda progress: endpoint.served(connection, progress, lambda there: tear_down(there, plan, progress)))
    st.session_state[_TASK] = (task, connection, plan.group)
    st.session_state.pop("costs.confirm", None)


def _close() -> None:
    st.session_state.pop(_TASK, None)
