"""The demo's card: what it does, its start, its progress while it runs, and where to go after it."""

from __future__ import annotations

import os

import streamlit as st

from components import session
from components.lock import locked
from components.task_view import show_task
from data.movielens import CITATION, LICENCE
from services import demo
from services.connection import Connection
from services.handbook import word
from services.local_endpoint import samples_directory
from services.progress import Task

_NOTICED = "overview.demo_ended"
_WATCHED = "overview.demo_watched"
_ACKNOWLEDGED = "overview.demo_seen"
_READY = "overview.demo_ready"
_LINKS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("pages/metrics.py", "Compare the solutions", {}),
    ("pages/recommendations.py", "Ask for user 1", {"user": "1"}),
    ("pages/simulator.py", "Watch a newcomer's list change", {}),
)

_PARTS = (
    (
        "database",
        "Data in",
        "Ratings as *watch* events, films with genres and years, and what the service asks for around them.",
    ),
    (
        "model_training",
        "Four recipes",
        "For you, similar, popular and re-ranked: each is trained, tested on viewing that was held back, and deployed.",
    ),
    (
        "live_tv",
        "Ask and watch",
        "Lists with titles for any user, films like a film, and events that change the next answer.",
    ),
)


def show_demo(connection: Connection, *, empty: bool, complete: bool) -> None:
    """Draw what fits: the running demo, the invitation, or the offer to go on with what was begun."""
    task = session.tasks().get(_name(connection))
    if task is not None and task.running:
        st.session_state[_WATCHED] = task.started
        st.fragment(_show_running, run_every=0.5)(connection)
        return
    watched = task is not None and st.session_state.get(_WATCHED) == task.started
    if task is not None and watched and st.session_state.get(_NOTICED) != task.started:
        st.session_state[_NOTICED] = task.started
        st.session_state[_READY] = task.failure is None
        session.select_dataset_group(demo.GROUP)
        st.rerun()
    if st.session_state.pop(_READY, False):
        st.toast("All set up: the campaigns answer now", icon=":material/celebration:")
    # Who comes later is spared the news of a demo that went well.
    told = watched or (task is not None and task.failure is not None)
    if task is not None and told and st.session_state.get(_ACKNOWLEDGED) != task.started:
        _show_end(task)
    if empty:
        _show_invitation(connection)
    elif not complete and task is not None and task.failure is not None:
        st.button(
            "Go on with the demo",
            icon=":material/play_arrow:",
            key="overview.go_on",
            disabled=locked(),
            on_click=_start,
            args=[connection],
        )


def _show_invitation(connection: Connection) -> None:
    with st.container(border=True, gap="small"):
        st.header("See it work in a minute", anchor=False)
        where = "on this computer; nothing leaves it" if connection.is_local else "in your AWS account"
        st.markdown(
            "Marquee answers the calls of Amazon Personalize: it learns from what people chose what each of them would "
            f"choose next. The demo loads MovieLens, real ratings of real films, and trains four recipes {where}. "
            "Then you see which recipe is better, why anybody gets what they get, and how soon a newcomer is known."
        )
        agreed = connection.is_local or st.checkbox(
            "I know that training and campaigns in this account cost money", key="overview.agreed",
            help=f"{word('training hour')} {word('campaign')}",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Start the demo", type="primary", icon=":material/play_arrow:", key="overview.start",
                on_click=_start, args=[connection], disabled=locked() or not agreed,
            )  # fmt: skip
            st.page_link("pages/upload.py", label="Use my own data", icon=":material/upload_file:")
    with st.grid(3, min_column_width=240):
        for icon, title, body in _PARTS:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.subheader(f":material/{icon}: {title}", anchor=False)
                st.markdown(body)
    st.caption(f"{LICENCE} {CITATION}")


def _show_running(connection: Connection) -> None:
    task = session.tasks()[_name(connection)]
    if not task.running:
        st.rerun()
    with st.container(border=True):
        st.header("The demo is being set up", anchor=False)
        show_task(task, "Setting up", doing="set up the demo")
        st.button(
            "Stop",
            icon=":material/stop:",
            key="overview.stop",
            on_click=task.progress.cancel,
            disabled=task.progress.cancelled,
        )


def _show_end(task: Task) -> None:
    with st.container(border=True):
        if task.failure is None:
            st.header("The demo is ready", anchor=False)
            with st.container(horizontal=True):
                for page, label, query in _LINKS:
                    st.page_link(page, label=label, icon=":material/arrow_forward:", query_params=query or None)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                show_task(task, "Setting up" if task.failure else "Set up", doing="set up the demo")
            st.button("Got it", icon=":material/check:", key="overview.close", on_click=_acknowledge, args=[task])


def _start(connection: Connection) -> None:
    cache = samples_directory()
    given = os.environ.get("MARQUEE_MOVIELENS")
    endpoint = session.local_endpoint()
    running = session.tasks().get(_name(connection))
    if running is None or not running.running:
        task = Task(
            lambda progress: endpoint.served(
                connection, progress, lambda there: demo.run_demo(there, progress, given=given, cache=cache)
            )
        )
        session.tasks()[_name(connection)] = task
        st.session_state[_WATCHED] = task.started


def _acknowledge(task: Task) -> None:
    st.session_state[_ACKNOWLEDGED] = task.started


def _name(connection: Connection) -> str:
    return f"demo of {connection.endpoint or connection.profile} in {connection.region}"
