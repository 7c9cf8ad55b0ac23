"""Offers a copy of what is about to be deleted: as a zip, and of events that were sent, as a file on S3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.feedback import show_error
from components.lock import locked
from components.theme import status_color, status_icon
from services import archive
from services.connection import Connection
from services.errors import SERVICE_FAILURES
from services.resources import Resource

_BEGUN, _REFUSED = "resources.exports", "resources.export_refused"
"""Session keys: where exports write to by their dataset's ARN, and why the last one was refused."""


def offer_copy(connection: Connection, name: str, going: Sequence[Resource]) -> None:
    """Draw the offer; going is everything that the deletion of what has this name takes."""
    datasets = [resource for resource in going if resource.kind == "dataset"]
    rows = ", imported rows" if datasets else ""
    metrics = ", metrics" if any(resource.kind == "solution-version" for resource in going) else ""
    with st.container(border=True, gap="small"):
        st.markdown(":material/inventory_2: **Keep a copy first**")
        st.caption(f"Settings{metrics}{rows}, and the calls that make it again.")
        with st.container(horizontal=True):
            st.download_button(
                "Download a copy", partial(archive.archive, connection, going), f"{name}.zip", "application/zip",
                icon=":material/download:", key="resources.copy", on_click="ignore",
            )  # fmt: skip
            if datasets:
                st.button(
                    "Write sent events to S3", icon=":material/cloud_upload:", key="resources.export",
                    on_click=_export, args=[connection, datasets], disabled=locked(),
                    help="What came by the event tracker, PutItems or PutUsers is in no file yet.",
                )  # fmt: skip
        _show_exports(connection, datasets)


def _export(connection: Connection, datasets: Sequence[Resource]) -> None:
    try:
        written = [archive.export_events(connection, found.arn) for found in datasets]
        st.session_state[_BEGUN] = {found.arn: uri for found, uri in zip(datasets, written, strict=True)}
        archive.await_exports(connection, written)
    except SERVICE_FAILURES as failure:
        st.session_state[_REFUSED] = failure


def _show_exports(connection: Connection, datasets: Sequence[Resource]) -> None:
    """Draw where the events of these datasets were written to, or how far that is."""
    if failure := st.session_state.pop(_REFUSED, None):
        show_error(failure, "write the events")
    begun: dict[str, str] = st.session_state.get(_BEGUN, {})
    for uri in (begun[found.arn] for found in datasets if found.arn in begun):
        if status := archive.export_status(connection, uri):
            st.caption(f":{status_color(status)}[{status_icon(status)}] {status.capitalize()}: {uri}")
