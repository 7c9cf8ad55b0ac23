"""Training workflow: ratings arrive on S3, and a new solution version comes of it without a click."""

from __future__ import annotations

import os
import time

import streamlit as st

from components import session
from components.feedback import empty_state, errors_shown
from components.lock import locked
from components.workflow_view import show_course, show_executions, show_given, show_stack
from data import movielens
from services import workflow, workflow_files, workflow_runs
from services.handbook import word
from services.local_endpoint import samples_directory
from services.progress import Progress

PUT = "workflow.put_at"
# A run begins a moment after its file has arrived: so long the page looks even where nothing moves yet.
PATIENCE_SECONDS = 10

connection = session.connection()
settings = workflow.find_settings(connection) if connection.is_local else None
executions = workflow_runs.list_executions(connection)


def create() -> None:
    """Make the workflow, or change it, as the form says."""
    wanted = workflow.Settings(
        st.session_state["workflow.group"],
        st.session_state["workflow.solution"],
        st.session_state["workflow.recipe"],
        st.session_state["workflow.share"] / 100,
    )
    with errors_shown("create the workflow"):
        workflow.provision(connection, wanted, Progress())
        session.select_dataset_group(wanted.dataset_group)


def ask_settings(known: workflow.Settings) -> None:
    """Draw the form of the workflow's settings."""
    known_recipes = session.recipes(connection).items()
    recipes = [name for name, recipe in known_recipes if recipe.purpose == "user" and not recipe.domain]
    with st.form("workflow.form", border=False):
        with st.grid(2, min_column_width=240):
            st.text_input(
                "Dataset group", known.dataset_group, max_chars=63, key="workflow.group", help=word("dataset group")
            )
            st.text_input("Solution", known.solution, max_chars=63, key="workflow.solution", help=word("solution"))
            st.selectbox(
                "Recipe", recipes, index=recipes.index(known.recipe), key="workflow.recipe", help=word("recipe")
            )
            st.slider(
                "Ratings to keep", 1, 100, max(1, round(known.fraction * 100)), format="%d %%", key="workflow.share",
                help="A share drawn at random; the tutorial keeps 5 % of 25 million",
            )  # fmt: skip
        label = "Create the workflow" if settings is None else "Change it"
        st.form_submit_button(label, type="primary", icon=":material/build:", on_click=create, disabled=locked())


def put(files: dict[str, bytes]) -> None:
    """Bring the files to S3, where they start a run."""
    with errors_shown("put the files on S3"):
        where = workflow.put_files(connection, files)
        st.session_state[PUT] = time.time()
        st.toast(f"On {where}: the run begins", icon=":material/play_arrow:")


def put_movielens() -> None:
    """Bring MovieLens to S3."""
    with errors_shown("find MovieLens"):
        found = movielens.find(os.environ.get("MARQUEE_MOVIELENS"), samples_directory())
        put(workflow_files.of_movielens(found))


def awaited(found: list[workflow_runs.Execution]) -> bool:
    """Tell whether a run moves, or is about to begin."""
    just_put = time.time() - st.session_state.get(PUT, 0.0) < PATIENCE_SECONDS
    return just_put or any(one.status == workflow_runs.RUNNING for one in found)


def show_runs(polling: bool) -> None:
    """Draw the newest run and the list of all; the page runs once more, to stop polling, when the last has ended."""
    with session.guarded():
        found = workflow_runs.list_executions(connection)
        if polling and not awaited(found):
            session.forget()
            st.rerun()
        if not found:
            st.info("No run yet: give it ratings, and it begins by itself.", icon=":material/inbox:")
            return
        names = [one.arn.rpartition(":")[2] for one in found]
        chosen = st.selectbox("Run", names, key="run", bind="query-params") if len(names) > 1 else names[0]
        show_course(workflow_runs.read_course(connection, found[names.index(chosen)]))
        show_executions(found)


st.markdown(
    f"When `{workflow.FILES[-1]}` arrives on S3, EventBridge starts a Step Functions state machine: a Glue job joins "
    "ratings and films, an import job brings them in, and a new solution version is trained."
)
st.page_link(
    "pages/resources.py", label="To train on a dataset group that is there already, go to Resources",
    icon=":material/arrow_forward:",
)  # fmt: skip
if not connection.is_local and not executions:
    empty_state(
        "No such workflow in this account and region",
        f"Runs of a state machine named {workflow.MACHINE} are shown here. Making one on AWS needs a Glue script and "
        "roles of yours, so this page makes it only on this computer.",
        icon="account_tree",
        page="pages/connection.py",
        action="Work on this computer",
    )
    st.stop()

if connection.is_local:
    with st.container(border=True):
        st.header(":material/build: 1. The workflow", anchor=False)
        if settings is None:
            ask_settings(workflow.Settings())
        else:
            show_stack(settings, workflow.list_parts(connection))
            with st.expander("Change the settings", icon=":material/tune:"):
                ask_settings(settings)
if settings is not None:
    with st.container(border=True):
        st.header(":material/upload_file: 2. Give it ratings", anchor=False)
        uploads = st.file_uploader(
            "A zip of MovieLens, or movies.csv and ratings.csv", type=["zip", "csv"], accept_multiple_files=True,
            key="workflow.files",
        )  # fmt: skip
        if uploads:
            with errors_shown("read the files"):
                given = workflow_files.collect((upload.name, upload.getvalue()) for upload in uploads)
            show_given(given.files, given.skipped)
            st.button(
                "Put them on S3", type="primary", icon=":material/cloud_upload:", key="workflow.put",
                disabled=locked() or bool(given.missing), on_click=put, args=[given.files],
            )  # fmt: skip
        st.button(
            "Take MovieLens",
            icon=":material/movie:",
            key="workflow.movielens",
            on_click=put_movielens,
            disabled=locked(),
        )

if settings is not None or executions:
    st.header("Runs", anchor=False)
    polling = awaited(executions)
    pause = ("1s" if connection.is_local else "15s") if polling else None
    st.fragment(show_runs, run_every=pause)(polling)
