"""Shows the app's bucket: its policy with a warning where it is public, acceleration, and folders to bring in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.feedback import errors_shown
from components.lock import locked
from components.plain_table import show_table
from services import buckets
from services.buckets import Bucket
from services.connection import Connection
from services.policies import ensure_bucket

PREFIX = "movie-lens/raw_data"
_POLICY = "bucket.policy"
PUBLIC = (
    "Its policy names the principal `*`: anybody on the internet may do what it allows. Amazon Personalize needs only "
    "itself as principal."
)


def show_bucket(connection: Connection, name: str) -> None:
    """Draw the bucket, or the button that makes it."""
    bucket = buckets.read_bucket(connection, name)
    if bucket is None:
        st.markdown(f"`{name}` is not there yet; the first upload makes it.")
        st.button(
            "Make it now",
            icon=":material/add:",
            key="bucket.make",
            on_click=_make,
            args=[connection, name],
            disabled=locked(),
        )
        return
    st.markdown(f"`s3://{name}`")
    if bucket.public:
        st.warning(PUBLIC, title="This bucket is public", icon=":material/public:")
    policy, transfer, objects = st.tabs(["Policy", "Transfer", f"Objects {len(bucket.keys)}"])
    with policy:
        _show_policy(connection, bucket)
    with transfer:
        _show_transfer(connection, bucket)
    table = pd.DataFrame(bucket.keys, columns=["Key", "Bytes"])
    with objects:
        show_table(table, "objects", alt=f"{len(bucket.keys)} objects of the bucket with their sizes")


def _show_policy(connection: Connection, bucket: Bucket) -> None:
    st.session_state.setdefault(_POLICY, bucket.policy)
    st.text_area("Bucket policy", height=260, key=_POLICY)
    with st.container(horizontal=True):
        st.button(
            "Apply",
            icon=":material/check:",
            key="bucket.apply",
            on_click=_apply,
            args=[connection, bucket.name],
            disabled=locked(),
        )
        st.button(
            "Take the safe policy", icon=":material/shield:", key="bucket.safe", on_click=_make_safe,
            args=[connection, bucket.name], disabled=locked(),
        )  # fmt: skip


def _show_transfer(connection: Connection, bucket: Bucket) -> None:
    st.toggle(
        "Transfer acceleration", bucket.accelerated, key="bucket.accelerated", on_change=_accelerate,
        args=[connection, bucket.name], disabled=locked(),
        help="On AWS uploads from far away go through the nearest edge; on this computer only the state is kept",
    )  # fmt: skip
    prefix = st.text_input("Prefix", PREFIX, key="bucket.prefix")
    files = st.file_uploader("A folder", accept_multiple_files="directory", key="bucket.folder")
    if files and st.button(
        f"Put {len(files)} files on S3", icon=":material/cloud_upload:", key="bucket.put", disabled=locked()
    ):
        with errors_shown("put the folder on S3"), st.spinner("Sending ..."):
            keys = buckets.put_folder(connection, bucket.name, prefix, [(file.name, file.getvalue()) for file in files])
        st.success(f"{len(keys)} objects below `{prefix}`", icon=":material/check_circle:")


def _make(connection: Connection, name: str) -> None:
    with errors_shown("make the bucket"):
        ensure_bucket(connection, name)


def _apply(connection: Connection, name: str) -> None:
    with errors_shown("change the policy"):
        buckets.set_policy(connection, name, st.session_state[_POLICY])


def _make_safe(connection: Connection, name: str) -> None:
    with errors_shown("change the policy"):
        st.session_state[_POLICY] = buckets.safe_policy(name)
        buckets.set_policy(connection, name, st.session_state[_POLICY])


def _accelerate(connection: Connection, name: str) -> None:
    with errors_shown("change the acceleration"):
        buckets.accelerate(connection, name, on=st.session_state["bucket.accelerated"])
