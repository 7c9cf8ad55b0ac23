"""Draws the training workflow: how far each of its stages is, its runs and its resources."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.duration_view import words
from components.plain_table import Columns, show_table
from components.strip import Box, show_strip
from components.text import plain
from services.overview import State
from services.workflow import FILES, Part, Settings
from services.workflow_runs import RUNNING, Course, Execution, StateRun

STAGES = {"Transform": "transform", "Import": "download", "Create solution": "tune", "Train": "model_training"}
"""The stages in their order with their icons; what waits, looks and chooses between them belongs to the stage before.
"""


def boxes(course: Course) -> list[Box]:
    """Return how far each stage is, and how long those took that are done."""
    runs = {stage: [run for name, run in course.states.items() if stage.lower() in name.lower()] for stage in STAGES}
    last = next((stage for stage in reversed(STAGES) if runs[stage]), "") if course.failure else ""
    return [Box(stage, icon, *_told(runs[stage], failed=stage == last)) for stage, icon in STAGES.items()]


def _told(runs: Sequence[StateRun], *, failed: bool) -> tuple[State, str]:
    if not runs:
        return "todo", "not reached"
    if failed:
        return "failed", "failed"
    if any(run.stage == "running" for run in runs):
        return "busy", "in progress"
    return "done", f"done in {words(sum(run.seconds for run in runs))}"


def show_course(course: Course) -> None:
    """Draw the course of one execution."""
    show_strip(boxes(course))
    if course.failure:
        st.error(plain(course.failure), title="This run failed", icon=":material/error:")


def show_executions(executions: Sequence[Execution]) -> None:
    """Draw the runs, the newest first."""
    table = pd.DataFrame(
        {
            "Run": [found.arn.rpartition(":")[2] for found in executions],
            "Status": [found.status.replace("_", " ").capitalize() for found in executions],
            "Began": [found.started for found in executions],
            "Seconds": [(found.ended - found.started).total_seconds() if found.ended else None for found in executions],
        }
    )
    columns: Columns = {
        "Began": st.column_config.DatetimeColumn(format="D MMM, HH:mm:ss"),
        "Seconds": st.column_config.NumberColumn(format="%.0f"),
    }
    running = sum(found.status == RUNNING for found in executions)
    alt = f"{len(executions)} runs of the workflow, {running} running"
    show_table(table, "runs", alt=alt, columns=columns)


def show_stack(settings: Settings, parts: Sequence[Part]) -> None:
    """Draw what the workflow was made with and what it consists of."""
    resources, parameters = st.tabs([f"Resources {len(parts)}", "Parameters"])
    rows = pd.DataFrame([(part.kind, part.name, part.identity) for part in parts], columns=["Type", "Name", "ARN"])
    with resources:
        show_table(rows, "workflow", alt=f"{len(parts)} resources of the workflow with their ARNs")
    known = settings.parameters()
    table = pd.DataFrame({"Parameter": list(known), "Value": list(known.values())})
    with parameters:
        show_table(table, "parameters", alt="The parameters that the workflow was made with")


def show_given(files: dict[str, bytes], skipped: Sequence[str]) -> None:
    """Say which files were recognised."""
    for name in FILES:
        size = f" · {len(files[name]) / 1e6:.1f} MB" if name in files else " · missing"
        st.markdown(f":material/{'check_circle' if name in files else 'radio_button_unchecked'}: `{name}`{size}")
    if skipped:
        st.caption(f"Not needed: {plain(', '.join(skipped))}")
