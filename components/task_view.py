"""Shows work in the background: one line per step, what each took, and how far the open ones are."""

from __future__ import annotations

import streamlit as st

from components.feedback import show_error, show_progress
from components.text import plain
from services.progress import Calls, Cancelled, Step, Task

CALLS_HEIGHT = 220
LINES = "  \n"
"""Between two lines of one piece of Markdown."""


def show_task(task: Task, title: str, *, doing: str) -> None:
    """Draw all steps of a task under a headline with the time that it has taken; those of a good end when opened."""
    headline = f"{title} · {task.seconds:.0f} s"
    if not task.running and task.failure is None:
        with st.expander(headline, icon=":material/check:", key="task.log", on_change="rerun") as log:
            if log.open:
                _show_log(task)
        return
    with st.status(headline, expanded=True, state="error" if task.failure else "running"):
        _show_log(task)
    if isinstance(task.failure, Cancelled):
        st.info(
            "You stopped it. What was ready by then is kept; start again to go on from there.",
            icon=":material/front_hand:",
        )
    elif task.failure is not None:
        show_error(task.failure, doing)


def _show_log(task: Task) -> None:
    with st.container(gap="xsmall"):
        _show_steps(task)
        _show_calls(task)


def _show_calls(task: Task) -> None:
    """Draw one line per call of the API; what was asked again and again is one line with its count."""
    calls = task.progress.calls()
    if not calls:
        return
    st.caption(f"Calls of the API: {sum(call.count for call in calls):,}")
    with st.container(border=True, height=CALLS_HEIGHT, gap="xxsmall", autoscroll=task.running):
        st.caption(LINES.join(map(_call_line, calls)))


def _call_line(call: Calls) -> str:
    mark = ":orange[:material/undo:]" if call.refused else ":green[:material/check:]"
    often = f" × {call.count}" if call.count > 1 else ""
    return f"{mark} **{call.operation}** {plain(call.subject)}{often} · {call.seconds:.2f} s"


def _show_steps(task: Task) -> None:
    """Draw the steps up to an open one with a bar in one piece: an element a line makes a browser slow."""
    lines: list[str] = []
    for step in task.progress.steps():
        lines.append(_step_line(step, stopped=not task.running))
        if task.running and step.ended is None and step.fraction:
            st.markdown(LINES.join(lines))
            show_progress(step.fraction)
            lines = []
    if lines:
        st.markdown(LINES.join(lines))


def _step_line(step: Step, *, stopped: bool) -> str:
    if step.ended is not None:
        return f":green[:material/check_circle:] {plain(step.text)} :gray[· {step.seconds:.1f} s]"
    if stopped:
        return f":orange[:material/front_hand:] {plain(step.text)} :gray[· not finished]"
    detail = f" :gray[· {plain(step.detail)}]" if step.detail else ""
    return f":material/progress_activity: {plain(step.text)}{detail} :gray[· {step.seconds:.0f} s]"
