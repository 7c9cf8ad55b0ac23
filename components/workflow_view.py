"""Draws the training workflow: its course as a diagram in the colours of its states, its runs and its resources."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.text import plain
from services.workflow import FILES, Part, Settings
from services.workflow_runs import RUNNING, Course, Execution, StateRun

STEPS = ("Transform", "Look at transform", "Import", "Look at import", "Create solution", "Train", "Look at train")
"""The tasks in their order; what waits and chooses between them is left out of the picture."""

MARKS = {"succeeded": "✓", "failed": "✕", "running": "…"}
CLASSES = """
    classDef succeeded fill:#15803d,stroke:#15803d,color:#ffffff
    classDef running fill:#b45309,stroke:#b45309,color:#ffffff
    classDef failed fill:#be123c,stroke:#be123c,color:#ffffff
"""


def diagram(states: dict[str, StateRun]) -> str:
    """Return the course as Mermaid writes it: a box per task, marked and coloured by how it went."""
    boxes = [f'    s{place}["{_label(name, states.get(name))}"]' for place, name in enumerate(STEPS)]
    arrows = "    " + " --> ".join(f"s{place}" for place in range(len(STEPS)))
    known = [(place, states[name].stage) for place, name in enumerate(STEPS) if name in states]
    colours = [f"    class s{place} {stage}" for place, stage in known]
    return "\n".join(["flowchart LR", *boxes, arrows, CLASSES, *colours])


def in_words(states: dict[str, StateRun]) -> str:
    """Return the course for those who do not see the diagram."""
    told = [f"{name} {states[name].stage if name in states else 'not reached'}" for name in STEPS]
    return "The steps of the workflow: " + ", ".join(told)


def show_course(course: Course) -> None:
    """Draw the course of one execution."""
    st.mermaid_chart(diagram(course.states), alt=in_words(course.states))
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
    columns = {
        "Began": st.column_config.DatetimeColumn(format="D MMM, HH:mm:ss"),
        "Seconds": st.column_config.NumberColumn(format="%.0f"),
    }
    running = sum(found.status == RUNNING for found in executions)
    st.dataframe(
        table, hide_index=True, column_config=columns, alt=f"{len(executions)} runs of the workflow, {running} running"
    )


def show_stack(settings: Settings, parts: Sequence[Part]) -> None:
    """Draw what the workflow was made with and what it consists of."""
    resources, parameters = st.tabs([f"Resources {len(parts)}", "Parameters"])
    rows = pd.DataFrame([(part.kind, part.name, part.identity) for part in parts], columns=["Type", "Name", "ARN"])
    resources.dataframe(rows, hide_index=True, alt=f"{len(parts)} resources of the workflow with their ARNs")
    known = settings.parameters()
    table = pd.DataFrame({"Parameter": list(known), "Value": list(known.values())})
    parameters.dataframe(table, hide_index=True, alt="The parameters that the workflow was made with")


def show_given(files: dict[str, bytes], skipped: Sequence[str]) -> None:
    """Say which files were recognised."""
    for name in FILES:
        size = f" · {len(files[name]) / 1e6:.1f} MB" if name in files else " · missing"
        st.markdown(f":material/{'check_circle' if name in files else 'radio_button_unchecked'}: `{name}`{size}")
    if skipped:
        st.caption(f"Not needed: {plain(', '.join(skipped))}")


def _label(name: str, run: StateRun | None) -> str:
    if run is None:
        return name
    often = f" × {run.entered}" if run.entered > 1 else ""
    return f"{MARKS[run.stage]} {name}{often}"
