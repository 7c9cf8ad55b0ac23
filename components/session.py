"""What a browser session knows: its connection, its dataset group, and readers that are cached.

The only module that names session keys and, but for those named `*_cache.py`, caches. Cached readers take the
connection as their first argument, so that nobody sees another account's data; call `forget()` after anything was
created, changed or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from components.feedback import errors_shown
from services import dataset_groups as groups
from services import local_endpoint as endpoints
from services.batch_output import output_files, read_output
from services.catalog import Catalog, catalog_source, read_catalog
from services.connection import Connection
from services.context import context_fields
from services.dataset_groups import DatasetGroup
from services.deployments import Deployment, Serving, read_deployments, read_serving
from services.errors import is_unreachable
from services.events import SentEvent, Tracker, find_tracker
from services.filter_rules import FilterField
from services.filter_rules import filter_fields as read_filter_fields
from services.insights import Asked, Explanation
from services.interactions import Interactions, imported_files, read_interactions
from services.local_endpoint import LocalEndpoint, data_directory
from services.people import People, read_people
from services.policies import default_bucket
from services.progress import Task
from services.reasons import explained
from services.recipes import Recipe, read_recipes
from services.resources import Resource, list_resources
from services.service_call import ServiceCall
from services.volume import COUNTED_UP_TO, Volume, counted, estimated

GROUP = "group"
"""Key and URL parameter of the sidebar's choice; its value is the dataset group's name."""
_NEXT_GROUP, _LINKED = "session.next_group", "session.group_linked"
_CONNECTION, _SENT, _RETRIED = "session.connection", "session.sent_events", "session.retried"
DEFAULT_REGION = "us-east-1"


def local_endpoint() -> LocalEndpoint:
    """Return the endpoint on this machine; all sessions of the app share it."""
    return endpoints.local_endpoint(data_directory())


def choice() -> Connection:
    """Return what this session chose: a profile of AWS, or none for this machine; asks nobody whether it is there."""
    chosen: Connection = st.session_state.get(_CONNECTION, Connection(region=DEFAULT_REGION))
    return chosen


def connection() -> Connection:
    """Return where this session's calls go; starts the local endpoint where that is needed. Raises Problem."""
    chosen = choice()
    return replace(chosen, endpoint=local_endpoint().url()) if is_local() else chosen


def use(region: str, profile: str | None) -> None:
    """Send this session's calls to an AWS profile, or with None to the endpoint on this machine."""
    st.session_state[_CONNECTION] = Connection(region=region, profile=profile)
    forget()


def allow_changes(*, allowed: bool) -> None:
    """Let this session change the AWS account that it works on, or only read it; another choice only reads again."""
    st.session_state[_CONNECTION] = replace(choice(), unlocked=allowed)


def is_local() -> bool:
    """Tell whether this session works on this machine, without asking the endpoint."""
    return choice().profile is None


def dataset_group() -> str | None:
    """Return the ARN of the dataset group that is chosen in the sidebar, or None while there is none."""
    chosen = st.session_state.get(GROUP)
    return next((group.arn for group in dataset_groups(connection()) if group.name == chosen), None)


def select_dataset_group(name: str) -> None:
    """Choose a dataset group by its name at the next run of the app."""
    st.session_state[_NEXT_GROUP] = name
    forget()


def settle_dataset_group(there: list[DatasetGroup]) -> None:
    """Bring the sidebar's choice in line with what exists, newest first; to be called before its widget is drawn.

    Where nothing names one it is the newest that stays; no default of the widget, since links leave defaults out.
    """
    names = [group.name for group in there]
    if (wanted := st.session_state.pop(_NEXT_GROUP, None)) in names:
        st.session_state[GROUP] = wanted
    if not names or st.session_state.get(GROUP) in names:
        return
    newest = next((group.name for group in there if not group.is_leaving), names[0])
    if _LINKED not in st.session_state and GROUP not in st.query_params:
        st.query_params[GROUP] = st.session_state[GROUP] = newest  # the link can be written until the widget is there
    elif st.query_params.get(GROUP) not in names:
        st.session_state[GROUP] = newest
    st.session_state[_LINKED] = True


@st.cache_data(ttl=5, max_entries=64, show_spinner=False)
def dataset_groups(connection: Connection) -> list[DatasetGroup]:
    """Return all dataset groups, newest first."""
    return groups.list_dataset_groups(connection)


@st.cache_data(ttl=600, max_entries=16, show_spinner=False)
def account(connection: Connection) -> str:
    """Return the number of the AWS account behind a connection."""
    return str(connection.client("sts").get_caller_identity()["Account"])


@st.cache_data(ttl=600, max_entries=16, show_spinner=False)
def bucket(connection: Connection) -> str:
    """Return the name of this app's bucket, which may not be there yet."""
    return default_bucket(connection)


@st.cache_data(ttl=2, max_entries=64, show_spinner=False)
def resources(connection: Connection, group: str) -> list[Resource]:
    """Return everything in a dataset group."""
    return list_resources(connection, group)


@st.cache_data(ttl=3600, max_entries=16, show_spinner=False)
def recipes(connection: Connection) -> dict[str, Recipe]:
    """Return every recipe by its name."""
    return read_recipes(connection)


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def deployments(connection: Connection, group: str) -> list[Deployment]:
    """Return the campaigns and recommenders of a dataset group."""
    return read_deployments(connection, resources(connection, group), recipes(connection))


# What a job wrote does not change, and may be large.
@st.cache_resource(ttl=600, max_entries=4, show_spinner="Reading the results ...")
def batch_output(connection: Connection, job: str, _call: ServiceCall) -> bytes:
    """Return the lines that a batch job wrote; job is its ARN, which tells jobs apart. Raises Problem."""
    return read_output(connection, output_files(connection, _call))


