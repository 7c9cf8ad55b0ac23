"""Runs an upload in the background and shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable

import streamlit as st

from components import session
from components.task_view import show_task
from components.upload_view import File, forget_file
from data import movielens
from services.connection import Connection
from services.demo import movielens_upload
from services.drafts import Prepared
from services.local_endpoint import samples_directory
from services.progress import Progress, Task
from services.uploads import Upload, upload

_TASK = "upload.task"
_NOTICED = "upload.ended"
_TITLES = ("title", "name")


def start_upload(
    connection: Connection, group: str, domain: str, dataset_type: str, prepared: Prepared, file: File
) -> None:
    """Begin to import a checked file."""
    header = file.content.split(b"\n", 1)[0].decode("utf-8-sig", "replace").lower()
    catalog = file.content if dataset_type == "Items" and any(title in header for title in _TITLES) else None
    wanted = Upload(group, dataset_type, prepared.fields, prepared.table, domain, catalog)
    _start(group, dataset_type, lambda progress: upload(connection, wanted, progress))


def start_movielens(connection: Connection, group: str, domain: str, dataset_type: str) -> None:
    """Begin to fetch MovieLens and import one of its tables."""
    given, cache = os.environ.get("MARQUEE_MOVIELENS"), samples_directory()

    def work(progress: Progress) -> object:
        with progress.step("Find MovieLens") as step:
            found = movielens.find(given, cache, step.tell)
        return upload(connection, movielens_upload(found, group, domain, dataset_type), progress)

    _start(group, dataset_type, work)


def show_upload() -> bool:
    """Draw the upload that runs, or the one that has just ended, and tell whether the page is taken by it."""
    begun: tuple[Task, str, str] | None = st.session_state.get(_TASK)
    if begun is None:
        return False
    task, group, dataset_type = begun
    if task.running:
        st.fragment(_show_running, run_every=0.5)(task, group, dataset_type)
        return True
    if st.session_state.get(_NOTICED) != task.started:
        st.session_state[_NOTICED] = task.started
        if task.failure is None:
            forget_file(dataset_type)
            session.select_dataset_group(group)
        session.forget()
        st.rerun()
    with st.container(border=True):
        show_task(task, f"{dataset_type} into {group}", doing="import the data")
        with st.container(horizontal=True, vertical_alignment="center"):
            if task.failure is None:
                st.page_link("pages/resources.py", label="Next: create a solution", icon=":material/arrow_forward:")
            label = "Upload something else" if task.failure is None else "Close"
            st.button(label, icon=":material/close:", key="upload.close", on_click=_close)
    return task.failure is None


def _close() -> None:
    st.session_state.pop(_TASK, None)


def _show_running(task: Task, group: str, dataset_type: str) -> None:
    if not task.running:
        st.rerun()
    with st.container(border=True):
        show_task(task, f"{dataset_type} into {group}", doing="import the data")
        st.button(
            "Stop", icon=":material/stop:", key="upload.stop", on_click=task.progress.cancel,
            disabled=task.progress.cancelled,
        )  # fmt: skip


def _start(group: str, dataset_type: str, work: Callable[[Progress], object]) -> None:
    st.session_state[_TASK] = (Task(work), group, dataset_type)
