"""Runs an upload in the background and shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from components import session
from components.task_view import show_task
from components.text import plain
from components.upload_sources import forget_file
from data import movielens
from services.connection import Connection
from services.demo import movielens_upload
from services.local_endpoint import samples_directory
from services.progress import Progress, Task
from services.uploads import Upload, upload_all

_TASK = "upload.task"
_NOTICED = "upload.ended"


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """An import that was started in this session."""

    task: Task
    group: str
    what: str
    done: list[str]
    """The dataset types that have arrived, as the task tells."""


def listed(dataset_types: Iterable[str]) -> str:
    """Return dataset types as a sentence has them: "Interactions, Items and Users"."""
    *most, last = sorted(dataset_types)
    return f"{', '.join(most)} and {last}" if most else last


def start_upload(connection: Connection, group: str, wanted: Sequence[Upload]) -> None:
    """Begin to import checked files."""
    done: list[str] = []
    what = listed(one.dataset_type for one in wanted)
    _start(group, what, done, lambda progress: upload_all(connection, wanted, progress, done))


def start_movielens(connection: Connection, group: str, domain: str, dataset_types: Sequence[str]) -> None:
    """Begin to fetch MovieLens and import some of its tables."""
    given, cache = os.environ.get("MARQUEE_MOVIELENS"), samples_directory()

    def work(progress: Progress) -> None:
        with progress.step("Find MovieLens") as step:
            found = movielens.find(given, cache, step.tell)
        wanted = [movielens_upload(found, group, domain, dataset_type) for dataset_type in dataset_types]
        upload_all(connection, wanted, progress, [])

    _start(group, f"MovieLens {listed(dataset_types).lower()}", [], work)


def show_upload() -> bool:
    """Draw the upload that runs, or the one that has just ended, and tell whether the page is taken by it."""
    begun: _Begun | None = st.session_state.get(_TASK)
    if begun is None:
        return False
    task, group = begun.task, begun.group
    if task.running:
        st.fragment(_show_running, run_every=0.5)(begun)
        return True
    if st.session_state.get(_NOTICED) != task.started:
        st.session_state[_NOTICED] = task.started
        for dataset_type in begun.done:
            forget_file(dataset_type)
        if task.failure is None or begun.done:
            session.select_dataset_group(group)
        session.forget()
        st.rerun()
    with st.container(border=True):
        if task.failure is None:
            st.header(f":material/check_circle: {plain(begun.what)} imported into {plain(group)}", anchor=False)
        show_task(task, f"{begun.what} into {group}", doing="import the data")
        with st.container(horizontal=True, vertical_alignment="center"):
            if task.failure is None:
                _show_next(begun.done)
            else:
                st.button("Close", icon=":material/close:", key="upload.close", on_click=_close)
    return task.failure is None


def _show_next(done: Sequence[str]) -> None:
    """Draw what comes after an import; after interactions alone, titles are still missing."""
    st.page_link("pages/resources.py", label="**Next: train on it**", icon=":material/arrow_forward:")
    if list(done) == ["Interactions"]:
        st.button(
            "Add titles: upload the items", icon=":material/title:", key="upload.items", type="tertiary",
            on_click=_go_on_with, args=["Items"],
        )  # fmt: skip
    st.button(
        "Upload another file", icon=":material/upload_file:", key="upload.close", type="tertiary", on_click=_close
    )


def _go_on_with(dataset_type: str) -> None:
    st.session_state["dataset"] = dataset_type
    _close()


def _close() -> None:
    st.session_state.pop(_TASK, None)


def _show_running(begun: _Begun) -> None:
    if not begun.task.running:
        st.rerun()
    with st.container(border=True):
        show_task(begun.task, f"{begun.what} into {begun.group}", doing="import the data")
        st.button(
            "Stop", icon=":material/stop:", key="upload.stop", on_click=begun.task.progress.cancel,
            disabled=begun.task.progress.cancelled,
        )  # fmt: skip


def _start(group: str, what: str, done: list[str], work: Callable[[Progress], object]) -> None:
    st.session_state[_TASK] = _Begun(Task(work), group, what, done)