@st.cache_data(ttl=60, max_entries=64, show_spinner=False)
def context_names(connection: Connection, group: str) -> list[str]:
    """Return the fields by which a request to a dataset group can tell its circumstances."""
    return context_fields(connection, resources(connection, group))


# Published scores change whenever the model or what it knows of the user does, so they stand for both.
@st.cache_data(ttl=600, max_entries=256, show_spinner=False)
def explanations(
    connection: Connection,
    asked: Asked,
    item_ids: tuple[str, ...],
    scores: tuple[float | None, ...],
    parts: int | None = None,
) -> dict[str, Explanation]:
    """Return the parts of the scores of a list that was just answered, by item id; empty where nobody can tell."""
    return explained(connection, asked, item_ids, parts)


@st.cache_data(ttl=60, max_entries=64, show_spinner=False)
def filter_fields(connection: Connection, group: str) -> list[FilterField]:
    """Return the columns that a dataset group's filters may ask about."""
    return read_filter_fields(connection, resources(connection, group))


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def serving(connection: Connection, arn: str) -> Serving:
    """Return the solution version that answers behind a campaign or recommender."""
    return read_serving(connection, arn)


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def tracker(connection: Connection, group: str) -> Tracker | None:
    """Return a dataset group's event tracker."""
    return find_tracker(connection, group)


def catalog(connection: Connection, group: str) -> Catalog:
    """Return the titles of a dataset group's items."""
    return _catalog(connection, _catalog_source(connection, group))


@st.cache_data(ttl=30, max_entries=64, show_spinner=False)
def _catalog_source(connection: Connection, group: str) -> str:
    return catalog_source(connection, group)


# Catalogue and interactions are large and never changed: shared as they are, not copied for every run.
@st.cache_resource(ttl=600, max_entries=8, show_spinner=False)
def _catalog(connection: Connection, source: str) -> Catalog:
    return read_catalog(connection, source)


def interactions(connection: Connection, group: str) -> Interactions:
    """Return the imported interactions of a dataset group."""
    return _interactions(connection, group, _import_jobs(connection, group))


@st.cache_data(ttl=15, max_entries=64, show_spinner=False)
def _import_jobs(connection: Connection, group: str) -> tuple[str, ...]:
    """Return the import jobs at rest: what was imported changes with them."""
    jobs = (found for found in resources(connection, group) if found.kind == "dataset-import-job")
    return tuple(job.arn for job in jobs if not job.moving)


def people(connection: Connection, group: str) -> People:
    """Return what the Users dataset says of the users."""
    return _people(connection, group, _import_jobs(connection, group))


@st.cache_resource(max_entries=4, show_spinner=False)
def _people(connection: Connection, group: str, jobs: tuple[str, ...]) -> People:
    return read_people(connection, group)


@st.cache_resource(max_entries=4, show_spinner="Reading the imported interactions ...")
def _interactions(connection: Connection, group: str, jobs: tuple[str, ...]) -> Interactions:
    return read_interactions(connection, group)


def volume(connection: Connection, group: str) -> Volume:
    """Return how much was imported, without reading files that are large."""
    files = _imported_files(connection, group)
    if sum(size for _, size in files) <= COUNTED_UP_TO:
        return _counted(connection, group, _import_jobs(connection, group))
    return _estimated(connection, tuple(files))


@st.cache_data(max_entries=16, show_spinner=False)
def _counted(connection: Connection, group: str, jobs: tuple[str, ...]) -> Volume:
    return counted(_interactions(connection, group, jobs))


@st.cache_data(ttl=15, max_entries=16, show_spinner=False)
def _imported_files(connection: Connection, group: str) -> list[tuple[str, int]]:
    return imported_files(connection, group)


@st.cache_data(ttl=3600, max_entries=16, show_spinner=False)
def _estimated(connection: Connection, files: tuple[tuple[str, int], ...]) -> Volume:
    return estimated(connection, files)


@st.cache_resource(ttl=600, max_entries=16, show_spinner=False)
def strangers(connection: Connection, group: str) -> set[str]:
    """Return the ids that visitors were given as nobody's; two at once are not to play the same newcomer."""
    return set()


def sent_events(group: str) -> list[SentEvent]:
    """Return the events that this session sent to a dataset group; append to it after sending."""
    sent: list[SentEvent] = st.session_state.setdefault(_SENT, {}).setdefault(group, [])
    return sent


@st.cache_resource(show_spinner=False)
def tasks() -> dict[str, Task]:
    """Return the work that runs in the background, by what it does; all sessions of the app share it."""
    return {}


def forget() -> None:
    """Drop everything that was read, because something was created, changed or deleted."""
    st.cache_data.clear()


@contextmanager
def guarded() -> Iterator[None]:
    """Show what the block raises; when the local endpoint has gone, start it again and run the page once more."""
    try:
        with errors_shown(unless=_can_retry, then=_offer_again):
            yield
    except Exception:  # noqa: BLE001  (only what can be tried again gets here)
        st.session_state[_RETRIED] = True
        local_endpoint().distrust()
        st.rerun()
    st.session_state.pop(_RETRIED, None)


def _offer_again() -> None:
    """Draw a way on: somebody else may have changed what was read a moment ago."""
    st.button("Try again", icon=":material/refresh:", key="session.again", on_click=forget)


def _can_retry(failure: BaseException) -> bool:
    return is_local() and is_unreachable(failure) and _RETRIED not in st.session_state
