"""Batch jobs on a page: the one that is looked at while it runs, the table of all, and the way to a first segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from components import session
from components.feedback import show_progress
from components.item_table import ROW_HEIGHT, download
from components.resource_table import status_column
from components.text import plain
from components.theme import palette, status_color, status_icon
from services import statuses
from services.batch import work_of
from services.connection import Connection
from services.handbook import word
from services.local_insights import read_progress
from services.recipes import short_name
from services.resources import Resource, describe

ROWS = 10


def show_status(connection: Connection, job: Resource) -> bool:
    """Draw how a job is doing, live while it runs, and tell whether its results are there."""
    if job.moving:
        watch(connection, job)
    elif statuses.is_failed(job.status):
        st.error(
            plain(job.failure or "The service gives no reason."), title=f"{job.label} failed: nothing was written",
            icon=":material/error:",
        )  # fmt: skip
    return job.status == statuses.ACTIVE


def watch(connection: Connection, resource: Resource) -> None:
    """Draw how far something is, again and again; draw the whole page anew when its status changes."""
    st.fragment(_watch, run_every="1s" if connection.is_local else "15s")(connection, resource)


def _watch(connection: Connection, resource: Resource) -> None:
    with session.guarded():
        status = str(describe(connection, resource)["status"])
        told = read_progress(connection, resource.arn)
    if status != resource.status:
        if not statuses.is_moving(status):
            st.toast(f"{resource.label} {resource.name} is {status}", icon=status_icon(status))
        session.forget()
        st.rerun()
    with st.container(border=True):
        st.markdown(f"{resource.label} **{resource.name}**")
        st.badge(status, icon=status_icon(status), color=status_color(status))
        if told:
            show_progress(told.fraction, told.text or "Working")
        else:
            st.caption("This page goes on by itself as soon as it is ready; on AWS that can take half an hour.")


def show_jobs(jobs: Sequence[Resource], versions: Mapping[str, Resource]) -> None:
    """Draw the table of all jobs; versions are solution versions by ARN."""
    recipes = [versions[job.parent].recipe if job.parent in versions else "" for job in jobs]
    frame = pd.DataFrame(
        {
            "Job": [job.name for job in jobs],
            "Kind": ["Segments" if work_of(job) == "segment" else "Recommendations" for job in jobs],
            "Status": [[job.status] for job in jobs],
            "Recipe": [short_name(recipe) if recipe else "" for recipe in recipes],
            "Version": [versions[job.parent].name if job.parent in versions else "" for job in jobs],
            "Created": [job.created for job in jobs],
            "Reason": [job.failure for job in jobs],
        }
    )
    config = st.column_config
    st.dataframe(
        frame if frame["Reason"].any() else frame.drop(columns="Reason"),
        hide_index=True,
        key="batch.jobs",
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(frame), ROWS) + 1) + 3,
        alt=f"{len(frame)} batch jobs with kind, status, recipe and age",
        column_config={
            "Job": config.TextColumn(width=270),
            "Recipe": config.TextColumn(help=word("recipe")),
            "Version": config.TextColumn(help=word("solution version")),
            "Status": status_column(sorted({job.status for job in jobs}), palette()),
            "Created": config.DatetimeColumn(format="distance", width=120),
            "Reason": config.TextColumn("Why it failed", width="large"),
        },
    )
    download(frame.assign(Status=[job.status for job in jobs]), "batch-jobs", key="batch.jobs_csv")
